//! Modules put together by hand, run on a VM in manual mode.

use crate::atom::Atom;
use crate::code::file::{Assembler, NewLambda};
use crate::code::{AllocKind, LoadError, Opcode, Operand};
use crate::heap::OwnedTerm;
use crate::machine::Vm;
use crate::Value;

use Opcode as Op;
use Operand::{Label, Literal, Nil, Unsigned, X, Y};

fn atom(name: &str) -> Operand {
    Operand::Atom(Atom::new(name))
}

fn int(value: i64) -> Operand {
    Operand::Integer(value)
}

fn list(items: impl IntoIterator<Item = Operand>) -> Operand {
    Operand::List(items.into_iter().collect())
}

/// A module being written, function by function; labels are numbered two to a function.
struct Writer {
    file: Assembler,
    module: Atom,
}

impl Writer {
    fn new(name: &str) -> Writer {
        Writer { file: Assembler::new(Atom::new(name)), module: Atom::new(name) }
    }

    /// Opens function `name/arity`, whose head has label `2 * number - 1` and whose entry has `2 * number`.
    fn function(&mut self, number: u32, name: &str, arity: u32) {
        let (head, entry) = (2 * number - 1, 2 * number);
        self.op(Op::Label, [Unsigned(head.into())]);
        let line = self.file.line("lib/written.ex", number * 10);
        self.op(Op::Line, [Unsigned(line.into())]);
        self.op(Op::FuncInfo, [Operand::Atom(self.module), atom(name), Unsigned(arity.into())]);
        self.op(Op::Label, [Unsigned(entry.into())]);
        self.file.export(Atom::new(name), arity, entry);
    }

    fn op<const N: usize>(&mut self, op: Opcode, args: [Operand; N]) {
        self.file.push(op, &args);
    }

    fn import(&mut self, module: &str, function: &str, arity: u32) -> Operand {
        Unsigned(self.file.import(Atom::new(module), Atom::new(function), arity).into())
    }

    fn finish(mut self) -> Vec<u8> {
        self.op(Op::IntCodeEnd, []);
        self.file.finish()
    }
}

fn vm_with(bytes: &[u8]) -> Vm {
    let vm = Vm::builder().manual().build().expect("a VM without threads needs nothing");
    vm.load(bytes).expect("the module is well-formed");
    vm
}

/// What a process exits with that runs `module:function(args…)`, shown as Erlang shows it.
fn exit_reason(vm: &Vm, module: &str, function: &str, args: &[Value]) -> String {
    let args = args.iter().map(OwnedTerm::from_value).collect();
    let pid = vm.spawn(Atom::new(module), Atom::new(function), args).expect("the process table has room");
    format!("{:?}", vm.wait(pid).expect("the process ends"))
}

/// `fib/1`, and `run/1` which exits with its result.
fn fib() -> Vec<u8> {
    let mut w = Writer::new("written_fib");
    let minus = w.import("erlang", "-", 2);
    let plus = w.import("erlang", "+", 2);
    let exit = w.import("erlang", "exit", 1);
    w.function(1, "fib", 1);
    w.op(Op::IsLt, [Label(9), X(0), int(2)]);
    w.op(Op::Return, []);
    w.op(Op::Label, [Unsigned(9)]);
    w.op(Op::GcBif2, [Label(0), Unsigned(1), minus.clone(), X(0), int(1), X(1)]);
    w.op(Op::Allocate, [Unsigned(1), Unsigned(2)]);
    w.op(Op::Move, [X(0), Y(0)]);
    w.op(Op::Move, [X(1), X(0)]);
    w.op(Op::Call, [Unsigned(1), Label(2)]);
    w.op(Op::GcBif2, [Label(0), Unsigned(1), minus, Y(0), int(2), X(1)]);
    w.op(Op::Move, [X(0), Y(0)]);
    w.op(Op::Move, [X(1), X(0)]);
    w.op(Op::Call, [Unsigned(1), Label(2)]);
    w.op(Op::GcBif2, [Label(0), Unsigned(1), plus, Y(0), X(0), X(0)]);
    w.op(Op::Deallocate, [Unsigned(1)]);
    w.op(Op::Return, []);
    w.function(2, "run", 1);
    w.op(Op::Allocate, [Unsigned(0), Unsigned(1)]);
    w.op(Op::Call, [Unsigned(1), Label(2)]);
    w.op(Op::CallExtLast, [Unsigned(1), exit, Unsigned(0)]);
    w.finish()
}

