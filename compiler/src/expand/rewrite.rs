//! Functions of Elixir's modules that are functions of Erlang under another name, and what guards may call.

use std::sync::OnceLock;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::hashing::{SmallMap, SmallSet};
use crate::tree::{Expr, ExprKind};

/// How arguments change on the way.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// As they are.
    Same,
    /// First and second change places.
    Swap,
    /// The second, counted from 0, comes first and counts from 1.
    Index,
    /// First of three comes last: `(map, key, value)` becomes `(key, value, map)`.
    Rotate,
    /// After an atom.
    After(&'static str),
}

use Shape::{After, Index, Rotate, Same, Swap};

/// Elixir module, name, arity; Erlang module, name; the change of arguments.
const INLINED: &[(&str, &str, u8, &str, &str, Shape)] = &[
    ("Kernel", "!=", 2, "erlang", "/=", Same),
    ("Kernel", "!==", 2, "erlang", "=/=", Same),
    ("Kernel", "*", 2, "erlang", "*", Same),
    ("Kernel", "+", 1, "erlang", "+", Same),
    ("Kernel", "+", 2, "erlang", "+", Same),
    ("Kernel", "++", 2, "erlang", "++", Same),
    ("Kernel", "-", 1, "erlang", "-", Same),
    ("Kernel", "-", 2, "erlang", "-", Same),
    ("Kernel", "--", 2, "erlang", "--", Same),
    ("Kernel", "/", 2, "erlang", "/", Same),
    ("Kernel", "<", 2, "erlang", "<", Same),
    ("Kernel", "<=", 2, "erlang", "=<", Same),
    ("Kernel", "==", 2, "erlang", "==", Same),
    ("Kernel", "===", 2, "erlang", "=:=", Same),
    ("Kernel", ">", 2, "erlang", ">", Same),
    ("Kernel", ">=", 2, "erlang", ">=", Same),
    ("Kernel", "abs", 1, "erlang", "abs", Same),
    ("Kernel", "apply", 2, "erlang", "apply", Same),
    ("Kernel", "apply", 3, "erlang", "apply", Same),
    ("Kernel", "binary_part", 3, "erlang", "binary_part", Same),
    ("Kernel", "bit_size", 1, "erlang", "bit_size", Same),
    ("Kernel", "byte_size", 1, "erlang", "byte_size", Same),
    ("Kernel", "ceil", 1, "erlang", "ceil", Same),
    ("Kernel", "div", 2, "erlang", "div", Same),
    ("Kernel", "elem", 2, "erlang", "element", Index),
    ("Kernel", "exit", 1, "erlang", "exit", Same),
    ("Kernel", "floor", 1, "erlang", "floor", Same),
    ("Kernel", "function_exported?", 3, "erlang", "function_exported", Same),
    ("Kernel", "hd", 1, "erlang", "hd", Same),
    ("Kernel", "is_atom", 1, "erlang", "is_atom", Same),
    ("Kernel", "is_binary", 1, "erlang", "is_binary", Same),
    ("Kernel", "is_bitstring", 1, "erlang", "is_bitstring", Same),
    ("Kernel", "is_boolean", 1, "erlang", "is_boolean", Same),
    ("Kernel", "is_float", 1, "erlang", "is_float", Same),
    ("Kernel", "is_function", 1, "erlang", "is_function", Same),
    ("Kernel", "is_function", 2, "erlang", "is_function", Same),
    ("Kernel", "is_integer", 1, "erlang", "is_integer", Same),
    ("Kernel", "is_list", 1, "erlang", "is_list", Same),
    ("Kernel", "is_map", 1, "erlang", "is_map", Same),
    ("Kernel", "is_map_key", 2, "erlang", "is_map_key", Swap),
    ("Kernel", "is_number", 1, "erlang", "is_number", Same),
    ("Kernel", "is_pid", 1, "erlang", "is_pid", Same),
    ("Kernel", "is_port", 1, "erlang", "is_port", Same),
    ("Kernel", "is_reference", 1, "erlang", "is_reference", Same),
    ("Kernel", "is_tuple", 1, "erlang", "is_tuple", Same),
    ("Kernel", "length", 1, "erlang", "length", Same),
    ("Kernel", "make_ref", 0, "erlang", "make_ref", Same),
    ("Kernel", "map_size", 1, "erlang", "map_size", Same),
    ("Kernel", "max", 2, "erlang", "max", Same),
    ("Kernel", "min", 2, "erlang", "min", Same),
    ("Kernel", "node", 0, "erlang", "node", Same),
    ("Kernel", "node", 1, "erlang", "node", Same),
    ("Kernel", "not", 1, "erlang", "not", Same),
    ("Kernel", "put_elem", 3, "erlang", "setelement", Index),
    ("Kernel", "rem", 2, "erlang", "rem", Same),
    ("Kernel", "round", 1, "erlang", "round", Same),
    ("Kernel", "self", 0, "erlang", "self", Same),
    ("Kernel", "send", 2, "erlang", "!", Same),
    ("Kernel", "spawn", 1, "erlang", "spawn", Same),
    ("Kernel", "spawn", 3, "erlang", "spawn", Same),
    ("Kernel", "spawn_link", 1, "erlang", "spawn_link", Same),
    ("Kernel", "spawn_link", 3, "erlang", "spawn_link", Same),
    ("Kernel", "spawn_monitor", 1, "erlang", "spawn_monitor", Same),
    ("Kernel", "spawn_monitor", 3, "erlang", "spawn_monitor", Same),
    ("Kernel", "throw", 1, "erlang", "throw", Same),
    ("Kernel", "tl", 1, "erlang", "tl", Same),
    ("Kernel", "trunc", 1, "erlang", "trunc", Same),
    ("Kernel", "tuple_size", 1, "erlang", "tuple_size", Same),
    ("Atom", "to_charlist", 1, "erlang", "atom_to_list", Same),
    ("Atom", "to_string", 1, "erlang", "atom_to_binary", Same),
    ("Bitwise", "&&&", 2, "erlang", "band", Same),
    ("Bitwise", "<<<", 2, "erlang", "bsl", Same),
    ("Bitwise", ">>>", 2, "erlang", "bsr", Same),
    ("Bitwise", "|||", 2, "erlang", "bor", Same),
    ("Bitwise", "^^^", 2, "erlang", "bxor", Same),
    ("Bitwise", "~~~", 1, "erlang", "bnot", Same),
    ("Bitwise", "band", 2, "erlang", "band", Same),
    ("Bitwise", "bnot", 1, "erlang", "bnot", Same),
    ("Bitwise", "bor", 2, "erlang", "bor", Same),
    ("Bitwise", "bsl", 2, "erlang", "bsl", Same),
    ("Bitwise", "bsr", 2, "erlang", "bsr", Same),
    ("Bitwise", "bxor", 2, "erlang", "bxor", Same),
    ("Function", "capture", 3, "erlang", "make_fun", Same),
    ("Function", "info", 1, "erlang", "fun_info", Same),
    ("Function", "info", 2, "erlang", "fun_info", Same),
    ("Integer", "to_charlist", 1, "erlang", "integer_to_list", Same),
    ("Integer", "to_charlist", 2, "erlang", "integer_to_list", Same),
    ("Integer", "to_string", 1, "erlang", "integer_to_binary", Same),
    ("Integer", "to_string", 2, "erlang", "integer_to_binary", Same),
    ("List", "to_atom", 1, "erlang", "list_to_atom", Same),
    ("List", "to_existing_atom", 1, "erlang", "list_to_existing_atom", Same),
    ("List", "to_float", 1, "erlang", "list_to_float", Same),
    ("List", "to_integer", 1, "erlang", "list_to_integer", Same),
    ("List", "to_integer", 2, "erlang", "list_to_integer", Same),
    ("List", "to_tuple", 1, "erlang", "list_to_tuple", Same),
    ("Map", "delete", 2, "maps", "remove", Swap),
    ("Map", "fetch", 2, "maps", "find", Swap),
    ("Map", "fetch!", 2, "maps", "get", Swap),
    ("Map", "has_key?", 2, "maps", "is_key", Swap),
    ("Map", "keys", 1, "maps", "keys", Same),
    ("Map", "merge", 2, "maps", "merge", Same),
    ("Map", "put", 3, "maps", "put", Rotate),
    ("Map", "replace!", 3, "maps", "update", Rotate),
    ("Map", "to_list", 1, "maps", "to_list", Same),
    ("Map", "values", 1, "maps", "values", Same),
    ("Port", "monitor", 1, "erlang", "monitor", After("port")),
    ("Process", "alive?", 1, "erlang", "is_process_alive", Same),
    ("Process", "cancel_timer", 1, "erlang", "cancel_timer", Same),
    ("Process", "demonitor", 1, "erlang", "demonitor", Same),
    ("Process", "demonitor", 2, "erlang", "demonitor", Same),
    ("Process", "exit", 2, "erlang", "exit", Same),
    ("Process", "flag", 2, "erlang", "process_flag", Same),
    ("Process", "get", 0, "erlang", "get", Same),
    ("Process", "get_keys", 0, "erlang", "get_keys", Same),
    ("Process", "get_keys", 1, "erlang", "get_keys", Same),
    ("Process", "group_leader", 0, "erlang", "group_leader", Same),
    ("Process", "group_leader", 2, "erlang", "group_leader", Swap),
    ("Process", "hibernate", 3, "erlang", "hibernate", Same),
    ("Process", "link", 1, "erlang", "link", Same),
    ("Process", "list", 0, "erlang", "processes", Same),
    ("Process", "monitor", 1, "erlang", "monitor", After("process")),
    ("Process", "read_timer", 1, "erlang", "read_timer", Same),
    ("Process", "registered", 0, "erlang", "registered", Same),
    ("Process", "send", 3, "erlang", "send", Same),
    ("Process", "spawn", 2, "erlang", "spawn_opt", Same),
    ("Process", "spawn", 4, "erlang", "spawn_opt", Same),
    ("Process", "unlink", 1, "erlang", "unlink", Same),
    ("Process", "unregister", 1, "erlang", "unregister", Same),
    ("String", "to_atom", 1, "erlang", "binary_to_atom", Same),
    ("String", "to_existing_atom", 1, "erlang", "binary_to_existing_atom", Same),
    ("String", "to_float", 1, "erlang", "binary_to_float", Same),
    ("String", "to_integer", 1, "erlang", "binary_to_integer", Same),
    ("String", "to_integer", 2, "erlang", "binary_to_integer", Same),
    ("System", "monotonic_time", 0, "erlang", "monotonic_time", Same),
    ("System", "os_time", 0, "os", "system_time", Same),
    ("System", "system_time", 0, "erlang", "system_time", Same),
    ("System", "time_offset", 0, "erlang", "time_offset", Same),
    ("System", "unique_integer", 0, "erlang", "unique_integer", Same),
    ("System", "unique_integer", 1, "erlang", "unique_integer", Same),
    ("Tuple", "append", 2, "erlang", "append_element", Same),
    ("Tuple", "delete_at", 2, "erlang", "delete_element", Index),
    ("Tuple", "duplicate", 2, "erlang", "make_tuple", Swap),
    ("Tuple", "insert_at", 3, "erlang", "insert_element", Index),
    ("Tuple", "to_list", 1, "erlang", "tuple_to_list", Same),
];

