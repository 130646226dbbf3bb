//! A store in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use secret_store::{
    Capabilities, Detail, Error, ErrorKind, Precondition, ReadOptions, Result, Secret, SecretFields,
    SecretPath, SecretStore, SecretValue, SecretVersion, StoreInfo, VersionedStore, WriteMode, WriteOptions,
};

/// A store in memory, which does all that a store can do unless it is told to do less.
///
/// ```
/// # test_kit::block_on(async {
/// use secret_store::SecretStoreExt as _;
/// use test_kit::{InMemorySecretStore, path};
///
/// let store = InMemorySecretStore::new()
///     .with("GITLAB_ROOT_PASSWORD", "correct horse")
///     .with_fields("infrastructure/minio", [("rootUser", "minio"), ("rootPassword", "battery staple")]);
/// assert_eq!(store.read_field(&path("infrastructure/minio"), "rootUser").await.unwrap(), "minio".into());
/// # });
/// ```
///
/// Versions are numbers that are never used twice, not even after a delete. `Debug` shows how many secrets there are
/// and none of them.
pub struct InMemorySecretStore {
    capabilities: Capabilities,
    content: RwLock<Content>,
}

/// The versions of each secret, oldest first, at least one; only the current one without history.
#[derive(Default)]
struct Content {
    secrets: HashMap<SecretPath, Vec<Secret>>,
    writes: u64,
}

impl InMemorySecretStore {
    /// An empty store that can do everything.
    #[must_use]
    pub fn new() -> Self {
        let mut capabilities = Capabilities::full();
        capabilities.history = true;
        Self::with_capabilities(capabilities)
    }

    /// An empty store that can do this and answers [`Unsupported`](ErrorKind::Unsupported) to all else.
    #[must_use]
    pub fn with_capabilities(capabilities: Capabilities) -> Self {
        Self { capabilities, content: RwLock::default() }
    }

    /// With this plain value at `path`; in place of what was there, whatever the capabilities are.
    ///
    /// # Panics
    /// When `path` is not a path.
    #[must_use]
    #[track_caller]
    pub fn with(self, path: &str, value: impl Into<SecretValue>) -> Self {
        self.put(path, SecretFields::plain(value));
        self
    }

    /// With these fields at `path`; in place of what was there, whatever the capabilities are.
    ///
    /// # Panics
    /// When `path` is not a path, or a name is not a field name.
    #[must_use]
    #[track_caller]
    pub fn with_fields<'n, V: Into<SecretValue>>(
        self,
        path: &str,
        fields: impl IntoIterator<Item = (&'n str, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (crate::field(name), value.into())).collect();
        self.put(path, fields);
        self
    }

    /// Puts `fields` at `path`, as somebody else would behind the back of a wrapper: at once, whatever the capabilities
    /// are.
    ///
    /// # Panics
    /// When `path` is not a path.
    #[track_caller]
    pub fn put(&self, path: &str, fields: SecretFields) {
        self.edit().push(&crate::path(path), fields, self.capabilities.history);
    }

