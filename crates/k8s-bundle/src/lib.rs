//! What goes to a Kubernetes cluster, as types: Secrets declared without their values, Helm releases, objects, and the
//! files that they become.
//!
//! ```
//! use k8s_bundle::{KubernetesBundle, SecretManifest, object::NamespaceObject};
//!
//! let mut bundle = KubernetesBundle::new();
//! bundle.add_resource(NamespaceObject::new(&"gitlab".parse()?).to_resource()?);
//! bundle.add_secret(
//!     SecretManifest::builder("gitlab-root")
//!         .namespace("gitlab")
//!         .source("GITLAB_ROOT_PASSWORD")
//!         .data_key("password")
//!         .build()?,
//! );
//! let files = bundle.files()?;
//! assert!(files.get("k8s/_cluster/namespace-gitlab.yaml").is_some());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//!
//! - A [`SecretManifest`] declares one Secret: its name, its namespaces, and for each key the *source* of the value, a path
//!   and a field of some store. Its [`SyncMode`] says how the value gets to the cluster: by value at build time, or by
//!   reference through the External Secrets Operator.
//! - A [`DataFrom`] stands for keys that are not named one by one, a [`SecretTemplate`] for what is made of the values. Which
//!   keys a Secret will have is known only in part then: [`DeclaredSecret::keys`].
//! - Several manifests may declare one Secret. [`declared_secrets`] merges them and reports what they contradict each other in:
//!   whoever delivers Secrets starts from what it returns.
//! - A [`KubernetesBundle`] is all that goes to one cluster. No type in it can hold a value.
//! - A [`Contributor`] adds its part to a bundle; [`generate`] runs several, in the order given.
//! - A [`BundleWriter`] takes the files. [`DirectoryWriter`] is the real one.
//! - Names ([`ObjectName`], [`Namespace`], [`DataKey`] …) are checked by the rules of the API server when they are made.
//!
//! # Declare Secrets in YAML
//!
//! The same type reads from YAML, with the same field names:
//!
//! ```
//! use k8s_bundle::{SecretManifest, yaml};
//!
//! let manifests: Vec<SecretManifest> = yaml::from_str("
//! - name: gitlab-root                 # short form: one key
//!   namespace: gitlab
//!   source: GITLAB_ROOT_PASSWORD
//!   data_key: password
//! - name: wildcard-tls                # several keys, several namespaces, a type
//!   namespaces: [web, api]
//!   type: tls
//!   data:
//!     tls.crt: { key: tls/wildcard, property: crt }
//!     tls.key: { key: tls/wildcard, property: key }
//! - name: acme-api-db                 # run time
//!   namespace: acme-prod
//!   sync_mode: external-secrets
//!   refresh_interval: 1h
//!   data: { password: { key: ACME_DB_PASSWORD } }
//! ")?;
//! assert!(manifests[1].secret_type().check_keys(manifests[1].data().keys()).is_empty());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! Keys need not be named one by one, and need not be the values as they are:
//!
//! ```
//! use k8s_bundle::{Extract, SecretManifest, SecretTemplate, yaml};
//!
//! let read: SecretManifest = yaml::from_str("
//! name: backup
//! namespace: backups
//! data_from:
//! - extract: { key: infrastructure/minio }   # all fields of the path
//! template:                                  # a Go template over their values
//!   data:
//!     s3.conf: |
//!       access_key = {{ .rootUser }}
//!       secret_key = {{ .rootPassword }}
//! reload: true                               # restart what uses the Secret when it changes
//! ")?;
//! let template = "access_key = {{ .rootUser }}\nsecret_key = {{ .rootPassword }}\n";
//! let made = SecretManifest::builder("backup")
//!     .namespace("backups")
//!     .data_from(Extract::new("infrastructure/minio")?)
//!     .template(SecretTemplate::new().with_data("s3.conf".parse()?, template))
//!     .reload(true)
//!     .build()?;
//! assert_eq!(read, made);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! With `sync_mode: external-secrets` there are besides, under the operator's own words: `refresh_policy`,
//! `creation_policy`, `deletion_policy`, `store_ref`, generators, tags, and what the store keeps about a value:
//!
//! ```
//! # use k8s_bundle::{SecretManifest, yaml};
//! let manifest: SecretManifest = yaml::from_str("
//! name: acme-api
//! namespace: acme-prod
//! sync_mode: external-secrets
//! store_ref: vault
//! data:
//!   password: { key: acme/db, property: password, version: 3 }
//!   certificate: { key: acme/db, property: ca, decoding_strategy: Base64 }
//! data_from:
//! - find: { path: acme/flags, name: { regexp: ^acme/flags/ } }
//!   rewrite: [{ regexp: { source: ^acme/flags/, target: flag- } }]
//! - generator: { kind: Password, name: session }
//! refresh_policy: OnChange
//! deletion_policy: Delete
//! ")?;
//! assert_eq!(manifest.data()["password"].to_string(), "acme/db#password@3");
//! # Ok::<_, yaml::YamlError>(())
//! ```
//!
//! # Deliver Secrets in a way of your own
//!
//! A [`DeclaredSecret`] is what all manifests of one namespace and name say together. Each [`DeclaredProblem`] knows its
//! manifests by their positions, and can carry a kind of your own beside [`DeclaredProblemKind`].
//!
//! ```
//! # use k8s_bundle::{SecretManifest, declared_secrets};
//! # let one = |source| SecretManifest::builder("db").namespace("prod").source(source).data_key("password").build().unwrap();
//! let manifests = [one("A"), one("B")];
//! let (_, problems) = declared_secrets(&manifests);
//! assert_eq!(problems[0].to_string(), "prod/db, key password: it comes from A and from B (manifests 1 and 2)");
//! assert_eq!(problems[0].kind.help(), "keep one of the two sources, or give one of them another key");
//! ```
//!
//! # Emit a kind of your own
//!
//! Any serde type can be the `spec` of a [`Resource`]; the fields in front are always in the order that people write.
//!
//! ```
//! # use k8s_bundle::{ObjectMeta, Resource};
//! let meta = ObjectMeta::new("web".parse()?).in_namespace("shop".parse()?);
//! let budget = serde_json::json!({ "minAvailable": 1 });
//! let resource = Resource::new("policy/v1", "PodDisruptionBudget", meta)?.with_spec(&budget)?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Write the files
//!
//! ```
//! # use k8s_bundle::{DirectoryWriter, KubernetesBundle};
//! # let directory = tempfile::tempdir()?;
//! # let (bundle, out) = (KubernetesBundle::new(), directory.path());
//! let report = bundle.write_to(&DirectoryWriter::new(out))?;
//! println!("{} changed, {} removed", report.changed.len(), report.removed.len());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! Files that have not changed are not touched, files that an earlier run generated and this one does not are removed, and
//! files that were not generated are left alone.
//!
//! # Choose how charts and objects are delivered
//!
//! The objects are the same files in each form of [`Delivery`]; beside them is a script, a helmfile, or what Flux or Argo CD
//! read. The values are in none of them.
//!
//! ```
//! # use k8s_bundle::{Delivery, HelmRelease, HelmRepository, KubernetesBundle};
//! let repository = HelmRepository::new("external-secrets", "https://charts.external-secrets.io");
//! let operator = HelmRelease::new("eso".parse()?, "eso".parse()?, repository, "external-secrets", "0.20.4");
//! let mut bundle = KubernetesBundle::new().with_delivery(Delivery::Plain);
//! bundle.add_helm_release(operator);
//! assert!(bundle.files()?.get("apply.sh").is_some());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Write YAML that every reader agrees about
//!
//! Kubernetes tooling reads YAML 1.1, most libraries write YAML 1.2. [`yaml::to_string`] quotes what either could take for
//! something other than a string; [`yaml::Emitter`] streams into a buffer of the caller, for values that must not be copied.
//!
//! ```
//! # use k8s_bundle::yaml;
//! assert_eq!(yaml::to_string(&["no", "12:30", "1e3", "yes, please"])?, "- \"no\"\n- \"12:30\"\n- \"1e3\"\n- yes, please\n");
//! # Ok::<_, yaml::YamlError>(())
//! ```
//!
//! # What it does not do
//!
//! It reads no secret and knows no store: the `materializer` crate does that, on top of [`SecretManifest`],
//! [`yaml::Emitter`] and [`BundleWriter`]. It talks to no cluster. It does not check what a value must look like, only
//! which keys a Secret must have. Comments are kept in [`RawManifest`] alone.
//!
//! # Security
//!
//! - [`BundleWriter::write_secret`] writes mode 0600 from the first byte, replaces the old file as a whole or not at all,
//!   adds the file to `.gitignore`, and refuses a path that Git tracks ([`GitCheck`]). No link is followed out of the
//!   directory.
//! - [`Resource`] and [`RawManifest`] refuse a Secret with values; their errors never quote it.
//! - Errors of [`yaml::from_str`] quote what they read: do not read texts with secrets through it.
//! - Modes and locks are those of Unix. Elsewhere files have the permissions that their directory gives them.
//!
//! # Features
//!
//! - `schema`: `schemars::JsonSchema` for [`SecretManifest`], [`Delivery`] and the types in them.

