//! A typed, synchronous bundle of Kubernetes manifests.

mod bundle;
mod cluster;
mod contributor;
mod duration;
mod error;
mod helm;
mod layout;
mod manifest;
mod meta;
mod name;
pub mod object;
mod raw;
mod resource;
mod secret_type;
mod source;
mod writer;
pub mod yaml;

pub use bundle::KubernetesBundle;
pub use cluster::ClusterSelector;
pub use contributor::{Contributor, ContributorError, ContributorFailure, generate, generate_onto};
pub use duration::{GoDuration, GoDurationError};
pub use error::{Error, ErrorKind, Result};
pub use helm::{HelmRelease, HelmRepository};
pub use layout::{BundleFiles, HELMFILE, OBJECTS_FOLDER, SECRETS_FILE, WriteReport};
pub use manifest::{ManifestError, ManifestProblem, SecretManifest, SecretManifestBuilder, SyncMode};
pub use meta::{ANNOTATIONS_MAX, ObjectMeta};
pub use name::{
    AnnotationKey, ClusterName, DataKey, LabelKey, LabelValue, NameError, NameKind, NameProblem, Namespace,
    ObjectName, ReleaseName,
};
pub use raw::{RawDocument, RawManifest};
pub use resource::Resource;
pub use secret_type::{CustomType, SecretType, SecretTypeError, SecretTypeProblem};
pub use source::{DEFAULT_PROPERTY, SourceError, SourceRef};
pub use writer::{
    BundlePath, BundleWriter, DirectoryWriter, GitCheck, Observer, PUBLIC_HEADER, SECRET_HEADER, Step,
    Written, is_generated, is_public,
};
