//! Listing what there is.

use std::io;

use cap_std::fs::MetadataExt as _;

use super::Shared;
use super::error::Fault;
use super::lock::ReadLock;
use super::name::{Entry, Form};
use super::root::{Root, is_absent};
use crate::SecretPath;

/// A walk through the tree.
struct Walk<'a> {
    shared: &'a Shared,
    root: &'a Root<'a>,
    found: Vec<(SecretPath, Form)>,
}

impl Shared {
    /// The paths of the secrets below `prefix`, sorted.
    pub(super) fn list(
        &self,
        root: &Root<'_>,
        prefix: Option<&SecretPath>,
    ) -> Result<Vec<SecretPath>, Fault> {
        // A directory is not read in one instant: without the lock, a file that changes its form could be missed.
        let lock = ReadLock::acquire(root, self.patience)?;
        let mut walk = Walk { shared: self, root, found: Vec::new() };
        walk.directory(prefix.map_or("", SecretPath::as_str), &mut Vec::new())?;
        drop(lock);
        let mut found = walk.found;
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if found.is_empty() {
            root.confirm()?;
        }
        let mut paths = Vec::with_capacity(found.len());
        for (path, _) in found {
            if paths.last() == Some(&path) {
                // Two forms: says so, unless a writer has left the older one behind.
                self.find(root, &path)?;
            } else {
                paths.push(path);
            }
        }
        Ok(paths)
    }
}

impl Walk<'_> {
    /// Looks into a directory. `above` is what it is in, so that a link to one of those is not followed for ever.
    fn directory(&mut self, directory: &str, above: &mut Vec<(u64, u64)>) -> Result<(), Fault> {
        let name = if directory.is_empty() { "." } else { directory };
        let failed = |error: io::Error| self.root.explain("look into", name, error);
        let dir = match self.root.dir.open_dir(name) {
            Ok(dir) => dir,
            Err(error) if is_absent(&error) => {
                return self.root.dangling_link(name).map_or(Ok(()), |link| Err(Fault::DanglingLink(link)));
            }
            Err(error) => return Err(failed(error)),
        };
        let metadata = dir.dir_metadata().map_err(failed)?;
        let identity = (metadata.dev(), metadata.ino());
        if above.contains(&identity) {
            return Ok(());
        }
        above.push(identity);
        for entry in dir.entries().map_err(failed)? {
            let entry = entry.map_err(|error| self.root.explain("look into", name, error))?;
            let file_name = entry.file_name();
            let file_type = entry.file_type().map_err(|error| self.root.explain("look into", name, error))?;
            let text = file_name.to_string_lossy();
            let file = if directory.is_empty() { text.to_string() } else { format!("{directory}/{text}") };
            if text.starts_with('.') {
                continue;
            }
            let is_dir = file_type.is_dir()
                || (file_type.is_symlink()
                    && self.link_is_dir(&file, &self.shared.names.classify(&file_name))?);
            if is_dir {
                if file_name.to_str().is_none() {
                    let file = self.root.shown(&file);
                    return Err(Fault::Unnameable { file, rule: "is not UTF-8".into() });
                }
                self.directory(&file, above)?;
            } else {
                let regular = file_type.is_file() || file_type.is_symlink();
                self.file(directory, &file, regular, &self.shared.names.classify(&file_name))?;
            }
        }
        above.pop();
        Ok(())
    }

    /// Whether a link leads to a directory. One that leads nowhere or out only matters when it has a secret's name.
    fn link_is_dir(&self, file: &str, entry: &Entry<'_>) -> Result<bool, Fault> {
        match self.root.dir.metadata(file) {
            Ok(metadata) => Ok(metadata.is_dir()),
            Err(_) if *entry == Entry::Foreign => Ok(false),
            Err(error) if is_absent(&error) => Err(Fault::DanglingLink(self.root.shown(file))),
            Err(error) => Err(self.root.explain("follow", file, error)),
        }
    }

    fn file(&mut self, directory: &str, file: &str, regular: bool, entry: &Entry<'_>) -> Result<(), Fault> {
        let unnameable = |rule| Fault::Unnameable { file: self.root.shown(file), rule };
        let (name, form) = match *entry {
            Entry::Foreign => return Ok(()),
            Entry::Yml => return Err(Fault::Yml(self.root.shown(file))),
            Entry::Unnameable(rule) => return Err(unnameable(rule.into())),
            Entry::Secret { name, form } => (name, form),
        };
        if !regular {
            return Err(Fault::NotAFile(self.root.shown(file)));
        }
        let path = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        let path = SecretPath::new(&path).map_err(|error| unnameable(error.rule().into()))?;
        self.found.push((path, form));
        Ok(())
    }
}
