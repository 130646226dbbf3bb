//! `<mount>/subkeys/<path>`: the names of the fields, without their values.

use std::collections::BTreeMap;
use std::fmt;

use secret_store::{SecretFields, ValueKind};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use vault_api::{Envelope, Raw, decode, kv2};

use super::super::{Call, names, secret_path};
use super::data::{gone, info, options};
use super::{encoded, version_metadata};
use crate::api::{Failure, Reply};
use crate::mount::Mount;

#[derive(Serialize)]
struct Subkeys {
    metadata: kv2::VersionMetadata,
    subkeys: Option<BTreeMap<String, Skeleton>>,
}

/// An object's names, and null for everything else.
#[derive(Serialize)]
#[serde(untagged)]
enum Skeleton {
    Leaf(()),
    Object(BTreeMap<String, Skeleton>),
}

pub(super) async fn read(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let depth = match call.query.number("depth")? {
        None | Some(0) => usize::MAX,
        // Less than nothing is the fields alone, as for OpenBao.
        Some(depth) => usize::try_from(depth).unwrap_or(1),
    };
    match mount.store.read(&secret_path(path)?, options(call)?).await {
        Ok(secret) => {
            let subkeys = subkeys(&secret.fields, depth)?;
            let answer = Subkeys { metadata: version_metadata(info(&secret)?), subkeys: Some(subkeys) };
            let envelope = Envelope::new(call.request_id, Some(answer));
            Ok(Reply::read(envelope, secret.stale)?.with_fields(names(&secret.fields)))
        }
        Err(error) => gone(call, error, |metadata| Subkeys { metadata, subkeys: None }),
    }
}

fn subkeys(fields: &SecretFields, depth: usize) -> Result<BTreeMap<String, Skeleton>, Failure> {
    // Texts need no look: only what is JSON has names below.
    let nested: SecretFields = fields
        .iter()
        .filter(|(_, value)| depth > 1 && value.kind() == ValueKind::Json)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let nested = encoded(&nested)?;
    let nested: BTreeMap<String, Raw<'_>> = decode(&nested).map_err(|_| Failure::internal())?;
    let below = |name: &str| -> Result<Skeleton, Failure> {
        let Some(raw) = nested.get(name) else { return Ok(Skeleton::Leaf(())) };
        Ok(raw.decode::<Skeleton>().map_err(|_| Failure::internal())?.cut(depth - 1))
    };
    fields.names().map(|name| Ok((name.to_string(), below(name.as_str())?))).collect()
}

impl Skeleton {
    /// No deeper than this.
    fn cut(self, depth: usize) -> Self {
        match self {
            Self::Object(names) if depth > 0 => {
                Self::Object(names.into_iter().map(|(name, below)| (name, below.cut(depth - 1))).collect())
            }
            _ => Self::Leaf(()),
        }
    }
}

impl<'de> Deserialize<'de> for Skeleton {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Skeleton;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Skeleton, A::Error> {
                let mut names = BTreeMap::new();
                while let Some((name, below)) = map.next_entry()? {
                    names.insert(name, below);
                }
                // An object without names is like a value, as for OpenBao.
                Ok(if names.is_empty() { Skeleton::Leaf(()) } else { Skeleton::Object(names) })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Skeleton, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Skeleton::Leaf(()))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }

            fn visit_str<E>(self, _: &str) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }

            fn visit_unit<E>(self) -> Result<Skeleton, E> {
                Ok(Skeleton::Leaf(()))
            }
        }

        deserializer.deserialize_any(Names)
    }
}
