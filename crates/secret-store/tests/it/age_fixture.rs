//! A folder with a store and identities in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use secrecy::{ExposeSecret as _, SecretString};
use secret_store::provider::age::{AgeConfig, AgeStore, GeneratedIdentity, IdentityRef};
use secret_store::{
    Environment, Error, OpenContext, Prompt, ReadOptions, Result, SecretFields, SecretStore as _,
    SecretValue, WriteOptions,
};
use test_kit::{FakeClock, path};

/// A folder with a store in `store`.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("store")).unwrap();
        Self { dir }
    }

    /// With an identity in `age.key`, which is all there is: as `secretbridge init` makes it, but without recipients.
    pub(crate) fn with_identity() -> Self {
        let folder = Self::new();
        folder.identity("age.key");
        folder
    }

    pub(crate) fn at(&self, file: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(file)
    }

    pub(crate) fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let file = self.at(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    pub(crate) fn get(&self, file: &str) -> Vec<u8> {
        fs::read(self.at(file)).unwrap()
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.at(file)).unwrap()
    }

    /// Makes an identity and returns its recipient.
    #[expect(clippy::disallowed_methods, reason = "the identity goes into its file")]
    pub(crate) fn identity(&self, file: &str) -> String {
        let identity = GeneratedIdentity::generate(&FakeClock::new());
        self.put(file, identity.text().expose_secret());
        identity.recipient().to_owned()
    }

    /// Puts an age identity file under a passphrase, cheaply.
    pub(crate) fn lock(&self, file: &str, passphrase: &str, armor: bool) {
        let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
        recipient.set_work_factor(2);
        let locked = if armor {
            age::encrypt_and_armor(&recipient, &self.get(file)).unwrap().into_bytes()
        } else {
            age::encrypt(&recipient, &self.get(file)).unwrap()
        };
        self.put(file, locked);
    }

    /// Nothing in the environment, nobody to ask.
    pub(crate) fn context(&self) -> OpenContext {
        OpenContext::new(self.dir.path()).with_environment(Environment::fixed::<&str, &str>([]))
    }

    pub(crate) async fn open(&self, identity: impl Into<IdentityRef>) -> AgeStore {
        let config = AgeConfig::new("store").with_identity(identity);
        config.open(&self.context()).await.unwrap()
    }

    /// The error as people see it: category, text, help; the folder's name replaced.
    pub(crate) fn told(&self, error: &Error) -> String {
        let help = error.help().unwrap_or("none");
        let text = format!("{}: {error}\nhelp: {help}", error.kind());
        text.replace(self.dir.path().to_str().unwrap(), "[dir]")
    }
}

/// The store's plain value at a path, as text.
#[expect(clippy::disallowed_methods, reason = "the test compares it")]
pub(crate) async fn read(store: &AgeStore, at: &str) -> Result<String> {
    let secret = store.read(&path(at), ReadOptions::current()).await?;
    let value = secret.fields.as_plain().unwrap().expose_secret();
    Ok(str::from_utf8(value).unwrap().to_owned())
}

pub(crate) async fn write(store: &AgeStore, at: &str, value: impl Into<SecretValue>) -> Result<()> {
    store.write(&path(at), SecretFields::plain(value), WriteOptions::replace()).await.map(drop)
}

/// Gives these answers, one after the other, and remembers what was asked.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    answers: Mutex<Vec<SecretString>>,
    asked: Mutex<Vec<String>>,
}

impl Answers {
    pub(crate) fn new(answers: &[&str]) -> Self {
        let answers = answers.iter().rev().map(|answer| SecretString::from(*answer)).collect();
        Self { answers: Mutex::new(answers), asked: Mutex::default() }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Prompt for Answers {
    fn passphrase(&self, what: &str) -> Option<SecretString> {
        self.asked.lock().unwrap().push(what.to_owned());
        self.answers.lock().unwrap().pop()
    }
}

#[expect(clippy::disallowed_methods, reason = "the test compares them")]
pub(crate) fn bytes(value: &SecretValue) -> Vec<u8> {
    value.expose_secret().to_vec()
}