#[test]
fn calls_return_and_are_preempted() {
    let vm = vm_with(&fib());
    assert_eq!(exit_reason(&vm, "written_fib", "run", &[Value::Int(20)]), "6765");
}

#[test]
fn errors_name_function_file_and_line() {
    let vm = vm_with(&fib());
    let reason = exit_reason(&vm, "written_fib", "run", &[Value::atom("zero")]);
    // As in OTP, where adding a constant has an instruction of its own, which does not tell of its operands.
    assert!(reason.starts_with("{badarith,[{written_fib,fib,1,"), "{reason}");
    assert!(reason.contains("{line,10}"), "{reason}");
    let reason = exit_reason(&vm, "written_fib", "absent", &[]);
    assert_eq!(reason, "{undef,[{written_fib,absent,[],[]}]}");
}

/// `run/1` makes a term in a register that it then gives up, calls a guard function that is not there, and exits with
/// its error after collecting.
fn unknown_guard_function() -> Vec<u8> {
    let mut w = Writer::new("written_unknown");
    let unknown = w.import("erlang", "no_such", 2);
    let collect = w.import("erlang", "garbage_collect", 0);
    w.function(1, "run", 1);
    w.op(Op::TestHeap, [Unsigned(2), Unsigned(1)]);
    w.op(Op::PutList, [X(0), Nil, X(1)]);
    w.op(Op::Allocate, [Unsigned(1), Unsigned(1)]);
    w.op(Op::Try, [Y(0), Label(9)]);
    w.op(Op::GcBif2, [Label(0), Unsigned(1), unknown, X(0), int(2), X(0)]);
    w.op(Op::TryEnd, [Y(0)]);
    w.op(Op::Deallocate, [Unsigned(1)]);
    w.op(Op::Return, []);
    w.op(Op::Label, [Unsigned(9)]);
    w.op(Op::TryCase, [Y(0)]);
    w.op(Op::Move, [X(2), Y(0)]);
    w.op(Op::CallExt, [Unsigned(0), collect]);
    w.op(Op::Move, [Y(0), X(2)]);
    w.op(Op::Move, [Operand::Atom(Atom::new("error")), X(0)]);
    w.op(Op::Move, [Operand::Atom(Atom::new("undef")), X(1)]);
    w.op(Op::RawRaise, []);
    w.op(Op::Deallocate, [Unsigned(1)]);
    w.op(Op::Return, []);
    w.finish()
}

#[test]
fn a_guard_function_that_is_not_there_is_an_error_with_its_operands() {
    let vm = vm_with(&unknown_guard_function());
    let reason = exit_reason(&vm, "written_unknown", "run", &[Value::Int(1)]);
    assert!(reason.starts_with("{undef,[{erlang,no_such,[1,2],"), "{reason}");
}

/// Builds a list, a tuple and a fun, and catches what the fun throws.
fn data() -> Vec<u8> {
    let mut w = Writer::new("written_data");
    let throw = w.import("erlang", "throw", 1);
    let exit = w.import("erlang", "exit", 1);
    let lambda = w.file.lambda(NewLambda { function: Atom::new("thrower"), arity: 2, label: 4, free: 1 });
    w.function(1, "run", 1);
    w.op(Op::Allocate, [Unsigned(1), Unsigned(1)]);
    let need = Operand::Alloc(vec![(AllocKind::Words, 1), (AllocKind::Funs, 1)]);
    w.op(Op::Move, [Nil, Y(0)]);
    w.op(Op::TestHeap, [need, Unsigned(1)]);
    w.op(Op::MakeFun3, [Unsigned(lambda.into()), X(1), list([X(0)])]);
    w.op(Op::Try, [Y(0), Label(9)]);
    w.op(Op::Move, [atom("argument"), X(0)]);
    w.op(Op::CallFun, [Unsigned(1)]);
    w.op(Op::TryEnd, [Y(0)]);
    w.op(Op::CallExtLast, [Unsigned(1), exit.clone(), Unsigned(1)]);
    w.op(Op::Label, [Unsigned(9)]);
    w.op(Op::TryCase, [Y(0)]);
    w.op(Op::TestHeap, [Unsigned(5), Unsigned(2)]);
    w.op(Op::PutList, [X(1), Nil, X(1)]);
    w.op(Op::PutTuple2, [X(0), list([X(0), X(1)])]);
    w.op(Op::CallExtLast, [Unsigned(1), exit, Unsigned(1)]);
    w.function(2, "thrower", 2);
    w.op(Op::TestHeap, [Unsigned(3), Unsigned(2)]);
    w.op(Op::PutTuple2, [X(0), list([X(1), X(0)])]);
    w.op(Op::CallExtOnly, [Unsigned(1), throw]);
    w.finish()
}

