//! Secrets by reference: the External Secrets Operator, the store that it reads from, and one `ExternalSecret` for each
//! Secret that is resolved in the cluster.
//!
//! ```
//! use eso_contrib::{RuntimeSync, contributors};
//! use k8s_bundle::{KubernetesBundle, SecretManifest, SourceRef, SyncMode, generate_onto};
//!
//! let database = SecretManifest::builder("acme-api-db")
//!     .namespace("acme-prod")
//!     .sync_mode(SyncMode::ExternalSecrets)
//!     .data("password", "ACME_DB_PASSWORD")
//!     .build()?;
//! let config = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN")?).with_chart_version("0.20.4".parse()?);
//! let declared = KubernetesBundle::with_secrets([database]);
//! let bundle = generate_onto(declared, &"dev".parse()?, &contributors(&config))?;
//! assert!(bundle.files()?.get("k8s/acme-prod/externalsecret-acme-api-db.yaml").is_some());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//!
//! - **By reference**: the bundle says where a value is, and the operator fetches it in the cluster, again and again. The
//!   crate reads no store and holds no value; it is synchronous and does no input or output.
//! - **The pin**: [`EsoVersion`], the exact version of the operator's chart. It decides the API version of every resource:
//!   `external-secrets.io/v1beta1` below 0.16.0, `external-secrets.io/v1` from there on.
//! - **The bridge**: the Vault-compatible server that the [`ClusterSecretStore`](api::ClusterSecretStore) points at. Its token
//!   is a Secret too, and that one is delivered by value: [`ClusterSecretStoreWithToken`] declares it.
//! - **Contributors** run in the order of [`contributors`]: the operator, the store, and then what reads the store.
//!
//! # Tasks
//!
//! Read the configuration, `k8s.secrets.runtime_sync`:
//!
//! ```
//! let text = "{ enabled: true, token_source: BRIDGE_TOKEN, bridge_url: 'https://bridge.acme.lab:8200' }";
//! let config: eso_contrib::RuntimeSync = k8s_bundle::yaml::from_str(text)?;
//! assert!(config.enabled());
//! # Ok::<_, k8s_bundle::yaml::YamlError>(())
//! ```
//!
//! Find out that run-time sync is needed but off. [`RuntimeSyncRequired`] names every Secret that would not arrive:
//!
//! ```
//! # use eso_contrib::{RuntimeSync, contributors};
//! # use k8s_bundle::{KubernetesBundle, SecretManifest, SyncMode, generate_onto};
//! # let database = SecretManifest::builder("acme-api-db").namespace("acme-prod").sync_mode(SyncMode::ExternalSecrets)
//! #     .data("password", "ACME_DB_PASSWORD").build()?;
//! let declared = KubernetesBundle::with_secrets([database]);
//! let error = generate_onto(declared, &"dev".parse()?, &contributors(&RuntimeSync::off())).unwrap_err();
//! assert!(error.to_string().contains("acme-prod/acme-api-db"));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! Use one contributor alone, and for one cluster:
//!
//! ```
//! # use eso_contrib::{ExternalSecretsHelmRelease, RuntimeSync};
//! # use k8s_bundle::{ClusterName, Contributor};
//! let prod: ClusterName = "prod".parse()?;
//! let operator = ExternalSecretsHelmRelease::new(&RuntimeSync::off()).for_cluster(prod);
//! assert!(!operator.should_contribute());
//! # Ok::<_, k8s_bundle::NameError>(())
//! ```
//!
//! Write a resource of your own with the types in [`api`]; see [`ExternalSecret`](api::ExternalSecret).
//!
//! # What is written
//!
//! - Every default of the resource definitions is spelt out, and durations are written as the operator writes them
//!   (`1h0m0s`), so that what is applied and what is in the cluster stay alike. Argo CD would report a difference for ever.
//! - `remoteRef.property` is always there. Without it a Secret receives the whole of what is stored, as JSON.
//! - `target.template` is always there. Without it a Secret inherits the labels of its `ExternalSecret`, and with them the
//!   mark by which a delivery tool knows its own objects. It has no `data`, so the operator takes all keys as they are.
//! - The text of an annotation arrives as it was declared, although the operator runs annotations through its template
//!   engine. This assumes the engine's usual delimiters.
//! - A path that starts with the name of the mount is written with that name twice, because the operator strips it once.
//!
//! # What it does not do
//!
//! It installs nothing and talks to no cluster. It makes no namespace but the operator's, which Helm makes. A namespace must
//! exist before the token's Secret is applied to it: install the operator first, then apply the Secrets that are delivered by
//! value, then the rest.
//!
//! # Security
//!
//! - No type of this crate can hold a value. Errors name Secrets, keys and sources. The bridge's address is not repeated in
//!   errors, in case somebody wrote a password into it.
//! - Over `http://` the token and every value cross the network in the clear. Use `https://` wherever others share it.
//! - A `ClusterSecretStore` serves all namespaces: whoever may create an `ExternalSecret` anywhere may read all that the
//!   token may read. Give the token no more than the cluster needs.
//! - The token is delivered byte for byte. With a newline at its end, the operator's client refuses it.
//!
//! # Feature flags
//!
//! - `schema`: `schemars::JsonSchema` for the configuration.

mod config;
mod contributor;
mod error;
mod feature;
mod version;

pub mod api;

pub use config::{MountPath, RuntimeSync, SelectedStore, ServerUrl, StoreConfig};
pub use contributor::{
    ClusterSecretStoreWithToken, ExternalSecrets, ExternalSecretsHelmRelease, RuntimeSyncRequired,
    contributors,
};
pub use error::{Error, ErrorKind, Result, SecretProblem, SecretProblemKind, StoreProblem};
pub use feature::Feature;
pub use version::{ApiVersion, EsoVersion};
