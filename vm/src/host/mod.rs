//! What a VM may do to the world outside: one trait, so that a sandbox grants what it means to grant.
//!
//! Every method that reaches outside refuses unless an implementation says otherwise. [`StandardHost`] grants what the
//! operating system grants, [`ConfinedHost`] a part of it, [`SandboxHost`] only a clock and output into memory or nowhere.

mod confined;
mod console;
#[cfg(unix)]
mod signals;
mod standard;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use confined::{Capabilities, ConfinedHost};
pub use console::{Console, Sink};
pub use standard::StandardHost;

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMode {
    /// For reading.
    pub read: bool,
    /// For writing; without `append` and `read` the file is emptied.
    pub write: bool,
    /// Writing goes to the end.
    pub append: bool,
    /// It must not exist yet.
    pub exclusive: bool,
}

/// An open file: a position, and bytes to read and write there.
pub trait OpenFile: io::Read + io::Write + io::Seek + Send {
    /// Cuts or extends the file to `length` bytes.
    ///
    /// # Errors
    /// What the host says.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Waits until what was written is on the disk.
    ///
    /// # Errors
    /// What the host says.
    fn sync(&mut self) -> io::Result<()>;
}

/// What kind of file something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, not followed.
    Link,
    /// A device.
    Device,
    /// Something else.
    Other,
}

/// What is known of a file; times are seconds since 1970.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the fields are those of POSIX's stat")]
pub struct FileStat {
    pub kind: FileKind,
    pub size: u64,
    pub readable: bool,
    pub writable: bool,
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
    pub mode: u32,
    pub links: u64,
    pub major_device: u64,
    pub minor_device: u64,
    pub inode: u64,
    pub user: u32,
    pub group: u32,
}

/// A program to be run to its end.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// The program's path, or its name to be found in `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it runs.
    pub directory: Option<PathBuf>,
    /// Variables set and unset beside those of the VM.
    pub environment: Vec<(OsString, Option<OsString>)>,
    /// What it reads.
    pub input: Vec<u8>,
    /// Whether its error stream is caught with its output; otherwise it goes to the VM's.
    pub errors_to_output: bool,
    /// Its own name for itself, if that is not `program`.
    pub name: Option<OsString>,
    /// For one that is started: whether it reads from a pipe rather than nothing.
    pub pipe_input: bool,
}

/// A program that has been started.
pub struct RunningProgram {
    /// What it reads, if that is a pipe.
    pub input: Option<Box<dyn io::Write + Send>>,
    /// What it writes.
    pub output: Box<dyn io::Read + Send>,
    /// Its number in the operating system.
    pub id: u32,
    /// Waits for its end and gives its exit status, as in [`CommandEnd`].
    pub wait: Box<dyn FnOnce() -> io::Result<i32> + Send>,
}

/// What is to happen at a signal of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalAction {
    /// What the operating system does.
    Default,
    /// Nothing.
    Ignore,
    /// The program is told.
    Handle,
}

/// How a program ended.
#[derive(Clone, Debug, Default)]
pub struct CommandEnd {
    /// What it wrote.
    pub output: Vec<u8>,
    /// Its exit status; 128 and the signal's number when a signal ended it.
    pub status: i32,
}

fn denied<T>() -> io::Result<T> {
    Err(io::Error::from(io::ErrorKind::PermissionDenied))
}

/// A host's capabilities. All methods may be called from any thread, those of files and commands from threads that may block.
///
/// # Errors
/// Every method that gives an [`io::Result`] gives what the operating system says, or that permission is denied.
#[allow(unused_variables, missing_docs, reason = "the defaults refuse; the names are those of the operations")]
pub trait Host: Send + Sync {
    /// Nanoseconds since some fixed moment; never goes back.
    fn monotonic(&self) -> u64;

    /// Nanoseconds since 1970.
    fn system_time(&self) -> i64;

    /// Sixty-four random bits.
    fn random(&self) -> u64;

    /// Nanoseconds that the host has worked for this VM's process, if it counts them.
    fn processor_time(&self) -> Option<u64> {
        None
    }

    /// Whether output goes to a terminal.
    fn output_is_terminal(&self) -> bool {
        false
    }

    /// Offset of local time from universal time, in seconds, at a moment given in seconds since 1970.
    fn local_offset(&self, at: i64) -> i32 {
        0
    }

    /// The number of processors.
    fn processors(&self) -> usize {
        1
    }

    fn variable(&self, name: &OsStr) -> Option<OsString> {
        None
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        Vec::new()
    }

    /// Sets a variable, or unsets it.
    fn set_variable(&self, name: &OsStr, value: Option<&OsStr>) {}

    fn process_id(&self) -> u32 {
        0
    }

    /// Where programs are looked for that are named without a path: `PATH`, if it is to be known.
    fn program_path(&self) -> Option<OsString> {
        self.variable("PATH".as_ref())
    }

    /// Whether there is a program that can be run, as far as that is to be known.
    fn is_program(&self, path: &Path) -> bool {
        self.stat(path, true).is_ok_and(|stat| stat.kind == FileKind::Regular && stat.mode & 0o111 != 0)
    }

    fn run(&self, command: Command) -> io::Result<CommandEnd> {
        denied()
    }

    /// Starts a program and does not wait for it; `input` of the command is not used.
    fn start(&self, command: Command) -> io::Result<RunningProgram> {
        denied()
    }

    /// Decides what happens at a signal of the operating system (`sigterm` and so on); for [`SignalAction::Handle`], `notify` is
    /// called with its name each time.
    fn on_signal(&self, name: &str, action: SignalAction, notify: Arc<dyn Fn(&str) + Send + Sync>) -> io::Result<()> {
        denied()
    }

    /// Whether sockets may be opened.
    fn network(&self) -> bool {
        false
    }

    /// Waits until standard input has something to read or has ended, as long as it is `wanted`; whether it still is. A host
    /// that cannot tell says so at once, and its [`Host::read_input`] waits.
    ///
    /// # Errors
    /// What the operating system says.
    fn wait_for_input(&self, wanted: &dyn Fn() -> bool) -> io::Result<bool> {
        Ok(wanted())
    }

    /// Reads some bytes of standard input; none at its end.
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }

    /// Width and height of the terminal, if output goes to one.
    fn terminal_size(&self) -> Option<(u16, u16)> {
        None
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn OpenFile>> {
        denied()
    }

    fn stat(&self, path: &Path, follow: bool) -> io::Result<FileStat> {
        denied()
    }

    fn list_directory(&self, path: &Path) -> io::Result<Vec<OsString>> {
        denied()
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        denied()
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        denied()
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        denied()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        denied()
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        denied()
    }

    fn hard_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        denied()
    }

    fn symbolic_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        denied()
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        denied()
    }

    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        denied()
    }

    /// Sets the times of last access and change, in seconds since 1970.
    fn set_times(&self, path: &Path, accessed: i64, modified: i64) -> io::Result<()> {
        denied()
    }

    fn current_directory(&self) -> io::Result<PathBuf> {
        denied()
    }

    fn set_current_directory(&self, path: &Path) -> io::Result<()> {
        denied()
    }
}

/// A host that grants a clock and nothing else.
#[derive(Debug)]
pub struct SandboxHost {
    started: std::time::Instant,
}

impl Default for SandboxHost {
    fn default() -> Self {
        SandboxHost { started: std::time::Instant::now() }
    }
}

impl Host for SandboxHost {
    fn monotonic(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }

    fn system_time(&self) -> i64 {
        standard::system_nanoseconds()
    }

    fn random(&self) -> u64 {
        standard::random_bits()
    }
}
