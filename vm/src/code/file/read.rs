//! Reading a module file.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use super::compact::{LineItem, Reader};
use super::{BeamFile, Export, FileError, Import, Lambda, LinePosition, Located};
use crate::code::digest::Md5;
use crate::code::instr::{Opcode, OperandKind};
use crate::code::operand::{Instruction, Operand};
use crate::Atom;

/// A module larger than this once decompressed is refused.
const MAX_INFLATED: usize = 256 << 20;

/// What compressed files begin with.
const GZIP: &[u8] = &[0x1f, 0x8b];

type Result<T> = std::result::Result<T, FileError>;

/// Reads a module file (gzip-compressed ones too, as `erlc +compressed` writes them).
///
/// # Errors
/// What is malformed, and where. Whatever the bytes are, memory stays within a small multiple of their length
/// (and of [`MAX_INFLATED`] where they are compressed).
pub fn read(bytes: &[u8]) -> Result<BeamFile> {
    if bytes.starts_with(GZIP) {
        let inflated = inflate(GzDecoder::new(bytes), bytes.len().saturating_mul(64), "the file")?;
        return read_form(&inflated);
    }
    read_form(bytes)
}

/// Reads a module file that stays where it is, uncompressed and perhaps in two parts, the second of whole chunks. Of the
/// chunks that are not taken apart nothing is copied.
///
/// # Errors
/// As of [`read`].
pub fn read_lasting(bytes: &'static [u8], rest: &'static [u8]) -> Result<BeamFile> {
    read_chunks(&chunks_of(bytes, rest)?, Cow::Borrowed)
}

fn read_form(bytes: &[u8]) -> Result<BeamFile> {
    read_chunks(&chunks(bytes)?, |chunk| Cow::Owned(chunk.to_vec()))
}

/// The chunks of a module file that is not compressed, as they are.
///
/// # Errors
/// The container is damaged.
pub fn chunks(bytes: &[u8]) -> Result<Vec<([u8; 4], &[u8])>> {
    chunks_of(bytes, &[])
}

/// The chunks of a file in two parts.
fn chunks_of<'a>(bytes: &'a [u8], rest: &'a [u8]) -> Result<Vec<([u8; 4], &'a [u8])>> {
    let mut form = Cursor { bytes, position: 0, place: "the file" };
    if form.take(4)? != b"FOR1" {
        return form.fail_at(0, "not a module file: it does not begin with FOR1");
    }
    let size = form.u32()? as usize;
    let end = 8 + size;
    if end > bytes.len() + rest.len() {
        return form.fail_at(4, "the file is truncated");
    }
    form.bytes = &bytes[..end.min(bytes.len())];
    if form.take(4)? != b"BEAM" {
        return form.fail_at(8, "not a module file: the form is not BEAM");
    }
    let rest = Cursor { bytes: &rest[..end.saturating_sub(bytes.len())], position: 0, place: form.place };
    let mut chunks = Vec::new();
    for mut part in [form, rest] {
        while part.position < part.bytes.len() {
            let name: [u8; 4] = part.take(4)?.try_into().expect("four bytes were taken");
            let size = part.u32()? as usize;
            let content = part.take(size)?;
            part.position = part.position.next_multiple_of(4).min(part.bytes.len());
            chunks.push((name, content));
        }
    }
    Ok(chunks)
}

