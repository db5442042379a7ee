//! Stores, and the natives of `:ets` called from a process.

use super::*;
use crate::scheduler::tests::{all, atom, machine, run, settle, Step};
use crate::Value;

fn value(text: &str) -> Value {
    Value::atom(text)
}

fn int(number: i64) -> Value {
    Value::Int(number)
}

fn row(parts: &[Value]) -> OwnedTerm {
    OwnedTerm::from_value(&Value::Tuple(parts.to_vec()))
}

fn term(value: Value) -> OwnedTerm {
    OwnedTerm::from_value(&value)
}

fn list(items: &[Value]) -> Value {
    Value::List(items.to_vec())
}

fn tuple(items: &[Value]) -> Value {
    Value::Tuple(items.to_vec())
}

/// Makes a named table with these options, fills it, and makes the calls; gives the results of those.
fn calls(options: &[&str], rows: &[Value], calls: Vec<Step>) -> Vec<String> {
    let vm = machine();
    let mut names = vec![value("named_table")];
    names.extend(options.iter().map(|option| value(option)));
    let mut steps: Vec<Step> =
        vec![("ets", "new", vec![atom("t"), term(list(&names))]), ("ets", "insert", vec![atom("t"), term(list(rows))])];
    steps.extend(calls);
    let (_, results) = run(&vm, steps);
    settle(&vm);
    let mut results = all(&results);
    assert_eq!(results[..2], ["t", "true"]);
    results.split_off(2)
}

fn squares() -> Vec<Value> {
    (1..=5).map(|n| tuple(&[int(n), int(n * n)])).collect()
}

#[test]
fn a_set_has_one_row_a_key() {
    let results = calls(
        &[],
        &squares(),
        vec![
            ("ets", "insert", vec![atom("t"), row(&[int(2), value("two")])]),
            ("ets", "lookup", vec![atom("t"), term(int(2))]),
            ("ets", "lookup", vec![atom("t"), term(Value::Float(2.0))]),
            ("ets", "info", vec![atom("t"), atom("size")]),
            ("ets", "insert_new", vec![atom("t"), row(&[int(2), value("again")])]),
            ("ets", "take", vec![atom("t"), term(int(2))]),
            ("ets", "member", vec![atom("t"), term(int(2))]),
        ],
    );
    assert_eq!(results, ["true", "[{2,two}]", "[]", "5", "false", "[{2,two}]", "false"]);
}

#[test]
fn an_ordered_set_is_ordered_and_compares_numbers() {
    let rows = [tuple(&[int(3)]), tuple(&[int(1)]), tuple(&[Value::Float(2.0)]), tuple(&[value("a")])];
    let results = calls(
        &["ordered_set"],
        &rows,
        vec![
            ("ets", "tab2list", vec![atom("t")]),
            ("ets", "lookup", vec![atom("t"), term(int(2))]),
            ("ets", "next", vec![atom("t"), term(Value::Float(2.5))]),
            ("ets", "prev", vec![atom("t"), term(int(1))]),
            ("ets", "last", vec![atom("t")]),
        ],
    );
    assert_eq!(results, ["[{1},{2.0},{3},{a}]", "[{2.0}]", "3", "'$end_of_table'", "a"]);
}

#[test]
fn bags_keep_several_rows() {
    let rows = [
        tuple(&[value("a"), int(1)]),
        tuple(&[value("a"), int(2)]),
        tuple(&[value("a"), int(1)]),
        tuple(&[value("b"), int(1)]),
    ];
    for (kind, found, left) in
        [("bag", "[{a,1},{a,2}]", "[{a,2}]"), ("duplicate_bag", "[{a,1},{a,2},{a,1}]", "[{a,2}]")]
    {
        let results = calls(
            &[kind],
            &rows,
            vec![
                ("ets", "lookup", vec![atom("t"), atom("a")]),
                ("ets", "delete_object", vec![atom("t"), row(&[value("a"), int(1)])]),
                ("ets", "lookup", vec![atom("t"), atom("a")]),
                ("ets", "lookup_element", vec![atom("t"), atom("b"), term(int(2))]),
                ("ets", "update_counter", vec![atom("t"), atom("b"), term(int(2))]),
            ],
        );
        assert_eq!(results, [found, "true", left, "[1]", "Error badarg"], "{kind}");
    }
}

