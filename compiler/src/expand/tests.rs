//! Expansion without a machine: special forms, the built-in macros, names, patterns, errors.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use beamlet_vm::{Atom, Pid, Value};
use parking_lot::Mutex;

use super::host::{Awaited, Data, Evaluation, Failure, Host, HostFuture, Raised};
use super::Cx;
use crate::diagnostic::Diagnostic;
use crate::eval::Runner;
use crate::module::Compiler;
use crate::parse::{parse, ParseOptions};
use crate::source::SourceFile;
use crate::tree::*;

/// A machine on which nothing is loaded; it records what is generated and reported.
#[derive(Default)]
struct Bare {
    reports: Mutex<Vec<String>>,
}

impl Host for Bare {
    fn is_loaded(&self, _module: Atom) -> bool {
        false
    }

    fn call<'a>(&'a self, module: Atom, function: Atom, _: Vec<Data>) -> HostFuture<'a, Result<Data, Raised>> {
        Box::pin(async move {
            if module.as_str().starts_with("elixir_compiler_") {
                return Ok(Data::from(Value::atom("evaluated")));
            }
            Err(Raised::error(Value::Tuple(vec![Value::atom("undef"), module.into(), function.into()])))
        })
    }

    fn load<'a>(&'a self, _: Atom, _: &'a str, _: Vec<u8>) -> HostFuture<'a, Result<(), Raised>> {
        Box::pin(async { Ok(()) })
    }

    fn evaluation(&self, _: &[u8]) -> Result<Evaluation, Raised> {
        Ok(Evaluation(None))
    }

    fn evaluate<'a>(&'a self, _: &'a Evaluation, _: Atom, _: Vec<Data>) -> HostFuture<'a, Result<Data, Raised>> {
        Box::pin(async { Ok(Data::from(Value::atom("evaluated"))) })
    }

    fn ensure_loaded<'a>(&'a self, _: Atom) -> HostFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn wait_for<'a>(&'a self, _: Atom, _: Awaited) -> HostFuture<'a, Result<bool, Raised>> {
        Box::pin(async { Ok(false) })
    }

    fn process(&self) -> Pid {
        Pid::HOST
    }

    fn exports(&self, _: Atom) -> Option<Vec<(Atom, u8)>> {
        None
    }

    fn tuple_elements(&self, _: &Data) -> Option<Vec<Data>> {
        None
    }

    fn value(&self, data: &Data) -> Option<Value> {
        data.to_value()
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.reports.lock().push(diagnostic.message);
    }
}

