//! Writing and deleting under numbers.

use super::record::Record;
use super::state::State;
use super::{ATTEMPTS, Numbered};
use crate::{
    Error, ErrorKind, Precondition, ReadOptions, Result, SecretFields, SecretPath, SecretStore,
    SecretVersion, WriteMode, WriteOptions,
};

impl<S: SecretStore> Numbered<S> {
    /// Writes the next version.
    pub(super) async fn write_numbered(
        &self,
        path: &SecretPath,
        fields: &SecretFields,
        options: &WriteOptions,
    ) -> Result<SecretVersion> {
        let _lane = self.lane(path).lock().await;
        let mut refused: Option<(Option<SecretVersion>, Error)> = None;
        for _ in 0..ATTEMPTS {
            let state = self.state(path).await?;
            self.check(path, &state, &options.precondition)?;
            let version = state.current.as_ref().and_then(|secret| secret.version.clone());
            if let Some((_, error)) = refused.take_if(|(before, _)| *before == version) {
                // Nobody wrote in between: something else is in the way.
                return Err(error);
            }
            match self.write_over(path, fields, options.mode, &state).await {
                Ok(version) => {
                    let number = SecretVersion::new((state.number + 1).to_string());
                    let of = self.read_version(path, &state, version).await;
                    self.note_written(path, state, of).await;
                    return Ok(number);
                }
                Err(error) if error.kind() != ErrorKind::Conflict => return Err(error),
                Err(error) => refused = Some((version, error)),
            }
        }
        Err(self.contended("write", path))
    }

    /// Writes a record over the one that was read; false when another has been written since.
    pub(super) async fn write_record(
        &self,
        path: &SecretPath,
        record: &Record,
        before: &State,
    ) -> Result<bool> {
        let (Some(at), Some(fields)) = (self.record_path(path), record.encode()) else {
            return Err(self.error(
                ErrorKind::Invalid,
                "write",
                path,
                "the path is too long to have a record",
            ));
        };
        let precondition = match (&before.record, &before.record_version) {
            _ if !self.inner.info().capabilities.check_and_set => Precondition::None,
            (None, _) => Precondition::Absent,
            (Some(_), Some(version)) => Precondition::Version(version.clone()),
            (Some(_), None) => Precondition::None,
        };
        let options = WriteOptions::replace().with_precondition(precondition);
        match self.inner.write(&at, fields, options).await {
            Ok(_) => {
                self.index.add(&at);
                self.told().forget(path);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether a write under this precondition may replace what is there.
    fn check(&self, path: &SecretPath, state: &State, precondition: &Precondition) -> Result<()> {
        let is_there = state.current.is_some();
        let holds = match precondition {
            Precondition::None if state.record.as_ref().is_some_and(|record| record.cas_required) => {
                let reason = "check-and-set parameter required for this call";
                return Err(self.error(ErrorKind::Invalid, "write", path, reason));
            }
            Precondition::None => true,
            Precondition::Absent => !is_there,
            Precondition::Version(version) => is_there && version.as_str() == state.number.to_string(),
        };
        if holds { Ok(()) } else { Err(self.conflict(path, is_there)) }
    }

    fn conflict(&self, path: &SecretPath, is_there: bool) -> Error {
        let reason = if is_there { "the current version is another" } else { "there is no such secret" };
        self.error(ErrorKind::Conflict, "write", path, reason)
    }

    /// Writes once: a conflict, when somebody else wrote in between.
    async fn write_over(
        &self,
        path: &SecretPath,
        fields: &SecretFields,
        mode: WriteMode,
        state: &State,
    ) -> Result<SecretVersion> {
        let fields = match (mode, &state.current) {
            (WriteMode::Merge, Some(current)) => {
                let mut merged = SecretFields::clone(&current.fields);
                merged.extend(fields.clone());
                merged
            }
            _ => fields.clone(),
        };
        let precondition = match state.current.as_ref().map(|secret| &secret.version) {
            _ if !self.inner.info().capabilities.check_and_set => Precondition::None,
            None => Precondition::Absent,
            Some(Some(version)) => Precondition::Version(version.clone()),
            Some(None) => Precondition::None,
        };
        let options = WriteOptions::replace().with_precondition(precondition);
        self.inner.write(path, fields, options).await
    }

    /// The version that reads will tell of what was written: none of a store whose reads tell none, whatever its writes say.
    /// Its capabilities do not say so where nothing is checked and set; then what was there says it, or what is there now.
    async fn read_version(
        &self,
        path: &SecretPath,
        before: &State,
        written: SecretVersion,
    ) -> Option<SecretVersion> {
        if self.inner.info().capabilities.check_and_set {
            return Some(written);
        }
        let is_told = if let Some(secret) = &before.current {
            secret.version.is_some()
        } else {
            let now = self.inner.read(path, ReadOptions::current()).await;
            now.is_ok_and(|secret| secret.version.is_some())
        };
        is_told.then_some(written)
    }

    /// Notes that a version was written. What cannot be noted is found out by the next read.
    async fn note_written(&self, path: &SecretPath, state: State, of: Option<SecretVersion>) {
        let (now, number) = (self.clock.now(), state.number + 1);
        let mut before = state;
        for _ in 0..ATTEMPTS {
            let mut record = before.record.clone().unwrap_or_else(|| Record {
                created: before.current.is_none().then_some(now),
                ..Record::new(now)
            });
            if record.number >= number && before.number >= number {
                return;
            }
            record = Record {
                number,
                of: of.as_ref().map(ToString::to_string),
                written: Some(now),
                deleted: None,
                updated: now,
                ..record
            };
            match self.write_record(path, &record, &before).await {
                Ok(true) | Err(_) => return,
                Ok(false) => match self.state(path).await {
                    Ok(state) => before = state,
                    Err(_) => return,
                },
            }
        }
    }

    /// Deletes the fields of the current version, when it is one of these numbers, or whatever it is.
    pub(super) async fn delete_current(&self, path: &SecretPath, numbers: Option<&[u64]>) -> Result<()> {
        self.check_reach("delete", path)?;
        let _lane = self.lane(path).lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(path).await?;
            let Some(current) = &state.current else { return Ok(()) };
            if numbers.is_some_and(|numbers| !numbers.contains(&state.number)) {
                return Ok(());
            }
            let now = self.clock.now();
            let known = state.record.clone().filter(|record| record.is_of(current.version.as_ref()));
            let record = known.unwrap_or_else(|| {
                let of = current.version.as_ref();
                let unknown = Record::of_unknown(state.number, of, now);
                match &state.record {
                    Some(before) => {
                        Record { number: unknown.number, of: unknown.of, written: None, ..before.clone() }
                    }
                    None => unknown,
                }
            });
            let record = Record { deleted: Some(now), updated: now, ..record };
            // Before the fields go: a number that is noted nowhere would be used again.
            if self.write_record(path, &record, &state).await? {
                return self.inner.delete(path).await;
            }
        }
        Err(self.contended("delete", path))
    }
}
