//! The manifest in code.

use std::collections::btree_map::Entry;

use super::document::Document;
use super::{ManifestError, ManifestProblem, SecretManifest, SyncMode};
use crate::data_from::DataFromForm;
use crate::{
    CreationPolicy, DataFrom, DataKey, DeletionPolicy, RefreshPolicy, SecretTemplate, SourceError, SourceRef,
};

/// Builds a [`SecretManifest`]. Texts are checked as they come; [`build`](Self::build) reports all that is wrong at once.
#[derive(Debug, Clone)]
#[must_use = "call build() at the end"]
pub struct SecretManifestBuilder {
    given_name: String,
    document: Document,
    problems: Vec<ManifestProblem>,
}

impl SecretManifestBuilder {
    pub(super) fn new(name: &str) -> Self {
        let start = Self { given_name: name.to_owned(), document: Document::default(), problems: Vec::new() };
        start.set(name.parse(), |document, name| document.name = Some(name))
    }

    /// The only namespace.
    pub fn namespace(self, namespace: impl AsRef<str>) -> Self {
        self.set(namespace.as_ref().parse(), |document, namespace| document.namespace = Some(namespace))
    }

    /// The same Secret in several namespaces, instead of [`namespace`](Self::namespace).
    pub fn namespaces<T: AsRef<str>>(self, namespaces: impl IntoIterator<Item = T>) -> Self {
        let parsed: Vec<_> = namespaces.into_iter().map(|namespace| namespace.as_ref().parse()).collect();
        let start = self.with(|document| _ = document.namespaces.get_or_insert_default());
        parsed.into_iter().fold(start, |builder, namespace| {
            builder.set(namespace, |document, namespace| {
                document.namespaces.get_or_insert_default().push(namespace);
            })
        })
    }

    /// Short form: where the value of the only key comes from. A path, `(path, field)`, or a [`SourceRef`].
    pub fn source<S>(self, source: S) -> Self
    where
        S: TryInto<SourceRef>,
        SourceError: From<S::Error>,
    {
        self.set(source.try_into().map_err(SourceError::from), |document, source| {
            document.source = Some(source);
        })
    }

    /// Short form: the only key of the Secret; `value` unless given.
    pub fn data_key(self, key: impl AsRef<str>) -> Self {
        self.set(key.as_ref().parse(), |document, key| document.data_key = Some(key))
    }

    /// Long form: one more key of the Secret, and where its value comes from. A path, `(path, field)`, or a [`SourceRef`].
    pub fn data<S>(mut self, key: impl AsRef<str>, source: S) -> Self
    where
        S: TryInto<SourceRef>,
        SourceError: From<S::Error>,
    {
        let source = match source.try_into().map_err(SourceError::from) {
            Ok(source) => source,
            Err(error) => {
                self.problems.push(error.into());
                return self;
            }
        };
        let mut twice = None;
        let mut builder = self.set(key.as_ref().parse(), |document, key: DataKey| {
            match document.data.get_or_insert_default().entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(source);
                }
                Entry::Occupied(entry) => twice = Some(ManifestProblem::DataKeyTwice(entry.key().clone())),
            }
        });
        builder.problems.extend(twice);
        builder
    }

    /// One more source of keys that are not named one by one: an [`Extract`](crate::Extract), a [`Find`](crate::Find), a
    /// [`GeneratorRef`](crate::GeneratorRef), or a [`DataFrom`] that rewrites the names of one.
    pub fn data_from(self, entry: impl Into<DataFrom>) -> Self {
        self.with(|document| document.data_from.push(DataFromForm::from(&entry.into())))
    }

    /// Templates of the Secret's keys, labels and annotations, over the values of its sources.
    pub fn template(self, template: SecretTemplate) -> Self {
        self.with(|document| document.template = Some(template))
    }

    /// How the Secret is delivered; at build time unless given.
    pub fn sync_mode(self, mode: SyncMode) -> Self {
        self.with(|document| document.sync_mode = mode)
    }

    /// The type of the Secret (`type` in YAML), by its short or full name; `Opaque` unless given.
    pub fn secret_type(self, secret_type: impl AsRef<str>) -> Self {
        self.set(secret_type.as_ref().parse(), |document, secret_type| document.secret_type = secret_type)
    }

    /// One more label; an earlier value of the key is replaced.
    pub fn label(mut self, key: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match value.as_ref().parse() {
            Ok(value) => self.set(key.as_ref().parse(), |document, key| {
                document.labels.insert(key, value);
            }),
            Err(error) => {
                self.problems.push(ManifestProblem::Name(error));
                self
            }
        }
    }

    /// One more annotation; an earlier value of the key is replaced.
    pub fn annotation(self, key: impl AsRef<str>, value: impl Into<String>) -> Self {
        let value = value.into();
        self.set(key.as_ref().parse(), |document, key| {
            document.annotations.insert(key, value);
        })
    }

    /// Whether the API server shall refuse any later change of the Secret's data.
    pub fn immutable(self, immutable: bool) -> Self {
        self.with(|document| document.immutable = immutable)
    }

    /// Whether Stakater Reloader restarts the workloads that use the Secret when it changes; for `true`, see
    /// [`RELOAD_MATCH`](crate::RELOAD_MATCH), for `false`, [`RELOAD_IGNORE`](crate::RELOAD_IGNORE).
    pub fn reload(self, reload: bool) -> Self {
        self.with(|document| document.reload = Some(reload))
    }

    /// How often the operator reads the source again, in Go's notation; only with [`SyncMode::ExternalSecrets`].
    pub fn refresh_interval(self, interval: impl AsRef<str>) -> Self {
        self.set(interval.as_ref().parse(), |document, interval| document.refresh_interval = Some(interval))
    }

    /// When the operator reads the source again; only with [`SyncMode::ExternalSecrets`].
    pub fn refresh_policy(self, policy: RefreshPolicy) -> Self {
        self.with(|document| document.refresh_policy = Some(policy))
    }

    /// Who makes the Secret; only with [`SyncMode::ExternalSecrets`].
    pub fn creation_policy(self, policy: CreationPolicy) -> Self {
        self.with(|document| document.creation_policy = Some(policy))
    }

    /// What becomes of the Secret when its values are gone; only with [`SyncMode::ExternalSecrets`].
    pub fn deletion_policy(self, policy: DeletionPolicy) -> Self {
        self.with(|document| document.deletion_policy = Some(policy))
    }

    /// The operator's store that the values come from; only with [`SyncMode::ExternalSecrets`].
    pub fn store_ref(self, name: impl AsRef<str>) -> Self {
        self.set(name.as_ref().parse(), |document, name| document.store_ref = Some(name))
    }

    /// The manifest.
    ///
    /// # Errors
    /// [`ManifestError`] with everything that is wrong, not only the first thing.
    pub fn build(self) -> Result<SecretManifest, ManifestError> {
        let Self { given_name, document, problems } = self;
        document.validate(problems).map_err(|error| ManifestError::new(given_name, error.problems().to_vec()))
    }

    fn with(mut self, apply: impl FnOnce(&mut Document)) -> Self {
        apply(&mut self.document);
        self
    }

    fn set<T, E>(mut self, value: Result<T, E>, apply: impl FnOnce(&mut Document, T)) -> Self
    where
        ManifestProblem: From<E>,
    {
        match value {
            Ok(value) => apply(&mut self.document, value),
            Err(error) => self.problems.push(error.into()),
        }
        self
    }
}