static GENERATED: Mutex<Vec<Module>> = Mutex::new(Vec::new());
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn record(module: &Module) -> Result<Vec<u8>, Vec<Diagnostic>> {
    GENERATED.lock().push(module.clone());
    Ok(Vec::new())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

struct Expanded {
    modules: Vec<Module>,
    errors: Vec<String>,
    reports: Vec<String>,
}

fn expand(text: &str) -> Expanded {
    let _guard = ONE_AT_A_TIME.lock();
    GENERATED.lock().clear();
    let host = Bare::default();
    let compiler = Compiler::new(record);
    let source = SourceFile::new("t.ex", text);
    let quoted = match parse(&source, &ParseOptions::default()) {
        Ok(quoted) => quoted,
        Err(errors) => panic!("{text} does not parse: {errors:?}"),
    };
    let result = block_on(async {
        let cx = Cx { compiler: &compiler, host: &host, compiled: None };
        let env = compiler.file_env(&host, "t.ex").await?;
        let mut runner = Runner::new(cx, source, env, Vec::new());
        runner.run(&quoted).await
    });
    let errors = match result {
        Ok(_) => Vec::new(),
        Err(Failure::Diagnostics(errors)) => errors.iter().map(|error| error.message.clone()).collect(),
        Err(Failure::Raised(raised)) => vec![format!("raised {:?}", raised.reason.to_value())],
    };
    let modules = std::mem::take(&mut *GENERATED.lock());
    let reports = host.reports.into_inner();
    Expanded { modules, errors, reports }
}

/// The functions of a module `M` around `body`, as text, without `__info__/1`.
fn functions(body: &str) -> String {
    let expanded = expand(&format!("defmodule M do\n{body}\nend"));
    assert!(expanded.errors.is_empty(), "{body}: {:?}", expanded.errors);
    let module = expanded.modules.last().expect("a module was generated");
    let mut shown = Vec::new();
    for function in &module.functions {
        if function.name.as_str() == "__info__" {
            continue;
        }
        for clause in &function.clauses {
            shown.push(format!("{}{}", function.name, clause_text(clause)));
        }
    }
    shown.join("; ")
}

fn body(text: &str) -> String {
    let shown = functions(&format!("def f(a, b), do: ({text})\ndef g(x), do: x\ndef h(), do: 0"));
    let end = shown.find("; g(").unwrap_or(shown.len());
    shown[..end].trim_start_matches("f(v0, v1) -> ").to_string()
}

fn error(text: &str) -> String {
    expand(text).errors.first().cloned().unwrap_or_default()
}

fn join<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Int(int) => int.to_string(),
        Value::Float(float) => format!("{float:?}"),
        Value::Atom(atom) => format!(":{atom}"),
        Value::Binary(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Value::List(list) => format!("[{}]", join(list, value_text)),
        Value::Tuple(list) => format!("{{{}}}", join(list, value_text)),
        Value::Map(entries) => {
            format!("%{{{}}}", join(entries, |(k, v)| format!("{} => {}", value_text(k), value_text(v))))
        }
        Value::ExternalFun(m, f, a) => format!("&{m}.{f}/{a}"),
        other => format!("{other:?}"),
    }
}

fn clause_text(clause: &Clause) -> String {
    let guards = match clause.guards.as_slice() {
        [] => String::new(),
        guards => format!(" when {}", guards.iter().map(text).collect::<Vec<_>>().join(" when ")),
    };
    format!("({}){guards} -> {}", join(&clause.patterns, pattern_text), text(&clause.body))
}

fn segment_text<T>(segment: &Segment<T>, show: impl Fn(&T) -> String) -> String {
    let size = segment.size.as_ref().map_or(String::new(), |size| format!("-{}", text(size)));
    let signed = if segment.signed { "-signed" } else { "" };
    format!("{}::{:?}{size}*{}{signed}", show(&segment.value), segment.kind, segment.unit)
}

fn pattern_text(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Any => "_".to_string(),
        Pattern::Var(v) => format!("v{}", v.0),
        Pattern::Pin(v) => format!("^v{}", v.0),
        Pattern::Literal(value) => value_text(value),
        Pattern::Cons(head, tail) => format!("[{} | {}]", pattern_text(head), pattern_text(tail)),
        Pattern::Tuple(list) => format!("{{{}}}", join(list, pattern_text)),
        Pattern::Map(list) => format!("%{{{}}}", join(list, |(k, v)| format!("{} => {}", text(k), pattern_text(v)))),
        Pattern::Binary(list) => format!("<<{}>>", join(list, |s| segment_text(s, pattern_text))),
        Pattern::Both(left, right) => format!("{} = {}", pattern_text(left), pattern_text(right)),
    }
}

fn clauses_text(clauses: &[Clause]) -> String {
    clauses.iter().map(clause_text).collect::<Vec<_>>().join("; ")
}

