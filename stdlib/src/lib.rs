//! The standard library as an image of compiled modules.
