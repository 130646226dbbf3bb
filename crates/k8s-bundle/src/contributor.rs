//! Contributors: the parts of a tool that fill a bundle.

use core::fmt::Debug;

use crate::error::{Error, Result};
use crate::{ClusterName, ClusterSelector, KubernetesBundle};

/// Whatever went wrong in a contributor; `?` turns any error into it.
pub type ContributorError = Box<dyn std::error::Error + Send + Sync>;

/// Adds its part to the bundle of a cluster. Synchronous and pure: what it needs to know, it is made with.
///
/// ```
/// use k8s_bundle::{ClusterSelector, Contributor, ContributorError, KubernetesBundle, object::NamespaceObject};
///
/// #[derive(Debug)]
/// struct GitlabNamespace { target: ClusterSelector, enabled: bool }
///
/// impl Contributor for GitlabNamespace {
///     fn name(&self) -> &str { "gitlab-namespace" }
///     fn target_cluster(&self) -> &ClusterSelector { &self.target }
///     fn should_contribute(&self) -> bool { self.enabled }
///     fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
///         bundle.add_resource(NamespaceObject::new(&"gitlab".parse()?).to_resource()?);
///         Ok(())
///     }
/// }
/// ```
pub trait Contributor: Debug + Send + Sync {
    /// What errors call it.
    fn name(&self) -> &str;

    /// The cluster it is for: `*` or a name.
    fn target_cluster(&self) -> &ClusterSelector;

    /// Whether it has anything to add, by its own configuration.
    fn should_contribute(&self) -> bool {
        true
    }

    /// Adds its part. It sees what contributors before it put in.
    ///
    /// # Errors
    /// Whatever it meets; [`generate`] reports it under the contributor's name.
    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError>;
}

/// A contributor that failed, and why.
#[derive(Debug)]
pub struct ContributorFailure {
    /// [`Contributor::name`].
    pub contributor: String,
    /// What it returned.
    pub error: ContributorError,
}

/// Fills a bundle for `cluster`, starting from an empty one: [`generate_onto`].
///
/// # Errors
/// As [`generate_onto`].
pub fn generate<C: AsRef<dyn Contributor>>(
    cluster: &ClusterName,
    contributors: &[C],
) -> Result<KubernetesBundle> {
    generate_onto(KubernetesBundle::new(), cluster, contributors)
}

/// Fills `bundle` for `cluster`. Contributors run one after the other in the order of the slice, so that a later one sees
/// what an earlier one added; those for other clusters and those with nothing to add are passed over.
///
/// # Errors
/// [`Error::Contributors`] with every contributor that failed: after a failure the others still run, and then no bundle
/// is returned.
pub fn generate_onto<C: AsRef<dyn Contributor>>(
    mut bundle: KubernetesBundle,
    cluster: &ClusterName,
    contributors: &[C],
) -> Result<KubernetesBundle> {
    let mut failures = Vec::new();
    for contributor in contributors.iter().map(AsRef::as_ref) {
        if !contributor.target_cluster().selects(cluster) || !contributor.should_contribute() {
            continue;
        }
        if let Err(error) = contributor.contribute(&mut bundle) {
            failures.push(ContributorFailure { contributor: contributor.name().to_owned(), error });
        }
    }
    if failures.is_empty() {
        return Ok(bundle);
    }
    Err(Error::Contributors { cluster: cluster.clone(), failures })
}
