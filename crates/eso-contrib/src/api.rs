//! The operator's own resources, typed, under its own field names.
//!
//! Only what this crate emits is here, and every field that a resource definition would fill in by default is spelt out.
//! The API server then has nothing to add, and a tool that compares what it applied with what is there (Argo CD) finds no
//! difference. Field names follow <https://external-secrets.io/latest/api/spec/>.
//!
//! The operator's `SecretStore` has nothing to do with the store that values are kept in: it says where the operator reads.

mod cluster_secret_store;
mod duration;
mod external_secret;
mod one_of;
mod problem;
pub mod provider;
mod regex;
mod secret_store;
mod selector;
mod store_spec;

pub use cluster_secret_store::ClusterSecretStore;
pub use external_secret::{
    ConversionStrategy, CreationPolicy, DecodingStrategy, DeletionPolicy, EngineVersion, ExternalSecret,
    MergePolicy, MetadataPolicy, RemoteRef, SecretStoreRef, StoreKind, Target, Template, TemplateMetadata,
};
pub(crate) use problem::Checker;
pub use problem::{FieldProblem, FieldProblemKind};
pub use secret_store::SecretStore;
pub use selector::{SecretKeySelector, ServiceAccountSelector};
pub use store_spec::{RetrySettings, StoreCondition, StoreSpec};
