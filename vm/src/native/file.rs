//! Natives of files, behind the standard library's `File`. They run on the pool of blocking threads, and answer `:ok`,
//! `{:ok, value}` or `{:error, reason}` with POSIX names.
//!
//! An open file is a resource: a term that keeps it open until it is closed or no process holds it.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use parking_lot::Mutex;

use super::blocking::{self, name_bytes, path, posix};
use crate::atom::atoms;
use crate::heap::{Builder, OwnedTerm, Resource};
use crate::host::{FileKind, FileStat, Host, OpenFile, OpenMode};
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "beamlet_file" => {
        "read" / 1 : read_file, effect;
        "write" / 2 : write_file, effect;
        "append" / 2 : append_file, effect;
        "open" / 2 : open, effect;
        "open_memory" / 1 : open_memory, effect;
        "close" / 1 : close, effect;
        "read_bytes" / 2 : read_bytes, effect;
        "read_line" / 1 : read_line, effect;
        "write_bytes" / 2 : write_bytes, effect;
        "position" / 2 : position, effect;
        "truncate" / 1 : truncate, effect;
        "sync" / 1 : sync, effect;
        "ls" / 1 : list, effect;
        "mkdir" / 1 : make_directory, effect;
        "rm" / 1 : remove_file, effect;
        "rmdir" / 1 : remove_directory, effect;
        "rename" / 2 : rename, effect;
        "copy" / 2 : copy, effect;
        "stat" / 1 : stat, effect;
        "lstat" / 1 : link_stat, effect;
        "exists" / 1 : exists, effect;
        "kind" / 1 : kind, effect;
        "cwd" / 0 : current_directory, effect;
        "cd" / 1 : change_directory, effect;
        "ln" / 2 : hard_link, effect;
        "ln_s" / 2 : symbolic_link, effect;
        "read_link" / 1 : read_link, effect;
        "chmod" / 2 : change_mode, effect;
        "touch" / 2 : touch, effect;
    }
}

/// How much a buffered file reads ahead.
const READ_AHEAD: usize = 64 * 1024;

/// An open file with what has been read ahead of its position.
struct Handle {
    file: Mutex<Option<Open>>,
}

struct Open {
    file: Box<dyn OpenFile>,
    ahead: Vec<u8>,
    at: usize,
    append: bool,
}

impl Open {
    /// Reads more; whether there was any.
    fn fill(&mut self) -> io::Result<bool> {
        self.ahead.drain(..self.at);
        self.at = 0;
        let before = self.ahead.len();
        let mut chunk = (&mut self.file).take(READ_AHEAD as u64);
        chunk.read_to_end(&mut self.ahead)?;
        Ok(self.ahead.len() > before)
    }

    fn left(&self) -> &[u8] {
        &self.ahead[self.at..]
    }

    /// Puts the file's own position where the program believes it to be.
    fn settle(&mut self) -> io::Result<()> {
        let ahead = self.left().len() as i64;
        if ahead > 0 && !self.append {
            self.file.seek(SeekFrom::Current(-ahead))?;
        }
        self.ahead.clear();
        self.at = 0;
        Ok(())
    }

    /// So many of the bytes that are read already, if there are.
    fn bytes_at_hand(&mut self, count: usize) -> Option<Vec<u8>> {
        let bytes = self.left().get(..count)?.to_vec();
        self.at += count;
        Some(bytes)
    }

    /// The line that is read already, if its end is.
    fn line_at_hand(&mut self) -> Option<Vec<u8>> {
        let end = self.left().iter().position(|&byte| byte == b'\n')?;
        self.bytes_at_hand(end + 1)
    }

    fn take(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        while self.left().len() < count && self.fill()? {}
        let count = count.min(self.left().len());
        let bytes = self.left()[..count].to_vec();
        self.at += count;
        Ok((count > 0).then_some(bytes))
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut searched = 0;
        loop {
            if let Some(found) = self.left()[searched..].iter().position(|&byte| byte == b'\n') {
                return self.take(searched + found + 1);
            }
            searched = self.left().len();
            if !self.fill()? {
                return self.take(searched);
            }
        }
    }
}

fn error(reason: Atom) -> OwnedTerm {
    OwnedTerm::build(|b| b.tuple(&[Term::atom(atoms::ERROR), Term::atom(reason)]))
}

fn done(result: io::Result<()>) -> OwnedTerm {
    match result {
        Ok(()) => OwnedTerm::atom(atoms::OK),
        Err(e) => error(posix(&e)),
    }
}

