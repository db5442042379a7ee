//! A host that grants part of what the operating system grants.
//!
//! Paths are judged by where they lead once all links are followed, and a program cannot make links out of where it may
//! go, so nothing that it writes widens what it may reach.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{denied, Command, CommandEnd, FileKind, FileStat, Host, OpenFile, OpenMode, RunningProgram, StandardHost};

/// What a program may do outside its VM, beside reading the clock, its input, and writing its output.
///
/// ```
/// use beamlet_vm::host::Capabilities;
///
/// let granted = Capabilities::none().read("./data").env(["HOME", "LANG"]);
/// assert_ne!(granted, Capabilities::none());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    read: Vec<PathBuf>,
    write: Vec<PathBuf>,
    environment: Vec<OsString>,
    whole_environment: bool,
    run: bool,
    network: bool,
}

impl Capabilities {
    /// Nothing.
    #[must_use]
    pub fn none() -> Capabilities {
        Capabilities::default()
    }

    /// Reading files below this path.
    #[must_use]
    pub fn read(mut self, path: impl Into<PathBuf>) -> Capabilities {
        self.read.push(path.into());
        self
    }

    /// Making, changing and removing files below this path. Does not include reading them.
    #[must_use]
    pub fn write(mut self, path: impl Into<PathBuf>) -> Capabilities {
        self.write.push(path.into());
        self
    }

    /// Seeing these variables of the environment. A program may always set variables of its own.
    #[must_use]
    pub fn env<N: Into<OsString>>(mut self, names: impl IntoIterator<Item = N>) -> Capabilities {
        self.environment.extend(names.into_iter().map(Into::into));
        self
    }

    /// Seeing the whole environment.
    #[must_use]
    pub fn all_env(mut self) -> Capabilities {
        self.whole_environment = true;
        self
    }

    /// Sockets: connecting to others and being connected to.
    #[must_use]
    pub fn network(mut self) -> Capabilities {
        self.network = true;
        self
    }

    /// Running other programs, which are not confined.
    #[must_use]
    pub fn run(mut self) -> Capabilities {
        self.run = true;
        self
    }
}

/// The operating system as far as [`Capabilities`] go; all else is refused with `:eacces`.
pub struct ConfinedHost {
    system: StandardHost,
    read: Vec<PathBuf>,
    write: Vec<PathBuf>,
    run: bool,
    network: bool,
}

impl ConfinedHost {
    /// A host with these capabilities. Paths are looked up now, so links that change later grant nothing new.
    pub fn new(capabilities: Capabilities) -> ConfinedHost {
        let system = StandardHost::default();
        if !capabilities.whole_environment {
            for (name, _) in system.variables() {
                if !capabilities.environment.contains(&name) {
                    system.set_variable(&name, None);
                }
            }
        }
        let resolved = |paths: Vec<PathBuf>| paths.iter().filter_map(|path| real_path(&system, path)).collect();
        let (read, write) = (resolved(capabilities.read), resolved(capabilities.write));
        ConfinedHost { system, read, write, run: capabilities.run, network: capabilities.network }
    }

    /// Where a path leads; refused unless that is below one of `roots`.
    fn allowed(&self, roots: &[PathBuf], path: &Path) -> io::Result<PathBuf> {
        // The empty name names nothing, not the current directory.
        if path.as_os_str().is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        match real_path(&self.system, path) {
            Some(real) if roots.iter().any(|root| real.starts_with(root)) => Ok(real),
            _ => denied(),
        }
    }

    /// As [`ConfinedHost::allowed`] for a directory entry itself: a link at the end is not followed.
    fn allowed_entry(&self, roots: &[PathBuf], path: &Path) -> io::Result<PathBuf> {
        let Some(name) = path.file_name() else { return self.allowed(roots, path) };
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        match real_path(&self.system, parent) {
            Some(real) if roots.iter().any(|root| real.join(name).starts_with(root)) => Ok(real.join(name)),
            _ => denied(),
        }
    }
}

