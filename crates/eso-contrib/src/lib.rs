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
//! - **The bridge**: a Vault-compatible server, and the store that is preset. Its token is a Secret too, and that one is
//!   delivered by value: [`ClusterSecretStoreWithToken`] declares it.
//! - **Stores**: what the operator reads from, instead of the bridge or beside it; see [`StoreConfig`]. One is the default.
//! - **Contributors** run in the order of [`contributors`]: the operator, the stores, and then what reads the stores.
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
//! Read from a Vault of one's own, and from one per tenant that no other tenant can read through:
//!
//! ```
//! let text = "
//! enabled: true
//! stores:
//!   vault:
//!     default: true
//!     spec:
//!       provider:
//!         vault:
//!           server: https://vault.acme.lab:8200
//!           path: kv
//!           auth: { kubernetes: { role: eso, serviceAccountRef: { name: eso, namespace: security } } }
//!   tenant:
//!     namespaces: [team-a, team-b]
//!     spec:
//!       provider:
//!         vault: { server: 'https://vault.acme.lab:8200', path: tenants, auth: { tokenSecretRef: { name: vault-token, key: token } } }
//! ";
//! let config: eso_contrib::RuntimeSync = k8s_bundle::yaml::from_str(text)?;
//! let of_team_a = config.store_for(Some(&"tenant".parse()?), &"team-a".parse()?)?;
//! assert!(config.store_for(Some(&"tenant".parse()?), &"other".parse()?).is_err());
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
//! - `remoteRef.property` is always there, unless what the store has is one value without fields (Bitwarden Secrets Manager,
//!   a plain value of `fake`). Without it a Secret receives the whole of what is stored, as JSON.
//! - `target.template` is always there. Without it a Secret inherits the labels of its `ExternalSecret`, and with them the
//!   mark by which a delivery tool knows its own objects. Where the manifests have no `template`, it has no `data`, and the
//!   operator takes all keys as they are.
//! - Templates of the manifests are written byte for byte, and checked before: their syntax, the functions that the pinned
//!   chart has, and the keys that they read.
//! - The text of an annotation arrives as it was declared, although the operator runs annotations through its template
//!   engine. This assumes the engine's usual delimiters. Those of `template.metadata` are templates.
//! - A Secret that somebody else makes (`creation_policy: Merge` or `CreateOrMerge`) keeps its type unless the manifest gives
//!   one other than `Opaque`: nobody can change the type of a Secret that is there.
//! - A field that the pinned chart does not have is an error that names the manifest, the field, and the first chart that has
//!   it.
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
//! - No type of this crate is for a value, but that of the provider `fake`. Errors name Secrets, keys and sources. Addresses
//!   are not repeated in errors, in case somebody wrote a password into one.
//! - Over `http://` the token and every value cross the network in the clear. Use `https://` wherever others share it.
//! - A `ClusterSecretStore` serves all namespaces, unless its conditions say otherwise: whoever may create an
//!   `ExternalSecret` anywhere may read all that its login may read. Give the login no more than the cluster needs, or give
//!   each tenant a store in its own namespace.
//! - The provider [`fake`](api::provider::FakeProvider) has its values in the store itself, in clear text: it is for trying.
//!   So is the text of a header, in `vault` and `webhook`.
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

pub use config::{
    MountPath, OperatorObject, ResourceConfig, RuntimeSync, SelectedStore, ServerUrl, StoreConfig,
};
pub use contributor::{
    ClusterSecretStoreWithToken, DeclaredResources, ExternalSecrets, ExternalSecretsHelmRelease,
    RuntimeSyncRequired, Stores, contributors, unused_stores,
};
pub use error::{Error, ErrorKind, Result, SecretProblem, SecretProblemKind, StoreProblem};
pub use feature::Feature;
pub use version::{ApiVersion, EsoVersion};
