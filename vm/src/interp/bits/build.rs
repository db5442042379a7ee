//! Building binaries: `bs_create_bin`, and the single steps of OTP 24.

use std::sync::Arc;

use super::read::field_size;
use super::write::{utf_bytes, Writer};
use crate::atom::{atoms, Atom};
use crate::code::load::binary::{flag, segment};
use crate::code::stream::Op;
use crate::heap::{SharedBytes, HEAP_BINARY_LIMIT};
use crate::interp::machine::Machine;
use crate::interp::state::{packed, source};
use crate::term::{BoxedKind, Kind, RawTerm, Term};

/// The most bits of one binary: beyond it is `system_limit`.
const MAX_BITS: usize = 1 << 38;

/// The binary under construction by the instructions of OTP 24. Its bytes are outside the heap and stay in place.
pub(in crate::interp) struct Building {
    writer: Writer,
}

/// One segment, decoded.
struct Segment<'h> {
    kind: u16,
    flags: u16,
    /// Its size in bits.
    bits: usize,
    value: Term<'h>,
    /// The bytes of a string.
    bytes: &'h [u8],
}

/// Why a segment cannot be built: in the words of the runtime's explanations.
#[derive(Clone, Copy)]
enum Problem {
    /// The value is of another type.
    Type,
    /// The size is no size.
    Size(RawTerm),
    /// A float cannot have this size.
    Invalid(RawTerm),
    /// The number is too large for a float.
    NoFloat,
    /// The value has fewer bits than the segment.
    Short,
    /// The value's bits are no multiple of the unit.
    Unit,
    SystemLimit,
}

/// Why a binary cannot be built.
enum Failure {
    Badarg,
    SystemLimit,
    /// A segment, counted from 1, its kind and value.
    Segment(usize, u16, Problem, RawTerm),
}

impl Failure {
    /// The failure of the segment with this number.
    fn of(number: usize, kind: u16, value: RawTerm) -> impl Fn(Problem) -> Failure {
        move |problem| match problem {
            Problem::SystemLimit => Failure::SystemLimit,
            problem => Failure::Segment(number, kind, problem, value),
        }
    }
}

/// Whether a size operand is the atom `all`.
fn is_all(size: u64) -> bool {
    size == RawTerm::atom(atoms::ALL).0
}

