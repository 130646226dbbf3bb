//! What tokens are signed with.

use std::fmt;

use ring::hmac;
use ring::rand::SecureRandom;
use secrecy::ExposeSecret as _;
use secret_store::{
    ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore, SecretValue, WriteOptions,
};
use zeroize::Zeroizing;

/// How long a key is, in bytes.
const LENGTH: usize = 32;

/// A key that tokens are signed with.
pub struct SigningKey {
    id: String,
    token: hmac::Key,
    accessor: hmac::Key,
    bootstrap: hmac::Key,
    credential: hmac::Key,
}

/// The keys of an instance: tokens are signed with the newest, and believed under each.
#[derive(Debug)]
pub struct SigningKeys(Vec<SigningKey>);

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The store does not give them, or does not take them.
    #[error(transparent)]
    Store(#[from] secret_store::Error),
    /// What the store has is no key.
    #[error("{path}: the field {field:?} is no signing key")]
    Malformed {
        /// Where it is.
        path: SecretPath,
        /// The name of the field.
        field: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
}

impl SigningKey {
    /// A key from its secret bytes, under this id. Tokens and accessors get a key of their own each, so that none can be made
    /// from the other.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: &[u8]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derive = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose).as_ref());
        Self {
            id: id.into(),
            token: derive(b"secretbridge token v1"),
            accessor: derive(b"secretbridge accessor v1"),
            bootstrap: derive(b"secretbridge bootstrap token v1"),
            credential: derive(b"secretbridge login credential v1"),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn of_tokens(&self) -> &hmac::Key {
        &self.token
    }

    pub(super) fn of_bootstrap(&self) -> &hmac::Key {
        &self.bootstrap
    }

    pub(super) fn of_accessors(&self) -> &hmac::Key {
        &self.accessor
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SigningKeys {
    /// These keys, the newest last.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn new(keys: Vec<SigningKey>) -> Self {
        assert!(!keys.is_empty(), "there is at least one key");
        Self(keys)
    }

    /// The keys at `path`, one in each field, the newest under the last name. Where there is no secret, makes one with a key in
    /// it; when several do that at once, all of them get the key of the first. In a store without check-and-set nobody is told
    /// of another, and one may sign with a key that was written over: such a store has one bridge.
    ///
    /// # Errors
    /// [`KeyError`], by what is in the way.
    pub async fn open(
        store: &dyn SecretStore,
        path: &SecretPath,
        random: &(dyn SecureRandom + Sync),
    ) -> Result<Self, KeyError> {
        match Self::load(store, path).await? {
            Some(keys) => Ok(keys),
            None => Self::make(store, path, random).await,
        }
    }

    /// The keys at `path`; none where there is no secret.
    pub(crate) async fn load(store: &dyn SecretStore, path: &SecretPath) -> Result<Option<Self>, KeyError> {
        match store.read(path, ReadOptions::current()).await {
            Ok(secret) => Self::read(path, &secret.fields).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A new key, written to `path`, or the one that somebody else has written there meanwhile.
    pub(crate) async fn make(
        store: &dyn SecretStore,
        path: &SecretPath,
        random: &(dyn SecureRandom + Sync),
    ) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0_u8; LENGTH]);
        random.fill(&mut *bytes).map_err(|_| KeyError::NoRandom)?;
        let name = "k0001".parse().map_err(|_| malformed(path, "k0001"))?;
        let fields = SecretFields::new().with(name, SecretValue::new(hex(&*bytes).into_bytes()));
        let checks = store.info().capabilities.check_and_set;
        let precondition = if checks { Precondition::Absent } else { Precondition::None };
        let options = WriteOptions::replace().with_precondition(precondition);
        match store.write(path, fields.clone(), options).await {
            Ok(_) if checks => return Self::read(path, &fields),
            // Somebody else may have written there too: what is there now is the key of all.
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => return Err(error.into()),
        }
        let secret = store.read(path, ReadOptions::current()).await?;
        Self::read(path, &secret.fields)
    }

    fn read(path: &SecretPath, fields: &SecretFields) -> Result<Self, KeyError> {
        let keys = fields.iter().map(|(name, value)| {
            let bytes = exposed(value, bytes_of).ok_or_else(|| malformed(path, name.as_str()))?;
            Ok(SigningKey::new(name.as_str(), &bytes))
        });
        let keys: Vec<_> = keys.collect::<Result<_, KeyError>>()?;
        if keys.is_empty() { Err(malformed(path, "")) } else { Ok(Self(keys)) }
    }

    pub(super) fn newest(&self) -> &SigningKey {
        &self.0[self.0.len() - 1]
    }

    pub(super) fn oldest(&self) -> &SigningKey {
        &self.0[0]
    }

    /// What secret ids and passwords are known by: of the oldest key, which stays when a newer one comes.
    pub(crate) fn of_credentials(&self) -> hmac::Key {
        self.oldest().credential.clone()
    }

    pub(super) fn find(&self, id: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

fn malformed(path: &SecretPath, field: &str) -> KeyError {
    KeyError::Malformed { path: path.clone(), field: field.to_owned() }
}

#[expect(clippy::disallowed_methods, reason = "the key is read to sign with it")]
pub(crate) fn exposed<T>(value: &SecretValue, read: impl FnOnce(&[u8]) -> T) -> T {
    read(value.expose_secret())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn bytes_of(hex: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if hex.len() != 2 * LENGTH {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH));
    for pair in hex.chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}