    /// How many secrets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.look().secrets.len()
    }

    /// Whether there is no secret.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields at `path`, without asking through the interface; none when there is no secret.
    ///
    /// # Panics
    /// When `path` is not a path.
    #[must_use]
    #[track_caller]
    pub fn peek(&self, path: &str) -> Option<Arc<SecretFields>> {
        let content = self.look();
        Some(content.secrets.get(&crate::path(path))?.last()?.fields.clone())
    }

    fn look(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn edit(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail<T>(&self, kind: ErrorKind, operation: &'static str, reason: &'static str) -> Result<T> {
        Err(Error::new(kind, Detail::new(operation, reason).store(self.info().describe())))
    }

    fn check_fields(&self, fields: &SecretFields) -> Result<()> {
        let Capabilities { binary, fields: named, .. } = self.capabilities;
        if fields.is_empty() {
            return self.fail(ErrorKind::Invalid, "write", "there is no field");
        }
        if !named && fields.as_plain().is_none() {
            return self.fail(ErrorKind::Unsupported, "write", "this store holds plain values only");
        }
        if !binary && !fields.iter().all(|(_, value)| crate::bytes::is_text(value)) {
            return self.fail(ErrorKind::Unsupported, "write", "this store holds text only");
        }
        Ok(())
    }
}

impl Default for InMemorySecretStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for InMemorySecretStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemorySecretStore").field("secrets", &self.len()).finish_non_exhaustive()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for InMemorySecretStore {
    fn info(&self) -> StoreInfo {
        StoreInfo::new("memory", "this process", self.capabilities)
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        if options.version.is_some() && !self.capabilities.history {
            return self
                .fail(ErrorKind::Unsupported, "read", "this store has no old versions")
                .map_err(|error| error.with_path(Some(path.clone())));
        }
        self.look().get(path, options.version.as_ref())
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let content = self.look();
        paths.iter().map(|path| content.get(path, None)).collect()
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let at_path = |error: Error| error.with_path(Some(path.clone()));
        let Capabilities { write, check_and_set, history, nested, .. } = self.capabilities;
        if !write {
            return self.fail(ErrorKind::Unsupported, "write", "this store is read-only").map_err(at_path);
        }
        if !check_and_set && options.precondition != Precondition::None {
            return self
                .fail(ErrorKind::Unsupported, "write", "this store checks no precondition")
                .map_err(at_path);
        }
        self.check_fields(&fields).map_err(at_path)?;
        let mut content = self.edit();
        if !nested && content.is_in_the_way(path) {
            return self.fail(ErrorKind::Conflict, "write", "another secret is in the way").map_err(at_path);
        }
        let current = content.secrets.get(path).and_then(|versions| versions.last());
        let holds = match &options.precondition {
            Precondition::Absent => current.is_none(),
            Precondition::Version(version) => current.is_some_and(|it| it.version.as_ref() == Some(version)),
            _ => true,
        };
        if !holds {
            let reason = if current.is_some() { "it is another version" } else { "there is no such secret" };
            return self.fail(ErrorKind::Conflict, "write", reason).map_err(at_path);
        }
        let fields = match (options.mode, current) {
            (WriteMode::Merge, Some(current)) => {
                let mut merged = SecretFields::clone(&current.fields);
                merged.extend(fields);
                merged
            }
            _ => fields,
        };
        self.check_fields(&fields).map_err(at_path)?;
        Ok(content.push(path, fields, history))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        if !self.capabilities.write {
            return self
                .fail(ErrorKind::Unsupported, "delete", "this store is read-only")
                .map_err(|error| error.with_path(Some(path.clone())));
        }
        self.edit().secrets.remove(path);
        Ok(())
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        if !self.capabilities.list {
            return self
                .fail(ErrorKind::Unsupported, "list", "this store cannot list")
                .map_err(|error| error.with_path(prefix.cloned()));
        }
        let content = self.look();
        let below = |path: &&SecretPath| prefix.is_none_or(|prefix| path.strip_prefix(prefix).is_some());
        let mut paths: Vec<_> = content.secrets.keys().filter(below).cloned().collect();
        paths.sort_unstable();
        Ok(paths)
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        None
    }
}

impl Content {
    fn get(&self, path: &SecretPath, version: Option<&SecretVersion>) -> Result<Secret> {
        let versions = self.secrets.get(path).map_or(&[][..], Vec::as_slice);
        let found = match version {
            None => versions.last(),
            Some(_) => versions.iter().find(|secret| secret.version.as_ref() == version),
        };
        found.cloned().ok_or_else(|| Error::not_found("read", path).in_store("memory store at this process"))
    }

    fn push(&mut self, path: &SecretPath, fields: SecretFields, history: bool) -> SecretVersion {
        self.writes += 1;
        let version = SecretVersion::new(self.writes.to_string());
        let versions = self.secrets.entry(path.clone()).or_default();
        if !history {
            versions.clear();
        }
        versions.push(Secret::new(fields).with_version(version.clone()));
        version
    }

    fn is_in_the_way(&self, path: &SecretPath) -> bool {
        self.secrets
            .keys()
            .any(|other| other.strip_prefix(path).is_some() || path.strip_prefix(other).is_some())
    }
}
