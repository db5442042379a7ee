//! The operating system as a host.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

use super::{Command, CommandEnd, FileKind, FileStat, Host, OpenFile, OpenMode, RunningProgram, SignalAction};

/// Grants what the operating system grants. Environment and working directory are the VM's own, copied from the host process, so
/// that several VMs do not change them for each other.
pub struct StandardHost {
    started: Instant,
    environment: Mutex<BTreeMap<OsString, OsString>>,
    directory: Mutex<PathBuf>,
    zone: std::sync::OnceLock<Option<Zone>>,
    #[cfg(unix)]
    signals: super::signals::SignalTable,
}

impl Default for StandardHost {
    fn default() -> Self {
        StandardHost {
            started: Instant::now(),
            environment: Mutex::new(std::env::vars_os().collect()),
            directory: Mutex::new(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"))),
            zone: std::sync::OnceLock::new(),
            #[cfg(unix)]
            signals: Default::default(),
        }
    }
}

/// How long who waits for a terminal's input waits before it looks whether that is still wanted.
#[cfg(unix)]
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub(super) fn system_nanoseconds() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanoseconds| -nanoseconds),
    }
}

pub(super) fn random_bits() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // The standard library seeds its hashers from the operating system's source of randomness.
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

impl StandardHost {
    fn resolve(&self, path: &Path) -> PathBuf {
        // The empty name names nothing; joined, it would be the current directory.
        if path.is_absolute() || path.as_os_str().is_empty() {
            path.to_owned()
        } else {
            self.directory.lock().join(path)
        }
    }
}

