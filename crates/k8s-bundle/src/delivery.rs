//! In which form the Helm releases and the objects of a bundle reach the cluster.

mod argocd;
mod flux;
mod text;

use serde::Deserialize;

pub use argocd::{ArgoCd, ArgoCdDestination};
pub use flux::{Flux, FluxSource, FluxSourceKind};
pub use text::{DeliveryTextError, FluxInterval, GitRevision, RepositoryPath, RepositoryUrl};

/// In which form Helm releases and objects reach the cluster. The objects and their kustomizations are the same files in
/// each form; what stands beside them is not. The file with the values is in none of them.
///
/// | form | beside `k8s/` | who applies it |
/// |---|---|---|
/// | [`Plain`](Self::Plain) | `apply.sh`, `values/` | the user, with `helm` and `kubectl` |
/// | [`Helmfile`](Self::Helmfile) | `helmfile.yaml` | the user, with `helmfile` and `kubectl` |
/// | [`Flux`](Self::Flux) | `flux/`, `kustomization.yaml` | Flux, from a repository |
/// | [`ArgoCd`](Self::ArgoCd) | `argocd/` | Argo CD, from a repository |
///
/// It reads from YAML by the name of the form:
///
/// ```
/// # use k8s_bundle::{Delivery, Flux, FluxSource, FluxSourceKind, yaml};
/// let read: Delivery = yaml::from_str("
/// form: flux
/// source: { kind: GitRepository, name: flux-system }
/// path: clusters/homelab/out
/// ")?;
/// let source = FluxSource::new(FluxSourceKind::GitRepository, "flux-system".parse()?);
/// assert_eq!(read, Delivery::Flux(Flux::new(source, "clusters/homelab/out".parse()?)));
/// assert_eq!(Delivery::default(), yaml::from_str("form: helmfile")?);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Document")]
#[non_exhaustive]
pub enum Delivery {
    /// A script for `helm` and `kubectl`.
    Plain,
    /// A helmfile: <https://helmfile.readthedocs.io>.
    #[default]
    Helmfile,
    /// Objects for Flux: <https://fluxcd.io>.
    Flux(Flux),
    /// Applications for Argo CD: <https://argo-cd.readthedocs.io>.
    ArgoCd(ArgoCd),
}

impl Delivery {
    /// The names of the forms.
    pub const FORMS: [&str; 4] = ["plain", "helmfile", "flux", "argocd"];

    /// The form's name, as in YAML.
    #[must_use]
    pub fn form(&self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Helmfile => "helmfile",
            Self::Flux(_) => "flux",
            Self::ArgoCd(_) => "argocd",
        }
    }
}

/// In which form Helm releases and objects reach the cluster; the other fields are the form's own.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "form", rename_all = "lowercase", deny_unknown_fields)]
enum Document {
    // With braces, so that fields which it does not have are refused.
    /// A script, `apply.sh`, for `helm` and `kubectl`.
    Plain {},
    /// A `helmfile.yaml` of the charts; the objects for `kubectl`.
    Helmfile {},
    /// Objects for Flux, in `flux`.
    Flux(Flux),
    /// Applications for Argo CD, in `argocd`.
    ArgoCd(ArgoCd),
}

impl From<Document> for Delivery {
    fn from(document: Document) -> Self {
        match document {
            Document::Plain {} => Self::Plain,
            Document::Helmfile {} => Self::Helmfile,
            Document::Flux(flux) => Self::Flux(flux),
            Document::ArgoCd(argocd) => Self::ArgoCd(argocd),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Delivery {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Delivery".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Document::json_schema(generator)
    }
}
