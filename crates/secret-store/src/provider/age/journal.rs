//! What a re-encryption has done so far, so that one that was interrupted goes on where it stopped.
//!
//! Lines of JSON, appended: first whom files are encrypted to, then the secrets, each with the MAC of its file's header. An age
//! file does not say who its X25519 recipients are; but its header's MAC is unlike every other file's, so a file that
//! still has that MAC has those recipients. Nothing in here is secret, and a line that is lost costs no more than
//! encrypting its file again.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::SecretPath;

/// The journal's name, in the store's folder.
pub(super) const JOURNAL_FILE: &str = ".age-rekey";

/// Whom a file is encrypted to, by name.
pub(super) type Names = Arc<[String]>;

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Recipients { number: usize, recipients: Vec<String> },
    File { path: String, recipients_number: usize, mac: String },
}

/// The journal, open and locked.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    recipients: HashMap<usize, Names>,
    done: HashMap<String, (usize, String)>,
}

/// Why there is no journal to write.
#[derive(Debug)]
pub(super) enum Unavailable {
    /// Another process is re-encrypting this store.
    Busy,
    Io(io::Error),
}

impl Journal {
    /// Locks the journal, which is open for reading and appending, and reads it. A line that makes no sense, as a crash
    /// can leave one, is passed over.
    pub(super) fn open(mut file: File) -> Result<Self, Unavailable> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unavailable::Busy),
            Err(TryLockError::Error(error)) => return Err(Unavailable::Io(error)),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(Unavailable::Io)?;
        if !text.is_empty() && !text.ends_with(b"\n") {
            file.write_all(b"\n").map_err(Unavailable::Io)?;
        }
        let mut journal = Self { file, recipients: HashMap::new(), done: HashMap::new() };
        for line in text.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Line::Recipients { number, recipients }) => {
                    journal.recipients.insert(number, recipients.into());
                }
                Ok(Line::File { path, recipients_number, mac }) => {
                    journal.done.insert(path, (recipients_number, mac));
                }
                Err(_) => {}
            }
        }
        Ok(journal)
    }

    /// Whether the secret at `path`, whose file has a header with this MAC, is known to be encrypted to these recipients.
    pub(super) fn has(&self, path: &str, mac: &str, recipients: &[String]) -> bool {
        self.done.get(path).is_some_and(|(number, done)| {
            done == mac && self.recipients.get(number).is_some_and(|names| **names == *recipients)
        })
    }

    /// Notes that the secret at `path` is encrypted to these recipients now. Not synced: the file itself is.
    pub(super) fn note(&mut self, path: &str, mac: &str, recipients: &Names) -> io::Result<()> {
        let known = self.recipients.iter().find(|(_, names)| *names == recipients).map(|(number, _)| *number);
        let number = if let Some(number) = known {
            number
        } else {
            let number = self.recipients.keys().max().map_or(0, |last| last + 1);
            self.append(&Line::Recipients { number, recipients: recipients.to_vec() })?;
            self.recipients.insert(number, Arc::clone(recipients));
            number
        };
        self.append(&Line::File { path: path.to_owned(), recipients_number: number, mac: mac.to_owned() })?;
        self.done.insert(path.to_owned(), (number, mac.to_owned()));
        Ok(())
    }

    /// Whether it says nothing of secrets elsewhere than at `prefix` and below.
    pub(super) fn is_only_within(&self, prefix: Option<&SecretPath>) -> bool {
        let Some(prefix) = prefix else { return true };
        self.done.keys().all(|path| SecretPath::new(path).is_ok_and(|path| path.is_within(prefix)))
    }

    fn append(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file.write_all(&text)
    }
}
