//! Several stores as one.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;

use crate::{
    Capabilities, Detail, Error, ErrorKind, MetadataUpdate, ReadOptions, Result, Secret, SecretFields,
    SecretMetadata, SecretPath, SecretStore, SecretVersion, StoreInfo, VersionedStore, WriteOptions,
};

/// Several stores as one, each mounted below a prefix: with `vault` at `prod`, `prod/db` is `db` of that store.
///
/// Of two mounts that fit a path, the longer prefix has it, and hides what the other holds there. A path that no mount has
/// is [`Invalid`](ErrorKind::Invalid), not [`NotFound`](ErrorKind::NotFound): a mount that is missing must not look like a
/// secret that is. A list merges the mounts, and fails when one of them does.
///
/// The [capabilities](StoreInfo::capabilities) are those that every mount has. What only some can do is handed to them:
/// a write below a mount that can be written succeeds.
#[derive(Debug, Clone, Default)]
pub struct MountTable {
    /// The longest prefix first.
    mounts: Vec<Mount>,
}

#[derive(Debug, Clone)]
struct Mount {
    /// None for the mount that has what no other has.
    prefix: Option<SecretPath>,
    store: Arc<dyn SecretStore>,
}

impl MountTable {
    /// A table with no mount.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With `store` below `prefix`.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) when a store is mounted there already.
    pub fn mount(self, prefix: SecretPath, store: impl SecretStore + 'static) -> Result<Self> {
        self.with(Mount { prefix: Some(prefix), store: Arc::new(store) })
    }

    /// With `store` for all that no other mount has.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) when there is such a store already.
    pub fn mount_root(self, store: impl SecretStore + 'static) -> Result<Self> {
        self.with(Mount { prefix: None, store: Arc::new(store) })
    }

    fn with(mut self, mount: Mount) -> Result<Self> {
        if self.mounts.iter().any(|other| other.prefix == mount.prefix) {
            let reason = format!("two stores at {}", mount.name());
            return Err(Error::new(ErrorKind::Invalid, Detail::new("mount", reason)));
        }
        self.mounts.push(mount);
        self.mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.as_ref().map(|it| it.as_str().len())));
        Ok(self)
    }

    /// The mount that has `path`, and what it calls it.
    fn find(&self, operation: &'static str, path: &SecretPath) -> Result<(usize, SecretPath)> {
        let found = self.mounts.iter().enumerate().find_map(|(at, mount)| Some((at, mount.inner(path)?)));
        found.ok_or_else(|| self.no_mount(operation, path))
    }

    fn no_mount(&self, operation: &'static str, path: &SecretPath) -> Error {
        let reason = format!("no store is mounted there; mounted are {}", self.names());
        let detail = Detail::new(operation, reason).at(path);
        Error::new(ErrorKind::Invalid, detail.help("correct the path, or mount a store above it"))
    }

    fn names(&self) -> String {
        let mut names: Vec<_> = self.mounts.iter().map(Mount::name).collect();
        names.sort_unstable();
        if names.is_empty() { "no stores".to_owned() } else { names.join(", ") }
    }

    /// What the mount at `at` has below `prefix` and no longer mount hides.
    async fn list_mount(&self, at: usize, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let mount = &self.mounts[at];
        let inner = prefix.and_then(|prefix| mount.inner(prefix));
        let paths = mount.store.list(inner.as_ref()).await;
        let paths = paths.map_err(|error| error.with_path(prefix.cloned()))?;
        let mut outer = Vec::with_capacity(paths.len());
        for path in paths {
            let full = mount.outer(&path).map_err(|error| error.with_path(prefix.cloned()))?;
            if self.find("list", &full).is_ok_and(|(found, _)| found == at) {
                outer.push(full);
            }
        }
        Ok(outer)
    }
}

impl Mount {
    fn name(&self) -> String {
        self.prefix.as_ref().map_or_else(|| "the root".to_owned(), |prefix| format!("{prefix}/"))
    }

    fn inner(&self, path: &SecretPath) -> Option<SecretPath> {
        match &self.prefix {
            Some(prefix) => path.strip_prefix(prefix),
            None => Some(path.clone()),
        }
    }