#[test]
fn counters_count_and_wrap() {
    let results = calls(
        &[],
        &[tuple(&[value("c"), int(8), value("x")])],
        vec![
            ("ets", "update_counter", vec![atom("t"), atom("c"), term(int(1))]),
            ("ets", "update_counter", vec![atom("t"), atom("c"), term(tuple(&[int(2), int(1), int(9), int(0)]))]),
            (
                "ets",
                "update_counter",
                vec![atom("t"), atom("c"), term(list(&[tuple(&[int(2), int(5)]), tuple(&[int(2), int(-1)])]))],
            ),
            ("ets", "update_counter", vec![atom("t"), atom("c"), term(tuple(&[int(3), int(1)]))]),
            ("ets", "update_counter", vec![atom("t"), atom("new"), term(int(3)), row(&[value("d"), int(10)])]),
            ("ets", "update_counter", vec![atom("t"), atom("new"), term(int(i64::MAX))]),
            ("ets", "update_element", vec![atom("t"), atom("c"), row(&[int(3), list(&[int(1), int(2)])])]),
            ("ets", "lookup", vec![atom("t"), atom("c")]),
        ],
    );
    let expected = ["9", "0", "[5,4]", "Error badarg", "13", "9223372036854775820", "true", "[{c,4,[1,2]}]"];
    assert_eq!(results, expected);
}

#[test]
fn specifications_select() {
    let spec = |head: Value, guards: Value, body: Value| term(list(&[tuple(&[head, guards, list(&[body])])]));
    let head = || tuple(&[value("$1"), value("$2")]);
    let above = |limit: i64| list(&[tuple(&[value(">"), value("$2"), int(limit)])]);
    let results = calls(
        &["ordered_set"],
        &squares(),
        vec![
            ("ets", "select", vec![atom("t"), spec(head(), above(8), value("$1"))]),
            ("ets", "select", vec![atom("t"), spec(head(), above(8), value("$$"))]),
            ("ets", "select", vec![atom("t"), spec(head(), above(20), tuple(&[tuple(&[value("$2"), value("ok")])]))]),
            ("ets", "select", vec![atom("t"), spec(head(), above(20), tuple(&[value("/"), value("$1"), int(0)]))]),
            ("ets", "select", vec![atom("t"), spec(head(), list(&[]), value("$3"))]),
            ("ets", "select", vec![atom("t"), spec(head(), list(&[tuple(&[value("send")])]), value("$1"))]),
            ("ets", "match", vec![atom("t"), row(&[value("$1"), int(16)])]),
            ("ets", "match_object", vec![atom("t"), row(&[value("_"), int(16)])]),
            ("ets", "select_count", vec![atom("t"), spec(head(), above(8), Value::TRUE)]),
            ("ets", "select_delete", vec![atom("t"), spec(head(), above(8), Value::TRUE)]),
            ("ets", "tab2list", vec![atom("t")]),
        ],
    );
    let expected = [
        "[3,4,5]",
        "[[3,9],[4,16],[5,25]]",
        "[{25,ok}]",
        "['EXIT']",
        "Error badarg",
        "Error badarg",
        "[[4]]",
        "[{4,16}]",
        "3",
        "3",
        "[{1,1},{2,4}]",
    ];
    assert_eq!(results, expected);
}

#[test]
fn tables_end_with_their_owner_or_go_to_the_heir() {
    let vm = machine();
    let (heir, inherited) = run(&vm, vec![("test", "receive", vec![])]);
    let options = OwnedTerm::build(|b| {
        let heir = b.tuple(&[Term::atom(Atom::new("heir")), Term::pid(heir), Term::atom(Atom::new("data"))]);
        b.list(&[Term::atom(Atom::new("named_table")), heir])
    });
    let named = term(list(&[value("named_table")]));
    let (owner, made) =
        run(&vm, vec![("ets", "new", vec![atom("left"), options]), ("ets", "new", vec![atom("lost"), named])]);
    settle(&vm);
    assert_eq!(all(&made), ["left", "lost"]);
    assert_eq!(all(&inherited), [format!("{{'ETS-TRANSFER',left,{owner:?},data}}")]);
    assert!(vm.shared().ets().named(Atom::new("lost")).is_none());
}