impl<'h> Segment<'h> {
    /// Works out how many bits a segment takes, checking its value.
    fn measure(kind: u16, unit: usize, flags: u16, size: u64, value: Term<'h>) -> Result<Segment<'h>, Problem> {
        let sized = || field_size(size, unit).ok_or(Problem::Size(RawTerm(size)));
        let bits = match kind {
            // Whether the value is an integer turns out when it is written, after all sizes are known.
            segment::INTEGER => sized()?,
            segment::FLOAT => {
                let bits = sized()?;
                if !value.is_number() {
                    return Err(Problem::Type);
                }
                if !matches!(bits, 16 | 32 | 64) {
                    return Err(Problem::Invalid(RawTerm::small(bits as i64)));
                }
                bits
            }
            segment::BINARY | segment::APPEND | segment::PRIVATE_APPEND => {
                let want = if is_all(size) { 0 } else { sized()? };
                let have = value.as_bits().ok_or(Problem::Type)?.bit_len;
                if is_all(size) {
                    if have % unit.max(1) != 0 {
                        return Err(Problem::Unit);
                    }
                    have
                } else if want > have {
                    return Err(Problem::Short);
                } else {
                    want
                }
            }
            _ => utf_bytes(character(value).ok_or(Problem::Type)?, kind) * 8,
        };
        if bits > MAX_BITS {
            return Err(Problem::SystemLimit);
        }
        Ok(Segment { kind, flags, bits, value, bytes: &[] })
    }

    /// Why a segment that has a size cannot be written, if so.
    #[cold]
    fn unwritable(&self) -> Option<Problem> {
        match self.kind {
            segment::INTEGER if self.value.as_i64().is_none() && self.value.to_big().is_none() => Some(Problem::Type),
            segment::FLOAT => {
                let Some(value) = number(self.value) else { return Some(Problem::NoFloat) };
                let mut bytes = [0u8; 8];
                // SAFETY: the buffer has these bits and outlives the writer.
                let mut writer = unsafe { Writer::new(bytes.as_mut_ptr(), 0, self.bits.min(64)) };
                (!writer.float(value, self.bits, self.flags)).then_some(Problem::NoFloat)
            }
            _ => None,
        }
    }

    fn write(&self, writer: &mut Writer) -> Result<(), Problem> {
        match self.kind {
            segment::STRING => writer.put(self.bytes, self.bits),
            segment::INTEGER => match self.value.as_i64() {
                Some(value) => writer.integer(value, self.bits, self.flags),
                None => writer.big(&self.value.to_big().ok_or(Problem::Type)?, self.bits, self.flags),
            },
            segment::FLOAT => {
                let value = number(self.value).ok_or(Problem::NoFloat)?;
                if !writer.float(value, self.bits, self.flags) {
                    return Err(Problem::NoFloat);
                }
            }
            segment::BINARY | segment::APPEND | segment::PRIVATE_APPEND => {
                let bits = self.value.as_bits().ok_or(Problem::Type)?;
                match bits.slice(0, self.bits) {
                    Some(part) if part.offset == 0 => writer.put(part.bytes, self.bits),
                    Some(part) => writer.put(&part.to_bytes(), self.bits),
                    None => return Err(Problem::Short),
                }
            }
            kind => writer.character(character(self.value).ok_or(Problem::Type)?, kind, self.flags),
        }
        Ok(())
    }
}

/// A number as a float, if it has one.
fn number(value: Term<'_>) -> Option<f64> {
    match value.kind() {
        Kind::Float(value) => Some(value),
        Kind::Int(value) => Some(value as f64),
        Kind::Big(_) => crate::interp::arith::to_float(value.raw.0),
        _ => None,
    }
}

/// The character of an integer, if it is one.
fn character(value: Term<'_>) -> Option<char> {
    char::from_u32(u32::try_from(value.as_small()?).ok()?)
}

#[cold]
fn fail(m: &mut Machine<'_>, failure: Failure) -> u64 {
    match failure {
        Failure::Badarg => m.error(RawTerm::atom(atoms::BADARG)),
        Failure::SystemLimit => m.error(RawTerm::atom(atoms::SYSTEM_LIMIT)),
        Failure::Segment(number, kind, problem, value) => {
            let kind = match kind {
                segment::INTEGER => "integer",
                segment::FLOAT => "float",
                segment::UTF8 => "utf8",
                segment::UTF16 => "utf16",
                segment::UTF32 => "utf32",
                _ => "binary",
            };
            let (problem, value) = match problem {
                Problem::Type => ("type", value),
                Problem::Size(size) => ("size", size),
                Problem::Invalid(size) => ("invalid", size),
                Problem::NoFloat => ("no_float", value),
                Problem::Short => ("short", value),
                Problem::Unit | Problem::SystemLimit => ("unit", value),
            };
            m.segment_error(number, Atom::new(kind), Atom::new(problem), value);
        }
    }
    RawTerm::NON_VALUE.0
}

/// A part of a binary that is made of whole bytes: bytes that are there already, or else the low bytes of a number.
#[derive(Clone, Copy)]
struct Part<'h> {
    bytes: &'h [u8],
    /// The last byte of the part is the lowest.
    number: u64,
    size: usize,
}

/// The most segments that are made the quick way.
const QUICK_SEGMENTS: usize = 8;