/// The path without links, relative parts and dots, as far as it exists; `None` when what does not exist climbs up.
fn real_path(system: &StandardHost, path: &Path) -> Option<PathBuf> {
    let path = system.current_directory().ok()?.join(path);
    let mut existing = path.as_path();
    let mut missing = Vec::new();
    loop {
        if let Ok(mut real) = existing.canonicalize() {
            real.extend(missing.iter().rev());
            return Some(real);
        }
        // A link to nowhere exists as a link: what is made there would be made where it points.
        if existing.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_symlink()) {
            return None;
        }
        match existing.components().next_back()? {
            Component::Normal(name) => missing.push(name),
            Component::CurDir => {}
            _ => return None,
        }
        existing = existing.parent()?;
    }
}

impl Host for ConfinedHost {
    fn monotonic(&self) -> u64 {
        self.system.monotonic()
    }

    fn system_time(&self) -> i64 {
        self.system.system_time()
    }

    fn random(&self) -> u64 {
        self.system.random()
    }

    fn processor_time(&self) -> Option<u64> {
        self.system.processor_time()
    }

    fn output_is_terminal(&self) -> bool {
        self.system.output_is_terminal()
    }

    fn local_offset(&self, at: i64) -> i32 {
        self.system.local_offset(at)
    }

    fn processors(&self) -> usize {
        self.system.processors()
    }

    fn variable(&self, name: &OsStr) -> Option<OsString> {
        self.system.variable(name)
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        self.system.variables()
    }

    fn set_variable(&self, name: &OsStr, value: Option<&OsStr>) {
        self.system.set_variable(name, value);
    }

    fn process_id(&self) -> u32 {
        self.system.process_id()
    }

    fn run(&self, command: Command) -> io::Result<CommandEnd> {
        if self.run {
            self.system.run(command)
        } else {
            denied()
        }
    }

    /// Who may run programs may find them.
    fn program_path(&self) -> Option<OsString> {
        if self.run {
            std::env::var_os("PATH")
        } else {
            self.variable("PATH".as_ref())
        }
    }

    fn is_program(&self, path: &Path) -> bool {
        let stat = if self.run { self.system.stat(path, true) } else { self.stat(path, true) };
        stat.is_ok_and(|stat| stat.kind == FileKind::Regular && stat.mode & 0o111 != 0)
    }

    fn start(&self, command: Command) -> io::Result<RunningProgram> {
        if self.run {
            self.system.start(command)
        } else {
            denied()
        }
    }

    fn network(&self) -> bool {
        self.network
    }