/// The functions of `:erlang` that guards may call, with their arities.
pub const GUARD_FUNCTIONS: &[(&str, u8)] = &[
    ("/=", 2),
    ("=/=", 2),
    ("*", 2),
    ("+", 1),
    ("+", 2),
    ("-", 1),
    ("-", 2),
    ("/", 2),
    ("<", 2),
    ("=<", 2),
    ("==", 2),
    ("=:=", 2),
    (">", 2),
    (">=", 2),
    ("abs", 1),
    ("and", 2),
    ("band", 2),
    ("binary_part", 2),
    ("binary_part", 3),
    ("bit_size", 1),
    ("bnot", 1),
    ("bor", 2),
    ("bsl", 2),
    ("bsr", 2),
    ("bxor", 2),
    ("byte_size", 1),
    ("ceil", 1),
    ("div", 2),
    ("element", 2),
    ("float", 1),
    ("floor", 1),
    ("hd", 1),
    ("is_atom", 1),
    ("is_binary", 1),
    ("is_bitstring", 1),
    ("is_boolean", 1),
    ("is_float", 1),
    ("is_function", 1),
    ("is_function", 2),
    ("is_integer", 1),
    ("is_list", 1),
    ("is_map", 1),
    ("is_map_key", 2),
    ("is_number", 1),
    ("is_pid", 1),
    ("is_port", 1),
    ("is_reference", 1),
    ("is_tuple", 1),
    ("length", 1),
    ("map_get", 2),
    ("map_size", 1),
    ("max", 2),
    ("min", 2),
    ("node", 0),
    ("node", 1),
    ("not", 1),
    ("or", 2),
    ("rem", 2),
    ("round", 1),
    ("self", 0),
    ("size", 1),
    ("tl", 1),
    ("trunc", 1),
    ("tuple_size", 1),
    ("xor", 2),
];

