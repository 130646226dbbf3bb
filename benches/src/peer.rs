//! What somebody would write in an afternoon: structs with `derive(Serialize)`, base64 into strings, serde's YAML writer.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_bundle::SecretManifest;
use secrecy::ExposeSecret as _;
use secret_store::SecretFields;
use serde::Serialize;

/// How the file is left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// Written in place and closed: a crash leaves half of it.
    Closed,
    /// As ours: a temporary file, synced, renamed, and its folder synced.
    Durable,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Secret<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    r#type: &'static str,
    data: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    namespace: &'a str,
    labels: BTreeMap<&'a str, &'a str>,
    annotations: BTreeMap<&'static str, String>,
}

/// Writes a Secret for each manifest with the fields beside it. The same content as ours: labels, the annotation with the
/// source, sorted keys.
///
/// # Errors
/// As the file system's.
///
/// # Panics
/// When a field is missing.
pub fn write_with_serde<'a>(
    secrets: impl Iterator<Item = (&'a SecretManifest, &'a SecretFields)>,
    folder: &Path,
    discipline: Discipline,
) -> io::Result<()> {
    let (temporary, last) = (folder.join(".peer.tmp"), folder.join("peer.yaml"));
    let first = if discipline == Discipline::Durable { &temporary } else { &last };
    let mut writer = BufWriter::new(File::create(first)?);
    for (manifest, fields) in secrets {
        writer.write_all(b"---\n")?;
        let secret = secret(manifest, fields);
        #[expect(clippy::disallowed_methods, reason = "the peer is serde's own writer")]
        serde_yaml::to_writer(&mut writer, &secret).map_err(io::Error::other)?;
    }
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    if discipline == Discipline::Durable {
        file.sync_all()?;
        drop(file);
        std::fs::rename(&temporary, &last)?;
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn secret<'a>(manifest: &'a SecretManifest, fields: &'a SecretFields) -> Secret<'a> {
    let encode = |value: &secret_store::SecretValue| {
        #[expect(clippy::disallowed_methods, reason = "a measurement on random bytes")]
        STANDARD.encode(value.expose_secret())
    };
    let data = manifest.data().iter().map(|(key, source)| {
        (key.as_str(), encode(fields.get(source.property()).expect("each source has a value")))
    });
    let sources: Vec<_> = manifest.data().iter().map(|(key, source)| format!("{key}={source}")).collect();
    Secret {
        api_version: "v1",
        kind: "Secret",
        metadata: Metadata {
            name: manifest.name().as_str(),
            namespace: manifest.namespaces()[0].as_str(),
            labels: manifest.labels().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            annotations: BTreeMap::from([("secretbridge.dev/source", sources.join(","))]),
        },
        r#type: "Opaque",
        data: data.collect(),
    }
}
