//! The operator's own resources, typed, under its own field names.
//!
//! Only what this crate emits is here, and every field that a resource definition would fill in by default is spelt out.
//! The API server then has nothing to add, and a tool that compares what it applied with what is there (Argo CD) finds no
//! difference. Field names follow <https://external-secrets.io/latest/api/spec/>.
//!
//! The operator's `SecretStore` has nothing to do with the store that values are kept in: it says where the operator reads.

mod cluster_external_secret;
mod cluster_secret_store;
mod duration;
mod external_secret;
mod generator;
mod label_selector;
mod one_of;
mod problem;
pub mod provider;
mod push_secret;
mod regex;
mod secret_store;
mod selector;
mod store_spec;
mod template_text;

pub use cluster_external_secret::{ClusterExternalSecret, ClusterExternalSecretSpec, ExternalSecretMetadata};
pub use cluster_secret_store::ClusterSecretStore;
pub use external_secret::{
    Data, DataFrom, ExternalSecret, ExternalSecretSpec, Find, FindName, ManifestTarget, RemoteRef, Rewrite,
    RewriteMerge, RewriteRegexp, RewriteTransform, SecretStoreRef, SourceRef, StoreKind, SyncWindow,
    SyncWindowKind, SyncWindows, Target, Template, TemplateFrom, TemplateMetadata, TemplateRef,
    TemplateRefItem, TemplateScope, TemplateTarget,
};
pub use generator::{
    GeneratorApiVersion, GeneratorKind, GeneratorRef, Password, PasswordEncoding, PasswordSpec, Uuid,
    UuidSpec,
};
pub use k8s_bundle::{
    ConversionStrategy, CreationPolicy, DecodingStrategy, DeletionPolicy, EngineVersion, MergeConflictPolicy,
    MergePolicy, MergePriorityPolicy, MergeStrategy, MetadataPolicy, NullBytePolicy, RefreshPolicy,
};
pub use label_selector::{LabelOperator, LabelRequirement, LabelSelector};
pub(crate) use problem::Checker;
pub use problem::{FieldProblem, FieldProblemKind};
pub use push_secret::{
    DataTo, DataToMatch, DataToRewrite, PushConversionStrategy, PushData, PushDeletionPolicy, PushMatch,
    PushRemoteRef, PushSecret, PushSecretSpec, PushSelector, PushSelectorSecret, PushStoreRef,
    PushUpdatePolicy,
};
pub use secret_store::SecretStore;
pub use selector::{SecretKeySelector, ServiceAccountSelector};
pub use store_spec::{RetrySettings, StoreCondition, StoreSpec};