/// Reads the chunks of a file; `keep` keeps those that are not taken apart.
fn read_chunks<'a>(chunks: &[([u8; 4], &'a [u8])], keep: fn(&'a [u8]) -> Cow<'static, [u8]>) -> Result<BeamFile> {
    let find = |name: &[u8; 4]| chunks.iter().find(|(n, _)| n == name).map(|(_, bytes)| *bytes);
    let need = |name: &'static [u8; 4], place: &'static str| {
        let missing =
            || FileError { problem: format!("the chunk {place} is missing"), place: "the file".into(), offset: 0 };
        find(name).map(|bytes| Cursor { bytes, position: 0, place }).ok_or_else(missing)
    };
    let atoms = read_atoms(need(b"AtU8", "AtU8")?)?;
    let Some(&name) = atoms.first() else {
        return Err(FileError { problem: "the module has no name".into(), place: "AtU8".into(), offset: 0 });
    };
    let code = read_code(need(b"Code", "Code")?, &atoms)?;
    let imports = read_imports(need(b"ImpT", "ImpT")?, &atoms)?;
    let exports = read_functions(need(b"ExpT", "ExpT")?, &atoms)?;
    let optional = |name: &'static [u8; 4], place| find(name).map(|bytes| Cursor { bytes, position: 0, place });
    let locals = optional(b"LocT", "LocT").map_or(Ok(Vec::new()), |cursor| read_functions(cursor, &atoms))?;
    let lambdas = optional(b"FunT", "FunT").map_or(Ok(Vec::new()), |cursor| read_lambdas(cursor, &atoms))?;
    let literals = optional(b"LitT", "LitT").map_or(Ok(Vec::new()), read_literals)?;
    let (line_files, lines) = optional(b"Line", "Line").map_or(Ok((Vec::new(), vec![None])), read_lines)?;
    let bytes_of = |name| find(name).map(<[u8]>::to_vec).unwrap_or_default();
    const TAKEN_APART: [&[u8; 4]; 11] =
        [b"AtU8", b"Code", b"ImpT", b"ExpT", b"LocT", b"FunT", b"LitT", b"Line", b"StrT", b"Attr", b"CInf"];
    let other_chunks = chunks.iter().filter(|(n, _)| !TAKEN_APART.contains(&n));
    Ok(BeamFile {
        name,
        md5: digest(&find),
        code: code.instructions,
        label_count: code.label_count,
        function_count: code.function_count,
        imports,
        exports,
        locals,
        lambdas,
        literals,
        strings: bytes_of(b"StrT"),
        line_files,
        lines,
        attributes: bytes_of(b"Attr"),
        compile_info: bytes_of(b"CInf"),
        other_chunks: other_chunks.map(|(n, bytes)| (*n, keep(bytes))).collect(),
        atoms,
    })
}

/// The MD5 of the chunks that make the module what it is, as OTP computes it: what lambdas are known by counts as zero,
/// for it is made from this very digest. O(length of these chunks).
fn digest<'a>(find: &impl Fn(&[u8; 4]) -> Option<&'a [u8]>) -> [u8; 16] {
    const ESSENTIAL: [&[u8; 4]; 8] = [b"AtU8", b"Code", b"StrT", b"ImpT", b"ExpT", b"FunT", b"LitT", b"Meta"];
    /// Bytes of a lambda, and of its last field.
    const LAMBDA: usize = 24;
    const UNIQUE: usize = 4;
    let mut digest = Md5::new();
    for name in ESSENTIAL {
        let Some(bytes) = find(name) else { continue };
        match bytes.split_at_checked(4) {
            Some((count, lambdas)) if name == b"FunT" => {
                digest.update(count);
                for lambda in lambdas.chunks(LAMBDA) {
                    let known = lambda.len().min(LAMBDA - UNIQUE);
                    digest.update(&lambda[..known]);
                    digest.update(&[0; UNIQUE][..lambda.len() - known]);
                }
            }
            _ => digest.update(bytes),
        }
    }
    digest.finish()
}

struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
    place: &'static str,
}

impl<'a> Cursor<'a> {
    fn fail_at<T>(&self, offset: usize, problem: impl Into<String>) -> Result<T> {
        Err(FileError { problem: problem.into(), place: self.place.into(), offset })
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.position.checked_add(count).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else {
            return self.fail_at(self.position, "the data ends too early");
        };
        let taken = &self.bytes[self.position..end];
        self.position = end;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into().expect("four bytes were taken")))
    }

    /// A table's entry count, refused when even the smallest entries could not fit.
    fn count(&mut self, entry_size: usize) -> Result<usize> {
        let at = self.position;
        let count = self.u32()? as usize;
        if count.saturating_mul(entry_size) > self.bytes.len() - self.position {
            return self.fail_at(at, "a table is longer than its chunk");
        }
        Ok(count)
    }

    fn atom(&mut self, atoms: &[Atom]) -> Result<Atom> {
        let at = self.position;
        let number = self.u32()? as usize;
        match number.checked_sub(1).and_then(|index| atoms.get(index)) {
            Some(atom) => Ok(*atom),
            None => self.fail_at(at, "an atom's number is beyond the table"),
        }
    }
}

