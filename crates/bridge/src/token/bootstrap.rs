//! The first token of an instance, which is a secret of its store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ring::hmac;
use secret_store::{
    Detail, Error, ErrorKind, ReadOptions, Result, SecretPath, SecretStore, SecretValue, missing_field,
};

use super::claims::Claims;
use super::key::{SigningKeys, exposed, hex};
use super::state::First;
use super::tokens::Identity;

/// The shortest bootstrap token, in bytes: what can be guessed lets everybody in.
const SHORTEST: usize = 16;

/// Where the bootstrap token is, and what its holder may do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootstrapConfig {
    /// The path of the secret.
    pub path: SecretPath,
    /// The field of it.
    pub field: String,
    /// What the token may do.
    pub policies: Vec<String>,
    /// For how long the token before is good after it was replaced.
    pub overlap: Duration,
}

impl BootstrapConfig {
    /// The token in this field, for these policies, and for an hour after it was replaced.
    #[must_use]
    pub fn new(path: SecretPath, field: impl Into<String>, policies: Vec<String>) -> Self {
        Self { path, field: field.into(), policies, overlap: Duration::from_hours(1) }
    }

    /// The token that the store has now.
    ///
    /// # Errors
    /// As the store's read; [`NotFound`](ErrorKind::NotFound) without the field, and [`Invalid`](ErrorKind::Invalid) for a
    /// token that is too short.
    pub(crate) async fn token(&self, store: &dyn SecretStore) -> Result<SecretValue> {
        let Self { path, field, .. } = self;
        let secret = store.read(path, ReadOptions::current()).await?;
        let value = secret.fields.get(field).ok_or_else(|| missing_field(path, field, &secret.fields))?;
        if value.len() < SHORTEST {
            let reason = format!("the bridge's token in the field {field:?} has fewer than {SHORTEST} bytes");
            let detail = Detail::new("read", reason).at(path).store(store.info().describe());
            let help = "write a random one: `head -c 32 /dev/urandom | base64 | tr -d '\\n' | secretbridge store put PATH`";
            return Err(Error::new(ErrorKind::Invalid, detail.help(help)));
        }
        Ok(value.clone())
    }
}

/// The bootstrap token: known by its MAC, so that it is not in memory between two looks at the store.
#[derive(Debug)]
pub(super) struct Bootstrap {
    config: BootstrapConfig,
}

impl Bootstrap {
    pub(super) fn new(config: BootstrapConfig) -> Self {
        Self { config }
    }

    pub(super) fn overlap(&self) -> Duration {
        self.config.overlap
    }

    /// The MAC of the token that the store has now.
    ///
    /// # Errors
    /// As [`BootstrapConfig::token`].
    pub(super) async fn read(&self, store: &dyn SecretStore, keys: &SigningKeys) -> Result<String> {
        Ok(exposed(&self.config.token(store).await?, |token| mac(token, keys)))
    }

    /// Who holds this token, when it is the bootstrap token, or was until a while ago.
    pub(super) fn identify(
        &self,
        token: &[u8],
        keys: &SigningKeys,
        first: &First,
        now: i64,
    ) -> Option<Identity> {
        // What is compared is a MAC of it, which tells nothing of how much of it is right.
        let mac = mac(token, keys);
        let is_current = first.mac.as_ref() == Some(&mac);
        let was_current = first.replaced.get(&mac).is_some_and(|until| *until > now);
        (is_current || was_current).then(|| self.identity(&mac))
    }

    fn identity(&self, mac: &str) -> Identity {
        let claims = Claims {
            id: mac[..32].to_owned(),
            policies: self.config.policies.clone(),
            display_name: "bootstrap".to_owned(),
            path: "auth/token/bootstrap".to_owned(),
            metadata: BTreeMap::new(),
            issued: 0,
            expires: 0,
            ends: 0,
            is_renewable: false,
            parents: Vec::new(),
        };
        Identity { claims: Arc::new(claims), expires: None }
    }
}

/// Under the oldest key, which stays when a newer one comes.
fn mac(token: &[u8], keys: &SigningKeys) -> String {
    hex(hmac::sign(keys.oldest().of_bootstrap(), token).as_ref())
}
