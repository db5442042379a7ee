//! What OTP 25 answers, answered.

use super::*;
use crate::heap::{Builder, Heap};
use crate::native::{NativeFn, Outcome};
use crate::Value;

fn atom(name: &str) -> Value {
    Value::atom(name)
}

fn pair(name: &str, value: impl Into<Value>) -> Value {
    Value::Tuple(vec![atom(name), value.into()])
}

fn capture(what: impl Into<Value>, form: &str) -> Value {
    Value::Tuple(vec![atom("capture"), what.into(), atom(form)])
}

/// Calls a native with values; an error is shown as its class and reason.
fn call(native: NativeFn, args: &[Value]) -> String {
    let mut heap = Heap::default();
    let mut cx = Native::new(Builder::new(&mut heap));
    let args: Vec<Term<'_>> = args.iter().map(|value| cx.from_value(value)).collect();
    match native(&mut cx, &args) {
        Ok(Outcome::Value(term)) => format!("{term:?}"),
        Ok(_) => "an outcome that is no value".to_owned(),
        Err(raise) => format!("{:?} {:?}", raise.class, raise.reason),
    }
}

fn run_with(subject: &str, expression: &str, options: Vec<Value>) -> String {
    call(run, &[subject.into(), expression.into(), Value::List(options)])
}

