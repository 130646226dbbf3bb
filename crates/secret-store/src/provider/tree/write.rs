//! Writing and deleting, one writer at a time.

use std::io::{self, Write as _};
use std::time::{Duration, UNIX_EPOCH};

use cap_std::fs::{Dir, DirBuilder, DirBuilderExt as _, OpenOptions, OpenOptionsExt as _};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::Shared;
use super::codec;
use super::error::Fault;
use super::lock::WriteLock;
use super::name::{Form, Names, mark, split};
use super::read::Found;
use super::root::{LIMIT, Root, is_absent, sync, version, written_at};
use super::seal::Place;
use super::step::{Step, at};
use crate::{Precondition, SecretFields, SecretPath, SecretVersion, ValueKind, WriteMode, WriteOptions};

/// The file that becomes a secret's when it is complete. There is one writer at a time, so one name will do; what a
/// writer that crashed has left under it, the next one in that directory removes.
const TEMPORARY: &str = ".secretbridge.tmp";

/// The store while nobody else writes to it.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) shared: &'a Shared,
    pub(super) root: Root<'a>,
    lock: WriteLock,
}

impl<'a> Session<'a> {
    pub(super) fn begin(shared: &'a Shared) -> Result<Self, Fault> {
        let root = shared.site.open()?;
        let lock = WriteLock::acquire(&root, shared.patience)?;
        // In a new root, its file is the first name that tells.
        root.check_case()?;
        Ok(Self { shared, root, lock })
    }

