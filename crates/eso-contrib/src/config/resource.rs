//! Any other object of the operator that a user wants in the bundle.

mod read;

use k8s_bundle::Resource;

use crate::EsoVersion;
use crate::api::{
    ClusterExternalSecret, ClusterExternalSecretSpec, ClusterSecretStore, ExternalSecret, ExternalSecretSpec,
    FieldProblem, FieldProblemKind, Password, PasswordSpec, PushSecret, PushSecretSpec, SecretStore,
    StoreSpec, Uuid, UuidSpec,
};
use crate::error::{Error, Result};

/// One object of the operator, under the operator's own field names: `kind`, `metadata` and `spec`.
///
/// The pinned chart decides the `apiVersion`; one that is given must be that one.
///
/// ```
/// # use eso_contrib::ResourceConfig;
/// let password: ResourceConfig = k8s_bundle::yaml::from_str("
/// kind: Password
/// metadata: { name: random, namespace: acme }
/// spec: { length: 32 }
/// ")?;
/// assert_eq!(password.to_resource(&"0.20.4".parse()?)?.to_string(), "Password acme/random");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceConfig {
    api_version: Option<String>,
    object: OperatorObject,
}

impl ResourceConfig {
    /// What it is.
    #[must_use]
    pub fn object(&self) -> &OperatorObject {
        &self.object
    }

    /// The object for the operator of that version.
    ///
    /// # Errors
    /// [`Error::Resource`] with everything that the operator would refuse, and an `apiVersion` that the version has not.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let resource = self.object.to_resource(version)?;
        match &self.api_version {
            Some(given) if given != resource.api_version() => {
                let written = resource.api_version();
                let rule =
                    format!("chart {version} has the kind in {written}, not in {given}: leave it away");
                let kind = FieldProblemKind::Rule { rule };
                let problems = vec![FieldProblem { field: "apiVersion".to_owned(), kind }];
                Err(Error::Resource { object: resource.to_string(), problems })
            }
            _ => Ok(resource),
        }
    }
}

/// Lists the kinds: what `kind` says, the type and that of its `spec`, and where it lives.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:literal, $place:ident => $variant:ident, $spec:ident;)+) => {
        /// An object of the operator, by its kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum OperatorObject {
            $($(#[$doc])* $variant($variant),)+
        }

        impl OperatorObject {
            fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
                match self {
                    $(Self::$variant(object) => object.to_resource(version),)+
                }
            }
        }

        $(
            impl From<$variant> for ResourceConfig {
                fn from(object: $variant) -> Self {
                    Self { api_version: None, object: OperatorObject::$variant(object) }
                }
            }
        )+

        /// `kind`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        enum Kind {
            $(#[serde(rename = $kind)] $variant,)+
        }

        impl Kind {
            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $kind,)+
                }
            }

            fn place(self) -> Place {
                match self {
                    $(Self::$variant => Place::$place,)+
                }
            }

            /// Reads the `spec` of such an object.
            fn read<S: read::ReadSpec>(self, mut from: S) -> core::result::Result<Spec, S::Error> {
                match self {
                    $(Self::$variant => Ok(Spec::$variant(from.read::<$spec>()?)),)+
                }
            }
        }

        /// `spec`, by its kind.
        enum Spec {
            $($variant($spec),)+
        }

        impl Spec {
            fn of(self, metadata: k8s_bundle::ObjectMeta) -> OperatorObject {
                match self {
                    $(Self::$variant(spec) => OperatorObject::$variant($variant::with_spec(metadata, spec)),)+
                }
            }
        }

        #[cfg(feature = "schema")]
        fn schemas(generator: &mut schemars::SchemaGenerator) -> Vec<(Kind, schemars::Schema)> {
            vec![$((Kind::$variant, generator.subschema_for::<$spec>()),)+]
        }
    };
}

/// Where an object lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Namespace,
    Cluster,
}

kinds! {
    /// One Secret that is read from a store.
    "ExternalSecret", Namespace => ExternalSecret, ExternalSecretSpec;
    /// One Secret in many namespaces.
    "ClusterExternalSecret", Cluster => ClusterExternalSecret, ClusterExternalSecretSpec;
    /// A Secret that is written to stores.
    "PushSecret", Namespace => PushSecret, PushSecretSpec;
    /// A generator of passwords.
    "Password", Namespace => Password, PasswordSpec;
    /// A generator of UUIDs.
    "UUID", Namespace => Uuid, UuidSpec;
    /// A store of one namespace. One that manifests name belongs under `stores`.
    "SecretStore", Namespace => SecretStore, StoreSpec;
    /// A store of the cluster. One that manifests name belongs under `stores`.
    "ClusterSecretStore", Cluster => ClusterSecretStore, StoreSpec;
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ResourceConfig {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ResourceConfig".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let metadata = generator.subschema_for::<read::Metadata>();
        let kinds: Vec<_> = schemas(generator)
            .into_iter()
            .map(|(kind, spec)| {
                schemars::json_schema!({
                    "type": "object",
                    "properties": {
                        "apiVersion": { "type": "string" },
                        "kind": { "const": kind.name() },
                        "metadata": metadata,
                        "spec": spec,
                    },
                    "required": ["kind", "metadata"],
                    "additionalProperties": false,
                })
            })
            .collect();
        schemars::json_schema!({
            "description": "An object of the External Secrets Operator, under its own field names",
            "oneOf": kinds,
        })
    }
}