type Inlined = SmallMap<(Atom, Atom, u8), (Atom, Atom, Shape)>;

fn inlined() -> &'static Inlined {
    static TABLE: OnceLock<Inlined> = OnceLock::new();
    TABLE.get_or_init(|| {
        let entry = |&(module, name, arity, to, function, shape): &(&str, &str, u8, &str, &str, Shape)| {
            let key = (Atom::new(&format!("Elixir.{module}")), Atom::new(name), arity);
            (key, (Atom::new(to), Atom::new(function), shape))
        };
        INLINED.iter().map(entry).collect()
    })
}

/// Whether calls of the function become calls of an Erlang function.
pub fn is_inlined(module: Atom, name: Atom, arity: u8) -> bool {
    inlined().contains_key(&(module, name, arity))
}

/// Names and arities of the module's functions that become calls of Erlang functions.
pub fn inlined_names(module: Atom) -> Vec<(Atom, u8)> {
    inlined().keys().filter(|(owner, _, _)| *owner == module).map(|(_, name, arity)| (*name, *arity)).collect()
}

/// The Erlang function that a call comes down to, if only the names differ.
pub fn renamed(module: Atom, name: Atom, arity: u8) -> Option<(Atom, Atom)> {
    match inlined().get(&(module, name, arity)) {
        Some((module, name, Same)) => Some((*module, *name)),
        _ => None,
    }
}