    pub(super) fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: &WriteOptions,
    ) -> Result<SecretVersion, Fault> {
        Names::check(path)?;
        if fields.is_empty() {
            return Err(Fault::NoFields);
        }
        let found = self.shared.find(&self.root, path)?;
        check(&options.precondition, found.as_ref())?;
        if let Some(link) = found.as_ref().map(|found| &found.file).filter(|file| self.root.is_link(file)) {
            return Err(Fault::WriteToLink(self.root.shown(link)));
        }
        self.settle(path)?;
        let before = found.as_ref().map(|found| (found.form, found.file.clone()));
        let fields = match (options.mode, found) {
            (WriteMode::Merge, Some(found)) => {
                let mut merged = self.shared.fields(&self.root, found)?;
                merged.extend(fields);
                merged
            }
            _ => fields,
        };
        let form = form_for(&fields, before.as_ref().map(|(form, _)| *form));
        let file = self.shared.names.file(path, form);
        let bytes = encode(&fields, form)?;
        if bytes.len() > LIMIT {
            return Err(Fault::FieldsTooLarge);
        }
        let sealed = self.shared.seal.seal(&Place { root: &self.root, file: &file }, bytes)?;
        let superseded = before.map(|(_, file)| file).filter(|before| *before != file);
        self.put(&file, &sealed, superseded.as_deref())
    }

    /// Ends what a writer has begun that crashed while it changed the form of this secret.
    fn settle(&self, path: &SecretPath) -> Result<(), Fault> {
        let plain = self.shared.names.file(path, Form::Plain);
        if self.root.open_file(&mark(&plain))?.is_some() {
            if self.root.open_file(&self.shared.names.file(path, Form::Yaml))?.is_some() {
                self.remove(&plain)?;
            }
            self.remove(&mark(&plain))?;
        }
        Ok(())
    }

    /// Removes the secret at `path`; whether there was one.
    pub(super) fn delete(&self, path: &SecretPath) -> Result<bool, Fault> {
        Names::check(path)?;
        match self.shared.find(&self.root, path) {
            Ok(None) => self.root.confirm()?,
            Err(fault @ (Fault::Yml(_) | Fault::Io { .. })) => return Err(fault),
            // Whatever else is wrong with its files, they are about to go.
            Ok(Some(_)) | Err(_) => {}
        }
        let mut any = false;
        // The plain file first, and its mark last: in between, what is there is what supersedes it.
        for form in Form::ALL {
            any |= self.remove(&self.shared.names.file(path, form))?;
        }
        self.remove(&mark(&self.shared.names.file(path, Form::Plain)))?;
        if any {
            self.prune(path)?;
        }
        Ok(any)
    }

    /// Puts a file in its place, complete and durable, and removes the one that it supersedes.
    pub(super) fn put(
        &self,
        file: &str,
        bytes: &[u8],
        superseded: Option<&str>,
    ) -> Result<SecretVersion, Fault> {
        let (directory, name) = split(file);
        self.make(directory)?;
        let failed = |doing| move |error| self.root.explain(doing, file, error);
        let dir = self.root.dir.open_dir(directory).map_err(failed("open the directory of"))?;
        let mark = superseded.map(|superseded| split(&mark(superseded)).1.to_owned());
        let written = self.write_temporary(&dir, bytes).and_then(|version| {
            at(Step::Written);
            if let Some(mark) = &mark {
                dir.open_with(mark, OpenOptions::new().write(true).create(true).mode(0o600))?;
                sync(&dir)?;
                at(Step::Marked);
            }
            dir.rename(TEMPORARY, &dir, name)?;
            Ok(version)
        });
        let version = written.map_err(|error| {
            // The error that stopped the write is the one to tell of.
            drop(dir.remove_file(TEMPORARY));
            if let Some(mark) = &mark {
                drop(dir.remove_file(mark));
            }
            match Errno::from_io_error(&error) {
                Some(Errno::ISDIR | Errno::NOTEMPTY | Errno::EXIST) => Fault::InTheWay(self.root.shown(file)),
                _ => self.root.explain("write", file, error),
            }
        })?;
        at(Step::Renamed);
        sync(&dir).map_err(failed("write"))?;
        if let (Some(superseded), Some(mark)) = (superseded, mark) {
            dir.remove_file(split(superseded).1)
                .map_err(|error| self.root.explain("remove", superseded, error))?;
            at(Step::Removed);
            // Only then, so that no power cut brings the file back without its mark.
            sync(&dir).map_err(failed("write"))?;
            dir.remove_file(mark).map_err(failed("finish"))?;
        }
        Ok(version)
    }

    fn write_temporary(&self, dir: &Dir, bytes: &[u8]) -> io::Result<SecretVersion> {
        remove_if_there(dir, TEMPORARY)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = dir.open_with(TEMPORARY, &options)?.into_std();
        at(Step::Created);
        file.write_all(bytes)?;
        let now = written_at(&file.metadata()?);
        let moment = self.lock.next_moment(now)?;
        if moment != now {
            let since_1970 = Duration::from_nanos_u128(moment);
            file.set_modified(UNIX_EPOCH + since_1970)?;
        }
        file.sync_all()?;
        Ok(version(&file.metadata()?))
    }

    /// Makes a directory and those above it, each durable.
    fn make(&self, directory: &str) -> Result<(), Fault> {
        if directory == "." || self.root.dir.open_dir(directory).is_ok() {
            return Ok(());
        }
        for end in directory.match_indices('/').map(|(end, _)| end).chain([directory.len()]) {
            let part = &directory[..end];
            match self.root.dir.create_dir_with(part, DirBuilder::new().mode(0o700)) {
                Ok(()) => {
                    let above = self.root.dir.open_dir(split(part).0);
                    above
                        .and_then(|above| sync(&above))
                        .map_err(|error| self.root.explain("make the directory", part, error))?;
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let there = self.root.dir.metadata(part);
                    let there = there.map_err(|error| self.root.explain("open", part, error))?;
                    if !there.is_dir() {
                        return Err(Fault::InTheWay(self.root.shown(part)));
                    }
                }
                Err(error) => return Err(self.root.explain("make the directory", part, error)),
            }
        }
        Ok(())
    }

    fn remove(&self, file: &str) -> Result<bool, Fault> {
        let failed = |error| self.root.explain("remove", file, error);
        match self.root.dir.symlink_metadata(file) {
            Ok(there) if there.is_dir() => return Ok(false),
            Ok(_) => {}
            Err(error) if is_absent(&error) => return Ok(false),
            Err(error) => return Err(failed(error)),
        }
        let (directory, name) = split(file);
        let dir = self.root.dir.open_dir(directory).map_err(failed)?;
        dir.remove_file(name).map_err(failed)?;
        sync(&dir).map_err(failed)?;
        Ok(true)
    }

    /// Removes the directories above `path` that have nothing in them. No other writer can be about to put a file there.
    fn prune(&self, path: &SecretPath) -> Result<(), Fault> {
        let mut directory = path.as_str();
        while let Some((above, _)) = directory.rsplit_once('/') {
            directory = above;
            let failed = |error| self.root.explain("remove the directory", directory, error);
            let dir = self.root.dir.open_dir(directory).map_err(failed)?;
            remove_if_there(&dir, TEMPORARY).map_err(failed)?;
            match self.root.dir.remove_dir(directory) {
                Ok(()) => {}
                // Not empty, or a link to a directory: it stays.
                Err(error)
                    if matches!(
                        Errno::from_io_error(&error),
                        Some(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR | Errno::BUSY)
                    ) =>
                {
                    break;
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

fn check(precondition: &Precondition, found: Option<&Found>) -> Result<(), Fault> {
    match (precondition, found) {
        (Precondition::None, _) | (Precondition::Absent, None) => Ok(()),
        (Precondition::Absent, Some(_)) => Err(Fault::Exists),
        (Precondition::Version(version), Some(found)) if found.opened.version() == *version => Ok(()),
        (Precondition::Version(_), _) => Err(Fault::Changed),
    }
}

/// A secret keeps the form of its file, so that what people have written by hand stays as they know it. Only a plain
/// value that becomes more than that changes: to YAML, and never back.
fn form_for(fields: &SecretFields, before: Option<Form>) -> Form {
    let plain = fields.as_plain().is_some_and(|value| value.kind() == ValueKind::Bytes);
    match before {
        Some(form @ (Form::Yaml | Form::Json)) => form,
        Some(Form::Plain) | None if plain => Form::Plain,
        Some(Form::Plain) | None => Form::Yaml,
    }
}

fn encode(fields: &SecretFields, form: Form) -> Result<Zeroizing<Vec<u8>>, Fault> {
    match form {
        Form::Plain => Ok(codec::plain(fields)),
        Form::Yaml => codec::to_yaml(fields),
        Form::Json => codec::to_json(fields),
    }
}

fn remove_if_there(dir: &Dir, name: &str) -> io::Result<()> {
    match dir.remove_file(name) {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}
