//! What only a tree with a seal needs.

use std::io;

use zeroize::Zeroizing;

use super::Tree;
use super::error::Fault;
use super::seal::Place;
use super::write::Session;
use crate::{Result, SecretPath};

impl Place<'_> {
    /// The file as errors name it.
    pub(crate) fn shown(&self) -> String {
        self.root.shown(self.file)
    }

    /// The content of the file `name` in this place's directory or the nearest one above it that has one, up to the
    /// root; with it, the file as errors name it.
    ///
    /// # Errors
    /// As reading any file of the tree; a directory that cannot be looked into is not passed over.
    pub(crate) fn nearest(&self, name: &str) -> Result<Option<(String, Zeroizing<Vec<u8>>)>> {
        let mut directory = self.file;
        loop {
            directory = directory.rsplit_once('/').map_or("", |(above, _)| above);
            let file = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
            match self.read(&file) {
                Ok(Some(bytes)) => return Ok(Some((self.root.shown(&file), bytes))),
                Ok(None) if directory.is_empty() => return Ok(None),
                Ok(None) => {}
                Err(fault) => return Err(fault.into_error("look up", None, &self.root.site.store)),
            }
        }
    }

    fn read(&self, file: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let Some(mut opened) = self.root.open_file(file)? else { return Ok(None) };
        if !opened.is_file() {
            return Err(Fault::NotAFile(self.root.shown(file)));
        }
        opened.read_to_end().map(Some).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => Fault::TooLarge(self.root.shown(file)),
            _ => Fault::io("read", self.root.shown(file), error),
        })
    }
}

impl Tree {
    /// Replaces the bytes of the file of a secret, as they are in the file, by what `change` makes of them, under the
    /// lock and all or nothing; whether it did. With none from `change`, or no secret, the file stays as it is.
    pub(crate) async fn rewrite(
        &self,
        operation: &'static str,
        path: &SecretPath,
        change: impl Fn(&Place<'_>, Zeroizing<Vec<u8>>) -> Result<Option<Zeroizing<Vec<u8>>>> + Send + 'static,
    ) -> Result<bool> {
        let at = path.clone();
        self.session(operation, Some(path), move |session| session.rewrite(&at, change)).await
    }
}

impl Session<'_> {
    fn rewrite(
        &self,
        path: &SecretPath,
        change: impl Fn(&Place<'_>, Zeroizing<Vec<u8>>) -> Result<Option<Zeroizing<Vec<u8>>>>,
    ) -> Result<bool, Fault> {
        let Some(mut found) = self.shared.find(&self.root, path)? else { return Ok(false) };
        let bytes =
            found.opened.read_to_end().map_err(|error| self.root.explain("read", &found.file, error))?;
        match change(&Place { root: &self.root, file: &found.file }, bytes)? {
            Some(bytes) => self.put(&found.file, &bytes, None).map(|_| true),
            None => Ok(false),
        }
    }
}
