//! A store of age files, and the bare cost of the `age` crate on the same ciphertexts.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use fastrand::Rng;
use secret_store::provider::age::{AgeConfig, AgeStore};
use secret_store::{OpenContext, SecretPath, SecretStore as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How many files are in one folder.
const PER_FOLDER: usize = 100;

/// A folder of age files, each a plain value, all for one identity.
pub struct AgeFiles {
    identity: Identity,
    paths: Vec<SecretPath>,
    ciphertexts: Vec<Vec<u8>>,
    store: AgeStore,
    runtime: Runtime,
    _folder: TempDir,
}

impl AgeFiles {
    /// `count` files with values of 16 bytes to 2 KiB.
    ///
    /// # Errors
    /// As the file system's.
    ///
    /// # Panics
    /// When the store cannot be opened.
    pub fn new(count: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join("store");
        let key = folder.path().join("age.key");
        let identity = Identity::generate();
        #[expect(
            clippy::disallowed_methods,
            reason = "a throw-away identity, written where the store looks for it"
        )]
        private(&key)?.write_all(identity.to_string().expose_secret().as_bytes())?;
        let (mut random, recipient) = (Rng::with_seed(1), identity.to_public());
        let (mut paths, mut ciphertexts) = (Vec::new(), Vec::new());
        for index in 0..count {
            let path = format!("team-{:03}/secret-{index:05}", index / PER_FOLDER);
            let mut value = vec![0; random.usize(16..=2048)];
            random.fill(&mut value);
            let ciphertext = encrypt(&recipient, &value)?;
            let file = root.join(format!("{path}.age"));
            fs::create_dir_all(file.parent().expect("a folder"))?;
            private(&file)?.write_all(&ciphertext)?;
            paths.push(SecretPath::new(&path).expect("a path"));
            ciphertexts.push(ciphertext);
        }
        let runtime = Runtime::new()?;
        let config = AgeConfig::new("store").with_identity("age.key");
        let context = OpenContext::new(folder.path());
        let store = runtime.block_on(config.open(&context)).expect("a store");
        Ok(Self { identity, paths, ciphertexts, store, runtime, _folder: folder })
    }

    /// Reads every file through the store, once.
    ///
    /// # Panics
    /// When a secret cannot be read.
    pub fn read_all(&self) {
        let secrets = self.runtime.block_on(self.store.read_many(&self.paths));
        assert!(secrets.iter().all(Result::is_ok));
    }

    /// Decrypts every ciphertext from memory, one after the other, with the identity ready.
    ///
    /// # Panics
    /// When one cannot be decrypted.
    pub fn decrypt_all(&self) {
        for ciphertext in &self.ciphertexts {
            let decryptor = age::Decryptor::new_buffered(ciphertext.as_slice()).expect("an age file");
            let identity: &dyn age::Identity = &self.identity;
            let mut reader = decryptor.decrypt(std::iter::once(identity)).expect("our identity");
            let mut value = Vec::with_capacity(ciphertext.len());
            reader.read_to_end(&mut value).expect("a whole file");
            std::hint::black_box(&value);
        }
    }
}

impl fmt::Debug for AgeFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgeFiles").field("files", &self.paths.len()).finish_non_exhaustive()
    }
}

fn encrypt(recipient: &Recipient, value: &[u8]) -> io::Result<Vec<u8>> {
    let recipient: &dyn age::Recipient = recipient;
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext)?;
    writer.write_all(value)?;
    writer.finish()?;
    Ok(ciphertext)
}

fn private(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}