fn read_atoms(mut cursor: Cursor<'_>) -> Result<Vec<Atom>> {
    // OTP 28 writes a negative count to say that lengths are compact numbers.
    let count = cursor.u32()? as i32;
    let long = count < 0;
    let count = count.unsigned_abs() as usize;
    if count > cursor.bytes.len() {
        return cursor.fail_at(0, "the atom table is longer than its chunk");
    }
    let mut atoms = Vec::with_capacity(count);
    for _ in 0..count {
        let at = cursor.position;
        let length = if long {
            let mut reader = Reader::new(&cursor.bytes[at..]);
            let length = reader.unsigned().or_else(|problem| cursor.fail_at(at, problem))?;
            cursor.position += reader.position();
            length as usize
        } else {
            usize::from(cursor.take(1)?[0])
        };
        let Ok(text) = std::str::from_utf8(cursor.take(length)?) else {
            return cursor.fail_at(at, "an atom is not valid UTF-8");
        };
        atoms.push(Atom::try_new(text).or_else(|error| cursor.fail_at(at, error.to_string()))?);
    }
    Ok(atoms)
}

struct Code {
    instructions: Vec<Located>,
    label_count: u32,
    function_count: u32,
}

fn read_code(mut cursor: Cursor<'_>, atoms: &[Atom]) -> Result<Code> {
    let header = cursor.u32()? as usize;
    if header < 16 || header > cursor.bytes.len() - 4 {
        return cursor.fail_at(0, "the code header has a wrong size");
    }
    if cursor.u32()? != 0 {
        return cursor.fail_at(4, "the instruction set is unknown");
    }
    let _highest_opcode = cursor.u32()?;
    let label_count = cursor.u32()?;
    let function_count = cursor.u32()?;
    let body = &cursor.bytes[4 + header..];
    if label_count as usize > body.len() + 1 || function_count as usize > body.len() {
        return cursor.fail_at(12, "more labels or functions than the code can hold");
    }
    let mut reader = Reader::new(body);
    let mut instructions = Vec::with_capacity(body.len() / 4);
    loop {
        let offset = reader.position();
        let fail = |problem: &str| FileError {
            problem: problem.into(),
            place: cursor.place.into(),
            offset: 4 + header + offset,
        };
        if reader.at_end() {
            return Err(fail("the code has no end"));
        }
        let number = reader.byte().map_err(fail)?;
        let Some(op) = Opcode::from_number(number) else {
            return Err(fail(&format!("instruction {number} is unknown or retired")));
        };
        let kinds = op.operands();
        let mut args = Vec::with_capacity(kinds.len());
        for &kind in kinds {
            let operand = reader.operand(atoms).map_err(fail)?;
            if !fits(kind, &operand) {
                return Err(fail(&format!("an operand of {} has the wrong kind", op.name())));
            }
            args.push(operand);
        }
        instructions.push(Located { offset: offset as u32, instruction: Instruction { op, args } });
        if op == Opcode::IntCodeEnd {
            return Ok(Code { instructions, label_count, function_count });
        }
    }
}

/// Whether an operand is of a form that its kind allows. Ranges are the verifier's business.
fn fits(kind: OperandKind, operand: &Operand) -> bool {
    use Operand as O;
    match kind {
        OperandKind::LabelDef
        | OperandKind::Count
        | OperandKind::Live
        | OperandKind::Import
        | OperandKind::Lambda
        | OperandKind::Line => matches!(operand, O::Unsigned(n) if *n <= u64::from(u32::MAX)),
        OperandKind::Label => matches!(operand, O::Label(n) if *n > 0),
        OperandKind::Fail => matches!(operand, O::Label(_)),
        OperandKind::FailOrAtom => matches!(operand, O::Label(_) | O::Atom(_)),
        OperandKind::Atom => matches!(operand, O::Atom(_)),
        OperandKind::Need => {
            matches!(operand, O::Unsigned(n) if *n <= u64::from(u32::MAX)) || matches!(operand, O::Alloc(_))
        }
        // Sizes given as plain numbers occur where older compilers wrote sources.
        OperandKind::Source => !matches!(operand, O::List(_) | O::Alloc(_) | O::Label(_)),
        OperandKind::Dest => matches!(operand.untyped(), O::X(_) | O::Y(_) | O::Float(_)),
        OperandKind::Y => matches!(operand, O::Y(_)),
        OperandKind::List => matches!(operand, O::List(_)),
    }
}

