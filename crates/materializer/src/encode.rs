//! From values to the bytes of the file.
//!
//! There is one buffer for all: its size is computed first, it is allocated once, values are encoded into it where they
//! belong, it never grows, and it is wiped in the end. The order is the plan's, so equal values give equal bytes.

use std::fmt::Write as _;
use std::ops::Deref;

use k8s_bundle::SECRET_HEADER;
use k8s_bundle::yaml::{Emitter, base64_size, string_size};

use crate::materialized::{Materialized, MaterializedSecret};
use crate::plan::{PlannedKey, PlannedSecret, SOURCE_ANNOTATION, Source};

/// How deep the deepest map is: document, `metadata`, `labels`.
const DEPTH: usize = 3;
/// Indentation, colon and space, and line break of the deepest entry.
const ENTRY: usize = 2 * (DEPTH - 1) + 2 + 1;
/// `---`, and every line of a document whose text does not depend on the Secret.
const DOCUMENT: usize =
    "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: \n  namespace: \n  labels:\n  annotations:\n\
                         immutable: true\ntype: \ndata:\n"
        .len();

/// The bytes of the file; wiped when they go.
pub(crate) struct Buffer(Vec<u8>);

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Buffer {
    /// As `zeroize` does it for flat types: `Zeroizing` wipes a `Vec` byte by byte, which shows at tens of megabytes. What
    /// lies behind the end was never written to.
    fn drop(&mut self) {
        self.0.fill(0);
        zeroize::optimization_barrier(self.0.as_slice());
    }
}

pub(crate) fn encode(secrets: &Materialized<'_>) -> Buffer {
    let capacity = SECRET_HEADER.len() + secrets.iter().map(|secret| document_size(&secret)).sum::<usize>();
    let mut buffer = Buffer(Vec::with_capacity(capacity));
    let allocated = buffer.0.capacity();
    buffer.0.extend_from_slice(SECRET_HEADER.as_bytes());
    let mut sources = String::new();
    let mut yaml = Emitter::new(&mut buffer.0);
    for secret in secrets.iter() {
        sources.clear();
        write_sources(secret.planned, &mut sources);
        document(&mut yaml, &secret, &sources);
    }
    debug_assert_eq!(buffer.0.capacity(), allocated, "a buffer that grows leaves values behind");
    buffer
}

fn document(yaml: &mut Emitter<'_>, secret: &MaterializedSecret<'_>, sources: &str) {
    let planned = secret.planned;
    yaml.document();
    yaml.begin_map();
    text(yaml, "apiVersion", "v1");
    text(yaml, "kind", "Secret");
    yaml.key("metadata");
    yaml.begin_map();
    text(yaml, "name", planned.id().name.as_str());
    text(yaml, "namespace", planned.id().namespace.as_str());
    labels(yaml, secret);
    annotations(yaml, secret, sources);
    yaml.end_map();
    if planned.immutable() {
        yaml.key("immutable");
        yaml.bool(true);
    }
    text(yaml, "type", planned.secret_type().as_str());
    yaml.key("data");
    yaml.begin_map();
    for (key, value) in secret.entries() {
        yaml.key(key);
        yaml.base64(value);
    }
    yaml.end_map();
    yaml.end_map();
}

fn labels(yaml: &mut Emitter<'_>, secret: &MaterializedSecret<'_>) {
    let declared = secret.planned.labels().iter().map(|(label, value)| (label.as_str(), value.as_str()));
    let mut all: Vec<_> = declared.chain(rendered_labels(secret)).collect();
    if all.is_empty() {
        return;
    }
    all.sort_unstable();
    yaml.key("labels");
    yaml.begin_map();
    for (label, value) in all {
        text(yaml, label, value);
    }
    yaml.end_map();
}

/// The declared ones, those that were rendered, and ours, sorted.
fn annotations(yaml: &mut Emitter<'_>, secret: &MaterializedSecret<'_>, sources: &str) {
    let declared = secret.planned.annotations().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let ours = [(SOURCE_ANNOTATION, sources)];
    let mut all: Vec<_> = declared.chain(rendered_annotations(secret)).chain(ours).collect();
    all.sort_unstable();
    yaml.key("annotations");
    yaml.begin_map();
    for (key, value) in all {
        text(yaml, key, value);
    }
    yaml.end_map();
}

