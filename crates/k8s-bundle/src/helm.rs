//! Helm releases.

use serde::Serialize;
use serde_yaml::{Mapping, Value};

use crate::error::{Error, Result};
use crate::yaml;
use crate::{Namespace, ReleaseName};

/// Where a chart comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct HelmRepository {
    /// What the repository is called locally; the first part of the chart's reference.
    pub name: String,
    /// `https://…` for an index, `oci://…` for a registry.
    pub url: String,
}

impl HelmRepository {
    /// A repository under a local name.
    #[must_use]
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self { name: name.into(), url: url.into() }
    }
}

/// One installed chart, pinned to a version.
///
/// ```
/// # use k8s_bundle::{HelmRelease, HelmRepository};
/// let repository = HelmRepository::new("external-secrets", "https://charts.external-secrets.io");
/// let release = HelmRelease::new("external-secrets".parse()?, "external-secrets-system".parse()?, repository, "external-secrets", "0.20.4")
///     .create_namespace(true)
///     .with_value("installCRDs", &true)?;
/// assert_eq!(release.chart_reference(), "external-secrets/external-secrets");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HelmRelease {
    /// The name of the release.
    pub name: ReleaseName,
    /// The namespace it is installed into.
    pub namespace: Namespace,
    /// Where the chart comes from.
    pub repository: HelmRepository,
    /// The chart's name within the repository.
    pub chart: String,
    /// The exact version of the chart.
    pub version: String,
    /// Whether Helm makes the namespace.
    pub create_namespace: bool,
    /// The chart's values, in the order they were set.
    pub values: Mapping,
}

impl HelmRelease {
    /// A release without values that expects its namespace to exist.
    #[must_use]
    pub fn new(
        name: ReleaseName,
        namespace: Namespace,
        repository: HelmRepository,
        chart: impl Into<String>,
        version: impl Into<String>,
    ) -> Self {
        Self {
            name,
            namespace,
            repository,
            chart: chart.into(),
            version: version.into(),
            create_namespace: false,
            values: Mapping::new(),
        }
    }

    /// Whether Helm makes the namespace.
    #[must_use]
    pub fn create_namespace(mut self, create: bool) -> Self {
        self.create_namespace = create;
        self
    }

    /// Sets one value at the top of the chart's values, scalar or structured.
    ///
    /// # Errors
    /// [`Error::InvalidObject`] if `value` cannot be written as YAML.
    pub fn with_value(mut self, key: &str, value: &impl Serialize) -> Result<Self> {
        let value = yaml::to_value(value).map_err(|error| Error::InvalidObject {
            object: format!("Helm release {}", self.name),
            problem: format!("value {key:?}: {error}"),
        })?;
        self.values.insert(Value::String(key.to_owned()), value);
        Ok(self)
    }

    /// `repository/chart`, as `helm install` takes it.
    #[must_use]
    pub fn chart_reference(&self) -> String {
        format!("{}/{}", self.repository.name, self.chart)
    }
}
