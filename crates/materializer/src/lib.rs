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
//! 2. [`Materializer::materialize`] asks the writer whether the file may be written, lists each prefix and reads each path
//!    once, makes of the values what is declared, looks at the result, and encodes it into one buffer, which is written as a
//!    whole and wiped. Then it publishes one event for each Secret.
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
//! Take all fields of a path, and all secrets of a name; render a template over them:
//!
//! ```
//! # use k8s_bundle::{SecretManifest, yaml};
//! # use materializer::Plan;
//! let manifests: Vec<SecretManifest> = yaml::from_str("
//! - name: minio
//!   namespace: backups
//!   data_from:
//!   - extract: { key: infrastructure/minio }
//!   - find: { path: apps, name: { regexp: ^apps/db- } }   # the expression is for the whole path
//!     rewrite: [{ regexp: { source: ^apps/, target: '' } }]
//! - name: s3
//!   namespace: backups
//!   data:
//!     user: { key: infrastructure/minio, property: rootUser }
//!     password: { key: infrastructure/minio, property: rootPassword, version: 3 }
//!   template:
//!     data: { s3.conf: 'secret_key = {{ .password }}' }
//! ")?;
//! let plan = Plan::new(&manifests)?;
//! assert_eq!(plan.prefixes()[0].as_ref().unwrap().as_str(), "apps");
//! assert_eq!(plan.secrets()[1].templates().unwrap().data()["s3.conf"].to_string(), "template of password");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # The same as by reference
//!
//! A declaration gives the Secret that the External Secrets Operator makes of it from a store of Vault's KV version 2 with
//! the same paths and fields; what cannot be the same is refused. So it is the operator that says, as of its version 0.20.4:
//!
//! | declared | what comes of it |
//! |---|---|
//! | `decoding_strategy` | `Base64` and `Base64URL` need their padding and pass over line breaks; `Auto` takes as it is what is neither |
//! | a field that is JSON | a list or an object is written anew: no white space, names sorted, `<`, `>` and `&` as escapes |
//! | `extract` | the fields, each under its name; numbers pass through 64 bits: `1.10` becomes `1.1` |
//! | `extract` with `property` | the members of the JSON object in the field: a text as it is, `null` as nothing, all else as JSON |
//! | `find` | for each secret below `path` whose whole path matches, its path, and the JSON object of its fields, also when that is the one field `value` |
//! | `conversion_strategy` | what is no letter, digit, `-`, `_` or `.` becomes `_` or `_U002f_`; not where there is `rewrite` |
//! | `rewrite` | one step after the other over all names, then decoding |
//! | one key from several | the last entry of `data_from` counts (a warning says so), and `data` before them |
//! | `template` | is rendered over all of that, by the `secret-template` crate; `Replace` keeps none of the values, `Merge` keeps those of other names |
//!
//! The operator goes on, and a build refuses, where nothing is found by a name, where a name becomes an empty key, and where
//! no key is left: an operator looks again, and a build does not. Where the operator leaves to chance which of two names that
//! become one counts, a build refuses as well; where a rewrite reads anything but the name, and where an expression is not one
//! of Go's. `property` is the name of a field, and no path into its JSON.
//!
//! # What it does not do
//!
//! It applies nothing to a cluster (`kubectl apply --server-side -f` does), keeps no copy of a value, runs no generator, and
//! does not retry: give it a store that does.
//!
//! # Security
//!
//! Values go from the store to the buffer of the file and nowhere else: not into a plan, a report, an event, an error or a
//! `Debug`. Texts of errors about values are fixed; what a parser says of a value is not passed on. The buffer is allocated
//! once and wiped, and so is each value that is decoded, taken out of JSON, put into it or rendered. The parsers of PEM and
//! JSON that look at the types of Secrets have small buffers of their own, which they do not wipe; a program that wants those
//! wiped as well uses an allocator that wipes, as the `secretbridge` binary does.
//!
//! A label or an annotation with a template holds what the template makes, and everybody who may see the Secret's metadata
//! sees it.
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
