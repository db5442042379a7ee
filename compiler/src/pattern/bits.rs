//! Bitstring patterns: reading a match context segment by segment.
//!
//! A context's position is known at compile time by a number. Rows that still start at an earlier position have it in
//! a variable, read before the context moved on, and go back to it when their turn comes.

use std::rc::Rc;

use beamlet_vm::Value;

use super::compile::{vars_of, Session, State};
use super::row::{Place, Position, Row, Segment, SegmentValue, Size, Sub, Test};
use crate::core::{is_little, literal_bytes, Arg, Lower, OpKind, SegmentType, TestKind, Var};
use crate::tree::{self, Endian, ExprKind, Pattern, SegmentKind, VarId};

impl<'t> Lower<'t> {
    /// The segments of a pattern, strings as bytes. Without `literals` constants match anything of their size.
    pub(super) fn segments(
        &mut self,
        segments: &'t [tree::Segment<Pattern>],
        literals: bool,
        tail: Option<VarId>,
    ) -> Rc<[Segment<'t>]> {
        let mut out = Vec::with_capacity(segments.len() + 1);
        for segment in segments {
            if let (Pattern::Literal(Value::Binary(bytes)), None) = (&segment.value, &segment.size) {
                if let Some(bytes) = literal_bytes(bytes, segment.kind, segment.endian) {
                    out.extend(bytes.into_iter().map(|byte| Segment {
                        value: if literals { SegmentValue::Byte(byte) } else { SegmentValue::Any },
                        kind: SegmentKind::Integer,
                        size: Size::Arg(Arg::Int(8)),
                        unit: 1,
                        signed: false,
                        endian: Endian::Big,
                    }));
                    continue;
                }
            }
            let (mut size, mut unit) = match (&segment.size, segment.kind) {
                (_, SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32) => (Size::Character, 1),
                (None, SegmentKind::Integer) => (Size::Arg(Arg::Int(8)), 1),
                (None, SegmentKind::Float) => (Size::Arg(Arg::Int(64)), 1),
                (None, SegmentKind::Binary) => (Size::All, segment.unit),
                (Some(size), _) => match &size.kind {
                    ExprKind::Literal(value) => (Size::Arg(Arg::constant(value)), segment.unit),
                    _ => (Size::Expr(size), segment.unit),
                },
            };
            if let Size::Arg(Arg::Int(count)) = size {
                if let Some(bits) = count.checked_mul(i64::from(unit)).filter(|bits| *bits >= 0) {
                    (size, unit) = (Size::Arg(Arg::Int(bits)), 1);
                }
            }
            let one_byte = size == Size::Arg(Arg::Int(8));
            let value = match &segment.value {
                Pattern::Any => SegmentValue::Any,
                Pattern::Literal(_) | Pattern::Pin(_) if !literals => SegmentValue::Any,
                Pattern::Literal(Value::Int(byte @ 0..=255))
                    if one_byte && !segment.signed && segment.kind == SegmentKind::Integer =>
                {
                    SegmentValue::Byte(*byte as u8)
                }
                pattern => SegmentValue::Pattern(pattern),
            };
            let little = is_little(segment.endian) && !(one_byte && segment.kind == SegmentKind::Integer);
            let endian = if little { Endian::Little } else { Endian::Big };
            out.push(Segment { value, kind: segment.kind, size, unit, signed: segment.signed, endian });
        }
        if let Some(tail) = tail {
            let value = SegmentValue::Rest(tail);
            let endian = Endian::Big;
            out.push(Segment { value, kind: SegmentKind::Binary, size: Size::All, unit: 1, signed: false, endian });
        }
        out.into()
    }

