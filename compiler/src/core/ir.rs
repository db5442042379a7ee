//! What core is made of.

use std::rc::Rc;

use beamlet_vm::code::Opcode;
use beamlet_vm::{Atom, Value};

/// A variable of one function, assigned exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

impl Var {
    /// Its number, for tables by variable.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A block of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

impl BlockId {
    /// Its number, for tables by block.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An argument: a variable or a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A variable.
    Var(Var),
    /// The empty list.
    Nil,
    /// An atom.
    Atom(Atom),
    /// An integer that fits 64 bits.
    Int(i64),
    /// Any other constant.
    Lit(Rc<Value>),
}

impl Arg {
    /// The constant as an argument.
    pub fn constant(value: &Value) -> Arg {
        match value {
            Value::Int(number) => Arg::Int(*number),
            Value::Atom(atom) => Arg::Atom(*atom),
            Value::List(items) if items.is_empty() => Arg::Nil,
            other => Arg::Lit(Rc::new(other.clone())),
        }
    }

    /// The variable, if it is one.
    pub fn var(&self) -> Option<Var> {
        match self {
            Arg::Var(var) => Some(*var),
            _ => None,
        }
    }

    /// The constant as a value; `None` for a variable.
    pub fn value(&self) -> Option<Value> {
        match self {
            Arg::Var(_) => None,
            Arg::Nil => Some(Value::EMPTY_LIST),
            Arg::Atom(atom) => Some(Value::Atom(*atom)),
            Arg::Int(number) => Some(Value::Int(*number)),
            Arg::Lit(value) => Some((**value).clone()),
        }
    }
}

/// Whom a call calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Callee {
    /// A function of this module.
    Local(Atom, u32),
    /// A function of any module.
    Remote(Atom, Atom),
    /// The fun that is the last argument.
    Fun,
    /// The function named by the last two arguments: module, name.
    Apply,
    /// `receiver ! message`: the arguments.
    Send,
    /// Makes a stack trace of a raw one.
    BuildStacktrace,
}

/// How a segment of a bitstring is read or written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentType {
    /// Integer, float, binary, utf…
    pub kind: crate::tree::SegmentKind,
    /// Bits per unit of size.
    pub unit: u16,
    /// Signed integer.
    pub signed: bool,
    /// Byte order.
    pub endian: crate::tree::Endian,
}

/// The parts of a bitstring under construction; `BuildBits` takes value and size of each as two arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildPart {
    /// Two arguments: value and size (`Atom(all)` for a whole binary, `Atom(undefined)` for utf).
    Segment(SegmentType),
    /// Like a segment of a whole bitstring, in first place: extended in place when nobody else holds it.
    Append(u16),
    /// These bytes; takes no arguments.
    Bytes(Vec<u8>),
}

/// What an operation that cannot jump does.
#[derive(Clone, Debug, PartialEq)]
pub enum OpKind {
    /// Copies a constant or variable.
    Move,
    /// A guard function of `erlang`, raising when it fails.
    Bif(Atom),
    /// `[first | second]`.
    Cons,
    /// A tuple of the arguments.
    Tuple,
    /// A fun of a function of this module; the arguments are its free variables.
    Fun(Atom, u32),
    /// The map that is the first argument with pairs set; `exact` demands that the keys exist.
    PutMap {
        /// Raise for keys that are not there.
        exact: bool,
    },
    /// A bitstring of parts.
    BuildBits(Rc<[BuildPart]>),
    /// Calls; clobbers every x register.
    Call(Callee),
    /// The head of a list cell.
    Head,
    /// The tail of a list cell.
    Tail,
    /// An element of a tuple, from 0.
    Element(u32),
    /// What a match context has not read yet.
    BitsTail,
    /// The position of a match context.
    BitsPosition,
    /// Moves a match context back: context, position.
    BitsSeek,
    /// Leaves a `try`; the argument is its tag.
    TryEnd,
    /// Takes the current message out of the mailbox.
    RemoveMessage,
    /// The time-out of a receive has passed.
    Timeout,
    /// Remembers the end of the mailbox.
    MarkerReserve,
    /// Ties a marker to a reference: marker, reference.
    MarkerBind,
    /// Starts the next receive at the reference's marker.
    MarkerUse,
    /// Forgets the reference's marker.
    MarkerClear,
}

