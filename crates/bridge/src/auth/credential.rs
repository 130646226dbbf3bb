//! Secret ids and passwords, which are secrets of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use events::Clock;
use ring::hmac;
use secret_store::{
    Detail, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields, SecretPath,
    SecretStore, SecretVersion, WriteOptions, missing_field,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::config::SecretRef;
use crate::token::{exposed, hex};

/// A credential that somebody may show.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) source: SecretRef,
    /// For how long the one before is good after it was replaced.
    pub(crate) overlap: Duration,
    /// The fewest bytes that it may have: what can be guessed lets everybody in.
    pub(crate) shortest: usize,
}

/// Secret ids and passwords: known by their MACs, so that none is in memory between two looks at the store.
pub(crate) struct Credentials {
    store: Arc<dyn SecretStore>,
    /// Where the MACs are kept, so that every replica knows of what was replaced.
    path: SecretPath,
    key: hmac::Key,
    clock: Arc<dyn Clock>,
    /// For how long what is known is believed while the store cannot be read.
    patience: Duration,
    wanted: Vec<Wanted>,
    known: RwLock<Known>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    record: Record,
    /// When each was read last, on the monotonic clock.
    read: BTreeMap<String, Duration>,
    /// Why one could not be read since.
    trouble: BTreeMap<String, Error>,
}

/// What is kept in the store. Times are in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Record {
    #[serde(default)]
    credentials: BTreeMap<String, Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Seen {
    mac: String,
    /// Those before it, and until when each is good.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    replaced: BTreeMap<String, i64>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Credentials {
    /// These credentials, of which nothing is known yet.
    pub(crate) fn new(
        store: Arc<dyn SecretStore>,
        path: SecretPath,
        key: hmac::Key,
        clock: Arc<dyn Clock>,
        patience: Duration,
        mut wanted: Vec<Wanted>,
    ) -> Self {
        wanted.sort_by_key(|wanted| wanted.source.to_string());
        Self { store, path, key, clock, patience, wanted, known: RwLock::default() }
    }

    /// Whether what was shown is the credential of this place, or was until a while ago. The time that it takes does not depend
    /// on how much of it is right.
    ///
    /// # Errors
    /// Why it is not known, when the store has not said for too long what the credential is.
    pub(crate) fn is_right(&self, source: &SecretRef, shown: &[u8]) -> Result<bool> {
        let name = source.to_string();
        let mac = self.mac(&name, shown);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = known.trouble.get(&name).filter(|trouble| !is_answer(trouble)) {
            let age = known.read.get(&name).map(|read| self.clock.monotonic().saturating_sub(*read));
            if age.is_none_or(|age| age > self.patience) {
                return Err(trouble.clone());
            }
        }
        let now = self.clock.now().as_second();
        Ok(known
            .record
            .credentials
            .get(&name)
            .is_some_and(|seen| seen.mac == mac || seen.replaced.get(&mac).is_some_and(|until| *until > now)))
    }

    /// A MAC of the place and what is there: equal passwords do not look equal.
    fn mac(&self, name: &str, value: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&(name.len() as u64).to_be_bytes());
        context.update(name.as_bytes());
        context.update(value);
        hex(context.sign().as_ref())
    }

    /// Looks at the store for what was replaced. What cannot be read stays as it was known.
    pub(crate) async fn refresh(&self) {
        if self.wanted.is_empty() {
            return;
        }
        let began = self.clock.monotonic();
        let (kept, version) = match self.read_record().await {
            Ok(read) => read,
            Err(error) => {
                self.learn(|known| {
                    for wanted in &self.wanted {
                        note_trouble(known, &wanted.source.to_string(), &error);
                    }
                });
                return;
            }
        };
        let paths: BTreeSet<_> = self.wanted.iter().map(|wanted| wanted.source.key.clone()).collect();
        let paths: Vec<_> = paths.into_iter().collect();
        let read = self.store.read_many(&paths).await;
        let secrets: BTreeMap<_, _> = paths.into_iter().zip(read).collect();
        let mut record = kept.clone();
        record
            .credentials
            .retain(|name, _| self.wanted.iter().any(|wanted| wanted.source.to_string() == *name));
        let mut trouble = Vec::new();
        for wanted in &self.wanted {
            let name = wanted.source.to_string();
            let mac = secrets.get(&wanted.source.key).map(|secret| self.mac_of(wanted, secret));
            match mac {
                Some(Ok(mac)) => record.saw(&name, mac, self.until(wanted.overlap)),
                // What the store says that it is not there, or what can be guessed, lets nobody in any more.
                Some(Err(error)) if is_answer(&error) => {
                    record.credentials.remove(&name);
                    trouble.push((name, error));
                }
                Some(Err(error)) => trouble.push((name, error)),
                None => {}
            }
        }
        let now = self.clock.now().as_second();
        record.credentials.values_mut().for_each(|seen| seen.replaced.retain(|_, until| *until > now));
        if record != kept {
            self.keep(&record, version).await;
        }
        self.learn(|known| {
            known.record = record;
            for wanted in &self.wanted {
                let name = wanted.source.to_string();
                if let Some((_, error)) = trouble.iter().find(|(place, _)| *place == name) {
                    note_trouble(known, &name, error);
                } else {
                    known.trouble.remove(&name);
                    known.read.insert(name, began);
                }
            }
        });
    }

    fn mac_of(&self, wanted: &Wanted, secret: &Result<Secret>) -> Result<String> {
        let SecretRef { key, property } = &wanted.source;
        let secret = secret.as_ref().map_err(Error::clone)?;
        let value = secret.fields.get(property.as_str());
        let value = value.ok_or_else(|| missing_field(key, property.as_str(), &secret.fields))?;
        if value.len() < wanted.shortest {
            let reason =
                format!("the credential in the field {property:?} has fewer than {} bytes", wanted.shortest);
            let detail = Detail::new("read", reason).at(key).store(self.store.info().describe());
            let help = "write a longer one: until then, nobody logs in with it";
            return Err(Error::new(ErrorKind::Invalid, detail.help(help)));
        }
        Ok(exposed(value, |value| self.mac(&wanted.source.to_string(), value)))
    }

    fn until(&self, overlap: Duration) -> i64 {
        self.clock.now().as_second().saturating_add(i64::try_from(overlap.as_secs()).unwrap_or(i64::MAX))
    }

    async fn read_record(&self) -> Result<(Record, Option<SecretVersion>)> {
        match self.store.read(&self.path, ReadOptions::current()).await {
            Ok(secret) => {
                let record = secret.fields.as_plain();
                let record = record.and_then(|text| exposed(text, |text| serde_json::from_slice(text).ok()));
                let record = record.ok_or_else(|| {
                    let detail = Detail::new("read", "it is no record of credentials").at(&self.path);
                    let help = "remove it: credentials that were replaced a while ago are then good no more";
                    Error::new(ErrorKind::Corrupt, detail.store(self.store.info().describe()).help(help))
                })?;
                Ok((record, secret.version))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((Record::default(), None)),
            Err(error) => Err(error),
        }
    }

    /// Keeps it for the other replicas. Where that cannot be, it holds in this process alone.
    async fn keep(&self, record: &Record, version: Option<SecretVersion>) {
        let capabilities = self.store.info().capabilities;
        let Ok(text) = serde_json::to_vec(record) else { return };
        if !capabilities.write {
            return;
        }
        let precondition = match version {
            _ if !capabilities.check_and_set => Precondition::None,
            Some(version) => Precondition::Version(version),
            None => Precondition::Absent,
        };
        let fields = SecretFields::plain(Zeroizing::new(text));
        let options = WriteOptions::replace().with_precondition(precondition);
        match self.store.write(&self.path, fields, options).await {
            Ok(_) => {}
            // Another replica saw it first.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => tracing::warn!(
                %error,
                help = error.help(),
                "that a credential was replaced could not be noted: other replicas may not honour its overlap"
            ),
        }
    }

    fn learn(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Whether the store has said what is there, which is no credential.
fn is_answer(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid)
}