#[test]
fn funs_carry_variables_and_handlers_catch() {
    let vm = vm_with(&data());
    assert_eq!(exit_reason(&vm, "written_data", "run", &[Value::atom("free")]), "{throw,[{free,argument}]}");
}

/// Exits with a list of funs of one `fn`.
fn funs() -> Vec<u8> {
    let mut w = Writer::new("written_funs");
    let exit = w.import("erlang", "exit", 1);
    let lambda = w.file.lambda(NewLambda { function: Atom::new("kept"), arity: 1, label: 4, free: 1 });
    w.function(1, "run", 1);
    let need = Operand::Alloc(vec![(AllocKind::Words, 6), (AllocKind::Funs, 2)]);
    w.op(Op::TestHeap, [need, Unsigned(1)]);
    w.op(Op::MakeFun3, [Unsigned(lambda.into()), X(1), list([X(0)])]);
    w.op(Op::MakeFun3, [Unsigned(lambda.into()), X(2), list([X(1)])]);
    w.op(Op::PutList, [X(1), Nil, X(1)]);
    w.op(Op::PutList, [X(2), X(1), X(0)]);
    w.op(Op::CallExtOnly, [Unsigned(1), exit]);
    w.function(2, "kept", 1);
    w.op(Op::Return, []);
    w.finish()
}