    fn wait_for_input(&self, wanted: &dyn Fn() -> bool) -> io::Result<bool> {
        self.system.wait_for_input(wanted)
    }

    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.system.read_input(buffer)
    }

    fn terminal_size(&self) -> Option<(u16, u16)> {
        self.system.terminal_size()
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn OpenFile>> {
        let mut place = None;
        if mode.read || !mode.write {
            place = Some(self.allowed(&self.read, path)?);
        }
        if mode.write || mode.append {
            place = Some(self.allowed(&self.write, path)?);
        }
        match place {
            Some(place) => self.system.open(&place, mode),
            None => denied(),
        }
    }

    fn stat(&self, path: &Path, follow: bool) -> io::Result<FileStat> {
        let place = if follow { self.allowed(&self.read, path)? } else { self.allowed_entry(&self.read, path)? };
        self.system.stat(&place, follow)
    }

    fn list_directory(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.system.list_directory(&self.allowed(&self.read, path)?)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.system.make_directory(&self.allowed(&self.write, path)?)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.system.remove_file(&self.allowed_entry(&self.write, path)?)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.system.remove_directory(&self.allowed_entry(&self.write, path)?)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.system.rename(&self.allowed_entry(&self.write, from)?, &self.allowed_entry(&self.write, to)?)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        self.system.copy(&self.allowed(&self.read, from)?, &self.allowed(&self.write, to)?)
    }

    /// A second name of a file shares its contents, so its first must be one that may be changed, too.
    fn hard_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        self.allowed(&self.write, existing)?;
        self.system.hard_link(&self.allowed(&self.read, existing)?, &self.allowed_entry(&self.write, new)?)
    }

    fn symbolic_link(&self, existing: &Path, new: &Path) -> io::Result<()> {
        let place = self.allowed_entry(&self.write, new)?;
        let target = place.parent().unwrap_or(Path::new("/")).join(existing);
        self.allowed(&self.read, &target)?;
        self.system.symbolic_link(existing, &place)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.read_link(&self.allowed_entry(&self.read, path)?)
    }

    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        self.system.set_mode(&self.allowed(&self.write, path)?, mode)
    }

    fn set_times(&self, path: &Path, accessed: i64, modified: i64) -> io::Result<()> {
        self.system.set_times(&self.allowed(&self.write, path)?, accessed, modified)
    }

    fn current_directory(&self) -> io::Result<PathBuf> {
        self.system.current_directory()
    }

    fn set_current_directory(&self, path: &Path) -> io::Result<()> {
        self.system.set_current_directory(&self.allowed(&self.read, path)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Directory {
            let path = std::env::temp_dir().join(format!("beamlet-confined-{}-{name}", std::process::id()));
            std::fs::create_dir_all(path.join("in")).expect("the temporary directory is writable");
            std::fs::create_dir_all(path.join("out")).expect("the temporary directory is writable");
            std::fs::write(path.join("in/a"), "a").expect("the temporary directory is writable");
            std::fs::write(path.join("out/b"), "b").expect("the temporary directory is writable");
            Directory(path.canonicalize().expect("it was made"))
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    const READ: OpenMode = OpenMode { read: true, write: false, append: false, exclusive: false };
    const WRITE: OpenMode = OpenMode { read: false, write: true, append: false, exclusive: false };

    #[test]
    fn only_what_is_below_the_paths_is_reached() {
        let directory = Directory::new("below");
        let (inside, outside) = (directory.0.join("in"), directory.0.join("out"));
        let host = ConfinedHost::new(Capabilities::none().read(&inside));
        assert!(host.open(&inside.join("a"), READ).is_ok());
        assert!(host.open(&inside.join("a"), WRITE).is_err());
        assert!(host.open(&outside.join("b"), READ).is_err());
        assert!(host.open(&inside.join("../out/b"), READ).is_err());
        assert!(host.open(&inside.join("nothing/../../out/b"), READ).is_err());
        assert!(host.list_directory(&inside).is_ok());
        assert!(host.list_directory(&directory.0).is_err());
        assert!(host.stat(&outside.join("b"), true).is_err());
        assert!(host.remove_file(&inside.join("a")).is_err());
        assert!(host.set_current_directory(&outside).is_err());
        let neighbour = directory.0.join("in-between");
        std::fs::create_dir_all(&neighbour).expect("the temporary directory is writable");
        assert!(host.list_directory(&neighbour).is_err(), "a path is more than its letters");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() {
        let directory = Directory::new("links");
        let (inside, outside) = (directory.0.join("in"), directory.0.join("out"));
        std::os::unix::fs::symlink(&outside, inside.join("way")).expect("links can be made");
        std::os::unix::fs::symlink(outside.join("new"), inside.join("dangling")).expect("links can be made");
        let host = ConfinedHost::new(Capabilities::none().read(&inside).write(&inside));
        assert!(host.open(&inside.join("way/b"), READ).is_err());
        assert!(host.open(&inside.join("way/c"), WRITE).is_err());
        assert!(host.open(&inside.join("dangling"), WRITE).is_err());
        assert!(host.symbolic_link(&outside, &inside.join("own")).is_err());
        assert!(host.symbolic_link(Path::new("../out"), &inside.join("own")).is_err());
        assert!(host.symbolic_link(Path::new("a"), &inside.join("own")).is_ok());
        assert!(host.open(&inside.join("own"), READ).is_ok());
        assert!(host.hard_link(&outside.join("b"), &inside.join("hard")).is_err());
        assert!(host.rename(&outside.join("b"), &inside.join("b")).is_err());
        assert!(host.remove_file(&inside.join("way")).is_ok(), "the link itself is inside");
    }

    #[test]
    fn the_environment_shows_what_was_granted() {
        let host = ConfinedHost::new(Capabilities::none().env(["PATH"]));
        let names: Vec<OsString> = host.variables().into_iter().map(|(name, _)| name).collect();
        assert!(names.iter().all(|name| name == "PATH"));
        host.set_variable(OsStr::new("OWN"), Some(OsStr::new("1")));
        assert_eq!(host.variable(OsStr::new("OWN")), Some(OsString::from("1")));
        assert!(host.run(Command::default()).is_err());
    }
}