/// The call in Erlang's terms; unchanged when there is no such.
pub fn inline(module: Atom, name: Atom, mut args: Vec<Expr>, line: u32) -> (Atom, Atom, Vec<Expr>) {
    let Some(&(to, function, shape)) = inlined().get(&(module, name, args.len() as u8)) else {
        return (module, name, args);
    };
    match shape {
        Same => {}
        // Arguments are evaluated in the places where Erlang's function wants them, as Elixir does.
        Swap => args.swap(0, 1),
        Rotate => args.rotate_left(1),
        After(atom) => args.insert(0, Expr { kind: ExprKind::Literal(Value::atom(atom)), line }),
        Index => {
            args.swap(0, 1);
            let index = std::mem::replace(&mut args[0], Expr { kind: ExprKind::Literal(Value::NIL), line });
            args[0] = match index.kind {
                ExprKind::Literal(Value::Int(index)) if index < i64::MAX => {
                    Expr { kind: ExprKind::Literal(Value::Int(index + 1)), line }
                }
                kind => {
                    let erlang = Expr { kind: ExprKind::Literal(Value::Atom(atoms::ERLANG)), line };
                    let one = Expr { kind: ExprKind::Literal(Value::Int(1)), line };
                    let index = Expr { kind, line };
                    Expr { kind: ExprKind::CallRemote(Box::new(erlang), atoms::PLUS, vec![index, one]), line }
                }
            };
        }
    }
    (to, function, args)
}

/// Whether guards may call the function.
pub fn is_guard_function(module: Atom, name: Atom, arity: usize) -> bool {
    static TABLE: OnceLock<SmallSet<(Atom, u8)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| GUARD_FUNCTIONS.iter().map(|(name, arity)| (Atom::new(name), *arity)).collect());
    module == atoms::ERLANG && u8::try_from(arity).is_ok_and(|arity| table.contains(&(name, arity)))
}

/// The value of a sign before a number literal.
pub fn fold(module: Atom, name: Atom, args: &[Expr]) -> Option<Value> {
    if module != atoms::ERLANG {
        return None;
    }
    match (name, args) {
        (atoms::MINUS, [Expr { kind: ExprKind::Literal(value), .. }]) => match value {
            Value::Int(int) => Some(match int.checked_neg() {
                Some(negated) => Value::Int(negated),
                None => Value::integer(-num_bigint::BigInt::from(*int)),
            }),
            Value::Big(big) => Some(Value::integer(-num_bigint::BigInt::clone(big))),
            Value::Float(float) => Some(Value::Float(-float)),
            _ => None,
        },
        (
            atoms::PLUS,
            [Expr { kind: ExprKind::Literal(value @ (Value::Int(_) | Value::Big(_) | Value::Float(_))), .. }],
        ) => Some(value.clone()),
        _ => None,
    }
}