fn value<T>(result: io::Result<T>, make: impl for<'h> FnOnce(&mut Builder<'_, 'h>, T) -> Term<'h>) -> OwnedTerm {
    match result {
        Ok(value) => OwnedTerm::build(|b| {
            let value = make(b, value);
            b.tuple(&[Term::atom(atoms::OK), value])
        }),
        Err(e) => error(posix(&e)),
    }
}

/// Runs an operation on one path.
fn on_path<'h>(
    cx: &mut Native<'_, 'h>,
    name: Term<'h>,
    work: impl FnOnce(&dyn Host, std::path::PathBuf) -> OwnedTerm + Send + 'static,
) -> NativeResult<'h> {
    let Some(path) = path(name) else {
        let bad = error(Atom::new("badarg"));
        let bad = cx.adopt(bad);
        return Native::ok(bad);
    };
    blocking::run(cx, move |vm| work(&**vm.host(), path))
}

fn on_paths<'h>(
    cx: &mut Native<'_, 'h>,
    names: &[Term<'h>],
    work: impl FnOnce(&dyn Host, std::path::PathBuf, std::path::PathBuf) -> OwnedTerm + Send + 'static,
) -> NativeResult<'h> {
    let Some(second) = path(names[1]) else { return Native::badarg() };
    on_path(cx, names[0], move |host, first| work(host, first, second))
}

fn read_whole(host: &dyn Host, path: &std::path::Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    host.open(path, OpenMode { read: true, ..OpenMode::default() })?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| value(read_whole(host, &path), |b, bytes| b.binary_from_vec(bytes)))
}

fn write_with<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], mode: OpenMode) -> NativeResult<'h> {
    let mut bytes = Vec::new();
    blocking::collect_iodata(args[1], &mut bytes).ok_or_else(Native::raise_badarg)?;
    on_path(cx, args[0], move |host, path| {
        done(host.open(&path, mode).and_then(|mut file| {
            file.write_all(&bytes)?;
            file.flush()
        }))
    })
}

fn write_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    write_with(cx, args, OpenMode { write: true, ..OpenMode::default() })
}

fn append_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    write_with(cx, args, OpenMode { append: true, ..OpenMode::default() })
}

/// `open(path, modes)`: modes are `:read`, `:write`, `:append`, `:exclusive`.
fn open<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut mode = OpenMode::default();
    for option in args[1].list_to_vec().ok_or_else(Native::raise_badarg)? {
        match option.as_atom().map(Atom::as_str) {
            Some("read") => mode.read = true,
            Some("write") => mode.write = true,
            Some("append") => mode.append = true,
            Some("exclusive") => (mode.write, mode.exclusive) = (true, true),
            _ => return Native::badarg(),
        }
    }
    if !(mode.write || mode.append) {
        mode.read = true;
    }
    on_path(cx, args[0], move |host, path| {
        value(host.open(&path, mode), |b, file| {
            let open = Open { file, ahead: Vec::new(), at: 0, append: mode.append };
            b.resource(Resource::new(Handle { file: Mutex::new(Some(open)) }))
        })
    })
}

/// A file in memory, which ends with whoever holds it.
struct MemoryFile(io::Cursor<Vec<u8>>);

impl Read for MemoryFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for MemoryFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl OpenFile for MemoryFile {
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let bytes = self.0.get_mut();
        let more = length.saturating_sub(bytes.len());
        bytes.try_reserve_exact(more).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        bytes.resize(length, 0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `open_memory(iodata)`: `{ok, file}` of a file that lies in memory, with these contents.
fn open_memory<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut bytes = Vec::new();
    blocking::collect_iodata(args[0], &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.charge(bytes.len() / 64);
    let file = Box::new(MemoryFile(io::Cursor::new(bytes)));
    let open = Open { file, ahead: Vec::new(), at: 0, append: false };
    let handle = cx.resource(Resource::new(Handle { file: Mutex::new(Some(open)) }));
    let pair = cx.tuple(&[Term::atom(atoms::OK), handle]);
    Native::ok(pair)
}

/// Runs an operation on an open file.
fn on_file<'h>(
    cx: &mut Native<'_, 'h>,
    file: Term<'h>,
    work: impl FnOnce(&mut Open) -> OwnedTerm + Send + 'static,
) -> NativeResult<'h> {
    let resource: Arc<Resource> = file.shared_resource().ok_or_else(Native::raise_badarg)?;
    if resource.downcast::<Handle>().is_none() {
        return Native::badarg();
    }
    blocking::run(cx, move |_| {
        let Some(handle) = resource.downcast::<Handle>() else { return error(atoms::BADARG) };
        match &mut *handle.file.lock() {
            Some(open) => work(open),
            None => error(Atom::new("terminated")),
        }
    })
}

