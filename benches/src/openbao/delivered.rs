//! The Secrets in a file, however it spells them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_bundle::{DataKey, SecretManifest, SourceRef};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::Sample;

/// What each Secret holds, by namespace and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered(BTreeMap<(String, String), BTreeMap<String, Vec<u8>>>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    kind: String,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    string_data: BTreeMap<String, String>,
    #[serde(default)]
    items: Vec<Object>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
}

impl Delivered {
    /// What `sample` asks for.
    ///
    /// # Panics
    /// Never: each manifest of a sample has its secret.
    #[must_use]
    pub fn of(sample: &Sample) -> Self {
        let secrets: BTreeMap<_, _> =
            sample.secrets().iter().map(|(path, fields)| (path.as_str(), fields)).collect();
        let data = |(key, source): (&DataKey, &SourceRef)| {
            let value = secrets[source.key()].get(source.property()).expect("each source has a value");
            #[expect(clippy::disallowed_methods, reason = "a comparison of random text")]
            (key.as_str().to_owned(), value.expose_secret().to_vec())
        };
        let of = |manifest: &SecretManifest| {
            let place = (manifest.namespaces()[0].to_string(), manifest.name().to_string());
            (place, manifest.data().iter().map(data).collect())
        };
        Self(sample.manifests().iter().map(of).collect())
    }

    /// What is in `file`: one Secret a document, or a list of them in one.
    ///
    /// # Errors
    /// When that is not what is in it.
    pub fn read(file: &Path) -> io::Result<Self> {
        let text = std::fs::read(file)?;
        let mut delivered = Self::default();
        for document in serde_yaml::Deserializer::from_slice(&text) {
            // What follows the last separator is a document too.
            let object = Option::<Object>::deserialize(document).map_err(io::Error::other)?;
            object.into_iter().try_for_each(|object| delivered.add(object))?;
        }
        Ok(delivered)
    }

    fn add(&mut self, object: Object) -> io::Result<()> {
        let Object { kind, metadata: Metadata { name, namespace }, data, string_data, items } = object;
        if kind == "List" {
            return items.into_iter().try_for_each(|item| self.add(item));
        }
        let mut values: BTreeMap<_, _> =
            string_data.into_iter().map(|(key, text)| (key, text.into_bytes())).collect();
        for (key, text) in data {
            values.insert(key, STANDARD.decode(text).map_err(io::Error::other)?);
        }
        if kind != "Secret" || self.0.insert((namespace, name.clone()), values).is_some() {
            return Err(io::Error::other(format!("{kind} {name}: no Secret, or not the first of its name")));
        }
        Ok(())
    }

    /// Where `self` and `other` first differ, if they do.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let places = self.0.keys().chain(other.0.keys());
        let mut differing = places.filter(|place| self.0.get(*place) != other.0.get(*place));
        differing.next().map(|(namespace, name)| format!("Secret {namespace}/{name} is not the same"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_base64_and_lists_are_the_same_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let file = folder.path().join("file");
            std::fs::write(&file, text).unwrap();
            Delivered::read(&file).unwrap()
        };
        let base64 = read("kind: Secret\nmetadata: { name: a, namespace: n }\ndata: { k: djE= }\n");
        let plain = read("kind: Secret\nmetadata: { name: a, namespace: n }\nstringData: { k: v1 }\n---\n");
        let list = read(
            "kind: List\nitems:\n- kind: Secret\n  metadata: { name: a, namespace: n }\n  data: { k: djE= }\n",
        );
        let other = read("kind: Secret\nmetadata: { name: a, namespace: n }\nstringData: { k: v2 }\n");
        assert_eq!([&plain, &list].map(|it| base64.difference(it)), [None, None]);
        assert_eq!(base64.difference(&other).as_deref(), Some("Secret n/a is not the same"));
        assert!(base64.difference(&Delivered::default()).is_some());
    }
}
