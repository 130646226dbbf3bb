//! The identities of a store: found when the first file is read, tried on every file.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use age::DecryptError;
use zeroize::Zeroizing;

use super::config::IdentityRef;
use super::decrypt;
use super::error::Failure;
use super::header::Header;
use super::identity::{self, Content, Key};
use super::locked::Locked;
use super::recipient::{RECIPIENTS_FILE, Recipients};
use crate::{ErrorKind, OpenContext};

/// The identities of a store.
pub(super) struct Keyring {
    sources: Vec<IdentityRef>,
    context: OpenContext,
    loaded: OnceLock<Loaded>,
    /// Held while they are being found, so that programs run once.
    loading: Mutex<()>,
}

struct Loaded {
    keys: Vec<Key>,
    locked: Vec<Locked>,
    /// Sources that cannot be used, each with the reason.
    problems: Vec<String>,
    /// The key that decrypted last: tried first, since a store's files mostly have the same recipients.
    last: AtomicUsize,
}

/// Where the identities are, and no more.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|source| source.source.to_string())).finish()
    }
}

impl Keyring {
    pub(super) fn new(sources: Vec<IdentityRef>, context: OpenContext) -> Self {
        Self { sources, context, loaded: OnceLock::new(), loading: Mutex::new(()) }
    }

    pub(super) fn context(&self) -> &OpenContext {
        &self.context
    }

    /// Decrypts an age file, in either form. Blocks: may read files, run programs, ask for a passphrase.
    pub(super) fn decrypt(&self, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let file = decrypt::dearmor(file)?;
        let loaded = self.load()?;
        let first = loaded.last.load(Ordering::Relaxed);
        let tried = Cell::new(0);
        let refusals = RefCell::new(Vec::new());

        let ready = (first..loaded.keys.len()).chain(0..first).map(|index| {
            tried.set(index);
            loaded.keys[index].as_identity()
        });
        let locked = loaded.locked.iter().filter(|locked| locked.may_open(&file)).flat_map(|locked| {
            let keys = locked.keys(&self.context).unwrap_or_else(|failure| {
                refusals.borrow_mut().push(failure);
                &[]
            });
            keys.iter().map(Key::as_identity)
        });
        let result = decrypt::decrypt(&file, ready.chain(locked));
        match result {
            Ok(plaintext) => {
                if tried.get() != first {
                    loaded.last.store(tried.get(), Ordering::Relaxed);
                }
                Ok(plaintext)
            }
            Err(DecryptError::NoMatchingKeys) => {
                // A passphrase not given or wrong is the likelier trouble.
                let refusal = refusals.borrow_mut().drain(..).next();
                Err(refusal.unwrap_or_else(|| loaded.no_match(&file)))
            }
            Err(error) => Err(decrypt::explain(&file, &error)),
        }
    }

    /// The recipients that belong to the identities: whom to encrypt to where no `.age-recipients` says so, as passage
    /// does. All of them, or a failure.
    pub(super) fn recipients(&self) -> Result<Recipients, Failure> {
        let help = format!("write the recipients into {RECIPIENTS_FILE} in the store's folder, one a line");
        let failure = |reason: String| Failure::new(ErrorKind::Invalid, reason).help(help.clone());
        let start = format!("there is no {RECIPIENTS_FILE}, and so nobody to encrypt to");
        if self.sources.is_empty() {
            return Err(failure(format!("{start}: no identity is configured either")));
        }
        let loaded = self.load()?;
        if !loaded.problems.is_empty() {
            return Err(failure(format!(
                "{start} but the identities, of which some cannot be used: {}",
                loaded.problems.join("; ")
            )));
        }
        let mut recipients: Vec<_> = loaded.keys.iter().map(Key::recipient).collect();
        for locked in &loaded.locked {
            recipients.extend(locked.recipients(&self.context)?);
        }
        let recipients: Option<Vec<_>> = recipients.into_iter().collect();
        recipients.map(Recipients::new).ok_or_else(|| {
            failure(format!(
                "{start} but the identities, one of which does not tell its recipient (a plugin's)"
            ))
        })
    }