/// What an open file has read ahead of its position already: to take it needs no thread that may block.
fn at_hand(file: Term<'_>, take: impl FnOnce(&mut Open) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let handle = file.as_resource()?.downcast::<Handle>()?;
    let mut open = handle.file.try_lock()?;
    take(open.as_mut()?)
}

/// The answer `{:ok, bytes}`.
fn read_already<'h>(cx: &mut Native<'_, 'h>, bytes: Vec<u8>) -> NativeResult<'h> {
    cx.charge(bytes.len() / 64);
    let read = bytes_or_end(Ok(Some(bytes)));
    let read = cx.adopt(read);
    Native::ok(read)
}

fn close<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let resource = args[0].as_resource().ok_or_else(Native::raise_badarg)?;
    let handle = resource.downcast::<Handle>().ok_or_else(Native::raise_badarg)?;
    match handle.file.lock().take() {
        Some(_) => Native::ok_atom(atoms::OK),
        None => {
            let gone = error(Atom::new("terminated"));
            let gone = cx.adopt(gone);
            Native::ok(gone)
        }
    }
}

/// What reading gave: `{:ok, binary}`, `:eof` or `{:error, reason}`.
fn bytes_or_end(result: io::Result<Option<Vec<u8>>>) -> OwnedTerm {
    match result {
        Ok(None) => OwnedTerm::atom(atoms::EOF),
        Ok(Some(bytes)) => value(Ok(bytes), |b, bytes| b.binary_from_vec(bytes)),
        Err(e) => error(posix(&e)),
    }
}

fn read_bytes<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let count = args[1].as_usize().ok_or_else(Native::raise_badarg)?;
    if let Some(bytes) = at_hand(args[0], |open| if count == 0 { None } else { open.bytes_at_hand(count) }) {
        return read_already(cx, bytes);
    }
    on_file(cx, args[0], move |open| match count {
        0 => value(Ok(Vec::new()), |b, bytes| b.binary_from_vec(bytes)),
        _ => bytes_or_end(open.take(count)),
    })
}

fn read_line<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    // A carriage return before the line feed is no part of a line, as Erlang reads them.
    let bare = |mut line: Vec<u8>| {
        if line.ends_with(b"\r\n") {
            line.truncate(line.len() - 2);
            line.push(b'\n');
        }
        line
    };
    if let Some(line) = at_hand(args[0], Open::line_at_hand) {
        return read_already(cx, bare(line));
    }
    on_file(cx, args[0], move |open| bytes_or_end(open.line().map(|line| line.map(bare))))
}

fn write_bytes<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut bytes = Vec::new();
    blocking::collect_iodata(args[1], &mut bytes).ok_or_else(Native::raise_badarg)?;
    on_file(cx, args[0], move |open| done(open.settle().and_then(|()| open.file.write_all(&bytes))))
}

/// `position(file, offset | {:bof | :cur | :eof, offset})`
fn position<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let from = |base: &str, offset: i64| match base {
        "bof" => u64::try_from(offset).ok().map(SeekFrom::Start),
        "cur" => Some(SeekFrom::Current(offset)),
        "eof" => Some(SeekFrom::End(offset)),
        _ => None,
    };
    let seek = match args[1].as_tuple() {
        Some(&[base, offset]) => base.as_atom().zip(offset.as_i64()).and_then(|(base, n)| from(base.as_str(), n)),
        _ => match args[1].as_atom() {
            Some(base) => from(base.as_str(), 0),
            None => args[1].as_i64().and_then(|offset| from("bof", offset)),
        },
    };
    let Some(seek) = seek else {
        let invalid = error(Atom::new("einval"));
        let invalid = cx.adopt(invalid);
        return Native::ok(invalid);
    };
    on_file(cx, args[0], move |open| {
        let result = open.settle().and_then(|()| open.file.seek(seek));
        value(result, |b, position| b.unsigned(position))
    })
}

fn truncate<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_file(cx, args[0], |open| {
        let result = open.settle().and_then(|()| open.file.stream_position());
        done(result.and_then(|position| open.file.set_length(position)))
    })
}

