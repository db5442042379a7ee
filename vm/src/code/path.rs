//! The code path: directories in which modules are looked for before the source that came with the VM.

use std::path::{Path, PathBuf};

use parking_lot::RwLock;

use crate::host::{Host, OpenMode};
use crate::Atom;

/// The directories of a VM's code path, searched first to last. Two names of one directory are two entries.
#[derive(Debug, Default)]
pub struct CodePath {
    directories: RwLock<Vec<PathBuf>>,
}

impl CodePath {
    /// A path of these directories.
    pub fn new(directories: Vec<PathBuf>) -> CodePath {
        CodePath { directories: RwLock::new(directories) }
    }

    /// The directories, first to last.
    pub fn directories(&self) -> Vec<PathBuf> {
        self.directories.read().clone()
    }

    /// Puts a directory in front; one that is there already moves.
    pub fn prepend(&self, directory: PathBuf) {
        let mut directories = self.directories.write();
        directories.retain(|known| *known != directory);
        directories.insert(0, directory);
    }

    /// Puts a directory at the end; one that is there already stays where it is.
    pub fn append(&self, directory: PathBuf) {
        let mut directories = self.directories.write();
        if !directories.contains(&directory) {
            directories.push(directory);
        }
    }

    /// Takes a directory away; says whether it was there.
    pub fn remove(&self, directory: &Path) -> bool {
        let mut directories = self.directories.write();
        let before = directories.len();
        directories.retain(|known| known != directory);
        directories.len() < before
    }

    /// Puts other directories in the place of all.
    pub fn replace(&self, directories: Vec<PathBuf>) {
        *self.directories.write() = directories;
    }

    /// The file of a module and its bytes, from the first directory that has one. Reads files, so it may block.
    pub fn find(&self, host: &dyn Host, module: Atom) -> Option<(PathBuf, Vec<u8>)> {
        let directories = self.directories.read().clone();
        if directories.is_empty() {
            return None;
        }
        let file = format!("{}.beam", module.as_str());
        // A module's name is no way out of the directory.
        if file.contains(['/', '\0']) {
            return None;
        }
        directories.into_iter().map(|directory| directory.join(&file)).find_map(|path| {
            let mode = OpenMode { read: true, ..Default::default() };
            let mut opened = host.open(&path, mode).ok()?;
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut opened, &mut bytes).ok()?;
            Some((path, bytes))
        })
    }
}
