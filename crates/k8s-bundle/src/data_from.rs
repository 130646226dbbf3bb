//! Many keys of a Secret from one declaration: all fields of a path, all secrets of a name, what a generator makes.

mod error;
mod extract;
mod find;
mod form;
mod generator;
mod regexp;
mod rewrite;

pub use error::{DataFromError, DataFromProblem};
pub use extract::Extract;
pub use find::Find;
pub(crate) use form::DataFromForm;
pub use generator::{GeneratorKind, GeneratorKindError, GeneratorRef};
pub use regexp::{Regexp, RegexpError};
pub use rewrite::{MergeConflictPolicy, MergePriorityPolicy, MergeStrategy, Rewrite, RewriteMerge};

/// Keys that are not named one by one: where their names and values come from, and how the names are rewritten.
///
/// ```
/// # use k8s_bundle::{DataFrom, Extract, Find, Rewrite, yaml};
/// let read: Vec<DataFrom> = yaml::from_str("
/// - extract: { key: infrastructure/minio }            # all fields of a path
/// - find: { path: apps, name: { regexp: ^apps/db- } } # all secrets of a name
///   rewrite:
///   - regexp: { source: ^apps/, target: '' }
/// - generator: { kind: Password, name: db }           # what a generator of the operator makes
/// ")?;
/// let find = Find::by_name("^apps/db-".parse()?).in_path("apps")?;
/// let made = DataFrom::from(find).with_rewrite(Rewrite::regexp("^apps/".parse()?, ""));
/// assert_eq!(read[0], Extract::new("infrastructure/minio")?.into());
/// assert_eq!(read[1], made);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataFrom {
    /// Where names and values come from.
    pub origin: DataFromOrigin,
    /// How the names are rewritten, one after the other.
    pub rewrite: Vec<Rewrite>,
}

/// Where the names and values of many keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataFromOrigin {
    /// The fields of one path.
    Extract(Extract),
    /// The secrets whose names or tags match.
    Find(Find),
    /// What a generator of the operator makes. Only with `sync_mode: external-secrets`.
    Generator(GeneratorRef),
}

impl DataFrom {
    /// Appends a rewrite of the names.
    #[must_use]
    pub fn with_rewrite(mut self, rewrite: Rewrite) -> Self {
        self.rewrite.push(rewrite);
        self
    }
}

impl From<DataFromOrigin> for DataFrom {
    fn from(origin: DataFromOrigin) -> Self {
        Self { origin, rewrite: Vec::new() }
    }
}

impl From<Extract> for DataFrom {
    fn from(extract: Extract) -> Self {
        DataFromOrigin::Extract(extract).into()
    }
}

impl From<Find> for DataFrom {
    fn from(find: Find) -> Self {
        DataFromOrigin::Find(find).into()
    }
}

impl From<GeneratorRef> for DataFrom {
    fn from(generator: GeneratorRef) -> Self {
        DataFromOrigin::Generator(generator).into()
    }
}