fn sync<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_file(cx, args[0], |open| done(open.file.flush().and_then(|()| open.file.sync())))
}

fn list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| {
        value(host.list_directory(&path), |b, names| {
            let names: Vec<_> = names.iter().map(|name| b.binary(&name_bytes(name))).collect();
            b.list(&names)
        })
    })
}

fn make_directory<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| done(host.make_directory(&path)))
}

fn remove_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| match host.stat(&path, false) {
        // POSIX says that a directory is not unlinked; which error says so differs between systems.
        Ok(stat) if stat.kind == FileKind::Directory => error(Atom::new("eperm")),
        _ => done(host.remove_file(&path)),
    })
}

fn remove_directory<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| done(host.remove_directory(&path)))
}

fn rename<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_paths(cx, args, |host, from, to| done(host.rename(&from, &to)))
}

fn copy<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_paths(cx, args, |host, from, to| match host.stat(&from, true) {
        Ok(stat) if stat.kind == FileKind::Directory => error(Atom::new("eisdir")),
        _ => value(host.copy(&from, &to), |b, count| b.unsigned(count)),
    })
}

fn kind_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Regular => "regular",
        FileKind::Directory => "directory",
        FileKind::Link => "symlink",
        FileKind::Device => "device",
        FileKind::Other => "other",
    }
}

/// A map of POSIX's fields, times in seconds since 1970.
fn stat_term<'h>(b: &mut Builder<'_, 'h>, stat: FileStat) -> Term<'h> {
    let access = match (stat.readable, stat.writable) {
        (true, true) => "read_write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "none",
    };
    let mut pairs = vec![
        (Term::atom(Atom::new("type")), Term::atom(Atom::new(kind_name(stat.kind)))),
        (Term::atom(Atom::new("access")), Term::atom(Atom::new(access))),
    ];
    let numbers = [
        ("size", stat.size as i64),
        ("atime", stat.accessed),
        ("mtime", stat.modified),
        ("ctime", stat.changed),
        ("mode", i64::from(stat.mode)),
        ("links", stat.links as i64),
        ("major_device", stat.major_device as i64),
        ("minor_device", stat.minor_device as i64),
        ("inode", stat.inode as i64),
        ("uid", i64::from(stat.user)),
        ("gid", i64::from(stat.group)),
    ];
    for (name, number) in numbers {
        let number = b.integer(number);
        pairs.push((Term::atom(Atom::new(name)), number));
    }
    b.map_from_pairs(pairs)
}

fn stat<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| value(host.stat(&path, true), stat_term))
}

fn link_stat<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| value(host.stat(&path, false), stat_term))
}

fn exists<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| OwnedTerm::atom(Atom::from_bool(host.stat(&path, true).is_ok())))
}

/// `:regular`, `:directory`, …, following links, or `nil` when there is nothing.
fn kind<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| match host.stat(&path, true) {
        Ok(stat) => OwnedTerm::atom(Atom::new(kind_name(stat.kind))),
        Err(_) => OwnedTerm::atom(atoms::NIL),
    })
}

fn current_directory<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let directory = cx.vm().host().current_directory();
    let answer = value(directory, |b, path| b.binary(&name_bytes(path.as_os_str())));
    let answer = cx.adopt(answer);
    Native::ok(answer)
}

fn change_directory<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| done(host.set_current_directory(&path)))
}

fn hard_link<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_paths(cx, args, |host, existing, new| done(host.hard_link(&existing, &new)))
}

fn symbolic_link<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_paths(cx, args, |host, existing, new| done(host.symbolic_link(&existing, &new)))
}

fn read_link<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    on_path(cx, args[0], |host, path| value(host.read_link(&path), |b, path| b.binary(&name_bytes(path.as_os_str()))))
}

fn change_mode<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mode = args[1].as_i64().and_then(|mode| u32::try_from(mode).ok()).ok_or_else(Native::raise_badarg)?;
    on_path(cx, args[0], move |host, path| done(host.set_mode(&path, mode)))
}

/// `touch(path, seconds)`: sets both times, making the file if need be.
fn touch<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let time = args[1].as_i64().ok_or_else(Native::raise_badarg)?;
    on_path(cx, args[0], move |host, path| {
        let made = match host.stat(&path, true) {
            Ok(_) => Ok(()),
            Err(_) => host.open(&path, OpenMode { append: true, ..OpenMode::default() }).map(drop),
        };
        done(made.and_then(|()| host.set_times(&path, time, time)))
    })
}
