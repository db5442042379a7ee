//! What natives that block have in common: the pool, iodata, paths, POSIX error names.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::process::{give_reply, request};
use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::native::{Native, NativeResult};
use crate::process::{send_control, Control};
use crate::term::{Kind, Term};
use crate::Atom;

/// Runs `work` on the pool of threads that may block; the process waits for what it gives.
pub(super) fn run<'h>(
    cx: &mut Native<'_, 'h>,
    work: impl FnOnce(&Arc<VmShared>) -> OwnedTerm + Send + 'static,
) -> NativeResult<'h> {
    request(cx, give_reply, Vec::new(), |cx, pid, reference| {
        let weak = Arc::downgrade(cx.vm());
        cx.vm().pool().submit(Box::new(move || {
            // A VM that has ended meanwhile needs no answer.
            let Some(vm) = weak.upgrade() else { return };
            let reply = work(&vm);
            send_control(&vm, pid, Control::Reply { reference, reply });
        }));
    })
}

/// Appends the bytes of iodata; `None` when it is none. Goes down with a work list, however deep the lists nest.
pub(super) fn collect_iodata(term: Term<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    let mut pending = vec![term];
    while let Some(term) = pending.pop() {
        match term.kind() {
            Kind::Nil => {}
            Kind::Cons(head, tail) => {
                pending.push(tail);
                match head.as_i64() {
                    Some(byte) => bytes.push(u8::try_from(byte).ok()?),
                    None => pending.push(head),
                }
            }
            _ => bytes.extend_from_slice(&term.binary()?),
        }
    }
    Some(())
}

/// The text of a file name: a binary, or a list of characters and binaries.
pub(super) fn name(term: Term<'_>) -> Option<OsString> {
    if let Some(bytes) = term.binary() {
        return os_string(bytes.into_owned());
    }
    if let (Some(atom), false) = (term.as_atom(), term.is_nil()) {
        return os_string(atom.as_str().as_bytes().to_vec());
    }
    let mut bytes = Vec::new();
    let mut pending = vec![term];
    while let Some(term) = pending.pop() {
        match term.kind() {
            Kind::Nil => {}
            Kind::Cons(head, tail) => {
                pending.push(tail);
                match head.as_i64() {
                    Some(character) => {
                        let character = char::from_u32(u32::try_from(character).ok()?)?;
                        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    None => pending.push(head),
                }
            }
            _ => bytes.extend_from_slice(&term.binary()?),
        }
    }
    os_string(bytes)
}

/// A name of these bytes; names with a zero byte do not exist.
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    if bytes.contains(&0) {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        Some(OsString::from_vec(bytes))
    }
    #[cfg(not(unix))]
    {
        String::from_utf8(bytes).ok().map(OsString::from)
    }
}

/// A path.
pub(super) fn path(term: Term<'_>) -> Option<PathBuf> {
    name(term).map(PathBuf::from)
}

/// The bytes of a name that the operating system gave.
pub(super) fn name_bytes(name: &std::ffi::OsStr) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        name.as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        name.to_string_lossy().into_owned().into_bytes()
    }
}

/// The POSIX name of an error.
pub(super) fn posix(error: &io::Error) -> Atom {
    let name = match error.raw_os_error() {
        Some(1) => "eperm",
        Some(2) => "enoent",
        Some(4) => "eintr",
        Some(5) => "eio",
        Some(6) => "enxio",
        Some(9) => "ebadf",
        Some(11) => "eagain",
        Some(12) => "enomem",
        Some(13) => "eacces",
        Some(16) => "ebusy",
        Some(17) => "eexist",
        Some(18) => "exdev",
        Some(19) => "enodev",
        Some(20) => "enotdir",
        Some(21) => "eisdir",
        Some(22) => "einval",
        Some(23) => "enfile",
        Some(24) => "emfile",
        Some(26) => "etxtbsy",
        Some(27) => "efbig",
        Some(28) => "enospc",
        Some(29) => "espipe",
        Some(30) => "erofs",
        Some(31) => "emlink",
        Some(32) => "epipe",
        Some(36) => "enametoolong",
        Some(39) => "eexist",
        Some(40) => "eloop",
        Some(88) => "enotsock",
        Some(89) => "edestaddrreq",
        Some(90) => "emsgsize",
        Some(92) => "enoprotoopt",
        Some(95) => "enotsup",
        Some(97) => "eafnosupport",
        Some(98) => "eaddrinuse",
        Some(99) => "eaddrnotavail",
        Some(100) => "enetdown",
        Some(101) => "enetunreach",
        Some(103) => "econnaborted",
        Some(104) => "econnreset",
        Some(105) => "enobufs",
        Some(106) => "eisconn",
        Some(107) => "enotconn",
        Some(110) => "etimedout",
        Some(111) => "econnrefused",
        Some(112) => "ehostdown",
        Some(113) => "ehostunreach",
        Some(122) => "edquot",
        _ => match error.kind() {
            io::ErrorKind::NotFound => "enoent",
            io::ErrorKind::PermissionDenied => "eacces",
            io::ErrorKind::AlreadyExists => "eexist",
            io::ErrorKind::InvalidInput => "einval",
            io::ErrorKind::IsADirectory => "eisdir",
            io::ErrorKind::NotADirectory => "enotdir",
            io::ErrorKind::DirectoryNotEmpty => "eexist",
            io::ErrorKind::BrokenPipe => "epipe",
            io::ErrorKind::NotConnected => "enotconn",
            io::ErrorKind::Unsupported => "enotsup",
            _ => "eio",
        },
    };
    Atom::new(name)
}
