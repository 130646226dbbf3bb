//! Re-encryption to changed recipients.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::decrypt::dearmor;
use super::header::Header;
use super::journal::{JOURNAL_FILE, Journal, Names, Unavailable};
use super::seal::AgeSeal;
use super::store::AgeStore;
use crate::provider::tree::Place;
use crate::{Detail, Error, ErrorKind, Result, SecretPath, SecretStore as _};

/// How to re-encrypt.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct RekeyOptions {
    /// Whether to only say what would be done: no file is decrypted and none is changed.
    pub dry_run: bool,
    progress: Option<Arc<dyn Fn(RekeyProgress) + Send + Sync>>,
}

impl RekeyOptions {
    /// Re-encrypt.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only say what would be done.
    #[must_use]
    pub fn dry_run() -> Self {
        Self { dry_run: true, progress: None }
    }

    /// With a function that is called after each secret.
    #[must_use]
    pub fn with_progress(mut self, progress: impl Fn(RekeyProgress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }
}

impl fmt::Debug for RekeyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RekeyOptions").field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

/// How far a re-encryption is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RekeyProgress {
    /// Secrets that have been looked at.
    pub done: usize,
    /// Secrets that there are.
    pub total: usize,
}

/// What a re-encryption has done, or would do.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RekeyReport {
    /// The secrets that were encrypted anew, or would be.
    pub rekeyed: Vec<RekeyedSecret>,
    /// The secrets that an earlier run, which did not come to its end, had encrypted to the same recipients.
    pub unchanged: Vec<SecretPath>,
    /// The secrets that could not be encrypted anew, and stay as they were, each with the reason.
    pub failed: Vec<(SecretPath, Error)>,
}

/// A secret that was encrypted anew, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RekeyedSecret {
    /// Where it is.
    pub path: SecretPath,
    /// Whom it is encrypted to: public keys, sorted.
    pub recipients: Arc<[String]>,
    /// Whether none of the recipients is known to belong to this store's identities: then we may not read it any more.
    pub locks_out: bool,
}

/// What is to be done with a file, or was.
enum Outcome {
    Unchanged,
    Rekeyed { recipients: Names, mac: String },
}

impl AgeStore {
    /// Encrypts the secret at `prefix` and those below it (or all) to the recipients that their `.age-recipients` name
    /// now, one file after the other, each all or nothing. Others may read and write meanwhile.
    ///
    /// A run that was interrupted, or could not do all, leaves a journal (`.age-rekey`); the next one passes over what
    /// is done. What one run cannot do is in [`failed`](RekeyReport::failed), and does not stop the rest.
    ///
    /// **A recipient who is removed keeps what they have had:** the old files, in Git's history for one, open for them
    /// for ever. Change the values as well.
    ///
    /// # Errors
    /// As [`list`](crate::SecretStore::list); [`Conflict`](Error::Conflict) when another process is re-encrypting the
    /// same store.
    pub async fn rekey(&self, prefix: Option<&SecretPath>, options: RekeyOptions) -> Result<RekeyReport> {
        let mut paths: BTreeSet<SecretPath> = self.list(prefix).await?.into_iter().collect();
        paths.extend(prefix.cloned());
        let journal = self.open_journal(options.dry_run)?.map(|journal| Arc::new(Mutex::new(journal)));
        let total = paths.len();
        let mut report = RekeyReport::default();
        for (done, path) in (1..).zip(&paths) {
            match self.rekey_one(path, journal.as_ref(), options.dry_run).await {
                Ok(None) => {}
                Ok(Some(Outcome::Unchanged)) => report.unchanged.push(path.clone()),
                Ok(Some(Outcome::Rekeyed { recipients, .. })) => {
                    let locks_out = !self.seal.keyring.knows_any_of(&recipients);
                    report.rekeyed.push(RekeyedSecret { path: path.clone(), recipients, locks_out });
                }
                Err(error) => report.failed.push((path.clone(), error)),
            }
            if let Some(progress) = &options.progress {
                progress(RekeyProgress { done, total });
            }
        }
        if let Some(journal) = journal
            && report.failed.is_empty()
            && lock(&journal).is_only_within(prefix)
        {
            fs::remove_file(self.journal_path()).map_err(|error| self.journal_error("remove", &error))?;
        }
        Ok(report)
    }