fn rendered_labels<'m>(secret: &MaterializedSecret<'m>) -> impl Iterator<Item = (&'m str, &'m str)> {
    let labels = secret.rendered().into_iter().flat_map(|rendered| &rendered.labels);
    labels.map(|(label, value)| (label.as_str(), checked_text(value)))
}

fn rendered_annotations<'m>(secret: &MaterializedSecret<'m>) -> impl Iterator<Item = (&'m str, &'m str)> {
    let annotations = secret.rendered().into_iter().flat_map(|rendered| &rendered.annotations);
    annotations.map(|(key, value)| (key.as_str(), checked_text(value)))
}

fn checked_text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).expect("what is rendered was checked")
}

fn text(yaml: &mut Emitter<'_>, key: &str, value: &str) {
    yaml.key(key);
    yaml.string(value);
}

/// The source of the only key, or `key=source` for each, sorted by key; `*=source` for keys that are not named one by one.
fn write_sources(planned: &PlannedSecret, out: &mut String) {
    if let ([only], []) = (planned.keys(), planned.data_from()) {
        return only.source().append_to(out);
    }
    for key in planned.keys() {
        separate(out);
        out.push_str(key.key().as_str());
        out.push('=');
        key.source().append_to(out);
    }
    for from in planned.data_from() {
        separate(out);
        let _ = write!(out, "*={from}");
    }
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push(',');
    }
}

fn sources_len(planned: &PlannedSecret) -> usize {
    if !planned.data_from().is_empty() {
        return sources(planned).len();
    }
    match planned.keys() {
        [only] => only.source().text_len(),
        keys => {
            let each = keys.iter().map(|key| key.key().as_str().len() + 1 + key.source().text_len());
            each.sum::<usize>() + keys.len().saturating_sub(1)
        }
    }
}

fn sources(planned: &PlannedSecret) -> String {
    let mut sources = String::new();
    write_sources(planned, &mut sources);
    sources
}

/// The bytes of all annotations of a Secret as it is written, as the API server counts them.
pub(crate) fn annotations_len(planned: &PlannedSecret) -> usize {
    let declared: usize =
        planned.annotations().iter().map(|(key, value)| key.as_str().len() + value.len()).sum();
    declared + SOURCE_ANNOTATION.len() + sources_len(planned)
}

/// The most bytes that the document of a Secret takes.
fn document_size(secret: &MaterializedSecret<'_>) -> usize {
    let planned = secret.planned;
    let id = planned.id();
    let labels = planned.labels().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let labels =
        labels.chain(rendered_labels(secret)).map(|(key, value)| ENTRY + name_size(key) + name_size(value));
    let annotations = planned.annotations().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let annotations = annotations
        .chain(rendered_annotations(secret))
        .map(|(key, value)| ENTRY + name_size(key) + text_size(value));
    let data = secret.entries().map(|(key, value)| ENTRY + name_size(key) + base64_size(value.len()));
    DOCUMENT
        + name_size(id.name.as_str())
        + name_size(id.namespace.as_str())
        + text_size(planned.secret_type().as_str())
        + labels.chain(annotations).chain(data).sum::<usize>()
        + ENTRY
        + name_size(SOURCE_ANNOTATION)
        + sources_size(planned)
}

fn sources_size(planned: &PlannedSecret) -> usize {
    if !planned.data_from().is_empty() {
        return text_size(&sources(planned));
    }
    let len = sources_len(planned);
    let is_plain = |key: &PlannedKey| {
        let Source { path, field, version, .. } = key.source();
        is_printable(path.as_str())
            && is_printable(field.as_str())
            && version.as_deref().is_none_or(is_printable)
    };
    // No line break is in a path, a field or a version, so the longest form is quotes and escapes.
    if planned.keys().iter().all(is_plain) { len + 2 } else { len * 4 + 2 }
}

/// The most bytes that a name takes: Kubernetes allows none that needs more than quotes.
fn name_size(name: &str) -> usize {
    name.len() + 2
}

/// The most bytes that a text takes; tight for the texts that people write on one line.
fn text_size(text: &str) -> usize {
    if is_printable(text) { text.len() + 2 } else { string_size(text, DEPTH) }
}

/// Whether all that writing it can add is a pair of quotes.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}
