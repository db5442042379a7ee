//! Which functions of `erlang` are instructions: guard functions and tests.

use beamlet_vm::atom::atoms;
use beamlet_vm::code::Opcode;
use beamlet_vm::Atom;

use std::collections::HashMap;
use std::sync::OnceLock;

/// How a guard function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BifKind {
    /// Never needs heap.
    Plain,
    /// May need heap.
    Collecting,
}

struct Bif {
    arity: usize,
    kind: BifKind,
    /// Never raises, whatever its arguments.
    total: bool,
    /// Always gives `true` or `false`.
    boolean: bool,
    test: Option<Opcode>,
}

fn table() -> &'static HashMap<Atom, Vec<Bif>> {
    static TABLE: OnceLock<HashMap<Atom, Vec<Bif>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<Atom, Vec<Bif>> = HashMap::new();
        let mut add = |name: &str, arity, kind, total, boolean, test| {
            table.entry(Atom::new(name)).or_default().push(Bif { arity, kind, total, boolean, test });
        };
        use BifKind::{Collecting, Plain};
        for name in ["+", "-"] {
            add(name, 1, Collecting, false, false, None);
        }
        for name in ["+", "-", "*", "/", "div", "rem", "band", "bor", "bxor", "bsl", "bsr"] {
            add(name, 2, Collecting, false, false, None);
        }
        let collecting = [
            "bnot",
            "abs",
            "float",
            "round",
            "trunc",
            "ceil",
            "floor",
            "length",
            "size",
            "bit_size",
            "byte_size",
            "map_size",
        ];
        for name in collecting {
            add(name, 1, Collecting, false, false, None);
        }
        add("binary_part", 2, Collecting, false, false, None);
        add("binary_part", 3, Collecting, false, false, None);
        for name in ["hd", "tl", "tuple_size"] {
            add(name, 1, Plain, false, false, None);
        }
        add("element", 2, Plain, false, false, None);
        add("map_get", 2, Plain, false, false, None);
        add("is_map_key", 2, Plain, false, true, None);
        add("node", 1, Plain, false, false, None);
        add("node", 0, Plain, true, false, None);
        add("self", 0, Plain, true, false, None);
        add("not", 1, Plain, false, true, None);
        for name in ["and", "or", "xor"] {
            add(name, 2, Plain, false, true, None);
        }
        let comparisons = [
            ("==", Opcode::IsEq),
            ("/=", Opcode::IsNe),
            ("=:=", Opcode::IsEqExact),
            ("=/=", Opcode::IsNeExact),
            ("<", Opcode::IsLt),
            (">=", Opcode::IsGe),
        ];
        for (name, test) in comparisons {
            add(name, 2, Plain, true, true, Some(test));
        }
        // These two exist as tests only with their arguments exchanged.
        for name in [">", "=<"] {
            add(name, 2, Plain, true, true, None);
        }
        let types = [
            ("is_integer", Opcode::IsInteger),
            ("is_float", Opcode::IsFloat),
            ("is_number", Opcode::IsNumber),
            ("is_atom", Opcode::IsAtom),
            ("is_pid", Opcode::IsPid),
            ("is_reference", Opcode::IsReference),
            ("is_port", Opcode::IsPort),
            ("is_binary", Opcode::IsBinary),
            ("is_list", Opcode::IsList),
            ("is_tuple", Opcode::IsTuple),
            ("is_function", Opcode::IsFunction),
            ("is_boolean", Opcode::IsBoolean),
            ("is_bitstring", Opcode::IsBitstr),
            ("is_map", Opcode::IsMap),
        ];
        for (name, test) in types {
            add(name, 1, Plain, true, true, Some(test));
        }
        add("is_function", 2, Plain, false, true, Some(Opcode::IsFunction2));
        table
    })
}

fn find(name: Atom, arity: usize) -> Option<&'static Bif> {
    table().get(&name)?.iter().find(|bif| bif.arity == arity)
}

/// How `erlang:name/arity` is called when it is a guard function.
pub(crate) fn bif_kind(name: Atom, arity: usize) -> Option<BifKind> {
    find(name, arity).map(|bif| bif.kind)
}

/// Whether no arguments make it raise; true only where that holds for every arity.
pub(super) fn is_total(name: Atom) -> bool {
    table().get(&name).is_some_and(|bifs| bifs.iter().all(|bif| bif.total))
}

/// Whether it gives `true` or `false` or raises.
pub(super) fn is_boolean(name: Atom, arity: usize) -> bool {
    find(name, arity).is_some_and(|bif| bif.boolean)
}

/// The instruction that tests it, and whether its two arguments must be exchanged. `is_function/2` with an arity
/// that is not a constant raises, and so is no test outside guards.
pub(super) fn test_of(name: Atom, arity: usize) -> Option<(Opcode, bool)> {
    match name {
        atoms::GT if arity == 2 => Some((Opcode::IsLt, true)),
        atoms::LE if arity == 2 => Some((Opcode::IsGe, true)),
        _ => find(name, arity)?.test.map(|test| (test, false)),
    }
}