    /// Makes a match context for the rows that take the subject apart.
    pub(super) fn choose_bits(&mut self, session: &mut Session<'t>, state: &State<'t>, place: &Place, subject: Arg) {
        let context = self.var();
        let start = session.position();
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            match row.find(place).map(|index| (index, &row.tests[index].1)) {
                None | Some((_, Test::Equal(_))) => {
                    yes.push(row.clone());
                    no.push(row.clone());
                }
                Some((index, Test::Bits(segments))) => {
                    let read = (Place::Arg(Arg::Var(context)), Test::Read(segments.clone(), 0, start));
                    yes.push(self.replaced(row, index, [], Some(read)));
                }
                Some((_, Test::Value(Value::Binary(_) | Value::Bitstring(..)))) => yes.push(row.clone()),
                Some(_) => no.push(row.clone()),
            }
        }
        let mut matching = state.with(yes);
        matching.cursors.push((context, Some(start)));
        let yes = self.goto(session, matching);
        let no = self.goto(session, state.with(no));
        self.test(TestKind::BitsStart, vec![subject], vec![context], yes, no);
    }

    /// Reads a context's position into a variable when it stands there and nothing has yet.
    pub(super) fn save_position(&mut self, state: &mut State<'t>, context: Var, position: Position) {
        let here = state.cursors.iter().any(|(var, at)| *var == context && *at == Some(position));
        if here && !state.saved.iter().any(|(saved, _)| *saved == position) {
            if let Arg::Var(var) = self.value(OpKind::BitsPosition, vec![Arg::Var(context)], 0) {
                state.saved.push((position, var));
            }
        }
    }

    /// Decides the first row's next segment.
    pub(super) fn choose_segment(&mut self, session: &mut Session<'t>, mut state: State<'t>, place: &Place) {
        let Place::Arg(Arg::Var(context)) = *place else { unreachable!("contexts are variables") };
        let Test::Read(segments, at, position) = state.rows[0].tests[0].1.clone() else {
            unreachable!("the caller looked")
        };
        if !state.cursors.contains(&(context, Some(position))) {
            // Rows further down may go on where the context stands now.
            let here = state.cursors.iter().find(|(var, _)| *var == context).and_then(|(_, at)| *at);
            if let Some(here) = here.filter(|here| state.rows.iter().any(|row| read_at(row, place, *here).is_some())) {
                self.save_position(&mut state, context, here);
            }
            let saved = state.saved.iter().find(|(saved, _)| *saved == position);
            let saved = saved.expect("a context moves on only after its position was kept for the rows behind").1;
            self.op(OpKind::BitsSeek, vec![Arg::Var(context), Arg::Var(saved)], None, 0);
            set_cursor(&mut state, context, position);
        }
        let Some(segment) = segments.get(at).cloned() else {
            return self.choose_end(session, &state, place, context, position);
        };
        match &segment.size {
            Size::All => self.choose_rest(session, state, place, context, position, segment.unit),
            Size::Expr(size) => {
                let mut used = Vec::new();
                vars_of(size, &mut used);
                let bound = self.read_used(&mut state, &used);
                let rest = state.with(state.rows[1..].to_vec());
                let failed = self.goto(session, rest);
                self.bind_all(bound);
                let size = self.guard_value(size, failed);
                let mut known: Vec<Segment<'t>> = segments.to_vec();
                known[at].size = Size::Arg(size);
                let read = (place.clone(), Test::Read(known.into(), at, position));
                let first = state.rows[0].clone();
                state.rows[0] = self.replaced(&first, 0, [], Some(read));
                self.choose_segment(session, state, place);
            }
            Size::Arg(_) | Size::Character => self.choose_read(session, state, place, context, position, &segment),
        }
    }

    /// The end of a pattern: nothing may be left.
    fn choose_end(
        &mut self,
        session: &mut Session<'t>,
        state: &State<'t>,
        place: &Place,
        context: Var,
        position: Position,
    ) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            match read_at(row, place, position) {
                Some((index, segments, at)) if at == segments.len() => yes.push(Rc::new(row.without(index))),
                _ => {
                    yes.push(row.clone());
                    no.push(row.clone());
                }
            }
        }
        let yes = self.goto(session, state.with(yes));
        let no = self.goto(session, state.with(no));
        self.test(TestKind::BitsLeft(0), vec![Arg::Var(context)], Vec::new(), yes, no);
    }

    /// A last segment that takes what is left.
    fn choose_rest(
        &mut self,
        session: &mut Session<'t>,
        state: State<'t>,
        place: &Place,
        context: Var,
        position: Position,
        unit: u16,
    ) {
        let takes_rest = |row: &Row<'t>| {
            read_at(row, place, position)
                .and_then(|(index, segments, at)| Some((index, segments.get(at)?.clone())))
                .filter(|(_, segment)| segment.size == Size::All && segment.unit == unit)
        };
        let wanted = state
            .rows
            .iter()
            .filter_map(|row| takes_rest(row))
            .any(|(_, segment)| !matches!(segment.value, SegmentValue::Any | SegmentValue::Pattern(Pattern::Any)));
        let yes_block = (unit > 1).then(|| self.block());
        let no_rows: Vec<_> = state.rows.iter().filter(|row| takes_rest(row).is_none()).cloned().collect();
        if let Some(yes) = yes_block {
            let no = self.goto(session, state.with(no_rows));
            self.test(TestKind::BitsUnit(u32::from(unit)), vec![Arg::Var(context)], Vec::new(), yes, no);
            self.enter_block(yes);
        }
        let tail = if wanted { self.value(OpKind::BitsTail, vec![Arg::Var(context)], 0) } else { Arg::Nil };
        let mut rows = Vec::with_capacity(state.rows.len());
        for row in &state.rows {
            let Some((index, segment)) = takes_rest(row) else {
                rows.push(row.clone());
                continue;
            };
            rows.push(match segment.value {
                SegmentValue::Pattern(pattern) => {
                    self.replaced(row, index, [(Place::Arg(tail.clone()), Sub::Pattern(pattern))], None)
                }
                SegmentValue::Rest(id) => {
                    let mut row = row.without(index);
                    row.binds.push((id, Place::Arg(tail.clone())));
                    Rc::new(row)
                }
                SegmentValue::Any | SegmentValue::Byte(_) => Rc::new(row.without(index)),
            });
        }
        let next = self.goto(session, state.with(rows));
        self.end(crate::core::End::Jump(next, Vec::new()));
    }

    /// A segment of a known size, read once for all rows that start with the same.
    fn choose_read(
        &mut self,
        session: &mut Session<'t>,
        mut state: State<'t>,
        place: &Place,
        context: Var,
        position: Position,
        segment: &Segment<'t>,
    ) {
        let same = |row: &Row<'t>| {
            read_at(row, place, position).filter(|(_, segments, at)| {
                segments.get(*at).is_some_and(|other| {
                    other.kind == segment.kind
                        && other.size == segment.size
                        && other.unit == segment.unit
                        && other.signed == segment.signed
                        && other.endian == segment.endian
                })
            })
        };
        let others_here = state.rows.iter().any(|row| same(row).is_none() && read_at(row, place, position).is_some());
        if others_here {
            self.save_position(&mut state, context, position);
        }
        let bytes = common_bytes(state.rows.iter().filter_map(|row| same(row)).map(|(_, segments, at)| (segments, at)));
        let next_position = session.position();
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        let mut dst = None;
        for row in &state.rows {
            let Some((index, segments, at)) = same(row) else {
                yes.push(row.clone());
                no.push(row.clone());
                continue;
            };
            if !bytes.is_empty() {
                let read = (place.clone(), Test::Read(segments, at + bytes.len(), next_position));
                yes.push(self.replaced(row, index, [], Some(read)));
                continue;
            }
            let value = segments[at].value;
            let read = (place.clone(), Test::Read(segments, at + 1, next_position));
            if matches!(value, SegmentValue::Any | SegmentValue::Pattern(Pattern::Any)) {
                yes.push(self.replaced(row, index, [], Some(read)));
                continue;
            }
            let var = *dst.get_or_insert_with(|| self.var());
            let here = Place::Arg(Arg::Var(var));
            yes.push(match value {
                SegmentValue::Pattern(pattern) => {
                    self.replaced(row, index, [(here, Sub::Pattern(pattern))], Some(read))
                }
                SegmentValue::Byte(byte) => {
                    let mut next = (**row).clone();
                    next.tests.splice(index..=index, [(here, Test::Int(i64::from(byte))), read]);
                    Rc::new(next)
                }
                SegmentValue::Any | SegmentValue::Rest(_) => unreachable!("these take no value of a known size"),
            });
        }
        let mut matching = state.with(yes);
        set_cursor(&mut matching, context, next_position);
        let yes = self.goto(session, matching);
        let no = self.goto(session, state.with(no));
        if !bytes.is_empty() {
            return self.test(TestKind::BitsBytes(bytes.into()), vec![Arg::Var(context)], Vec::new(), yes, no);
        }
        let kind =
            SegmentType { kind: segment.kind, unit: segment.unit, signed: segment.signed, endian: segment.endian };
        let mut args = vec![Arg::Var(context)];
        if let Size::Arg(size) = &segment.size {
            args.push(size.clone());
        }
        self.test(TestKind::BitsGet(kind), args, dst.into_iter().collect(), yes, no);
    }
}