fn text(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => value_text(value),
        ExprKind::Var(v) => format!("v{}", v.0),
        ExprKind::Cons(head, tail) => format!("[{} | {}]", text(head), text(tail)),
        ExprKind::List(list, None) => format!("[{}]", join(list, text)),
        ExprKind::List(list, Some(tail)) => format!("[{} | {}]", join(list, text), text(tail)),
        ExprKind::Tuple(list) => format!("{{{}}}", join(list, text)),
        ExprKind::Map(list) => format!("%{{{}}}", join(list, |(k, v)| format!("{} => {}", text(k), text(v)))),
        ExprKind::MapUpdate(map, list) => {
            format!("%{{{} | {}}}", text(map), join(list, |(k, v)| format!("{} => {}", text(k), text(v))))
        }
        ExprKind::Binary(list) => format!("<<{}>>", join(list, |s| segment_text(s, text))),
        ExprKind::Block(list) => format!("({})", list.iter().map(text).collect::<Vec<_>>().join("; ")),
        ExprKind::Match(pattern, value) => format!("{} = {}", pattern_text(pattern), text(value)),
        ExprKind::Case(subject, clauses, no_match) => {
            format!("case {} {{{}}} {no_match:?}", text(subject), clauses_text(clauses))
        }
        ExprKind::Cond(list) => {
            format!("cond {{{}}}", join(list, |(c, b)| format!("{} -> {}", text(c), text(b))))
        }
        ExprKind::Receive(clauses, after) => {
            let after = after.as_ref().map_or(String::new(), |a| format!(" after {} -> {}", text(&a.0), text(&a.1)));
            format!("receive {{{}}}{after}", clauses_text(clauses))
        }
        ExprKind::Try(parts) => format!(
            "try {} else {{{}}} catch {{{}}} trace {:?} after {:?}",
            text(&parts.body),
            clauses_text(&parts.else_clauses),
            clauses_text(&parts.catches),
            parts.stacktrace.map(|v| v.0),
            parts.after.as_ref().map(text)
        ),
        ExprKind::Fn(clauses) => format!("fn {{{}}}", clauses_text(clauses)),
        ExprKind::LocalFun(name, arity) => format!("&{name}/{arity}"),
        ExprKind::RemoteFun(module, name, arity) => format!("&{}.{}/{arity}", text(module), text(name)),
        ExprKind::CallLocal(name, args) => format!("{name}({})", join(args, text)),
        ExprKind::CallRemote(module, name, args) => {
            format!("{}.{name}({})", text(module).trim_start_matches(':'), join(args, text))
        }
        ExprKind::CallFun(fun, args) => format!("{}.({})", text(fun), join(args, text)),
        ExprKind::For(parts) => {
            let steps = join(&parts.steps, |step| match step {
                Step::Each(p, guards, e) => {
                    format!("{}{} <- {}", pattern_text(p), " when".repeat(guards.len()), text(e))
                }
                Step::Bits(list, e) => format!("<<{}>> <- {}", join(list, |s| segment_text(s, pattern_text)), text(e)),
                Step::Filter(e) => text(e),
            });
            let gather = match &parts.gather {
                Gather::List(body) => text(body),
                Gather::Into(into, body) => format!("into {} {}", text(into), text(body)),
                Gather::Reduce(initial, clauses) => format!("reduce {} {{{}}}", text(initial), clauses_text(clauses)),
            };
            format!("for {steps} do {gather}")
        }
        ExprKind::With(parts) => {
            let steps = join(&parts.steps, |step| match step {
                WithStep::Match(p, _, e) => format!("{} <- {}", pattern_text(p), text(e)),
                WithStep::Plain(e) => text(e),
            });
            let otherwise =
                parts.else_clauses.as_ref().map_or(String::new(), |list| format!(" else {{{}}}", clauses_text(list)));
            format!("with {steps} do {}{otherwise}", text(&parts.body))
        }
        ExprKind::And(left, right) => format!("({} and {})", text(left), text(right)),
        ExprKind::Or(left, right) => format!("({} or {})", text(left), text(right)),
    }
}

