//! What is at a path: the secret, its record, and which number that makes.

use std::sync::Arc;

use super::Numbered;
use super::record::Record;
use crate::{
    Detail, Error, ErrorKind, ReadOptions, Result, Secret, SecretFields, SecretPath, SecretStore,
    SecretVersion, VersionInfo, VersionMetadata,
};

/// What is at a path now.
pub(super) struct State {
    pub(super) record: Option<Record>,
    /// The store's own version of the record.
    pub(super) record_version: Option<SecretVersion>,
    pub(super) current: Option<Secret>,
    /// Of what is there, or was there last; zero when nothing ever was.
    pub(super) number: u64,
}

impl<S: SecretStore> Numbered<S> {
    pub(super) async fn read_record(
        &self,
        record: &SecretPath,
    ) -> Result<Option<(Record, Option<SecretVersion>)>> {
        match self.inner.read(record, ReadOptions::current()).await {
            Ok(secret) => Ok(Some((self.decoded(record, &secret)?, secret.version))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn decoded(&self, path: &SecretPath, secret: &Secret) -> Result<Record> {
        Record::decode(&secret.fields).ok_or_else(|| {
            let detail = Detail::new("read", "it is no record of a secret's versions").at(path);
            let help = "remove it, and the secret's numbers begin anew";
            Error::new(ErrorKind::Corrupt, detail.store(self.info().describe()).help(help))
        })
    }

    /// The record of `path`, when there is one, as far as is known.
    pub(super) async fn known_record(&self, path: &SecretPath) -> Result<Option<Record>> {
        let Some(record) = self.record_path(path) else { return Ok(None) };
        let place = (&self.inner, &*self.clock, &self.records);
        if !self.index.may_have(place.0, place.1, place.2, &record).await? {
            return Ok(None);
        }
        Ok(self.read_record(&record).await?.map(|(record, _)| record))
    }

    pub(super) fn number(
        &self,
        path: &SecretPath,
        record: Option<&Record>,
        version: Option<&SecretVersion>,
    ) -> u64 {
        match record {
            Some(record) if record.is_of(version) => record.number,
            record => {
                let after = record.map_or(0, |record| record.number);
                self.told().number(path, after, version)
            }
        }
    }

    /// A secret of the store, with its number and its notes.
    pub(super) fn numbered(&self, path: &SecretPath, record: Option<&Record>, secret: &Secret) -> Secret {
        let number = self.number(path, record, secret.version.as_ref());
        let info = VersionInfo::new(number, version_there(record, secret.version.as_ref()))
            .with_notes(record.map(|record| Arc::clone(&record.notes)).unwrap_or_default());
        let mut numbered = Secret::new(SecretFields::new()).with_info(info);
        numbered.fields = Arc::clone(&secret.fields);
        numbered
    }

    /// What a read of `path` is answered, after the store's own answer.
    pub(super) fn answer(
        &self,
        path: &SecretPath,
        record: Option<&Record>,
        answer: Result<Secret>,
    ) -> Result<Secret> {
        match (answer, record) {
            (Ok(secret), record) => Ok(self.numbered(path, record, &secret)),
            (Err(error), Some(record)) if error.kind() == ErrorKind::NotFound && record.number > 0 => {
                Err(self.gone(path, record))
            }
            (Err(error), _) => Err(error),
        }
    }

    pub(super) fn gone(&self, path: &SecretPath, record: &Record) -> Error {
        let info = VersionInfo::new(record.number, record.gone()).with_notes(Arc::clone(&record.notes));
        let reason = format!("not found: version {} was deleted", record.number);
        let detail = Detail::new("read", reason).at(path).store(self.info().describe());
        Error::new(ErrorKind::NotFound, detail.gone(info))
    }

    /// What is at `path`, asked of the store: the record first, so that a secret written in between is the next one.
    pub(super) async fn state(&self, path: &SecretPath) -> Result<State> {
        let found = match self.record_path(path) {
            Some(record) => self.read_record(&record).await?,
            None => None,
        };
        let (record, record_version) = found.unzip();
        let current = match self.inner.read(path, ReadOptions::current()).await {
            Ok(secret) => Some(secret),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let number = match &current {
            Some(secret) => self.number(path, record.as_ref(), secret.version.as_ref()),
            // What somebody else has written and removed had a number too.
            None => self.told().last(path, record.as_ref().map_or(0, |record| record.number)),
        };
        Ok(State { record, record_version: record_version.flatten(), current, number })
    }
}

/// What is known of a version whose fields are there.
pub(super) fn version_there(record: Option<&Record>, version: Option<&SecretVersion>) -> VersionMetadata {
    let written = record.filter(|record| record.is_of(version)).and_then(|record| record.written);
    VersionMetadata { created: written, ..VersionMetadata::default() }
}
