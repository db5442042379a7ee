//! `:erlang`: the functions of terms. What sees processes, time or code is with those rooms.

pub mod arithmetic;
pub mod atoms;
pub mod binaries;
pub mod compare;
pub mod lists;
pub mod maps;
pub mod numbers;
pub mod terms;
pub mod tuples;
pub mod types;