fn set_cursor(state: &mut State<'_>, context: Var, position: Position) {
    for (var, at) in &mut state.cursors {
        if *var == context {
            *at = Some(position);
        }
    }
}

/// The row's first test of a context when it is at this position: its index, the segments and the next of them.
fn read_at<'t>(row: &Row<'t>, place: &Place, position: Position) -> Option<(usize, Rc<[Segment<'t>]>, usize)> {
    let index = row.find(place)?;
    match &row.tests[index].1 {
        Test::Read(segments, at, here) if *here == position => Some((index, segments.clone(), *at)),
        _ => None,
    }
}

/// The constant bytes that all of these segment lists start with.
fn common_bytes<'t>(lists: impl Iterator<Item = (Rc<[Segment<'t>]>, usize)>) -> Vec<u8> {
    let mut common: Option<Vec<u8>> = None;
    for (segments, at) in lists {
        let bytes = segments[at..].iter().map_while(|segment| match segment.value {
            SegmentValue::Byte(byte) => Some(byte),
            _ => None,
        });
        match &mut common {
            None => common = Some(bytes.collect()),
            Some(common) => {
                let length = common.iter().zip(bytes).take_while(|(a, b)| **a == *b).count();
                common.truncate(length);
            }
        }
        if common.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    common.unwrap_or_default()
}