/// Says it once, not at every look.
fn note_trouble(known: &mut Known, name: &str, error: &Error) {
    let before = known.trouble.insert(name.to_owned(), error.clone());
    if before.is_none_or(|before| before.to_string() != error.to_string()) {
        tracing::warn!(credential = name, %error, help = error.help(), "the credential of a login could not be read");
    }
}

impl Record {
    /// A credential with this MAC is there; the one before it stays good until then.
    fn saw(&mut self, name: &str, mac: String, until: i64) {
        let seen = self.credentials.entry(name.to_owned()).or_default();
        if seen.mac == mac {
            return;
        }
        seen.replaced.remove(&mac);
        let before = std::mem::replace(&mut seen.mac, mac);
        if !before.is_empty() {
            seen.replaced.insert(before, until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_before_is_good_for_a_while() {
        let mut record = Record::default();
        record.saw("a", "one".to_owned(), 10);
        record.saw("a", "one".to_owned(), 20);
        assert!(record.credentials["a"].replaced.is_empty());
        record.saw("a", "two".to_owned(), 30);
        assert_eq!(record.credentials["a"].replaced, BTreeMap::from([("one".to_owned(), 30)]));
        // Back to the first.
        record.saw("a", "one".to_owned(), 40);
        assert_eq!(record.credentials["a"].replaced, BTreeMap::from([("two".to_owned(), 40)]));
    }
}