#[test]
fn expressions_expand() {
    let cases = [
        ("g(a)", "g(v0)"),
        ("a |> g() |> g", "g(g(v0))"),
        ("x = a; x = g(x); x", "(v2 = v0; v3 = g(v2); v3)"),
        ("{1, :a, \"b\", [1, 2 | 3]}", "{1, :a, \"b\", ImproperList([Int(1), Int(2)], Int(3))}"),
        ("[a, 1 | b]", "[v0, 1 | v1]"),
        ("%{a => 1, b: b}", "%{v0 => 1, :b => v1}"),
        ("%{a | b: 1}", "%{v0 | :b => 1}"),
        ("if a, do: b, else: 2", "cond {v0 -> v1, :true -> 2}"),
        ("if x = a do x end; x", "((v3 = v2 = v0; cond {v3 -> v2, :true -> :nil}); v2)"),
        ("unless a, do: b", "cond {v0 -> :nil, :true -> v1}"),
        ("a && b", "case v0 {(:false) -> :false; (:nil) -> :nil; (_) -> v1} Impossible"),
        (
            "a || b",
            "case v0 {(v2) when erlang.=:=(v2, :false) when erlang.=:=(v2, :nil) -> v1; (v3) -> v3} Impossible",
        ),
        ("a and b", "(v0 and v1)"),
        ("fn x, ^a -> x end", "fn {(v2, ^v0) -> v2}"),
        ("fn -> 1 end", "fn {() -> 1}"),
        ("&(&1 |> g)", "fn {(v2) -> g(v2)}"),
        ("&g/1", "&g/1"),
        ("&g(&1)", "&g/1"),
        ("&:lists.map/2", "&lists.map/2"),
        ("&{&2, &1}", "fn {(v3, v2) -> {v2, v3}}"),
        ("a.(b)", "v0.(v1)"),
        (":lists.reverse(a)", "lists.reverse(v0)"),
        ("a.foo(b)", "v0.foo(v1)"),
        ("Map.put(a, :k, b)", "maps.put(:k, v1, v0)"),
        ("case a do {x, x} when x > b or x -> x; _ -> 2 end", "case v0 {({v2, v2}) when (erlang.>(v2, v1) or v2) -> v2; (_) -> 2} CaseClause"),
        ("cond do a -> 1; true -> b end", "cond {v0 -> 1, :true -> v1}"),
        (
            "receive do {:x, y} -> y after 10 -> a end",
            "receive {({:x, v2}) -> v2} after 10 -> v0",
        ),
        ("for x <- a, x, do: g(x)", "for v2 <- v0, v2 do g(v2)"),
        ("for <<x::4, y::4 <- a>>, into: \"\", do: <<y::4, x::4>>", "for <<v2::Integer-4*1, v3::Integer-4*1>> <- v0 do into \"\" <<v3::Integer-4*1, v2::Integer-4*1>>"),
        ("for x <- a, reduce: b do acc -> {acc, x} end", "for v2 <- v0 do reduce v1 {(v3) -> {v3, v2}}"),
        ("with {:ok, x} <- a, y = x do y else _ -> b end", "with {:ok, v2} <- v0, v3 = v2 do v3 else {(_) -> v1}"),
        ("\"a#{a}\"", "<<\"a\"::Binary*8, Elixir.String.Chars.to_string(v0)::Binary*8>>"),
        ("<<a, b::16-little, \"x\">>", "<<v0::Integer*1, v1::Integer-16*1, \"x\"::Binary*8>>"),
        ("\"a\" <> b", "<<\"a\"::Binary*8, v1::Binary*8>>"),
        ("\"a\" <> b = a; b", "(<<\"a\"::Binary*8, v2::Binary*8>> = v0; v2)"),
        ("[1] ++ b = a; b", "([1 | v2] = v0; v2)"),
        ("a in [1, b]", "(erlang.=:=(v0, 1) or erlang.=:=(v0, v1))"),
        ("a in 1..3", "(erlang.is_integer(v0) and (erlang.>=(v0, 1) and erlang.=<(v0, 3)))"),
        ("1..3", "%{:__struct__ => :Elixir.Range, :first => 1, :last => 3, :step => 1}"),
        ("-1", "-1"),
        ("quote do: x + 1", "{:+, [{:context, :Elixir.M}, {:imports, [{1, :Elixir.Kernel}, {2, :Elixir.Kernel}]}], [{:x, [], :Elixir.M}, 1]}"),
        ("quote do: unquote(a).foo(1)", "{{:., [], [v0, :foo]}, [], [1]}"),
        ("quote do: foo(unquote_splicing(a), 2)", "{:foo, [], erlang.++(v0, [2])}"),
        ("quote do: {unquote(a), 1, 2}", "{:{}, [], [v0, 1, 2]}"),
        ("__MODULE__", ":Elixir.M"),
        ("Foo.Bar", ":Elixir.Foo.Bar"),
        ("alias Foo.Bar; Bar", ":Elixir.Foo.Bar"),
        (
            "try do a rescue e in ArgumentError -> e catch :exit, r -> r after b end",
            "try v0 else {} catch {(:error, v3) when (erlang.is_map(v3) and erlang.=:=(erlang.map_get(:__struct__, v3), \
             :Elixir.ArgumentError)) when erlang.=:=(v3, :badarg) when (erlang.=:=(erlang.tuple_size(v3), 2) and \
             erlang.=:=(erlang.element(1, v3), :badarg)) -> (v4 = Elixir.Exception.normalize(:error, v3, v2); v4); (:exit, v5) \
             -> v5} trace Some(2) after Some(\"v1\")",
        ),
    ];
    let mut wrong = Vec::new();
    for (source, expected) in cases {
        let shown = body(source);
        if shown != expected {
            wrong.push(format!("{source}\n   {shown}\n   {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn definitions_expand() {
    let cases = [
        ("def f(a, b \\\\ 1), do: {a, b}", "f(v0, v1) -> {v0, v1}; f(v0) -> f(v0, 1)"),
        ("def f(x) when x when hd(x), do: 1", "f(v0) when v0 when erlang.hd(v0) -> 1"),
        ("@x 1\ndef f, do: @x\n@x 2\ndef g, do: @x", "f() -> 1; g() -> 2"),
        ("defmacro m(x), do: {x, __CALLER__}", "MACRO-m(v0, v1) -> {v1, v0}"),
        ("def f do\n1\nrescue\n_ -> 2\nend", "f() -> try 1 else {} catch {(:error, v1) -> 2} trace None after None"),
    ];
    let mut wrong = Vec::new();
    for (source, expected) in cases {
        let shown = functions(source);
        if shown != expected {
            wrong.push(format!("{source}\n   {shown}\n   {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn errors_name_what_is_wrong() {
    let cases = [
        ("defmodule M do\ndef f, do: x\nend", "undefined function x/0 (expected M to define such a function or for it to be imported, but none are available)"),
        (
            "defmodule M do\ndef f, do: foo(1)\nend",
            "undefined function foo/1 (expected M to define such a function or for it to be imported, but none are available)",
        ),
        ("foo(1)", "undefined function foo/1 (there is no such import)"),
        ("^x", "cannot use ^x outside of match clauses"),
        ("&1", "capture argument &1 must be used within the capture operator &"),
        ("case 1 do end", "expected -> clauses for :do in \"case\""),
        ("import Foo", "module Foo is not loaded and could not be found"),
        ("unquote(1)", "unquote called outside quote"),
        ("_", "invalid use of _. \"_\" represents a value to be ignored in a pattern and cannot be used in expressions"),
        ("<<1::foo>>", "unknown bitstring specifier: foo()"),
        ("__CALLER__", "__CALLER__ is available only inside defmacro and defmacrop"),
        ("fn 1 -> 2; 3, 4 -> 5 end", "cannot mix clauses with different arities in anonymous functions"),
    ];
    for (source, expected) in cases {
        assert_eq!(error(source), expected, "{source}");
    }
}

#[test]
fn unused_names_are_reported() {
    let reports = expand("defmodule M do\ndef f(x), do: 1\ndefp g, do: 2\nend").reports;
    assert_eq!(
        reports,
        [
            "variable \"x\" is unused (if the variable is not meant to be used, prefix it with an underscore)",
            "function g/0 is unused"
        ]
    );
}