impl OpenFile for fs::File {
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

fn seconds(time: io::Result<SystemTime>) -> i64 {
    match time.map(|time| time.duration_since(UNIX_EPOCH)) {
        Ok(Ok(since)) => since.as_secs() as i64,
        Ok(Err(before)) => -(before.duration().as_secs() as i64),
        Err(_) => 0,
    }
}

fn stat_of(metadata: &fs::Metadata) -> FileStat {
    let file_type = metadata.file_type();
    let kind = if file_type.is_file() {
        FileKind::Regular
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_symlink() {
        FileKind::Link
    } else {
        special_kind(metadata)
    };
    let mut stat = FileStat {
        kind,
        size: metadata.len(),
        readable: true,
        writable: !metadata.permissions().readonly(),
        accessed: seconds(metadata.accessed()),
        modified: seconds(metadata.modified()),
        changed: seconds(metadata.modified()),
        mode: 0,
        links: 1,
        major_device: 0,
        minor_device: 0,
        inode: 0,
        user: 0,
        group: 0,
    };
    complete(&mut stat, metadata);
    stat
}

#[cfg(unix)]
fn special_kind(metadata: &fs::Metadata) -> FileKind {
    use std::os::unix::fs::FileTypeExt;
    let file_type = metadata.file_type();
    if file_type.is_char_device() || file_type.is_block_device() {
        FileKind::Device
    } else {
        FileKind::Other
    }
}

#[cfg(not(unix))]
fn special_kind(_: &fs::Metadata) -> FileKind {
    FileKind::Other
}

#[cfg(unix)]
fn complete(stat: &mut FileStat, metadata: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    stat.mode = metadata.mode();
    stat.links = metadata.nlink();
    stat.major_device = metadata.dev();
    stat.minor_device = metadata.rdev();
    stat.inode = metadata.ino();
    stat.user = metadata.uid();
    stat.group = metadata.gid();
    stat.changed = metadata.ctime();
    stat.readable = metadata.mode() & 0o444 != 0;
    stat.writable = metadata.mode() & 0o222 != 0;
}

#[cfg(not(unix))]
fn complete(_: &mut FileStat, _: &fs::Metadata) {}

#[cfg(unix)]
fn end_status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

#[cfg(not(unix))]
fn end_status(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

impl Host for StandardHost {
    fn monotonic(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }

    fn system_time(&self) -> i64 {
        system_nanoseconds()
    }

    fn random(&self) -> u64 {
        random_bits()
    }

    fn processor_time(&self) -> Option<u64> {
        // The fields after the command's name, which may hold anything up to its last parenthesis; ticks of 10 ms.
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(ticks * 10_000_000)
    }

    fn output_is_terminal(&self) -> bool {
        io::IsTerminal::is_terminal(&io::stdout())
    }

    fn local_offset(&self, at: i64) -> i32 {
        let zone = self.zone.get_or_init(|| Zone::of(self.variable(OsStr::new("TZ"))));
        zone.as_ref().map_or(0, |zone| zone.offset(at))
    }

    fn processors(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn variable(&self, name: &OsStr) -> Option<OsString> {
        self.environment.lock().get(name).cloned()
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        self.environment.lock().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn set_variable(&self, name: &OsStr, value: Option<&OsStr>) {
        let mut environment = self.environment.lock();
        match value {
            Some(value) => environment.insert(name.to_owned(), value.to_owned()),
            None => environment.remove(name),
        };
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn run(&self, mut command: Command) -> io::Result<CommandEnd> {
        let input = std::mem::take(&mut command.input);
        command.pipe_input = !input.is_empty();
        let mut running = self.start(command)?;
        let feeder = running.input.take().map(|mut stdin| {
            std::thread::spawn(move || {
                // A program that does not read its input to the end is none of our business.
                let _ = stdin.write_all(&input);
            })
        });
        let mut output = Vec::new();
        running.output.read_to_end(&mut output)?;
        let status = (running.wait)()?;
        if let Some(feeder) = feeder {
            let _ = feeder.join();
        }
        Ok(CommandEnd { output, status })
    }

    fn start(&self, command: Command) -> io::Result<RunningProgram> {
        let mut environment: HashMap<OsString, OsString> = self.variables().into_iter().collect();
        for (name, value) in command.environment {
            match value {
                Some(value) => environment.insert(name, value),
                None => environment.remove(&name),
            };
        }
        let directory = match &command.directory {
            Some(directory) => self.resolve(directory),
            None => self.directory.lock().clone(),
        };
        let (reader, writer) = io::pipe()?;
        let mut builder = std::process::Command::new(&command.program);
        builder.args(&command.arguments).current_dir(directory).env_clear().envs(environment);
        #[cfg(unix)]
        if let Some(name) = &command.name {
            use std::os::unix::process::CommandExt;
            builder.arg0(name);
        }
        builder.stdin(if command.pipe_input { Stdio::piped() } else { Stdio::null() });
        if command.errors_to_output {
            builder.stderr(writer.try_clone()?);
        }
        builder.stdout(writer);
        let mut child = builder.spawn()?;
        // The builder holds the writing ends; as long as it does, reading does not end.
        drop(builder);
        let input = child.stdin.take().map(|stdin| Box::new(stdin) as Box<dyn Write + Send>);
        let id = child.id();
        let wait = Box::new(move || child.wait().map(end_status));
        Ok(RunningProgram { input, output: Box::new(reader), id, wait })
    }

    #[cfg(unix)]
    fn on_signal(&self, name: &str, action: SignalAction, notify: Arc<dyn Fn(&str) + Send + Sync>) -> io::Result<()> {
        self.signals.set(name, action, notify)
    }

    fn network(&self) -> bool {
        true
    }

    #[cfg(unix)]
    fn wait_for_input(&self, wanted: &dyn Fn() -> bool) -> io::Result<bool> {
        use io::IsTerminal as _;
        use std::os::fd::AsRawFd as _;
        // Only a terminal has another reader who may want what comes: the line editor.
        if io::stdin().is_terminal() {
            let descriptor = io::stdin().as_raw_fd();
            let mut poll = mio::Poll::new()?;
            let mut events = mio::Events::with_capacity(1);
            let mut source = mio::unix::SourceFd(&descriptor);
            poll.registry().register(&mut source, mio::Token(0), mio::Interest::READABLE)?;
            while wanted() {
                match poll.poll(&mut events, Some(LOOK_AGAIN)) {
                    Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                    _ if !events.is_empty() => break,
                    _ => {}
                }
            }
        }
        Ok(wanted())
    }

    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().lock().read(buffer)
    }

    fn terminal_size(&self) -> Option<(u16, u16)> {
        let number = |name: &str| self.variable(OsStr::new(name))?.to_str()?.parse().ok();
        Some((number("COLUMNS")?, number("LINES")?))
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn OpenFile>> {
        let path = self.resolve(path);
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let mut options = fs::OpenOptions::new();
        options.read(mode.read);
        if mode.append {
            options.append(true).create(true);
        } else if mode.write {
            options.write(true).create(true).truncate(!mode.read);
        }
        if mode.exclusive {
            options.create_new(true);
        }
        Ok(Box::new(options.open(path)?))
    }

    fn stat(&self, path: &Path, follow: bool) -> io::Result<FileStat> {
        let path = self.resolve(path);
        let metadata = if follow { fs::metadata(path) } else { fs::symlink_metadata(path) }?;
        Ok(stat_of(&metadata))
    }

    fn list_directory(&self, path: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(self.resolve(path))?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(self.resolve(path))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(self.resolve(path))
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(self.resolve(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(self.resolve(from), self.resolve(to))
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        fs::copy(self.resolve(from), self.resolve(to))
    }

    fn hard_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        fs::hard_link(self.resolve(existing), self.resolve(new))
    }

    #[cfg(unix)]
    fn symbolic_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(existing, self.resolve(new))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        fs::read_link(self.resolve(path))
    }

    #[cfg(unix)]
    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.resolve(path), fs::Permissions::from_mode(mode))
    }

    fn set_times(&self, path: &Path, accessed: i64, modified: i64) -> io::Result<()> {
        let moment = |seconds: i64| {
            let distance = std::time::Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 {
                UNIX_EPOCH - distance
            } else {
                UNIX_EPOCH + distance
            }
        };
        let times = fs::FileTimes::new().set_accessed(moment(accessed)).set_modified(moment(modified));
        fs::File::open(self.resolve(path))?.set_times(times)
    }

    fn current_directory(&self) -> io::Result<PathBuf> {
        Ok(self.directory.lock().clone())
    }

    fn set_current_directory(&self, path: &Path) -> io::Result<()> {
        let path = fs::canonicalize(self.resolve(path))?;
        if !path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        *self.directory.lock() = path;
        Ok(())
    }
}

/// A time zone as the operating system's database has it: when which offset began.
struct Zone {
    first: i32,
    changes: Vec<(i64, i32)>,
}

impl Zone {
    /// The zone that `TZ` names, or the system's.
    fn of(variable: Option<OsString>) -> Option<Zone> {
        let path = match variable {
            Some(name) if !name.is_empty() => {
                let name = name.to_str()?.trim_start_matches(':').to_owned();
                Path::new("/usr/share/zoneinfo").join(name)
            }
            _ => PathBuf::from("/etc/localtime"),
        };
        Zone::parse(&fs::read(path).ok()?)
    }

    /// Reads the 64-bit block of a TZif file.
    fn parse(bytes: &[u8]) -> Option<Zone> {
        let word = |bytes: &[u8], at: usize| {
            let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(four) as usize)
        };
        if bytes.get(..4)? != b"TZif" || bytes.get(4)? < &b'2' {
            return None;
        }
        let block = |bytes: &[u8], time: usize| -> Option<usize> {
            let (ut, std, leap, times) = (word(bytes, 20)?, word(bytes, 24)?, word(bytes, 28)?, word(bytes, 32)?);
            let (types, chars) = (word(bytes, 36)?, word(bytes, 40)?);
            Some(44 + times * (time + 1) + types * 6 + chars + leap * (time + 4) + std + ut)
        };
        let second = bytes.get(block(bytes, 4)?..)?;
        let (times, types) = (word(second, 32)?, word(second, 36)?);
        let indices = 44 + times * 8;
        let kinds = indices + times;
        let offset = |kind: usize| {
            (kind < types).then_some(())?;
            word(second, kinds + kind * 6).map(|offset| offset as u32 as i32)
        };
        let mut changes = Vec::with_capacity(times);
        for index in 0..times {
            let at: [u8; 8] = second.get(44 + index * 8..52 + index * 8)?.try_into().ok()?;
            changes.push((i64::from_be_bytes(at), offset(usize::from(*second.get(indices + index)?))?));
        }
        Some(Zone { first: offset(0)?, changes })
    }

    fn offset(&self, at: i64) -> i32 {
        match self.changes.partition_point(|&(since, _)| since <= at) {
            0 => self.first,
            after => self.changes[after - 1].1,
        }
    }
}
