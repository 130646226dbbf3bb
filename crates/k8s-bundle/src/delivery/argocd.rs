//! Where Argo CD finds what it applies.

use serde::{Deserialize, Serialize};

use super::text::nonempty;
use super::{GitRevision, RepositoryPath, RepositoryUrl};
use crate::{Namespace, ObjectName};

/// How Argo CD gets at the output: the repository it is in, and where in it.
///
/// The objects for Argo CD are one `Application` for each chart, and one for the objects of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ArgoCd {
    /// What the names of all Applications start with.
    #[serde(default = "super::text::default_name")]
    pub name: ObjectName,
    /// The namespace of the Applications.
    #[serde(default = "argocd")]
    pub namespace: Namespace,
    /// The project of the Applications.
    #[serde(default = "default_project")]
    pub project: ObjectName,
    /// The repository that has the output.
    pub repo_url: RepositoryUrl,
    /// The branch, tag or commit of the repository.
    #[serde(default)]
    pub revision: GitRevision,
    /// The folder of the output within the repository.
    pub path: RepositoryPath,
    /// The cluster that is delivered to.
    #[serde(default)]
    pub destination: ArgoCdDestination,
    /// Whether Argo CD applies changes, removes what is gone and undoes changes of others without being told to.
    #[serde(default = "yes")]
    pub automated: bool,
}

impl ArgoCd {
    /// From `path` at the head of the repository to the cluster that Argo CD runs in, automated; all else as by default.
    #[must_use]
    pub fn new(repo_url: RepositoryUrl, path: RepositoryPath) -> Self {
        Self {
            name: super::text::default_name(),
            namespace: argocd(),
            project: default_project(),
            repo_url,
            revision: GitRevision::default(),
            path,
            destination: ArgoCdDestination::default(),
            automated: true,
        }
    }

    /// What the names of all Applications start with. By default `secretbridge`.
    #[must_use]
    pub fn with_name(mut self, name: ObjectName) -> Self {
        self.name = name;
        self
    }

    /// The namespace of the Applications. By default `argocd`.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = namespace;
        self
    }

    /// The project of the Applications. By default `default`.
    #[must_use]
    pub fn in_project(mut self, project: ObjectName) -> Self {
        self.project = project;
        self
    }

    /// The branch, tag or commit. By default `HEAD`.
    #[must_use]
    pub fn at_revision(mut self, revision: GitRevision) -> Self {
        self.revision = revision;
        self
    }

    /// The cluster that is delivered to. By default the one that Argo CD runs in.
    #[must_use]
    pub fn to_cluster(mut self, destination: ArgoCdDestination) -> Self {
        self.destination = destination;
        self
    }

    /// Whether Argo CD applies changes without being told to. By default it does.
    #[must_use]
    pub fn automated(mut self, automated: bool) -> Self {
        self.automated = automated;
        self
    }
}

/// A cluster, as Argo CD knows it: by its API server or by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "DestinationDocument")]
#[non_exhaustive]
pub enum ArgoCdDestination {
    /// The address of its API server.
    Server(RepositoryUrl),
    /// Its name in Argo CD.
    Name(String),
}

/// The cluster that is delivered to: by `server` or by `name`.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
#[serde(deny_unknown_fields)]
struct DestinationDocument {
    /// The address of its API server.
    #[serde(default)]
    server: Option<RepositoryUrl>,
    /// Its name in Argo CD.
    #[serde(default, deserialize_with = "nonempty")]
    name: Option<String>,
}

impl TryFrom<DestinationDocument> for ArgoCdDestination {
    type Error = &'static str;

    fn try_from(document: DestinationDocument) -> Result<Self, &'static str> {
        match (document.server, document.name) {
            (Some(server), None) => Ok(Self::Server(server)),
            (None, Some(name)) => Ok(Self::Name(name)),
            _ => Err("give the cluster either by `server` or by `name`"),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ArgoCdDestination {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ArgoCdDestination".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        DestinationDocument::json_schema(generator)
    }
}

/// `https://kubernetes.default.svc`: the cluster that Argo CD runs in.
impl Default for ArgoCdDestination {
    #[expect(clippy::expect_used, reason = "the literal is an address")]
    fn default() -> Self {
        Self::Server("https://kubernetes.default.svc".parse().expect("an address"))
    }
}

#[expect(clippy::expect_used, reason = "the literal is a namespace")]
fn argocd() -> Namespace {
    Namespace::new("argocd").expect("a namespace")
}

#[expect(clippy::expect_used, reason = "the literal is a name")]
fn default_project() -> ObjectName {
    ObjectName::new("default").expect("a name")
}

fn yes() -> bool {
    true
}
