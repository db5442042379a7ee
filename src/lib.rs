//! Beamlet: an Erlang-compatible virtual machine that compiles and runs Elixir.
