//! The buffer is as large as its content needs: growing it would leave values behind. That it does not grow is a debug
//! assertion of the encoder, which these tests drive to its limits.

use std::sync::Arc;

use events::Silent;
use k8s_bundle::SecretManifest;
use materializer::{Materializer, Plan};
use proptest::prelude::*;
use secret_store::{FieldName, SecretFields};
use test_kit::{FakeClock, InMemoryBundleWriter, InMemorySecretStore, block_on, strategy};

use crate::setup::manifest;

/// Builds one Secret alone, so that no other has room to spare for it.
fn build(manifest: &SecretManifest) {
    let store = InMemorySecretStore::new();
    for source in manifest.data().values() {
        let field = FieldName::new(source.property()).unwrap();
        store.put(source.key(), SecretFields::new().with(field, "x"));
    }
    let writer = Arc::new(InMemoryBundleWriter::new());
    let materializer =
        Materializer::new(Arc::new(store), writer, Arc::new(Silent), Arc::new(FakeClock::new()));
    block_on(materializer.materialize(&Plan::new([manifest]).unwrap())).unwrap();
}

#[test]
fn texts_that_grow_when_they_are_written_have_room() {
    for odd in ["\u{200b}", "\u{2028}", "\"", "\\", "\u{feff}", " ", "é", "🔑"] {
        let text = odd.repeat(60);
        // A backslash is no part of a path.
        let path = text.replace('\\', "\"");
        let built =
            manifest("1", "1").data("1", (path.as_str(), text.as_str())).immutable(true).label("on", "1");
        build(&built.build().unwrap());
        build(&manifest("1", "1").source("a").data_key("1").annotation("a/b", &text).build().unwrap());
        let lines = format!("a\n{}", "\n".repeat(60));
        build(&manifest("1", "1").source("a").data_key("1").annotation("a/b", lines).build().unwrap());
    }
}

proptest! {
    #[test]
    fn whatever_the_names_are_they_have_room(
        name in strategy::object_name(),
        namespace in strategy::namespace(),
        label in strategy::label_value(),
        key in strategy::data_key(),
        path in strategy::secret_path(),
        field in strategy::field_name(),
        annotation in strategy::annotation_text(),
    ) {
        let built = manifest(name.as_str(), namespace.as_str())
            .label("on", &label)
            .annotation("example.com/note", annotation)
            .data(&key, (path.as_str(), field.as_str()))
            .immutable(true);
        build(&built.build().unwrap());
    }
}