    async fn rekey_one(
        &self,
        path: &SecretPath,
        journal: Option<&Arc<Mutex<Journal>>>,
        dry_run: bool,
    ) -> Result<Option<Outcome>> {
        let outcome = Arc::new(Mutex::new(None));
        let change = {
            let (seal, journal) = (Arc::clone(&self.seal), journal.cloned());
            let (path, outcome) = (path.clone(), Arc::clone(&outcome));
            move |place: &Place<'_>, file: Zeroizing<Vec<u8>>| {
                let is_done = |names: &[String]| {
                    let (Some(journal), Some(mac)) = (&journal, mac(&file)) else { return false };
                    lock(journal).has(path.as_str(), &mac, names)
                };
                let (said, changed) = re_encrypt(&seal, place, &file, is_done, dry_run)?;
                *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(said);
                Ok(changed)
            }
        };
        let changed = self.tree.rewrite("rekey", path, change).await?;
        let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (true, Some(journal), Some(Outcome::Rekeyed { recipients, mac })) =
            (changed, journal, &outcome)
        {
            lock(journal)
                .note(path.as_str(), mac, recipients)
                .map_err(|error| self.journal_error("write", &error))?;
        }
        Ok(outcome)
    }

    /// The journal, locked. A dry run reads one that there is, and makes none.
    fn open_journal(&self, dry_run: bool) -> Result<Option<Journal>> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(!dry_run).mode(0o600);
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
        let file = match options.open(self.journal_path()) {
            Err(error) if dry_run && error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| self.journal_error("open", &error))?,
        };
        Journal::open(file).map(Some).map_err(|unavailable| match unavailable {
            Unavailable::Io(error) => self.journal_error("read", &error),
            Unavailable::Busy => {
                let detail = Detail::new("rekey", "another process is re-encrypting this store")
                    .store(self.info().describe())
                    .help("wait until it has ended");
                Error::new(ErrorKind::Conflict, detail)
            }
        })
    }

    fn journal_path(&self) -> std::path::PathBuf {
        self.root.join(JOURNAL_FILE)
    }

    fn journal_error(&self, doing: &str, error: &io::Error) -> Error {
        let file = self.journal_path();
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ErrorKind::PermissionDenied
            }
            _ => ErrorKind::Unavailable,
        };
        let detail = Detail::new("rekey", format!("cannot {doing} {}: {error}", file.display()))
            .store(self.info().describe())
            .help("re-encryption notes its progress there: make the store's folder writable, and make room");
        Error::new(kind, detail)
    }
}

fn lock(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is said of a file, and what it becomes; none when it stays.
fn re_encrypt(
    seal: &AgeSeal,
    place: &Place<'_>,
    file: &[u8],
    is_done: impl Fn(&[String]) -> bool,
    dry_run: bool,
) -> Result<(Outcome, Option<Zeroizing<Vec<u8>>>)> {
    const OPERATION: &str = "rekey";
    let recipients = seal.recipients(OPERATION, place)?;
    if is_done(recipients.names()) {
        return Ok((Outcome::Unchanged, None));
    }
    let names: Names = recipients.names().into();
    if dry_run {
        return Ok((Outcome::Rekeyed { recipients: names, mac: String::new() }, None));
    }
    let plaintext = seal.decrypt(OPERATION, place, file)?;
    let new = seal.encrypt(OPERATION, place, &plaintext, &recipients)?;
    let mac = mac(&new).unwrap_or_default();
    Ok((Outcome::Rekeyed { recipients: names, mac }, Some(new)))
}

fn mac(file: &[u8]) -> Option<String> {
    let file = dearmor(file).ok()?;
    Header::scan(&file).map(|header| header.mac.to_owned())
}
