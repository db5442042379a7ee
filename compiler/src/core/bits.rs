//! Construction of bitstrings.

use beamlet_vm::{Atom, Value};

use super::build::Lower;
use super::expr::with_stack;
use super::ir::*;
use crate::tree::{Endian, Expr, ExprKind, Segment, SegmentKind};

impl<'t> Lower<'t> {
    /// Builds a bitstring; in a guard (`err` given) failing goes there instead of raising.
    pub(super) fn build_bits(&mut self, err: Option<BlockId>, segments: &'t [Segment<Expr>], line: u32) -> Arg {
        self.build_bits_after(None, err, segments, line)
    }

    /// Builds a bitstring that starts with another one.
    pub(super) fn build_bits_after(
        &mut self,
        before: Option<Arg>,
        err: Option<BlockId>,
        segments: &'t [Segment<Expr>],
        line: u32,
    ) -> Arg {
        with_stack(|| {
            let mut parts = Vec::with_capacity(segments.len() + 1);
            let mut args = Vec::with_capacity(2 * segments.len() + 2);
            if let Some(before) = before {
                parts.push(BuildPart::Append(1));
                args.push(before);
                args.push(Arg::Atom(Atom::new("all")));
            }
            for segment in segments {
                self.build_segment(err, segment, &mut parts, &mut args);
            }
            match parts.as_slice() {
                [] => return Arg::constant(&Value::binary("")),
                [BuildPart::Bytes(bytes)] => return Arg::constant(&Value::binary(bytes)),
                _ => {}
            }
            let parts: std::rc::Rc<[BuildPart]> = parts.into();
            match err {
                None => self.value(OpKind::BuildBits(parts), args, line),
                Some(err) => {
                    let ok = self.block();
                    let dst = self.var();
                    self.test(TestKind::BuildBits(parts), args, vec![dst], ok, err);
                    self.enter_block(ok);
                    Arg::Var(dst)
                }
            }
        })
    }

    fn build_segment(
        &mut self,
        err: Option<BlockId>,
        segment: &'t Segment<Expr>,
        parts: &mut Vec<BuildPart>,
        args: &mut Vec<Arg>,
    ) {
        if let (ExprKind::Literal(Value::Binary(bytes)), None) = (&segment.value.kind, &segment.size) {
            match literal_bytes(bytes, segment.kind, segment.endian) {
                Some(bytes) => return push_bytes(parts, &bytes),
                // Bytes that are no text: left to fail at run time as the value of its segment.
                None if segment.kind != SegmentKind::Binary => {}
                None => return push_bytes(parts, bytes),
            }
        }
        let value = match err {
            None => self.expr(&segment.value),
            Some(err) => self.guard_value(&segment.value, err),
        };
        let size = segment.size.as_ref().map(|size| match err {
            None => self.expr(size),
            Some(err) => self.guard_value(size, err),
        });
        if let (Arg::Int(number), SegmentKind::Integer) = (&value, segment.kind) {
            let bits = match &size {
                None => Some(8),
                Some(Arg::Int(size)) => u64::try_from(*size).ok().map(|size| size.saturating_mul(segment.unit.into())),
                Some(_) => None,
            };
            if let Some(bits @ (8 | 16 | 24 | 32 | 64)) = bits {
                let bytes = number.to_be_bytes();
                let mut bytes = bytes[8 - bits as usize / 8..].to_vec();
                if is_little(segment.endian) {
                    bytes.reverse();
                }
                return push_bytes(parts, &bytes);
            }
        }
        let (size, unit) = match (segment.kind, size) {
            (SegmentKind::Integer, None) => (Arg::Int(8), 1),
            (SegmentKind::Float, None) => (Arg::Int(64), 1),
            (SegmentKind::Binary, None) => (Arg::Atom(Atom::new("all")), segment.unit),
            (SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32, _) => {
                (Arg::Atom(beamlet_vm::atom::atoms::UNDEFINED), 0)
            }
            (_, Some(size)) => (size, segment.unit),
        };
        let first = parts.is_empty() && segment.kind == SegmentKind::Binary && segment.size.is_none() && err.is_none();
        if first && value.var().is_some() {
            parts.push(BuildPart::Append(unit));
        } else {
            let kind = SegmentType { kind: segment.kind, unit, signed: segment.signed, endian: segment.endian };
            parts.push(BuildPart::Segment(kind));
        }
        args.push(value);
        args.push(size);
    }
}

fn push_bytes(parts: &mut Vec<BuildPart>, bytes: &[u8]) {
    match parts.last_mut() {
        Some(BuildPart::Bytes(before)) => before.extend_from_slice(bytes),
        _ => parts.push(BuildPart::Bytes(bytes.to_vec())),
    }
}

/// Whether the least significant byte comes first. Native order is the host's.
pub(crate) fn is_little(endian: Endian) -> bool {
    match endian {
        Endian::Big => false,
        Endian::Little => true,
        Endian::Native => cfg!(target_endian = "little"),
    }
}

/// The bytes of a literal string as a segment of this type; `None` when the type is none for strings.
pub(crate) fn literal_bytes(bytes: &[u8], kind: SegmentKind, endian: Endian) -> Option<Vec<u8>> {
    let text = || std::str::from_utf8(bytes).ok();
    let order = |mut unit: Vec<u8>| {
        if is_little(endian) {
            unit.reverse();
        }
        unit
    };
    match kind {
        SegmentKind::Binary | SegmentKind::Utf8 => Some(bytes.to_vec()),
        SegmentKind::Utf16 => {
            Some(text()?.encode_utf16().flat_map(|unit| order(unit.to_be_bytes().to_vec())).collect())
        }
        SegmentKind::Utf32 => Some(text()?.chars().flat_map(|c| order(u32::from(c).to_be_bytes().to_vec())).collect()),
        SegmentKind::Integer | SegmentKind::Float => None,
    }
}
