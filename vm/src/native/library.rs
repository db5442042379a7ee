//! Functions of `:erlang` that are written in Elixir: each goes on in `:beamlet_erlang_library` under its own name.

use crate::native::{Native, NativeResult, Outcome};
use crate::term::Term;
use crate::Atom;

macro_rules! in_library {
    ($($name:literal / $arity:literal => $function:ident;)*) => {
        $(
            fn $function<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
                let module = Atom::new("beamlet_erlang_library");
                Ok(Outcome::Call { module, function: Atom::new($name), args: args.to_vec() })
            }
        )*

        crate::natives! {
            "erlang" => {
                $($name / $arity: $function, effect;)*
            }
        }
    };
}

in_library! {
    "spawn" / 2 => spawn_2;
    "spawn" / 4 => spawn_4;
    "spawn_link" / 2 => spawn_link_2;
    "spawn_link" / 4 => spawn_link_4;
    "spawn_monitor" / 2 => spawn_monitor_2;
    "spawn_monitor" / 4 => spawn_monitor_4;
    "spawn_opt" / 3 => spawn_opt_3;
    "spawn_opt" / 5 => spawn_opt_5;
    "spawn_request" / 1 => spawn_request_1;
    "spawn_request" / 2 => spawn_request_2;
    "spawn_request" / 3 => spawn_request_3;
    "spawn_request" / 4 => spawn_request_4;
    "spawn_request" / 5 => spawn_request_5;
    "dmonitor_node" / 3 => dmonitor_node_3;
    "monitor_node" / 3 => monitor_node_3;
    "nodes" / 2 => nodes_2;
    "display_string" / 1 => display_string_1;
    "display_nl" / 0 => display_nl_0;
    "list_to_port" / 1 => list_to_port_1;
    "load_nif" / 2 => load_nif_2;
    "match_spec_test" / 3 => match_spec_test_3;
    "process_display" / 2 => process_display_2;
    "seq_trace" / 2 => seq_trace_2;
    "set_cookie" / 2 => set_cookie_2;
    "get_cookie" / 1 => get_cookie_1;
    "setnode" / 2 => setnode_2;
    "setnode" / 3 => setnode_3;
    "system_monitor" / 1 => system_monitor_1;
    "system_monitor" / 2 => system_monitor_2;
    "system_profile" / 2 => system_profile_2;
    "trace" / 3 => trace_3;
    "trace_pattern" / 2 => trace_pattern_2;
    "trace_pattern" / 3 => trace_pattern_3;
    "trace_delivered" / 1 => trace_delivered_1;
    "exit_signal" / 2 => exit_signal_2;
}
