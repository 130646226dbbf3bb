//! Reads secrets from a store and writes Kubernetes `Secret`s, with their values, into one file of mode 0600.
//!
//! ```
//! # tokio_test(async {
//! use std::sync::Arc;
//! use events::{Silent, SystemClock};
//! use k8s_bundle::{DirectoryWriter, SecretManifest};
//! use materializer::{Materializer, Plan};
//!
//! let root = SecretManifest::builder("gitlab-root").namespace("gitlab").source("GITLAB_ROOT_PASSWORD").build()?;
//! let plan = Plan::new([&root])?;
//! println!("{plan}");
//!
//! # let out = tempfile::tempdir()?;
//! # let store = test_kit::InMemorySecretStore::new().with("GITLAB_ROOT_PASSWORD", "correct horse");
//! let writer = Arc::new(DirectoryWriter::new(out.path()));
//! let materializer = Materializer::new(Arc::new(store), writer, Arc::new(Silent), Arc::new(SystemClock::new()));
//! let report = materializer.materialize(&plan).await?;
//! assert_eq!(report.secrets, 1);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! # fn tokio_test<T>(future: impl Future<Output = T>) -> T {
//! #     tokio::runtime::Runtime::new().unwrap().block_on(future)
//! # }
//! ```
//!
//! # How it goes
//!
//! 1. A [`Plan`] says which Secret gets which key from which path and field, and how. It is made of manifests alone: no
//!    value is read for it, and it can be printed. Manifests of one namespace and name are merged; what contradicts is an
//!    error.
//! 2. [`Materializer::materialize`] asks the writer whether the file may be written, reads each path once, looks at the
//!    values, and encodes them into one buffer, which is written as a whole and wiped. Then it publishes one event for each
//!    Secret.
//! 3. After the rest of the bundle is written, [`Materializer::delivered_by_reference`] publishes the events of the Secrets
//!    that the cluster resolves itself.
//!
//! All problems are reported at once, and while there is one, nothing is written: [`Error::Plan`] and
//! [`Error::NotReady`] hold lists. What is *missing* (the store says so) and what *could not be read* (nothing is known) are
//! told apart everywhere; see [`NotReady`].
//!
//! # What is looked at
//!
//! Beside the sizes that the API server takes, and the keys and names that each type of Secret must have:
//!
//! | type | refused | a warning in the [`Report`] |
//! |---|---|---|
//! | `tls` | no PEM, no certificate or key, an encrypted key, a key of another certificate, a leaf that is not first | out of its time; an algorithm that cannot be compared; a key beside the certificate |
//! | `dockerconfigjson` | no JSON object with `auths`, an entry that is no login, no login at all | |
//! | `basic-auth` | | empty, or with a line break at the end; a colon in the user name |
//! | `ssh-auth` | empty, or a public key | what OpenSSH refuses to read |
//! | `bootstrap-token` | what the authenticator passes over | expired |
//!
//! # Tasks
//!
//! Show what is wrong with a configuration, each problem where it was written: `manifests` are positions in what
//! [`Plan::new`] was given.
//!
//! ```
//! # use k8s_bundle::SecretManifest;
//! # use materializer::{Error, Plan};
//! # let one = |source| SecretManifest::builder("a").namespace("x").source(source).build().unwrap();
//! # let manifests = [one("A"), one("B")];
//! if let Err(Error::Plan { problems }) = Plan::new(&manifests) {
//!     for problem in &problems {
//!         eprintln!("{:?}: {problem}\n{}", problem.manifests, problem.kind.help());
//!     }
//! }
//! ```
//!
//! Write another file of the bundle: [`Materializer::with_file`].
//!
//! # What it does not do
//!
//! It applies nothing to a cluster (`kubectl apply --server-side -f` does), keeps no copy of a value, renders no template,
//! and does not retry: give it a store that does.
//!
//! # Security
//!
//! Values go from the store to the buffer of the file and nowhere else: not into a plan, a report, an event, an error or a
//! `Debug`. Texts of errors about values are fixed; what a parser says of a value is not passed on. The buffer is allocated
//! once and wiped. Parsers of PEM and JSON have small buffers of their own, which they do not wipe; a program that wants
//! those wiped as well uses an allocator that wipes, as the `secretbridge` binary does.
//!
//! There are no feature flags.

mod check;
mod compose;
mod encode;
mod error;
mod explain;
mod expose;
mod materialize;
mod materialized;
mod not_ready;
mod pattern;
mod plan;
mod read;
mod record;
mod report;
mod suggest;

pub use error::{Error, ErrorKind, Result};
pub use materialize::Materializer;
pub use not_ready::{Failed, Missing, MissingPart, Need, NotReady};
pub use plan::{
    PathVersion, Plan, PlanProblem, PlanProblemKind, PlannedFrom, PlannedKey, PlannedSecret, PlannedTemplate,
    PlannedTemplates, SOURCE_ANNOTATION, Source, TemplatePlace,
};
pub use record::NotRecorded;
pub use report::{Finding, Report};