#[test]
fn a_fixed_table_can_be_emptied_while_it_is_walked() {
    let mut store = Store::new(false, 1, false);
    for number in 0..1_000 {
        store.put(row(&[int(number)]), false);
    }
    let mut seen = 0;
    let mut key = store.first().map(OwnedTerm::new);
    while let Some(current) = key {
        seen += 1;
        store.remove(current.term(), true);
        key = store.next(current.term()).expect("a ghost is still there").map(OwnedTerm::new);
    }
    assert_eq!((seen, store.len()), (1_000, 0));
    store.unfix();
    assert!(store.first().is_none());
    for number in 0..1_000 {
        store.put(row(&[int(number)]), false);
    }
    assert_eq!(store.len(), 1_000);
}

fn keys(store: &Store) -> Vec<i64> {
    let mut keys = Vec::new();
    store.walk(None, |row| {
        keys.extend(key_of(row, 1).as_i64());
        std::ops::ControlFlow::Continue(())
    });
    keys
}

#[test]
fn rows_lie_where_otp_has_them() {
    let mut store = Store::new(false, 1, false);
    for number in 1..=1_000 {
        store.put(row(&[int(number)]), false);
    }
    let first = [747, 301, 785, 494, 639, 575, 667, 852, 429, 583, 214, 389, 840, 567, 145, 247, 758, 231, 368, 300];
    assert_eq!(keys(&store)[..20], first);
    for number in 1..=700 {
        assert_eq!(store.remove(term(int(number)).term(), false).len(), 1);
    }
    assert_eq!(keys(&store)[..5], [747, 785, 852, 840, 758]);
    assert_eq!(store.len(), 300);
    assert!(!store.get(term(int(990)).term()).is_empty());
}

#[test]
fn buckets_are_joined_when_most_rows_have_gone() {
    let mut store = Store::new(false, 1, false);
    for number in 1..=9_000 {
        store.put(row(&[int(number)]), false);
    }
    let active = |store: &Store| store.hashed().map(super::hashed::Hashed::active);
    assert_eq!(active(&store), Some(9_000));
    for number in 1..=9_000 {
        store.remove(term(int(number)).term(), false);
        let left = 9_000 - number;
        let expected = match left {
            4_224.. => Some(9_000),
            4_223 => Some(8_995),
            4_222 => Some(8_990),
            744 => Some(2_312),
            743 => Some(2_307),
            ..=742 => Some(2_304),
            _ => active(&store),
        };
        assert_eq!(active(&store), expected, "{left} rows");
        if left % 1_000 == 0 {
            assert_eq!(keys(&store).len(), store.len());
        }
    }
}

#[test]
fn a_table_given_away_ends_with_its_new_owner() {
    let vm = machine();
    let (to, received) = run(&vm, vec![("test", "receive", vec![]), ("test", "receive", vec![])]);
    let named = term(list(&[value("named_table")]));
    let to_term = OwnedTerm::build(|b| b.pid(to));
    let (_, given) = run(
        &vm,
        vec![
            ("ets", "new", vec![atom("gift"), named]),
            ("ets", "give_away", vec![atom("gift"), to_term.clone(), atom("for_you")]),
            ("ets", "give_away", vec![atom("gift"), to_term, atom("again")]),
        ],
    );
    settle(&vm);
    assert_eq!(all(&given), ["gift", "true", "Error badarg"]);
    assert_eq!(all(&received).len(), 1);
    let table = vm.shared().ets().named(Atom::new("gift")).expect("its maker's end does not end it");
    assert_eq!(table.owner(), to);
    vm.shared().send(to, atom("stop"));
    settle(&vm);
    assert!(vm.shared().ets().named(Atom::new("gift")).is_none());
}