/// The part that a segment is, if it is one and nothing is wrong with it.
///
/// # Safety
/// `info` is at a segment of the `bs_create_bin` at `pc`, and nothing collects while the part is used.
#[inline(always)]
unsafe fn part<'h>(m: &Machine<'_>, pc: *const u64, info: *const u64, sp: *const u64) -> Option<Part<'h>> {
    // SAFETY: as the caller's.
    let (kind, unit, flags, size, value) = unsafe {
        let size = source(packed(info, 3), m.x, sp, pc);
        let value = source(packed(info.add(1), 0), m.x, sp, pc);
        (packed(info, 0) as u16, packed(info, 1), packed(info, 2) as u16, size, value)
    };
    let numbered = |number: u64, size: usize| Some(Part { bytes: &[], number, size });
    match kind {
        segment::INTEGER => {
            let bits = field_size(size, unit).filter(|bits| *bits <= 64 && bits % 8 == 0)?;
            let value = RawTerm(value);
            if !value.is_small() {
                return None;
            }
            let number = value.small_value() as u64;
            let little = flags & flag::LITTLE != 0 && bits > 8;
            numbered(if little { number.swap_bytes() >> (64 - bits) } else { number }, bits / 8)
        }
        segment::UTF8 => {
            let mut buffer = [0; 8];
            // SAFETY: as the caller's.
            let size = character(unsafe { m.term(value) })?.encode_utf8(&mut buffer).len();
            numbered(u64::from_be_bytes(buffer) >> (64 - 8 * size), size)
        }
        segment::BINARY | segment::APPEND | segment::PRIVATE_APPEND => {
            // SAFETY: as the caller's.
            let bits = unsafe { m.term(value) }.as_bits()?;
            if !is_all(size) || bits.offset != 0 || bits.bit_len % 8 != 0 || bits.bit_len % unit.max(1) != 0 {
                return None;
            }
            let size = bits.bit_len / 8;
            Some(Part { bytes: &bits.bytes[..size], number: 0, size })
        }
        segment::STRING => {
            // SAFETY: the loader has checked that the string table has these bytes.
            let bytes = unsafe { std::slice::from_raw_parts(value as *const u8, size as usize) };
            Some(Part { bytes, number: 0, size: bytes.len() })
        }
        _ => None,
    }
}

impl Part<'_> {
    /// Writes the part.
    ///
    /// # Safety
    /// There is room for it.
    #[inline(always)]
    unsafe fn write(&self, to: *mut u8) {
        // SAFETY: as the caller's.
        unsafe {
            if self.bytes.is_empty() {
                for i in 0..self.size {
                    *to.add(i) = (self.number >> (8 * (self.size - 1 - i))) as u8;
                }
            } else {
                std::ptr::copy_nonoverlapping(self.bytes.as_ptr(), to, self.size);
            }
        }
    }
}

/// Makes a binary of a few segments of whole bytes with nothing wrong, as nearly all are; `None` leaves it to [`try_create`].
fn quick(m: &mut Machine<'_>, pc: *const u64) -> Option<RawTerm> {
    // SAFETY: `pc` is at a bs_create_bin.
    let count = unsafe { (*pc >> 32) as u16 as usize };
    match count {
        1 | 2 => quick_of::<2>(m, pc, count),
        3..=QUICK_SEGMENTS => quick_of::<QUICK_SEGMENTS>(m, pc, count),
        _ => None,
    }
}