mod bundle;
mod cluster;
mod contributor;
mod data_from;
mod declared;
mod default;
mod delivery;
mod duration;
mod error;
mod helm;
mod layout;
mod manifest;
mod meta;
mod name;
pub mod object;
mod parse;
mod policy;
mod raw;
mod reload;
mod resource;
mod secret_id;
mod secret_type;
mod source;
mod template;
mod word;
mod writer;
pub mod yaml;

pub use bundle::KubernetesBundle;
pub use cluster::ClusterSelector;
pub use contributor::{Contributor, ContributorError, ContributorFailure, generate, generate_onto};
pub use data_from::{
    DataFrom, DataFromError, DataFromOrigin, DataFromProblem, Extract, Find, GeneratorKind,
    GeneratorKindError, GeneratorRef, MergeConflictPolicy, MergePriorityPolicy, MergeStrategy, Regexp,
    RegexpError, Rewrite, RewriteMerge,
};
pub use declared::{DeclaredKeys, DeclaredProblem, DeclaredProblemKind, DeclaredSecret, declared_secrets};
pub use delivery::{
    ArgoCd, ArgoCdDestination, Delivery, DeliveryTextError, Flux, FluxInterval, FluxSource, FluxSourceKind,
    GitRevision, RepositoryPath, RepositoryUrl,
};
pub use duration::{GoDuration, GoDurationError};
pub use error::{Error, ErrorKind, Result};
pub use helm::{HelmRelease, HelmRepository};
pub use layout::{
    APPLY_SCRIPT, ARGOCD_FOLDER, BundleFiles, FLUX_FOLDER, HELMFILE, OBJECTS_FOLDER, SECRETS_FILE,
    WriteReport,
};
pub use manifest::{ManifestError, ManifestProblem, SecretManifest, SecretManifestBuilder, SyncMode};
pub use meta::{ANNOTATIONS_MAX, ObjectMeta, not_carried};
pub use name::{
    AnnotationKey, ClusterName, DataKey, LabelKey, LabelValue, NameError, NameKind, NameProblem, Namespace,
    ObjectName, ReleaseName,
};
pub use policy::{
    ConversionStrategy, CreationPolicy, DecodingStrategy, DeletionPolicy, MetadataPolicy, NullBytePolicy,
    PolicyProblem, RefreshPolicy,
};
pub use raw::{RawDocument, RawManifest};
pub use reload::{RELOAD_IGNORE, RELOAD_MATCH};
pub use resource::Resource;
pub use secret_id::SecretId;
pub use secret_type::{CustomType, SecretType, SecretTypeError, SecretTypeProblem};
pub use source::{DEFAULT_PROPERTY, SourceError, SourceRef};
pub use template::{EngineVersion, MergePolicy, SecretTemplate, TemplateMetadata};
pub use writer::{
    BundlePath, BundleWriter, DirectoryWriter, GitCheck, Observer, PUBLIC_HEADER, SECRET_HEADER, Step,
    Written, is_generated, is_public,
};