#[test]
fn entries_of_funs_go_with_their_vm_and_with_what_left_it() {
    let vm = vm_with(&funs());
    let module = vm.shared().registry().module(Atom::new("written_funs")).expect("the module is loaded");
    let entry = std::sync::Arc::downgrade(&module.funs[0]);
    drop(module);
    let run = || {
        let args = vec![OwnedTerm::from_value(&Value::binary(vec![7; 1000]))];
        let pid = vm.spawn(Atom::new("written_funs"), Atom::new("run"), args).expect("the process table has room");
        vm.wait(pid).expect("the process ends")
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    let shown = format!("{first:?}");
    assert!(shown.starts_with("[#Fun<written_funs.0."), "{shown}");
    drop(second);
    drop(vm);
    let copy = first.clone();
    drop(first);
    assert_eq!(format!("{copy:?}"), shown);
    assert!(entry.upgrade().is_some());
    drop(copy);
    assert!(entry.upgrade().is_none());
}

#[test]
fn entries_of_funs_that_nobody_took_along_go_with_their_vm() {
    let vm = vm_with(&funs());
    let module = vm.shared().registry().module(Atom::new("written_funs")).expect("the module is loaded");
    let entry = std::sync::Arc::downgrade(&module.funs[0]);
    drop(module);
    vm.load(&funs()).expect("the module is well-formed");
    assert_eq!(entry.upgrade().map(|entry| entry.index), Some(0));
    drop(vm);
    assert!(entry.upgrade().is_none());
}

/// Takes a binary apart and puts another together.
fn binaries() -> Vec<u8> {
    let mut w = Writer::new("written_bits");
    let exit = w.import("erlang", "exit", 1);
    let offset = w.file.string(b"<->");
    w.function(1, "run", 1);
    w.op(Op::BsStartMatch3, [Label(1), X(0), Unsigned(1), X(1)]);
    w.op(Op::BsGetInteger2, [Label(1), X(1), Unsigned(2), int(12), Unsigned(1), Unsigned(0), X(2)]);
    w.op(Op::BsGetBinary2, [Label(1), X(1), Unsigned(3), atom("all"), Unsigned(1), Unsigned(0), X(3)]);
    let segments = [
        [atom("integer"), Unsigned(1), Unsigned(1), Nil, X(2), int(16)],
        [atom("string"), Unsigned(0), Unsigned(8), Nil, Unsigned(offset.into()), int(3)],
        [atom("binary"), Unsigned(2), Unsigned(1), Nil, X(3), atom("all")],
    ];
    let segments = list(segments.into_iter().flatten());
    w.op(Op::BsCreateBin, [Label(0), Unsigned(0), Unsigned(4), Unsigned(1), X(0), segments]);
    w.op(Op::CallExtOnly, [Unsigned(1), exit]);
    w.finish()
}

#[test]
fn bits_are_matched_and_built() {
    let vm = vm_with(&binaries());
    let text = Value::binary([0xab, 0xcd, 0xef]);
    assert_eq!(exit_reason(&vm, "written_bits", "run", &[text]), "<<10,188,60,45,62,222,15:4>>");
    let reason = exit_reason(&vm, "written_bits", "run", &[Value::Int(1)]);
    assert!(reason.starts_with("{function_clause,[{written_bits,run,[1],"), "{reason}");
}

/// Sends itself messages and receives the second; then waits in vain.
fn messages() -> Vec<u8> {
    let mut w = Writer::new("written_messages");
    let own = w.import("erlang", "self", 0);
    let exit = w.import("erlang", "exit", 1);
    w.function(1, "run", 0);
    w.op(Op::Allocate, [Unsigned(0), Unsigned(0)]);
    for message in ["first", "second"] {
        w.op(Op::Bif0, [own.clone(), X(0)]);
        w.op(Op::Move, [atom(message), X(1)]);
        w.op(Op::Send, []);
    }
    w.op(Op::Label, [Unsigned(9)]);
    w.op(Op::LoopRec, [Label(11), X(0)]);
    w.op(Op::IsEqExact, [Label(10), X(0), atom("second")]);
    w.op(Op::RemoveMessage, []);
    w.op(Op::Jump, [Label(12)]);
    w.op(Op::Label, [Unsigned(10)]);
    w.op(Op::LoopRecEnd, [Label(9)]);
    w.op(Op::Label, [Unsigned(11)]);
    w.op(Op::Wait, [Label(9)]);
    w.op(Op::Label, [Unsigned(12)]);
    w.op(Op::LoopRec, [Label(14), X(0)]);
    w.op(Op::IsEqExact, [Label(13), X(0), atom("never")]);
    w.op(Op::RemoveMessage, []);
    w.op(Op::Jump, [Label(14)]);
    w.op(Op::Label, [Unsigned(13)]);
    w.op(Op::LoopRecEnd, [Label(12)]);
    w.op(Op::Label, [Unsigned(14)]);
    w.op(Op::WaitTimeout, [Label(12), int(1)]);
    w.op(Op::Timeout, []);
    w.op(Op::LoopRec, [Label(15), X(0)]);
    w.op(Op::RemoveMessage, []);
    w.op(Op::CallExtLast, [Unsigned(1), exit, Unsigned(0)]);
    w.op(Op::Label, [Unsigned(15)]);
    w.op(Op::Wait, [Label(15)]);
    w.finish()
}

#[test]
fn a_receive_chooses_and_its_time_runs_out() {
    let vm = Vm::builder().deterministic(1).build().expect("a VM without threads needs nothing");
    vm.load(&messages()).expect("the module is well-formed");
    assert_eq!(exit_reason(&vm, "written_messages", "run", &[]), "first");
}

fn refused(write: impl FnOnce(&mut Writer)) -> String {
    let mut w = Writer::new("written_wrong");
    w.function(1, "run", 1);
    write(&mut w);
    let vm = Vm::builder().manual().build().expect("a VM without threads needs nothing");
    match vm.load(&w.finish()) {
        Err(error @ LoadError::Code { .. }) => error.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn wrong_code_is_refused_with_its_place() {
    let cases: [(&str, fn(&mut Writer)); 18] = [
        ("y0 is read but may hold a handler's mark", |w| {
            w.op(Op::Allocate, [Unsigned(1), Unsigned(1)]);
            w.op(Op::Try, [Y(0), Label(9)]);
            w.op(Op::Move, [Y(0), X(0)]);
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::TryCase, [Y(0)]);
            w.op(Op::Deallocate, [Unsigned(1)]);
            w.op(Op::Return, []);
        }),
        ("a handler is set above one that is set already", |w| {
            w.op(Op::Allocate, [Unsigned(2), Unsigned(1)]);
            w.op(Op::Try, [Y(0), Label(9)]);
            w.op(Op::Try, [Y(1), Label(10)]);
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::TryCase, [Y(0)]);
            w.op(Op::Deallocate, [Unsigned(2)]);
            w.op(Op::Return, []);
            w.op(Op::Label, [Unsigned(10)]);
            w.op(Op::TryCase, [Y(1)]);
            w.op(Op::Deallocate, [Unsigned(2)]);
            w.op(Op::Return, []);
        }),
        ("a handler takes back another mark than its own", |w| {
            w.op(Op::Allocate, [Unsigned(2), Unsigned(1)]);
            w.op(Op::InitYregs, [list([Y(0)])]);
            w.op(Op::Try, [Y(1), Label(9)]);
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::TryCase, [Y(0)]);
            w.op(Op::Deallocate, [Unsigned(2)]);
            w.op(Op::Return, []);
        }),
        ("lists:append/2 is no guard function", |w| {
            let append = w.import("lists", "append", 2);
            w.op(Op::GcBif2, [Label(0), Unsigned(1), append, X(0), X(0), X(0)]);
            w.op(Op::Return, []);
        }),
        ("looking into a map has nowhere to go when it fails", |w| {
            w.op(Op::GetMapElements, [Label(0), X(0), list([X(0), X(0)])]);
            w.op(Op::Return, []);
        }),
        // What one of the handler's two labels brings holds for it too.
        ("y2 is read but may hold a handler's mark", |w| {
            w.op(Op::Allocate, [Unsigned(3), Unsigned(1)]);
            w.op(Op::InitYregs, [list([Y(0), Y(1), Y(2)])]);
            w.op(Op::Try, [Y(2), Label(11)]);
            w.op(Op::Try, [Y(0), Label(9)]);
            w.op(Op::TryEnd, [Y(0)]);
            w.op(Op::TryEnd, [Y(2)]);
            w.op(Op::Try, [Y(0), Label(10)]);
            w.op(Op::TryEnd, [Y(0)]);
            w.op(Op::Deallocate, [Unsigned(3)]);
            w.op(Op::Return, []);
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::Label, [Unsigned(10)]);
            w.op(Op::TryCase, [Y(0)]);
            w.op(Op::Move, [Y(2), X(0)]);
            w.op(Op::Deallocate, [Unsigned(3)]);
            w.op(Op::Return, []);
            w.op(Op::Label, [Unsigned(11)]);
            w.op(Op::TryCase, [Y(2)]);
            w.op(Op::Deallocate, [Unsigned(3)]);
            w.op(Op::Return, []);
        }),
        ("a frame is trimmed while a handler counts on it", |w| {
            w.op(Op::Allocate, [Unsigned(2), Unsigned(1)]);
            w.op(Op::InitYregs, [list([Y(0)])]);
            w.op(Op::Try, [Y(1), Label(9)]);
            w.op(Op::Trim, [Unsigned(1), Unsigned(1)]);
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::TryCase, [Y(1)]);
            w.op(Op::Deallocate, [Unsigned(2)]);
            w.op(Op::Return, []);
        }),
        ("a tuple is written that others may know", |w| {
            w.op(Op::SetTupleElement, [int(1), X(0), Unsigned(0)]);
            w.op(Op::Return, []);
        }),
        ("a tuple is written that others may know", |w| {
            let setelement = w.import("erlang", "setelement", 3);
            w.op(Op::Allocate, [Unsigned(0), Unsigned(1)]);
            w.op(Op::Move, [X(0), X(1)]);
            w.op(Op::Move, [X(0), X(2)]);
            w.op(Op::CallExt, [Unsigned(3), setelement]);
            w.op(Op::Move, [X(0), X(1)]);
            w.op(Op::SetTupleElement, [X(1), X(0), Unsigned(0)]);
            w.op(Op::Deallocate, [Unsigned(0)]);
            w.op(Op::Return, []);
        }),
        ("there is no binary to put a segment into", |w| {
            w.op(Op::BsInit2, [Label(0), int(1), Unsigned(0), Unsigned(1), Unsigned(0), X(1)]);
            w.op(Op::TestHeap, [Unsigned(2), Unsigned(2)]);
            w.op(Op::BsPutInteger, [Label(0), int(8), Unsigned(1), Unsigned(0), X(0)]);
            w.op(Op::Return, []);
        }),
        ("a loop that never yields leads here", |w| {
            w.op(Op::Label, [Unsigned(9)]);
            w.op(Op::IsNil, [Label(9), X(0)]);
            w.op(Op::Return, []);
        }),
        ("x1 is read but holds nothing", |w| {
            w.op(Op::Move, [X(1), X(0)]);
            w.op(Op::Return, []);
        }),
        ("y0 is beyond the frame", |w| {
            w.op(Op::Move, [X(0), Y(0)]);
            w.op(Op::Return, []);
        }),
        ("leaves the function", |w| w.op(Op::Jump, [Label(77)])),
        ("ends within a function", |w| w.op(Op::Move, [X(0), X(1)])),
        ("more is built than room was made for", |w| {
            w.op(Op::PutList, [X(0), Nil, X(0)]);
            w.op(Op::Return, []);
        }),
        ("returns with its frame", |w| {
            w.op(Op::Allocate, [Unsigned(0), Unsigned(1)]);
            w.op(Op::Return, []);
        }),
        ("a literal is beyond the table", |w| {
            w.op(Op::Move, [Literal(3), X(0)]);
            w.op(Op::Return, []);
        }),
    ];
    for (problem, write) in cases {
        let told = refused(write);
        assert!(told.contains(problem) && told.starts_with("written_wrong: run/1: "), "{problem}: {told}");
    }
}