/// [`quick`] for at most `MOST` segments.
#[inline(always)]
fn quick_of<const MOST: usize>(m: &mut Machine<'_>, pc: *const u64, count: usize) -> Option<RawTerm> {
    // SAFETY: `pc` is at a bs_create_bin whose segments and operands exist; nothing collects here.
    unsafe {
        let sp = m.process.heap.sp;
        let mut parts = [Part { bytes: &[], number: 0, size: 0 }; MOST];
        let mut total = 0usize;
        for (i, place) in parts[..count].iter_mut().enumerate() {
            *place = part(m, pc, pc.add(4 + 2 * i), sp)?;
            total += place.size;
        }
        if total > MAX_BITS / 8 {
            return None;
        }
        let parts = &parts[..count];
        let first = packed(pc.add(4), 0) as u16;
        if matches!(first, segment::APPEND | segment::PRIVATE_APPEND) {
            let value = RawTerm(source(packed(pc.add(5), 0), m.x, sp, pc));
            if total <= HEAP_BINARY_LIMIT && m.term(value.0).boxed_kind() == Some(BoxedKind::HeapBinary) {
                // To begin a buffer for a short text that nothing was appended to yet would cost more than the copy.
                return Some(short(m, parts, total));
            }
            let have = parts[0].size;
            let (writer, binary) = append(m, value, have * 8, (total - have) * 8)?;
            let mut to = writer.rest();
            for (i, known) in parts.iter().enumerate().skip(1) {
                // What was appended to may have moved, and be a later segment too.
                let part = if known.bytes.is_empty() { *known } else { part(m, pc, pc.add(4 + 2 * i), sp)? };
                part.write(to);
                to = to.add(part.size);
            }
            return Some(binary);
        }
        if total <= HEAP_BINARY_LIMIT {
            return Some(short(m, parts, total));
        }
        if total >= LARGE {
            return None;
        }
        let mut bytes = Vec::with_capacity(total);
        for part in parts {
            if part.bytes.is_empty() {
                bytes.extend_from_slice(&part.number.to_be_bytes()[8 - part.size..]);
            } else {
                bytes.extend_from_slice(part.bytes);
            }
        }
        m.charged += (total / 1024) as u32;
        Some(m.heap().refc_binary(SharedBytes::from_vec(bytes), total))
    }
}

/// A binary inside the heap.
///
/// # Safety
/// The parts have `total` bytes, which are not more than such a binary holds.
#[inline(always)]
unsafe fn short(m: &mut Machine<'_>, parts: &[Part<'_>], total: usize) -> RawTerm {
    let (binary, mut to) = m.heap().binary_of_size(total);
    for part in parts {
        // SAFETY: the binary has room for all parts.
        unsafe {
            part.write(to);
            to = to.add(part.size);
        }
    }
    binary
}

/// Runs `bs_create_bin`: the binary, or NON_VALUE with the exception noted.
#[inline(never)]
pub(in crate::interp) fn create(m: &mut Machine<'_>, pc: *const u64) -> u64 {
    if let Some(binary) = quick(m, pc) {
        return binary.0;
    }
    match try_create(m, pc) {
        Ok(binary) => binary.0,
        Err(Failure::Segment(..)) => match first_failure(m, pc) {
            Some(failure) => fail(m, failure),
            None => fail(m, Failure::Badarg),
        },
        Err(failure) => fail(m, failure),
    }
}

/// Which segment the runtime complains of when several cannot be built: it works out all sizes first, then appends to the
/// first segment, then writes the others.
#[cold]
fn first_failure(m: &Machine<'_>, pc: *const u64) -> Option<Failure> {
    // SAFETY: `pc` is at a bs_create_bin whose segments and operands exist; nothing collects here.
    let (count, sp) = unsafe { ((*pc >> 32) as u16 as usize, m.process.heap.sp) };
    let mut later = None;
    for i in 0..count {
        // SAFETY: as above.
        let (kind, unit, flags, size, value) = unsafe {
            let info = pc.add(4 + 2 * i);
            let (kind, unit, flags) = (packed(info, 0) as u16, packed(info, 1), packed(info, 2) as u16);
            if kind == segment::STRING {
                continue;
            }
            let size = source(packed(info, 3), m.x, sp, pc);
            (kind, unit, flags, size, m.term(source(packed(info.add(1), 0), m.x, sp, pc)))
        };
        let problem = match Segment::measure(kind, unit, flags, size, value) {
            Ok(segment) => segment.unwritable(),
            Err(problem) => Some(problem),
        };
        let Some(problem) = problem else { continue };
        let appends = i == 0 && matches!(kind, segment::APPEND | segment::PRIVATE_APPEND);
        let is_binary = matches!(kind, segment::BINARY | segment::APPEND | segment::PRIVATE_APPEND);
        let of_size = match problem {
            Problem::Size(_) | Problem::SystemLimit => true,
            Problem::Type => is_binary && is_all(size),
            Problem::Invalid(_) | Problem::NoFloat | Problem::Short | Problem::Unit => false,
        };
        let failure = Failure::of(i + 1, kind, value.raw)(problem);
        if of_size && !appends {
            return Some(failure);
        }
        later = later.or(Some(failure));
    }
    later
}

