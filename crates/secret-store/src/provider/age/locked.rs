//! Identities under a passphrase: opened when a file needs them, once.

use std::sync::{Mutex, OnceLock, PoisonError};

use age::{DecryptError, scrypt, ssh};
use secrecy::{ExposeSecret as _, SecretString};

use super::decrypt;
use super::error::Failure;
use super::header::Header;
use super::identity::{self, Content, Key};
use super::recipient::{Recipient, Recipients};
use crate::{CredentialRef, ErrorKind, OpenContext, SecretValue};

/// The most work that a passphrase may take: 2^22, which is 4 GiB and some 20 seconds. What the `age` program allows.
const MAX_WORK_FACTOR: u8 = 22;
/// How often a person is asked.
const ATTEMPTS: usize = 3;

/// An identity under a passphrase.
pub(super) struct Locked {
    /// Where it is: `file age.key`.
    what: String,
    passphrase: Option<CredentialRef>,
    lock: Lock,
    keys: OnceLock<Vec<Key>>,
    /// Held while it is being opened. Holds the failure that asking again would not mend.
    attempt: Mutex<Option<Failure>>,
}

enum Lock {
    /// With the start of the recipient stanzas that it opens.
    Ssh {
        key: Box<ssh::EncryptedKey>,
        recipient: ssh::Recipient,
        stanza: String,
    },
    File(Vec<u8>),
}

/// Why a passphrase did not open something.
enum Refused {
    WrongPassphrase,
    Failed(Failure),
}

impl Locked {
    pub(super) fn ssh(
        what: String,
        passphrase: Option<CredentialRef>,
        key: Box<ssh::EncryptedKey>,
        recipient: ssh::Recipient,
        context: &OpenContext,
    ) -> Option<Self> {
        let stanza = stanza_start(&recipient, context)?;
        Some(Self::new(what, passphrase, Lock::Ssh { key, recipient, stanza }))
    }

    pub(super) fn file(what: String, passphrase: Option<CredentialRef>, file: Vec<u8>) -> Self {
        Self::new(what, passphrase, Lock::File(file))
    }

    fn new(what: String, passphrase: Option<CredentialRef>, lock: Lock) -> Self {
        Self { what, passphrase, lock, keys: OnceLock::new(), attempt: Mutex::new(None) }
    }

    /// Whether it might decrypt this binary age file: an ssh key's stanzas name the key.
    pub(super) fn may_open(&self, file: &[u8]) -> bool {
        match &self.lock {
            Lock::File(_) => true,
            Lock::Ssh { stanza, .. } => Header::scan(file)
                .is_some_and(|header| header.stanzas.iter().any(|s| s.starts_with(stanza.as_str()))),
        }
    }

    /// The public halves of its keys. Opens what has to be opened.
    pub(super) fn recipients(&self, context: &OpenContext) -> Result<Vec<Option<Recipient>>, Failure> {
        match &self.lock {
            Lock::Ssh { recipient, .. } => Ok(vec![Some(Recipient::Ssh(recipient.clone()))]),
            Lock::File(_) => Ok(self.keys(context)?.iter().map(Key::recipient).collect()),
        }
    }

    /// The public halves of its keys, as far as they are known without a passphrase.
    pub(super) fn known_recipients(&self) -> Vec<Recipient> {
        match &self.lock {
            Lock::Ssh { recipient, .. } => vec![Recipient::Ssh(recipient.clone())],
            Lock::File(_) => self.keys.get().into_iter().flatten().filter_map(Key::recipient).collect(),
        }
    }

