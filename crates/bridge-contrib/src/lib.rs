//! The bridge in the cluster that it serves: what runs it, what reaches it, and what keeps the rest away, as objects of a
//! bundle.
//!
//! ```
//! use bridge_contrib::{BridgeContributor, BridgeWorkload, Served};
//! use k8s_bundle::{KubernetesBundle, generate_onto, yaml};
//!
//! let workload: BridgeWorkload = yaml::from_str("
//! enabled: true
//! image: registry.acme.lab/secretbridge:0.1.0
//! tls: { issuer: { name: homelab-ca } }
//! ")?;
//! let served = Served::new("acme", "instance: acme\n", 8200);
//! let contributors = [Box::new(BridgeContributor::new(workload, served)) as Box<dyn k8s_bundle::Contributor>];
//! let bundle = generate_onto(KubernetesBundle::new(), &"dev".parse()?, &contributors)?;
//! assert!(bundle.files()?.get("k8s/secretbridge/deployment-secretbridge.yaml").is_some());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//!
//! - **Remote or local store.** Where the store is a server, any number of replicas may answer, and two do unless said
//!   otherwise: a `Deployment`. Where it is a tree of files, one does, on a volume that stays: a `StatefulSet`.
//! - **The configuration** is a `ConfigMap`. It names credentials and holds none; those are in a Secret of the user's, whose
//!   keys lie as files beside the configuration.
//! - **Least rights.** No root, no capability, a root file system that cannot be written, no token of the service account unless
//!   the bridge has to ask the API server, and a network policy that lets in whom it serves and out to what it needs.
//!
//! # What it does not do
//!
//! It makes no namespace, no Secret and no certificate authority, and builds no image.

mod config_problem;
mod contributor;
mod object;
mod served;
mod settings;

pub use config_problem::ConfigProblem;
pub use contributor::BridgeContributor;
pub use served::{Metrics, Served};
pub use settings::{
    AuditVolume, BridgeWorkload, Image, IssuerKind, IssuerRef, KeyOfSecret, Monitoring, Quantity, Resources,
    StoreVolume, Tls,
};