    fn outer(&self, path: &SecretPath) -> Result<SecretPath> {
        let Some(prefix) = &self.prefix else { return Ok(path.clone()) };
        path.below(prefix).map_err(|_| {
            let reason = format!("the mount {prefix}/ has a path that is too long below it");
            Error::new(ErrorKind::Invalid, Detail::new("list", reason))
        })
    }

    /// Whether some of what this mount may have is below `prefix`.
    fn reaches(&self, prefix: Option<&SecretPath>) -> bool {
        match (&self.prefix, prefix) {
            (None, _) | (_, None) => true,
            (Some(own), Some(prefix)) => own.is_within(prefix) || prefix.is_within(own),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SecretStore for MountTable {
    fn info(&self) -> StoreInfo {
        let each = self.mounts.iter().map(|mount| mount.store.info().capabilities);
        StoreInfo::new("mounts", self.names(), each.reduce(Capabilities::and).unwrap_or_default())
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let (at, inner) = self.find("read", path)?;
        let answer = self.mounts[at].store.read(&inner, options).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn read_many(&self, paths: &[SecretPath]) -> Vec<Result<Secret>> {
        let mut groups: BTreeMap<usize, (Vec<usize>, Vec<SecretPath>)> = BTreeMap::new();
        let mut answers: Vec<Result<Secret>> = Vec::with_capacity(paths.len());
        for (position, path) in paths.iter().enumerate() {
            answers.push(Err(super::too_few_answers(path)));
            match self.find("read", path) {
                Ok((at, inner)) => {
                    let (positions, inners) = groups.entry(at).or_default();
                    positions.push(position);
                    inners.push(inner);
                }
                Err(error) => answers[position] = Err(error),
            }
        }
        let reads = groups.into_iter().map(|(at, (positions, inners))| async move {
            (positions, self.mounts[at].store.read_many(&inners).await)
        });
        for (positions, group) in join_all(reads).await {
            for (position, answer) in positions.into_iter().zip(group) {
                answers[position] = answer.map_err(|error| error.with_path(Some(paths[position].clone())));
            }
        }
        answers
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let (at, inner) = self.find("write", path)?;
        let answer = self.mounts[at].store.write(&inner, fields, options).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        let (at, inner) = self.find("delete", path)?;
        let answer = self.mounts[at].store.delete(&inner).await;
        answer.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        let reached: Vec<_> = (0..self.mounts.len()).filter(|at| self.mounts[*at].reaches(prefix)).collect();
        if let (Some(prefix), true) = (prefix, reached.is_empty()) {
            return Err(self.no_mount("list", prefix));
        }
        let mut all = Vec::new();
        for paths in join_all(reached.into_iter().map(|at| self.list_mount(at, prefix))).await {
            all.extend(paths?);
        }
        all.sort_unstable();
        Ok(all)
    }

    fn versioned(&self) -> Option<&dyn VersionedStore> {
        self.mounts.iter().any(|mount| mount.store.versioned().is_some()).then_some(self as _)
    }
}

/// Where one of the mounts has versions: what a mount without them is asked is [`Unsupported`](ErrorKind::Unsupported).
#[async_trait]
impl VersionedStore for MountTable {
    async fn metadata(&self, path: &SecretPath) -> Result<SecretMetadata> {
        let (at, inner) = self.find("read the metadata of", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "read the metadata of", path)?;
        store.metadata(&inner).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn update_metadata(&self, path: &SecretPath, update: MetadataUpdate) -> Result<()> {
        let (at, inner) = self.find("change the metadata of", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "change the metadata of", path)?;
        store.update_metadata(&inner, update).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn delete_versions(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let (at, inner) = self.find("delete", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "delete", path)?;
        store.delete_versions(&inner, versions).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn undelete(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let (at, inner) = self.find("undelete", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "undelete", path)?;
        store.undelete(&inner, versions).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn destroy(&self, path: &SecretPath, versions: &[u64]) -> Result<()> {
        let (at, inner) = self.find("destroy", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "destroy", path)?;
        store.destroy(&inner, versions).await.map_err(|error| error.with_path(Some(path.clone())))
    }

    async fn remove(&self, path: &SecretPath) -> Result<()> {
        let (at, inner) = self.find("remove", path)?;
        let store = super::versions_of(&*self.mounts[at].store, "remove", path)?;
        store.remove(&inner).await.map_err(|error| error.with_path(Some(path.clone())))
    }
}