    /// Its keys. Whoever comes while it is being opened waits, and is not asked again. Blocks.
    pub(super) fn keys(&self, context: &OpenContext) -> Result<&[Key], Failure> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let mut refused = self.attempt.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        if let Some(failure) = &*refused {
            return Err(failure.clone());
        }
        match self.unlock(context) {
            Ok(keys) => Ok(self.keys.get_or_init(|| keys)),
            Err((failure, is_final)) => {
                *refused = is_final.then(|| failure.clone());
                Err(failure)
            }
        }
    }

    /// The keys, or why not and whether that is final.
    fn unlock(&self, context: &OpenContext) -> Result<Vec<Key>, (Failure, bool)> {
        if let Some(reference) = &self.passphrase {
            let passphrase = reference.resolve(context).map_err(|error| {
                let failure = Failure::new(ErrorKind::Unauthenticated, error.detail().reason().to_owned())
                    .help(error.help().unwrap_or_default().to_owned());
                (failure, false)
            })?;
            let passphrase = text(&passphrase).ok_or_else(|| {
                let reason = format!("the passphrase of {} ({reference}) is not UTF-8 text", self.what);
                (Failure::new(ErrorKind::Unauthenticated, reason), true)
            })?;
            return self.open(&passphrase, context).map_err(|refused| match refused {
                Refused::WrongPassphrase => {
                    let reason = format!("the passphrase of {} is wrong", self.what);
                    let help = format!("check {reference}: `age -d` and `ssh-keygen -y -f` try a passphrase");
                    (Failure::new(ErrorKind::Unauthenticated, reason).help(help), true)
                }
                Refused::Failed(failure) => (failure, true),
            });
        }
        let Some(prompt) = &context.prompt else {
            let reason = format!("{} is under a passphrase, and there is nobody to ask for it", self.what);
            let failure = Failure::new(ErrorKind::Unauthenticated, reason).help(
                "run at a terminal, or say where the passphrase is: `identities: [{file: …, passphrase: {env: …}}]`",
            );
            return Err((failure, true));
        };
        let mut question = self.what.clone();
        for _ in 0..ATTEMPTS {
            let Some(passphrase) = prompt.passphrase(&question) else {
                let reason = format!("no passphrase was given for {}", self.what);
                return Err((Failure::new(ErrorKind::Unauthenticated, reason), true));
            };
            match self.open(&passphrase, context) {
                Ok(keys) => return Ok(keys),
                Err(Refused::WrongPassphrase) => question = format!("{} (that was not it)", self.what),
                Err(Refused::Failed(failure)) => return Err((failure, true)),
            }
        }
        let reason = format!("the passphrase of {} was wrong {ATTEMPTS} times", self.what);
        Err((Failure::new(ErrorKind::Unauthenticated, reason).help("try again"), true))
    }

    fn open(&self, passphrase: &SecretString, context: &OpenContext) -> Result<Vec<Key>, Refused> {
        match &self.lock {
            Lock::Ssh { key, .. } => match key.decrypt(passphrase.clone()) {
                Ok(key) => Ok(vec![Key::Ssh(ssh::Identity::from(key))]),
                Err(_) => Err(Refused::WrongPassphrase),
            },
            Lock::File(file) => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MAX_WORK_FACTOR);
                let plaintext = decrypt::decrypt(file, std::iter::once(&identity as &dyn age::Identity))
                    .map_err(|error| self.explain(&error))?;
                match identity::parse(&SecretValue::from(plaintext), context) {
                    Ok(Content::Keys(keys)) => Ok(keys),
                    Ok(_) => Err(self.failed("holds an identity that is itself under a passphrase")),
                    Err(reason) => Err(self.failed(&reason)),
                }
            }
        }
    }

    fn explain(&self, error: &DecryptError) -> Refused {
        match error {
            DecryptError::DecryptionFailed => Refused::WrongPassphrase,
            DecryptError::ExcessiveWork { required, .. } => self.failed(&format!(
                "would take too much work to open: its scrypt work factor is {required}, at most {MAX_WORK_FACTOR} is \
                 allowed"
            )),
            _ => self.failed("is damaged"),
        }
    }

    fn failed(&self, reason: &str) -> Refused {
        Refused::Failed(Failure::new(ErrorKind::Unauthenticated, format!("{} {reason}", self.what)))
    }
}

#[expect(clippy::disallowed_methods, reason = "the passphrase moves from one wiped type into another")]
fn text(passphrase: &SecretValue) -> Option<SecretString> {
    core::str::from_utf8(passphrase.expose_secret()).ok().map(SecretString::from)
}

/// How the stanzas of an ssh recipient start: `ssh-ed25519 YbG3Gg `. The crate keeps how that is made to itself, so it is
/// read off a file.
fn stanza_start(recipient: &ssh::Recipient, context: &OpenContext) -> Option<String> {
    let recipients = Recipients::new(vec![Recipient::Ssh(recipient.clone())]);
    let file = super::encrypt::encrypt(b"", &recipients, false, context).ok()?;
    let header = Header::scan(&file)?;
    let mut words = header.stanzas.first()?.split(' ');
    Some(format!("{} {}", words.next()?, words.next()?))
}
