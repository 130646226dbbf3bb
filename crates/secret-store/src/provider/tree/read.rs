//! Finding and reading a secret.

use std::io;

use super::Shared;
use super::codec;
use super::error::Fault;
use super::name::{Form, Names, mark};
use super::root::{Opened, Root};
use super::seal::Place;
use crate::{Secret, SecretFields, SecretPath, SecretValue};

/// The file of a secret, open.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) form: Form,
    pub(super) file: String,
    pub(super) opened: Opened,
}

impl Shared {
    /// Reads the secret at `path`.
    pub(super) fn read_at(&self, root: &Root<'_>, path: &SecretPath) -> Result<Secret, Fault> {
        if let Err(Fault::ReservedEnding(ending)) = Names::check(path) {
            return Err(Fault::NeverFound(ending));
        }
        let Some(found) = self.find(root, path)? else {
            root.confirm()?;
            return Err(Fault::NotFound);
        };
        let version = found.opened.version();
        Ok(Secret::new(self.fields(root, found)?).with_version(version))
    }

    /// The file of the secret at `path`, in whichever form it is.
    pub(super) fn find(&self, root: &Root<'_>, path: &SecretPath) -> Result<Option<Found>, Fault> {
        let mut found: Option<Found> = None;
        for form in Form::ALL {
            let file = self.names.file(path, form);
            let Some(opened) = root.open_file(&file)? else { continue };
            if opened.is_dir() {
                continue;
            }
            if !opened.is_file() {
                return Err(Fault::NotAFile(root.shown(&file)));
            }
            let second = Found { form, file, opened };
            if let Some(first) = &found
                && !is_superseded(root, first, &second)?
            {
                return Err(Fault::Ambiguous(root.shown(&first.file), root.shown(&second.file)));
            }
            found = Some(second);
        }
        if found.is_none() {
            self.why_absent(root, path)?;
        }
        Ok(found)
    }

    /// Fails when there is a file that people would take for the secret.
    fn why_absent(&self, root: &Root<'_>, path: &SecretPath) -> Result<(), Fault> {
        let yml = self.names.yml(path);
        if root.open_file(&yml)?.is_some_and(|opened| opened.is_file()) {
            return Err(Fault::Yml(root.shown(&yml)));
        }
        for form in Form::ALL {
            if let Some(link) = root.dangling_link(&self.names.file(path, form)) {
                return Err(Fault::DanglingLink(link));
            }
        }
        Ok(())
    }

    /// What is in the file of a secret.
    pub(super) fn fields(&self, root: &Root<'_>, found: Found) -> Result<SecretFields, Fault> {
        let Found { form, file, mut opened } = found;
        if self.site.private && opened.mode() & 0o077 != 0 {
            return Err(Fault::OpenToOthers(root.shown(&file), opened.mode()));
        }
        let bytes = opened.read_to_end().map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => Fault::TooLarge(root.shown(&file)),
            _ => root.explain("read", &file, error),
        })?;
        let bytes = self.seal.unseal(&Place { root, file: &file }, bytes)?;
        let decoded = match form {
            Form::Plain => return Ok(SecretFields::plain(SecretValue::from(bytes))),
            Form::Yaml => codec::from_yaml(&bytes),
            Form::Json => codec::from_json(&bytes),
        };
        decoded.map_err(|error| error.in_file(root.shown(&file)))
    }
}

/// Whether a writer has put `second` in the place of `first`, and has not yet removed it.
///
/// A writer sets the mark, adds the second file, removes the first, removes the mark. With no mark and still both
/// files afterwards, it was no writer.
fn is_superseded(root: &Root<'_>, first: &Found, second: &Found) -> Result<bool, Fault> {
    if (first.form, second.form) != (Form::Plain, Form::Yaml) {
        return Ok(false);
    }
    let marked = root.open_file(&mark(&first.file))?.is_some();
    Ok(marked || root.open_file(&first.file)?.is_none())
}