#[test]
fn a_damaged_file_is_refused_and_never_kills_the_host() {
    let vm = Vm::builder().manual().build().expect("a VM without threads needs nothing");
    let good = data();
    for at in 0..good.len() {
        for bit in [0x01, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= bit;
            // Some changes leave a module that is well-formed; all that is asked is an answer.
            let _ = vm.load(&bad);
        }
    }
    assert!(vm.load(&good[..good.len() / 2]).is_err());
}

#[test]
fn a_new_version_replaces_the_old_one() {
    let vm = vm_with(&fib());
    let registry = vm.shared().registry();
    let name = Atom::new("written_fib");
    assert!(!registry.has_old(name));
    vm.load(&fib()).expect("the module is well-formed");
    assert!(registry.has_old(name));
    let old = registry.old(name).expect("a version was replaced");
    let gone = std::sync::Arc::downgrade(&old);
    registry.begin_purge(&old);
    registry.end_purge(&old);
    drop(old);
    assert!(!registry.has_old(name) && gone.upgrade().is_none());
    assert!(registry.delete(name));
    assert!(!registry.is_exported(name, Atom::new("fib"), 1));
    assert!(exit_reason(&vm, "written_fib", "run", &[Value::Int(1)]).starts_with("{undef,"));
}

#[test]
fn a_module_is_whole_for_whoever_finds_it_while_it_is_made_current() {
    const FUNCTIONS: u32 = 40;
    let registry = crate::code::Registry::new();
    let names: Vec<Atom> = (1..=FUNCTIONS).map(|number| Atom::new(&format!("f{number}"))).collect();
    for round in 0..60 {
        let name = format!("written_whole_{round}");
        let mut w = Writer::new(&name);
        for number in 1..=FUNCTIONS {
            w.function(number, &format!("f{number}"), 0);
            w.op(Op::Move, [Nil, X(0)]);
            w.op(Op::Return, []);
        }
        let module = registry.prepare(Atom::new(&name), &w.finish()).expect("the module is well-formed");
        std::thread::scope(|scope| {
            scope.spawn(|| registry.install(&module));
            while registry.resolve(module.name, names[0], 0).is_none() {
                std::hint::spin_loop();
            }
            for function in names.iter().rev() {
                assert!(registry.resolve(module.name, *function, 0).is_some(), "{name}.{function}/0 is there");
            }
        });
    }
}
