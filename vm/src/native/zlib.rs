//! `:beamlet_zlib`: compressing and expanding, behind the library's `:zlib`.
//!
//! A stream is a resource; window bits tell the format as in zlib itself: 8 to 15 with zlib's header, negative without any, plus 16
//! with gzip's, plus 32 to take either when expanding.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use parking_lot::Mutex;

use super::blocking::collect_iodata;
use crate::atom::atoms;
use crate::heap::Resource;
use crate::native::{Native, NativeResult, Raise};
use crate::term::Term;
use crate::Atom;

/// Bytes worked on for one reduction.
const PER_REDUCTION: usize = 64;

crate::natives! {
    "beamlet_zlib" => {
        "deflate_init"/2: deflate_init, effect;
        "deflate"/3: deflate, effect;
        "inflate_init"/1: inflate_init, effect;
        "inflate"/3: inflate, effect;
        "set_dictionary"/2: set_dictionary, effect;
    }
}

/// One direction of one stream.
enum Stream {
    Deflate(Compress),
    Inflate { state: Decompress, ended: bool },
}

type Shared = Mutex<Stream>;

fn undefined<'h>() -> NativeResult<'h> {
    Native::ok_atom(Atom::new("undefined"))
}

fn make<'h>(cx: &mut Native<'_, 'h>, stream: Stream) -> NativeResult<'h> {
    let stream = cx.resource(Resource::new(Mutex::new(stream)));
    Native::ok(stream)
}

/// `deflate_init(Level, WindowBits)`; `undefined` for what is out of range.
fn deflate_init<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(level), Some(bits)) = (args[0].as_i64(), args[1].as_i64()) else { return Native::badarg() };
    let level = match level {
        -1 => Compression::default(),
        0..=9 => Compression::new(level as u32),
        _ => return undefined(),
    };
    let state = match bits {
        9..=15 => Compress::new_with_window_bits(level, true, bits as u8),
        -15..=-9 => Compress::new_with_window_bits(level, false, (-bits) as u8),
        25..=31 => Compress::new_gzip(level, (bits - 16) as u8),
        _ => return undefined(),
    };
    make(cx, Stream::Deflate(state))
}

/// `inflate_init(WindowBits)`; `undefined` for what is out of range.
fn inflate_init<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_i64().ok_or_else(Native::raise_badarg)?;
    let state = match bits {
        9..=15 => Decompress::new_with_window_bits(true, bits as u8),
        -15..=-9 => Decompress::new_with_window_bits(false, (-bits) as u8),
        25..=31 => Decompress::new_gzip((bits - 16) as u8),
        _ => return undefined(),
    };
    make(cx, Stream::Inflate { state, ended: false })
}

fn stream<'h>(term: Term<'h>) -> Result<&'h Shared, Raise<'h>> {
    term.as_resource().and_then(Resource::downcast::<Shared>).ok_or_else(Native::raise_badarg)
}

fn input<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>) -> Result<Vec<u8>, Raise<'h>> {
    let mut bytes = Vec::new();
    collect_iodata(term, &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.charge(bytes.len() / PER_REDUCTION);
    Ok(bytes)
}

/// `deflate(Stream, IoData, Flush)`: what can be written so far; `none`, `sync`, `full` or `finish`.
fn deflate<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let shared = stream(args[0])?;
    let data = input(cx, args[1])?;
    let flush = match args[2].as_atom().map(Atom::as_str) {
        Some("none") => FlushCompress::None,
        Some("sync") => FlushCompress::Sync,
        Some("full") => FlushCompress::Full,
        Some("finish") => FlushCompress::Finish,
        _ => return Native::badarg(),
    };
    let mut guard = shared.lock();
    let Stream::Deflate(state) = &mut *guard else { return Native::badarg() };
    let mut out = Vec::with_capacity(data.len() / 2 + 64);
    let mut at = 0;
    loop {
        let before = (state.total_in(), out.len());
        let Ok(status) = state.compress_vec(&data[at..], &mut out, flush) else { return Native::badarg() };
        at += (state.total_in() - before.0) as usize;
        let full = out.len() == out.capacity();
        if matches!(status, Status::StreamEnd) || (at == data.len() && !full) {
            break;
        }
        if full {
            out.reserve(out.capacity());
        } else if out.len() == before.1 && state.total_in() == before.0 {
            break;
        }
    }
    let binary = cx.binary(&out);
    Native::ok(binary)
}

/// `inflate(Stream, IoData, Limit)`: `{Status, Bytes, Rest}` with the status `more`, `finished`, `data_error`, `buf` (the limit was reached) or
/// `{need_dictionary, Adler}`. `Rest` is input not looked at. Expands no further than the limit of bytes, so that the caller sees how
/// much there is before it is all made.
fn inflate<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let shared = stream(args[0])?;
    let data = input(cx, args[1])?;
    let limit = args[2].as_usize().ok_or_else(Native::raise_badarg)?;
    let mut guard = shared.lock();
    let Stream::Inflate { state, ended } = &mut *guard else { return Native::badarg() };
    let mut out = Vec::with_capacity((data.len() * 3 + 64).min(limit.max(1)));
    let mut at = 0;
    let mut status = Term::atom(Atom::new("more"));
    while !*ended {
        let (before_in, before_out) = (state.total_in(), out.len());
        let result = state.decompress_vec(&data[at..], &mut out, FlushDecompress::None);
        at += (state.total_in() - before_in) as usize;
        match result {
            Ok(Status::StreamEnd) => *ended = true,
            Ok(_) => {}
            Err(error) => {
                status = match error.needs_dictionary() {
                    Some(adler) => {
                        let sum = cx.integer(i64::from(adler));
                        cx.tuple(&[Term::atom(Atom::new("need_dictionary")), sum])
                    }
                    None => Term::atom(Atom::new("data_error")),
                };
                break;
            }
        }
        if out.len() >= limit && !*ended {
            status = Term::atom(Atom::new("buf"));
            break;
        }
        if out.len() == out.capacity() {
            let room = out.capacity().min(limit - out.len());
            out.reserve_exact(room.max(1));
        } else if at == data.len() || (state.total_in() == before_in && out.len() == before_out) {
            break;
        }
    }
    if *ended {
        status = Term::atom(Atom::new("finished"));
    }
    cx.charge(out.len() / PER_REDUCTION);
    let (bytes, rest) = (cx.binary(&out), cx.binary(&data[at..]));
    let answer = cx.tuple(&[status, bytes, rest]);
    Native::ok(answer)
}

/// `set_dictionary(Stream, Dictionary)`: `{ok, Adler}`, or `error`.
fn set_dictionary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let shared = stream(args[0])?;
    let dictionary = input(cx, args[1])?;
    let result = match &mut *shared.lock() {
        Stream::Deflate(state) => state.set_dictionary(&dictionary).ok(),
        Stream::Inflate { state, .. } => state.set_dictionary(&dictionary).ok(),
    };
    match result {
        Some(adler) => {
            let sum = cx.integer(i64::from(adler));
            let pair = cx.tuple(&[Term::atom(atoms::OK), sum]);
            Native::ok(pair)
        }
        None => Native::ok_atom(atoms::ERROR),
    }
}