impl OpKind {
    /// Whether nothing is lost when the result is not used.
    pub fn is_pure(&self) -> bool {
        match self {
            OpKind::Move
            | OpKind::Cons
            | OpKind::Tuple
            | OpKind::Fun(..)
            | OpKind::Head
            | OpKind::Tail
            | OpKind::Element(_)
            | OpKind::BitsTail
            | OpKind::BitsPosition => true,
            OpKind::Bif(name) => super::bifs::is_total(*name),
            _ => false,
        }
    }

    /// Whether it overwrites the x registers, so that what lives on must be in the frame.
    pub fn is_call(&self) -> bool {
        matches!(self, OpKind::Call(_))
    }
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// What it does.
    pub kind: OpKind,
    /// Its arguments.
    pub args: Vec<Arg>,
    /// The variable it assigns.
    pub dst: Option<Var>,
    /// The line for stack traces, 0 for none.
    pub line: u32,
}

/// What a test decides.
#[derive(Clone, Debug, PartialEq)]
pub enum TestKind {
    /// A test instruction on the arguments alone: type tests and comparisons.
    Is(Opcode),
    /// A tuple has this size; the argument is a tuple.
    Arity(u32),
    /// A tuple of this size with the second argument, an atom, in first place.
    Tagged(u32),
    /// A map has the keys that follow it.
    HasKeys,
    /// A map has the keys that follow it: assigns their values.
    GetKeys,
    /// A guard function does not fail: assigns its value.
    Bif(Atom),
    /// A bitstring: assigns a match context.
    BitsStart,
    /// A segment can be read from a context: context, size. Without a variable to assign it is skipped.
    BitsGet(SegmentType),
    /// The next bytes of a context are these.
    BitsBytes(Rc<[u8]>),
    /// Exactly that many bits remain.
    BitsLeft(u32),
    /// The remaining bits are a multiple.
    BitsUnit(u32),
    /// A bitstring can be built: assigns it.
    BuildBits(Rc<[BuildPart]>),
    /// There is a message: assigns it.
    Message,
}

/// A test with its two ways on. What it assigns is assigned on the way `yes` only.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What it decides.
    pub kind: TestKind,
    /// Its arguments.
    pub args: Vec<Arg>,
    /// Variables it assigns.
    pub dsts: Vec<Var>,
    /// Where to go when it holds.
    pub yes: BlockId,
    /// Where to go when not.
    pub no: BlockId,
}

/// Which error a failing match raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `{badmatch, value}`.
    Badmatch,
    /// `{case_clause, value}`.
    CaseClause,
    /// `{try_clause, value}`.
    TryClause,
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// Not decided yet.
    Open,
    /// Goes on, with values for the block's parameters.
    Jump(BlockId, Vec<Arg>),
    /// Returns.
    Return(Arg),
    /// Tail call.
    TailCall(Callee, Vec<Arg>, u32),
    /// Two ways.
    Test(Box<Test>),
    /// By value: atoms, or integers.
    Select(Arg, Vec<(Arg, BlockId)>, BlockId),
    /// By the size of a tuple.
    SelectArity(Arg, Vec<(u32, BlockId)>, BlockId),
    /// Raises an error about a value.
    Fail(Failure, Arg, u32),
    /// Raises `function_clause`; the arguments are the function's parameters.
    FunctionClause(Vec<Arg>),
    /// Raises again: raw trace, reason.
    Raise(Arg, Arg),
    /// Enters a `try`: tag, body; the body's blocks name the handler.
    Try(Var, BlockId),
    /// The message did not match: looks at the next one.
    NextMessage(BlockId),
    /// Waits for a message.
    Wait(BlockId),
    /// Waits for a message or that many milliseconds: again, time, timeout.
    WaitTimeout(BlockId, Arg, BlockId),
}

