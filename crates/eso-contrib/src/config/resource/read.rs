//! Reading an object whose `spec` depends on its `kind`.

use core::fmt;
use core::marker::PhantomData;
use std::collections::BTreeMap;

use k8s_bundle::{AnnotationKey, LabelKey, LabelValue, Namespace, ObjectMeta, ObjectName, yaml};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde_yaml::{Mapping, Value};

use super::{Kind, Place, ResourceConfig};

/// `metadata`, as far as a user sets it.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Metadata {
    /// The object's name.
    name: ObjectName,
    /// Its namespace; none for objects of the whole cluster.
    #[serde(default)]
    namespace: Option<Namespace>,
    /// Its labels.
    #[serde(default, deserialize_with = "yaml::unique_map")]
    labels: BTreeMap<LabelKey, LabelValue>,
    /// Its annotations.
    #[serde(default, deserialize_with = "yaml::unique_map")]
    annotations: BTreeMap<AnnotationKey, String>,
}

impl Metadata {
    fn of<E: Error>(self, kind: Kind) -> Result<ObjectMeta, E> {
        let mut meta = ObjectMeta::new(self.name);
        meta.labels = self.labels;
        meta.annotations = self.annotations;
        match (kind.place(), self.namespace) {
            (Place::Namespace, Some(namespace)) => Ok(meta.in_namespace(namespace)),
            (Place::Cluster, None) => Ok(meta),
            (Place::Namespace, None) => {
                Err(E::custom(format_args!("metadata: {} {meta} needs a namespace", kind.name())))
            }
            (Place::Cluster, Some(_)) => Err(E::custom(format_args!(
                "metadata: {} {meta} has no namespace: it is of the cluster",
                kind.name()
            ))),
        }
    }
}

/// Where a `spec` is read from.
pub(super) trait ReadSpec {
    /// What can go wrong.
    type Error;

    /// Reads it as that type.
    fn read<T: DeserializeOwned>(&mut self) -> Result<T, Self::Error>;
}

/// From the text, where `kind` came before it: what is wrong is reported with its place.
struct FromMap<'m, 'de, A>(&'m mut A, PhantomData<&'de ()>);

impl<'de, A: MapAccess<'de>> ReadSpec for FromMap<'_, 'de, A> {
    type Error = A::Error;

    fn read<T: DeserializeOwned>(&mut self) -> Result<T, A::Error> {
        self.0.next_value()
    }
}

/// From what was kept of it until `kind` came.
struct FromValue<E>(Value, PhantomData<E>);

impl<E: Error> ReadSpec for FromValue<E> {
    type Error = E;

    fn read<T: DeserializeOwned>(&mut self) -> Result<T, E> {
        let value = core::mem::take(&mut self.0);
        serde_yaml::from_value(value).map_err(|error| E::custom(format_args!("spec: {error}")))
    }
}

const FIELDS: &[&str] = &["apiVersion", "kind", "metadata", "spec"];

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    ApiVersion,
    Kind,
    Metadata,
    Spec,
}

impl<'de> Deserialize<'de> for ResourceConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("ResourceConfig", FIELDS, Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = ResourceConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of the operator: {kind: …, metadata: {name: …}, spec: …}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ResourceConfig, A::Error> {
        let (mut api_version, mut kind, mut metadata) = (None, None::<Kind>, None::<Metadata>);
        let (mut spec, mut kept) = (None, None);
        while let Some(field) = map.next_key()? {
            match (field, kind) {
                (Field::ApiVersion, _) => set(&mut api_version, map.next_value()?, "apiVersion")?,
                (Field::Kind, _) => set(&mut kind, map.next_value()?, "kind")?,
                (Field::Metadata, _) => set(&mut metadata, map.next_value()?, "metadata")?,
                (Field::Spec, Some(kind)) => {
                    set(&mut spec, kind.read(FromMap(&mut map, PhantomData))?, "spec")?;
                }
                (Field::Spec, None) => set(&mut kept, map.next_value()?, "spec")?,
            }
        }
        let kind = kind.ok_or_else(|| A::Error::missing_field("kind"))?;
        let metadata = metadata.ok_or_else(|| A::Error::missing_field("metadata"))?.of(kind)?;
        let spec = if let Some(spec) = spec {
            spec
        } else {
            let kept = kept.unwrap_or_else(|| Value::Mapping(Mapping::new()));
            kind.read(FromValue(kept, PhantomData))?
        };
        Ok(ResourceConfig { api_version, object: spec.of(metadata) })
    }
}

fn set<T, E: Error>(field: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}