fn try_create(m: &mut Machine<'_>, pc: *const u64) -> Result<RawTerm, Failure> {
    // SAFETY: `pc` is at a bs_create_bin whose segments and operands exist; nothing collects here.
    let (count, sp) = unsafe { ((*pc >> 32) as u16 as usize, m.process.heap.sp) };
    let decode = |m: &Machine<'_>, i: usize| -> Result<Segment<'_>, Failure> {
        // SAFETY: as above.
        unsafe {
            let info = pc.add(4 + 2 * i);
            let (kind, unit, flags) = (packed(info, 0) as u16, packed(info, 1), packed(info, 2) as u16);
            let size = source(packed(info, 3), m.x, sp, pc);
            let value = source(packed(info.add(1), 0), m.x, sp, pc);
            if kind == segment::STRING {
                let bytes = std::slice::from_raw_parts(value as *const u8, size as usize);
                return Ok(Segment { kind, flags, bits: bytes.len() * 8, value: Term::nil(), bytes });
            }
            let value = m.term(value);
            Segment::measure(kind, unit, flags, size, value).map_err(Failure::of(i + 1, kind, value.raw))
        }
    };
    let mut inline: [Option<Segment<'_>>; 8] = Default::default();
    let mut many = Vec::new();
    let mut total = 0usize;
    for i in 0..count {
        let segment = decode(m, i)?;
        total = total.checked_add(segment.bits).filter(|bits| *bits <= MAX_BITS).ok_or(Failure::SystemLimit)?;
        if i < inline.len() {
            inline[i] = Some(segment);
        } else {
            many.push(segment);
        }
    }
    let segments = || inline.iter().flatten().chain(&many);
    let first_appends = inline[0].as_ref().filter(|s| matches!(s.kind, segment::APPEND | segment::PRIVATE_APPEND));
    if let Some(first) = first_appends {
        let (mut writer, binary) =
            append(m, first.value.raw, first.bits, total - first.bits).ok_or(Failure::SystemLimit)?;
        for (i, segment) in segments().enumerate().skip(1) {
            segment.write(&mut writer).map_err(Failure::of(i + 1, segment.kind, segment.value.raw))?;
        }
        return Ok(binary);
    }
    let bytes = total.div_ceil(8);
    if bytes <= HEAP_BINARY_LIMIT {
        let mut buffer = [0u8; HEAP_BINARY_LIMIT];
        // SAFETY: the buffer has these bits and outlives the writer.
        let mut writer = unsafe { Writer::new(buffer.as_mut_ptr(), 0, total) };
        for (i, segment) in segments().enumerate() {
            segment.write(&mut writer).map_err(Failure::of(i + 1, segment.kind, segment.value.raw))?;
        }
        let whole = m.heap().binary(&buffer[..bytes]);
        return Ok(cut(m, whole, total));
    }
    let mut buffer = zeroed(m, bytes).ok_or(Failure::SystemLimit)?;
    // SAFETY: as above.
    let mut writer = unsafe { Writer::new(buffer.as_mut_ptr(), 0, total) };
    for (i, segment) in segments().enumerate() {
        segment.write(&mut writer).map_err(Failure::of(i + 1, segment.kind, segment.value.raw))?;
    }
    m.charged += (bytes / 1024) as u32;
    let whole = m.heap().refc_binary(SharedBytes::from_vec(buffer), bytes);
    Ok(cut(m, whole, total))
}

/// Binaries from this size on are looked at one by one: whether the VM may have them, and whether the host can.
const LARGE: usize = 1 << 20;

/// So many zero bytes; `None` when they are too many for the VM's limit or for the host.
#[inline]
fn zeroed(m: &Machine<'_>, bytes: usize) -> Option<Vec<u8>> {
    if bytes < LARGE {
        return Some(vec![0; bytes]);
    }
    let mut buffer = Vec::new();
    if !m.vm.budget().has_room(bytes) || buffer.try_reserve_exact(bytes).is_err() {
        return None;
    }
    buffer.resize(bytes, 0);
    Some(buffer)
}

/// A whole binary, or the bitstring of its first `bits` bits when these are not whole bytes.
fn cut(m: &mut Machine<'_>, whole: RawTerm, bits: usize) -> RawTerm {
    if bits % 8 == 0 {
        whole
    } else {
        m.heap().boxed(BoxedKind::SubBinary, &[0, bits as u64], &[whole])
    }
}

/// Makes a bitstring of the first `have` bits of `binary` and `more` zero bits, extending it in place when nobody
/// else holds its bytes; with a writer for the new bits. `None` when these are too many for the VM's limit or for the host.
fn append(m: &mut Machine<'_>, binary: RawTerm, have: usize, more: usize) -> Option<(Writer, RawTerm)> {
    if more / 8 >= LARGE && !m.vm.budget().has_room(more / 8) {
        return None;
    }
    // SAFETY: the binary is in a register or constant; nothing collects here.
    let term = unsafe { m.term(binary.0) };
    let whole = match term.boxed_kind() {
        Some(BoxedKind::SubBinary) if term.raw_field(1) == 0 => term.field(3),
        _ => term,
    };
    if whole.boxed_kind() == Some(BoxedKind::RefcBinary) && !m.heap().is_literal(whole.raw) {
        // SAFETY: the word is an Arc's pointer, counted by the binary; the Arc made here is not dropped. No slice of the
        // bytes is alive: the machine is the only one to run this process.
        let extended = unsafe {
            let shared = std::mem::ManuallyDrop::new(Arc::from_raw(whole.raw_field(2) as *const SharedBytes));
            SharedBytes::try_append(&shared, have, more)
        };
        if let Some(bytes) = extended {
            m.heap().virtual_words += more / 64;
            let part = m.heap().boxed(BoxedKind::SubBinary, &[0, (have + more) as u64], &[whole.raw]);
            // SAFETY: `try_append` made these bits, zeroed.
            return Some((unsafe { Writer::new(bytes, have, have + more) }, part));
        }
    }
    // Nobody can append to the old bytes: copy them, with room to grow.
    let total = have + more;
    let shared = SharedBytes::try_writable((total.div_ceil(8) * 2).max(256))?;
    // SAFETY: the bytes were just made and nobody else has them.
    let bytes = unsafe { SharedBytes::try_append(&shared, 0, total) }?;
    // SAFETY: these bits exist and are zero.
    let mut writer = unsafe { Writer::new(bytes, 0, total) };
    if let Some(part) = term.as_bits().and_then(|bits| bits.slice(0, have)) {
        if part.offset == 0 {
            writer.put(part.bytes, have);
        } else {
            writer.put(&part.to_bytes(), have);
        }
    }
    let size = shared.used_bytes();
    let whole = m.heap().refc_binary(shared, size);
    let part = m.heap().boxed(BoxedKind::SubBinary, &[0, total as u64], &[whole]);
    Some((writer, part))
}

/// `bs_init_writable`: an empty binary with room for `size` bytes to be appended.
pub(in crate::interp) fn writable(m: &mut Machine<'_>, size: u64) -> u64 {
    let size = RawTerm(size);
    let room = if size.is_small() { size.small_value().clamp(256, 1 << 20) as usize } else { 1024 };
    let whole = m.heap().refc_binary(SharedBytes::writable(room), 0);
    m.heap().boxed(BoxedKind::SubBinary, &[0, 0], &[whole]).0
}

/// Begins a binary with an instruction of OTP 24: the binary, still zero, or NON_VALUE with the exception noted.
pub(in crate::interp) fn begin(m: &mut Machine<'_>, pc: *const u64, op: Op) -> u64 {
    // SAFETY: `pc` is at such an instruction; its operands exist.
    let (first, field, sp) = unsafe {
        let sp = m.process.heap.sp;
        (source((*pc >> 16) as u16 as usize, m.x, sp, pc), pc.add(2), sp)
    };
    let bits = match op {
        Op::BsInit => field_size(first, 8),
        Op::BsInitBits => field_size(first, 1),
        // The size is in bits; the unit is what the binary appended to must be a multiple of.
        // SAFETY: as above.
        _ => unsafe { field_size(source(packed(field, 0), m.x, sp, pc), 1) },
    };
    let Some(bits) = bits else { return fail(m, Failure::Badarg) };
    if bits > MAX_BITS {
        return fail(m, Failure::SystemLimit);
    }
    let begun = match op {
        Op::BsInit | Op::BsInitBits => append(m, RawTerm::NIL, 0, bits),
        _ => {
            // SAFETY: the operand is a term.
            let Some(have) = unsafe { m.term(first) }.as_bits() else { return fail(m, Failure::Badarg) };
            // The unit is that of the binary; the size counts bits.
            // SAFETY: the field's words exist.
            if have.bit_len % unsafe { packed(field, 1) }.max(1) != 0 {
                return fail(m, Failure::Badarg);
            }
            append(m, RawTerm(first), have.bit_len, bits)
        }
    };
    let Some((writer, binary)) = begun else { return fail(m, Failure::SystemLimit) };
    m.building = Some(Building { writer });
    binary.0
}

/// Appends a segment to the binary begun last; `false` with the exception noted.
pub(in crate::interp) fn put(m: &mut Machine<'_>, pc: *const u64, op: Op) -> bool {
    // SAFETY: `pc` is at such an instruction; its operands exist. Nothing collects here.
    let measured = unsafe {
        let sp = m.process.heap.sp;
        let field = pc.add(2);
        let value: Term<'_> = m.term(source((*pc >> 16) as u16 as usize, m.x, sp, pc));
        let flags = packed(field, 2) as u16;
        let (kind, unit) = match op {
            Op::BsPutInteger => (segment::INTEGER, packed(field, 1)),
            Op::BsPutFloat => (segment::FLOAT, packed(field, 1)),
            Op::BsPutBinary => (segment::BINARY, packed(field, 1)),
            _ => (packed(field, 0) as u16, 1),
        };
        let size = if op == Op::BsPutUtf { 0 } else { source(packed(field, 0), m.x, sp, pc) };
        Segment::measure(kind, unit, flags, size, value)
    };
    let result = measured.and_then(|segment| match &mut m.building {
        Some(building) if building.writer.has(segment.bits) => segment.write(&mut building.writer),
        _ => Err(Problem::Type),
    });
    match result {
        Ok(()) => true,
        Err(problem) => {
            fail(m, if matches!(problem, Problem::SystemLimit) { Failure::SystemLimit } else { Failure::Badarg });
            false
        }
    }
}

/// Appends bytes of the string table to the binary begun last.
pub(in crate::interp) fn put_string(m: &mut Machine<'_>, size: usize, bytes: *const u8) {
    // SAFETY: the loader has checked that the string table has these bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, size) };
    if let Some(building) = &mut m.building {
        building.writer.put(bytes, size * 8);
    }
}

/// The bytes that a character takes; 4 for what is none, which putting it refuses.
pub(in crate::interp) fn utf_size(value: u64, kind: u16) -> i64 {
    // SAFETY: the operand is a term; nothing keeps it.
    let value = unsafe { Term::from_raw(RawTerm(value)) };
    character(value).map_or(4, |character| utf_bytes(character, kind) as i64)
}

/// `left + right * unit` of sizes; `None` if one of them is no size.
pub(in crate::interp) fn add_sizes(left: u64, right: u64, unit: u16) -> Option<RawTerm> {
    let sum = field_size(left, 1)?.checked_add(field_size(right, usize::from(unit))?)?;
    i64::try_from(sum).ok().and_then(RawTerm::try_small)
}