    /// Whether one of these recipients is known to belong to an identity that is at hand. Nobody is asked for a passphrase.
    pub(super) fn knows_any_of(&self, names: &[String]) -> bool {
        let Ok(loaded) = self.load() else { return false };
        let locked = loaded.locked.iter().flat_map(Locked::known_recipients);
        let mut known = loaded.keys.iter().filter_map(Key::recipient).chain(locked);
        known.any(|recipient| names.contains(&recipient.to_string()))
    }

    /// Finds the identities, once. One that cannot be used is a problem only if no other helps.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.load().map(|_| ())
    }

    fn load(&self) -> Result<&Loaded, Failure> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let _held = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        if self.sources.is_empty() {
            return Err(Failure::new(
                ErrorKind::Unauthenticated,
                "no identity is configured to decrypt with",
            )
            .help("say where one is: `identities: [age.key]`, `[{env: AGE_IDENTITY}]` or `[{command: …}]`"));
        }
        let mut loaded =
            Loaded { keys: Vec::new(), locked: Vec::new(), problems: Vec::new(), last: AtomicUsize::new(0) };
        let mut helps = Vec::new();
        for source in &self.sources {
            if let Err((problem, help)) = self.load_one(source, &mut loaded) {
                loaded.problems.push(problem);
                helps.extend(help);
            }
        }
        if loaded.keys.is_empty() && loaded.locked.is_empty() {
            let reason = format!("no identity can be used: {}", loaded.problems.join("; "));
            let help = if helps.is_empty() {
                "an identity is what `age-keygen` writes, or an ssh private key".to_owned()
            } else {
                helps.join("; ")
            };
            return Err(Failure::new(ErrorKind::Unauthenticated, reason).help(help));
        }
        Ok(self.loaded.get_or_init(|| loaded))
    }

    /// Adds the identities of one source, or says why not, and perhaps what to do.
    fn load_one(&self, source: &IdentityRef, loaded: &mut Loaded) -> Result<(), (String, Option<String>)> {
        let what = source.source.to_string();
        let content = source
            .source
            .resolve(&self.context)
            .map_err(|error| (error.detail().reason().to_owned(), error.help().map(str::to_owned)))?;
        let passphrase = source.passphrase.clone();
        match identity::parse(&content, &self.context).map_err(|reason| (format!("{what} {reason}"), None))? {
            Content::Keys(keys) => loaded.keys.extend(keys),
            Content::LockedFile(file) => loaded.locked.push(Locked::file(what, passphrase, file)),
            Content::LockedSsh(key, recipient) => {
                let locked = Locked::ssh(what, passphrase, key, recipient, &self.context);
                loaded.locked.extend(locked);
            }
        }
        Ok(())
    }
}

impl Loaded {
    /// No identity matches.
    fn no_match(&self, file: &[u8]) -> Failure {
        let header = Header::scan(file);
        if header.as_ref().is_some_and(Header::is_under_passphrase) {
            let reason = "is encrypted with a passphrase, not to recipients";
            return Failure::of_file(ErrorKind::Unauthenticated, reason)
                .help("open it with `age -d`, and put its content into the store again");
        }
        let mut reason = match self.keys.len() + self.locked.len() {
            1 => "does not open with the one identity there is".to_owned(),
            number => format!("opens with none of the {number} identities"),
        };
        if !self.problems.is_empty() {
            reason = format!("{reason}; others cannot be used: {}", self.problems.join("; "));
        }
        let recipients = header.map(|header| header.recipients()).unwrap_or_default();
        Failure::of_file(ErrorKind::Unauthenticated, reason).help(format!(
            "it is encrypted to {recipients}: ask somebody who can read it to add your recipient to {RECIPIENTS_FILE} and \
             to run `secretbridge store rekey`; if it used to open, its header is damaged: restore it from Git or a backup"
        ))
    }
}