#[test]
fn groups_are_given_as_asked() {
    let groups = "(a)(x)?(b)(y)?";
    let cases = [
        (vec![], "{match,[{0,2},{0,1},{-1,0},{1,1}]}"),
        (vec![capture(atom("all"), "binary")], r#"{match,[<<"ab">>,<<"a">>,<<>>,<<"b">>]}"#),
        (vec![capture(atom("all_but_first"), "binary")], r#"{match,[<<"a">>,<<>>,<<"b">>]}"#),
        (
            vec![capture(Value::List([0, 2, 4, 7].map(Value::Int).to_vec()), "index")],
            "{match,[{0,2},{-1,0},{-1,0},{-1,0}]}",
        ),
        (vec![capture(atom("first"), "list")], "{match,[[97,98]]}"),
        (vec![capture(atom("none"), "index")], "match"),
        (vec![capture(atom("all_names"), "index")], "match"),
        (vec![pair("capture", Value::EMPTY_LIST)], "match"),
    ];
    for (options, expected) in cases {
        assert_eq!(run_with("abc", groups, options), expected);
    }
    assert_eq!(run_with("abc", "b", vec![capture(atom("all_but_first"), "index")]), "{match,[]}");
    let names = vec![atom("y"), "z".into(), atom("q")];
    assert_eq!(
        run_with("abc", "(?<z>a)(?<y>b)", vec![capture(Value::List(names), "binary")]),
        r#"{match,[<<"b">>,<<"a">>,<<>>]}"#
    );
    assert_eq!(
        run_with("abc", "(?<z>a)(?<y>b)", vec![capture(atom("all_names"), "binary")]),
        r#"{match,[<<"b">>,<<"a">>]}"#
    );
    assert_eq!(
        run_with("b", "(?<n>a)|(?<n>b)", vec![atom("dupnames"), capture(Value::List(vec![atom("n")]), "binary")]),
        r#"{match,[<<"b">>]}"#
    );
}

#[test]
fn global_runs_find_all_matches_empty_ones_too() {
    let global = |subject, expression| run_with(subject, expression, vec![atom("global")]);
    assert_eq!(global("abcabc", "b"), "{match,[[{1,1}],[{4,1}]]}");
    assert_eq!(global("abc", ""), "{match,[[{0,0}],[{1,0}],[{2,0}],[{3,0}]]}");
    assert_eq!(global("aab", "a*"), "{match,[[{0,2}],[{2,0}],[{3,0}]]}");
    assert_eq!(global("x", "b"), "nomatch");
    let lines = vec![atom("global"), atom("multiline"), pair("newline", atom("crlf"))];
    assert_eq!(run_with("ab\r\ncd", "^.", lines), "{match,[[{0,1}],[{4,1}]]}");
}

#[test]
fn options_of_runs_and_expressions_count() {
    let cases = [
        ("abc", "c", vec![pair("offset", 3)], "nomatch"),
        ("abc", "B", vec![atom("caseless")], "{match,[{1,1}]}"),
        ("abc", "", vec![atom("notempty")], "nomatch"),
        ("abc", "b|", vec![atom("notempty")], "{match,[{1,1}]}"),
        ("abc", "b|", vec![atom("notempty_atstart")], "{match,[{1,1}]}"),
        ("abc", "^b", vec![pair("offset", 1)], "nomatch"),
        ("abc", "b", vec![pair("offset", 1), atom("anchored")], "{match,[{1,1}]}"),
        ("abc", "b", vec![atom("anchored")], "nomatch"),
        ("abc\n", "c$", vec![atom("dollar_endonly")], "nomatch"),
        ("abc\n", "c$", vec![], "{match,[{2,1}]}"),
        ("a\nb", "b", vec![atom("firstline")], "nomatch"),
        ("ab", "(a)(b)", vec![atom("no_auto_capture")], "{match,[{0,2}]}"),
        ("abb", "ab+", vec![atom("ungreedy")], "{match,[{0,2}]}"),
        ("abc", "b", vec![atom("foo")], "Error badarg"),
        ("abc", "(", vec![], "Error badarg"),
        ("é", ".", vec![], "{match,[{0,1}]}"),
        ("é", ".", vec![atom("unicode")], "{match,[{0,2}]}"),
        ("éa", "\\W", vec![atom("unicode"), atom("ucp")], "nomatch"),
    ];
    for (subject, expression, options, expected) in cases {
        assert_eq!(run_with(subject, expression, options.clone()), expected, "{subject} {expression} {options:?}");
    }
    assert_eq!(
        call(run, &[Value::binary([255u8, 97]), "a".into(), Value::List(vec![atom("unicode")])]),
        "Error badarg"
    );
}

#[test]
fn a_search_that_explodes_ends() {
    let subject = "a".repeat(40) + "!";
    assert_eq!(run_with(&subject, "^(a+)+$", vec![]), "nomatch");
    assert_eq!(run_with(&subject, "^(a+)+$", vec![atom("report_errors")]), "{error,match_limit}");
}

#[test]
fn bad_expressions_are_explained() {
    let cases = [
        ("(", "missing )", 1),
        ("a)", "unmatched parentheses", 1),
        ("[a", "missing terminating ] for character class", 2),
        ("*a", "nothing to repeat", 0),
        ("\\", "\\ at end of pattern", 1),
        ("[b-a]", "range out of order in character class", 3),
        ("a{2,1}", "numbers out of order in {} quantifier", 5),
        ("(?#abc", "missing ) after comment", 6),
    ];
    for (expression, text, position) in cases {
        let Err(error) = pattern::compile(&Options::default().key(expression.as_bytes())) else {
            panic!("{expression} compiles");
        };
        assert_eq!((error.text.as_str(), error.position), (text, position), "{expression}");
    }
}

#[test]
fn a_compiled_expression_is_a_constant() {
    let mut heap = Heap::default();
    let mut cx = Native::new(Builder::new(&mut heap));
    let source = cx.binary(b"(?<z>a)(?<y>B)");
    let options = cx.from_value(&Value::List(vec![atom("caseless")]));
    let Ok(Outcome::Value(made)) = compile(&mut cx, &[source, options]) else { panic!("does not compile") };
    let made = made.to_value().expect("a plain value");
    let Value::Tuple(parts) = &made else { panic!("{made:?}") };
    let pattern = parts[1].clone();
    assert_eq!(call(inspect, &[pattern.clone(), atom("namelist")]), r#"{namelist,[<<"y">>,<<"z">>]}"#);
    assert_eq!(call(run, &["xab".into(), pattern.clone()]), "{match,[{1,2},{1,1},{2,1}]}");
    assert_eq!(call(run, &["xab".into(), pattern, Value::List(vec![atom("dotall")])]), "Error badarg");
}

#[test]
fn replacements_name_groups() {
    let replaced = |expression: &str, replacement: &str, options: &[&str]| {
        let mut options: Vec<Value> = options.iter().map(|name| atom(name)).collect();
        options.push(pair("return", atom("binary")));
        call(replace, &["abcabc".into(), expression.into(), replacement.into(), Value::List(options)])
    };
    assert_eq!(replaced("b", "[&]", &[]), r#"<<"a[b]cabc">>"#);
    assert_eq!(replaced("b", "[&]", &["global"]), r#"<<"a[b]ca[b]c">>"#);
    assert_eq!(replaced("(b)(c)", r"<\2\1\g1\g{2}\\\&>", &["global"]), r#"<<"a<cbbc\\&>a<cbbc\\&>">>"#);
    assert_eq!(replaced("b", r"<\x\0\10\g0>", &[]), r#"<<"a<x0b>cabc">>"#);
    assert_eq!(replaced("", "y", &["global"]), r#"<<"yaybycyaybycy">>"#);
    let parts = call(replace, &["abc".into(), "b".into(), "[&]".into()]);
    assert_eq!(parts, r#"[<<"a">>,[<<"[">>,<<"b">>,<<"]">>]|<<"c">>]"#);
}

#[test]
fn splitting_keeps_groups_and_trims() {
    let parts = |subject: &str, expression: &str, options: Vec<Value>| {
        call(split, &[subject.into(), expression.into(), Value::List(options)])
    };
    assert_eq!(parts("a,b,c,,", ",", vec![]), r#"[<<"a">>,<<"b">>,<<"c">>,<<>>,<<>>]"#);
    assert_eq!(parts("a,b,c,,", ",", vec![atom("trim")]), r#"[<<"a">>,<<"b">>,<<"c">>]"#);
    assert_eq!(
        parts("a,b,,", "(,)", vec![atom("group")]),
        r#"[[<<"a">>,<<",">>],[<<"b">>,<<",">>],[<<>>,<<",">>],[<<>>]]"#
    );
    assert_eq!(parts("a,b,c", ",", vec![pair("parts", 2)]), r#"[<<"a">>,<<"b,c">>]"#);
    assert_eq!(parts("abc", "", vec![]), r#"[<<"a">>,<<"b">>,<<"c">>,<<>>]"#);
    assert_eq!(parts("", "", vec![atom("trim")]), "[<<>>]");
    assert_eq!(parts("aXb", "X|", vec![]), r#"[<<"a">>,<<"b">>,<<>>]"#);
    assert_eq!(
        parts("XaXbXX", "(X)(y)?", vec![atom("trim")]),
        r#"[<<>>,<<"X">>,<<>>,<<"a">>,<<"X">>,<<>>,<<"b">>,<<"X">>,<<>>,<<>>,<<"X">>]"#
    );
}
