//! Tells the External Secrets Operator at once that a secret has changed.
//!
//! The operator reads a store anew at each refresh interval, and when an `ExternalSecret` itself changes. [`ForceSync`] finds those
//! that use what was written, and sets an annotation on them, as `kubectl annotate externalsecret NAME force-sync=$(date +%s)
//! --overwrite` does: <https://external-secrets.io/latest/introduction/faq/>. So a rotation is in the cluster in seconds.
//!
//! ```
//! use force_sync::{Changes, Fields, StoreName, Stores, uses};
//!
//! let stores = Stores::new([StoreName::cluster("homelab").at_mount("secret")]);
//! let changes = Changes::new().with("secret", "apps/db", Fields::All);
//! let external: force_sync::ExternalSecret = serde_json::from_str(r#"{
//!     "metadata": { "name": "api-db", "namespace": "shop" },
//!     "spec": {
//!         "secretStoreRef": { "kind": "ClusterSecretStore", "name": "homelab" },
//!         "data": [{ "secretKey": "password", "remoteRef": { "key": "apps/db", "property": "password" } }]
//!     }
//! }"#)?;
//! assert!(uses(&external, &changes, &stores));
//! # Ok::<_, serde_json::Error>(())
//! ```
//!
//! **What is matched.** Only entries whose store is one of [`Stores`]: by key as the operator reads keys, with or without the
//! mount's name in front; by `find`, where the changed path may be found. When in doubt it is touched: a needless touch is one read.
//!
//! **What it may cost.** One list, in pages, and one patch of one annotation for each `ExternalSecret`; [`Queue`] makes one of many
//! writes. A list is good for [`REMEMBERED`]. Requests are repeated for [`PATIENCE`], and a few run at a time.
//!
//! **What it does not do.** It reads no Secret and no store, and nothing waits for it: what it cannot do is in its [`Report`].
//!
//! **Rights.** [`RBAC`] is what the account that it runs as needs.
//!
//! Errors hold no text from the cluster, as that may quote an object, nor from a kubeconfig: those hold credentials.
//!
//! | feature | adds |
//! |---|---|
//! | `schema` | JSON Schema of [`ForceSyncConfig`] |

mod access;
mod changes;
mod cluster;
mod config;
mod error;
mod external_secret;
mod force_sync;
mod matching;
mod queue;
mod report;
mod retry;
mod stores;

pub use self::access::KubeAccess;
pub use self::changes::{Changes, Fields};
pub use self::config::{ForceSyncConfig, StoreNameConfig};
pub use self::error::{AccessError, Problem};
pub use self::external_secret::{ExternalSecret, ObjectRef};
pub use self::force_sync::{ForceSync, REMEMBERED};
pub use self::matching::uses;
pub use self::queue::{Queue, WINDOW};
pub use self::report::{Failed, Report, Skipped};
pub use self::retry::PATIENCE;
pub use self::stores::{StoreKind, StoreName, Stores};

/// The annotation that is set, as the operator's documentation has it. The operator looks at whether annotations change, not
/// at which.
pub const ANNOTATION: &str = "force-sync";

/// The rules that the account needs: of a `ClusterRole`, or of a `Role` in each namespace that is
/// [named](ForceSyncConfig::namespaces).
pub const RBAC: &str = "\
- apiGroups: [external-secrets.io]
  resources: [externalsecrets]
  verbs: [list, patch]
";
