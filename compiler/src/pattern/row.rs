//! Rows: what is left to test for a clause.

use std::rc::Rc;

use beamlet_vm::{Atom, Value};

use crate::core::{Arg, Var};
use crate::tree::{Endian, Expr, Pattern, SegmentKind, VarId};

/// A place within a subject. Parts are read when they are first needed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// A value at hand.
    Arg(Arg),
    /// An element of a tuple.
    Element(Var, u32),
    /// The head of a list cell.
    Head(Var),
    /// The tail of a list cell.
    Tail(Var),
}

/// What a place must be.
#[derive(Clone, Debug)]
pub(super) enum Test<'t> {
    /// This atom.
    Atom(Atom),
    /// This integer.
    Int(i64),
    /// `[]`.
    Nil,
    /// Another constant.
    Value(&'t Value),
    /// Equal to what is at another place.
    Equal(Place),
    /// A list cell.
    Cons(Sub<'t>, Sub<'t>),
    /// A list cell of a constant list: the elements from here on, at least one.
    ConsOf(&'t [Value]),
    /// A tuple.
    Tuple(&'t [Pattern]),
    /// A tuple of a constant.
    TupleOf(&'t [Value]),
    /// A map with keys; `known` says that it is a map.
    Map(Rc<[(Arg, &'t Pattern)]>, bool),
    /// A bitstring of these segments.
    Bits(Rc<[Segment<'t>]>),
    /// A match context at a position: segments, the next one, the position.
    Read(Rc<[Segment<'t>]>, usize, Position),
}

/// A pattern or constant below another one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sub<'t> {
    Pattern(&'t Pattern),
    Value(&'t Value),
}

/// A position in a match context, known by number at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Position(pub u32);

/// What a segment's value must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum SegmentValue<'t> {
    Any,
    Byte(u8),
    Pattern(&'t Pattern),
    /// Binds what is left.
    Rest(VarId),
}

/// A segment's size.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Size<'t> {
    /// All that is left.
    All,
    /// None to give: a character.
    Character,
    /// A value at hand, times the unit.
    Arg(Arg),
    /// To be computed, times the unit.
    Expr(&'t Expr),
}

/// A segment of a bitstring pattern.
#[derive(Clone, Debug)]
pub(super) struct Segment<'t> {
    pub value: SegmentValue<'t>,
    pub kind: SegmentKind,
    pub size: Size<'t>,
    pub unit: u16,
    pub signed: bool,
    pub endian: Endian,
}

/// What is left of a clause: tests in order, and what it binds.
#[derive(Clone, Debug)]
pub(super) struct Row<'t> {
    pub tests: Vec<(Place, Test<'t>)>,
    pub binds: Vec<(VarId, Place)>,
    /// Which clause.
    pub clause: usize,
}

impl<'t> Row<'t> {
    /// The position of the first test of a place.
    pub fn find(&self, place: &Place) -> Option<usize> {
        self.tests.iter().position(|(at, _)| at == place)
    }

    /// The row without one test.
    pub fn without(&self, index: usize) -> Row<'t> {
        let mut row = self.clone();
        row.tests.remove(index);
        row
    }
}