impl End {
    /// Calls `f` with every block it may go to, the likely next one last.
    pub fn successors(&self, mut f: impl FnMut(BlockId)) {
        match self {
            End::Jump(to, _) => f(*to),
            End::Test(test) => {
                f(test.no);
                f(test.yes);
            }
            End::Select(_, choices, default) => {
                f(*default);
                choices.iter().rev().for_each(|(_, to)| f(*to));
            }
            End::SelectArity(_, choices, default) => {
                f(*default);
                choices.iter().rev().for_each(|(_, to)| f(*to));
            }
            End::Try(_, body) => f(*body),
            End::NextMessage(again) | End::Wait(again) => f(*again),
            End::WaitTimeout(again, _, timeout) => {
                f(*again);
                f(*timeout);
            }
            End::Open
            | End::Return(_)
            | End::TailCall(..)
            | End::Fail(..)
            | End::FunctionClause(_)
            | End::Raise(..) => {}
        }
    }

    /// Calls `f` with every block it may go to, to be changed.
    pub fn successors_mut(&mut self, mut f: impl FnMut(&mut BlockId)) {
        match self {
            End::Jump(to, _) => f(to),
            End::Test(test) => {
                f(&mut test.no);
                f(&mut test.yes);
            }
            End::Select(_, choices, default) => {
                f(default);
                choices.iter_mut().for_each(|(_, to)| f(to));
            }
            End::SelectArity(_, choices, default) => {
                f(default);
                choices.iter_mut().for_each(|(_, to)| f(to));
            }
            End::Try(_, body) => f(body),
            End::NextMessage(again) | End::Wait(again) => f(again),
            End::WaitTimeout(again, _, timeout) => {
                f(again);
                f(timeout);
            }
            End::Open
            | End::Return(_)
            | End::TailCall(..)
            | End::Fail(..)
            | End::FunctionClause(_)
            | End::Raise(..) => {}
        }
    }

    /// Its arguments.
    pub fn args(&self, mut f: impl FnMut(&Arg)) {
        match self {
            End::Jump(_, args) | End::TailCall(_, args, _) | End::FunctionClause(args) => args.iter().for_each(f),
            End::Return(arg)
            | End::Fail(_, arg, _)
            | End::Select(arg, ..)
            | End::SelectArity(arg, ..)
            | End::WaitTimeout(_, arg, _) => f(arg),
            End::Test(test) => test.args.iter().for_each(f),
            End::Raise(trace, reason) => {
                f(trace);
                f(reason);
            }
            End::Open | End::Try(..) | End::NextMessage(_) | End::Wait(_) => {}
        }
    }

    /// Its arguments, to be changed.
    pub fn args_mut(&mut self, mut f: impl FnMut(&mut Arg)) {
        match self {
            End::Jump(_, args) | End::TailCall(_, args, _) | End::FunctionClause(args) => args.iter_mut().for_each(f),
            End::Return(arg)
            | End::Fail(_, arg, _)
            | End::Select(arg, ..)
            | End::SelectArity(arg, ..)
            | End::WaitTimeout(_, arg, _) => f(arg),
            End::Test(test) => test.args.iter_mut().for_each(f),
            End::Raise(trace, reason) => {
                f(trace);
                f(reason);
            }
            End::Open | End::Try(..) | End::NextMessage(_) | End::Wait(_) => {}
        }
    }

    /// Variables it assigns on its likely way on.
    pub fn dsts(&self) -> &[Var] {
        match self {
            End::Test(test) => &test.dsts,
            End::Try(tag, _) => std::slice::from_ref(tag),
            _ => &[],
        }
    }
}

/// A stretch of code without jumps into or out of its middle.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Assigned by whoever jumps here; a handler has three: class, reason, raw trace.
    pub params: Vec<Var>,
    /// What it does.
    pub ops: Vec<Op>,
    /// How it goes on.
    pub end: End,
    /// Where an exception raised in this block goes, if not out of the function.
    pub handler: Option<BlockId>,
    /// Set for the handler of a `try`: its tag.
    pub catches: Option<Var>,
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: Atom,
    /// Its parameters; the arity is their number.
    pub params: Vec<Var>,
    /// Whether other modules may call it.
    pub exported: bool,
    /// Its blocks; the first is the entry.
    pub blocks: Vec<Block>,
    /// One more than the highest variable.
    pub var_count: u32,
    /// The line of its head.
    pub line: u32,
    /// Its file, when not the module's.
    pub file: Option<String>,
}