fn read_imports(mut cursor: Cursor<'_>, atoms: &[Atom]) -> Result<Vec<Import>> {
    let count = cursor.count(12)?;
    (0..count)
        .map(|_| Ok(Import { module: cursor.atom(atoms)?, function: cursor.atom(atoms)?, arity: cursor.u32()? }))
        .collect()
}

fn read_functions(mut cursor: Cursor<'_>, atoms: &[Atom]) -> Result<Vec<Export>> {
    let count = cursor.count(12)?;
    (0..count)
        .map(|_| Ok(Export { function: cursor.atom(atoms)?, arity: cursor.u32()?, label: cursor.u32()? }))
        .collect()
}

fn read_lambdas(mut cursor: Cursor<'_>, atoms: &[Atom]) -> Result<Vec<Lambda>> {
    let count = cursor.count(24)?;
    (0..count)
        .map(|_| {
            Ok(Lambda {
                function: cursor.atom(atoms)?,
                arity: cursor.u32()?,
                label: cursor.u32()?,
                index: cursor.u32()?,
                free: cursor.u32()?,
                uniq: cursor.u32()?,
            })
        })
        .collect()
}

fn read_literals(mut cursor: Cursor<'_>) -> Result<Vec<Vec<u8>>> {
    let inflated_size = cursor.u32()? as usize;
    let rest = &cursor.bytes[4..];
    let inflated;
    let plain = if inflated_size == 0 {
        rest
    } else {
        inflated = inflate(ZlibDecoder::new(rest), inflated_size, "LitT")?;
        &inflated
    };
    let mut cursor = Cursor { bytes: plain, position: 0, place: "LitT" };
    let count = cursor.count(4)?;
    (0..count)
        .map(|_| {
            let size = cursor.u32()? as usize;
            Ok(cursor.take(size)?.to_vec())
        })
        .collect()
}

fn inflate(decoder: impl Read, expected: usize, place: &str) -> Result<Vec<u8>> {
    let fail = |problem: &str| FileError { problem: problem.into(), place: place.into(), offset: 0 };
    let limit = expected.min(MAX_INFLATED);
    let mut out = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut out).map_err(|_| fail("the compressed data is corrupt"))?;
    if out.len() > limit {
        return Err(fail("the compressed data is larger than it says"));
    }
    Ok(out)
}

type Lines = (Vec<String>, Vec<Option<LinePosition>>);

fn read_lines(mut cursor: Cursor<'_>) -> Result<Lines> {
    let _version = cursor.u32()?;
    let _flags = cursor.u32()?;
    let _instructions = cursor.u32()?;
    let count = cursor.u32()? as usize;
    let file_count = cursor.u32()? as usize;
    if count > cursor.bytes.len() || file_count > cursor.bytes.len() {
        return cursor.fail_at(12, "the line table is longer than its chunk");
    }
    let start = cursor.position;
    let mut reader = Reader::new(&cursor.bytes[start..]);
    let mut lines = Vec::with_capacity(count + 1);
    lines.push(None);
    let mut file = 0;
    while lines.len() <= count {
        let at = start + reader.position();
        match reader.line_item().or_else(|problem| cursor.fail_at(at, problem))? {
            LineItem::File(number) if number as usize <= file_count => file = number,
            LineItem::File(_) => return cursor.fail_at(at, "a file number is beyond the table"),
            LineItem::Line(line) => lines.push(Some(LinePosition { file, line })),
        }
    }
    cursor.position = start + reader.position();
    let mut files = Vec::with_capacity(file_count + 1);
    files.push(String::new());
    for _ in 0..file_count {
        let length = cursor.take(2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        files.push(String::from_utf8_lossy(cursor.take(length)?).into_owned());
    }
    Ok((files, lines))
}
