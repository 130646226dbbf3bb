//! Strategies make what they say, and enough of what is odd.

use k8s_bundle::{DataFromOrigin, Rewrite, SecretManifest, SecretTemplate, SyncMode};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use secret_store::{FieldName, SecretPath};
use test_kit::strategy;

/// Whether one of some hundred samples is of a kind.
fn some<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, is: impl Fn(&T) -> bool) -> bool {
    let mut runner = TestRunner::deterministic();
    (0..600).any(|_| is(&strategy.new_tree(&mut runner).unwrap().current()))
}

#[test]
fn paths_are_odd_enough() {
    assert!(some(strategy::secret_path(), |path| path.segments().count() > 2));
    assert!(some(strategy::secret_path(), |path| !path.as_str().is_ascii()));
    assert!(some(strategy::secret_path(), |path| path.as_str().contains(' ')));
    assert!(some(strategy::secret_path(), |path| path.name().len() == SecretPath::MAX_SEGMENT_BYTES));
}

#[test]
fn values_are_odd_enough() {
    assert!(some(strategy::value_bytes(), Vec::is_empty));
    assert!(some(strategy::value_bytes(), |bytes| core::str::from_utf8(bytes).is_err()));
    assert!(some(strategy::value_bytes(), |bytes| bytes.ends_with(b"\n")));
    assert!(some(strategy::value_bytes(), |bytes| bytes.len() > 8_000));
    assert!(some(strategy::hostile_text(), |text| text.contains('\u{2028}') || text.contains('\u{85}')));
    assert!(some(strategy::fields(), |fields| fields.len() > 3));
}

#[test]
fn hazards_are_taken_for_something_else() {
    let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text);
    let count = |is: &dyn Fn(&String) -> bool| {
        let mut runner = TestRunner::deterministic();
        let hazard = strategy::yaml_hazard();
        (0..600).filter(|_| is(&hazard.new_tree(&mut runner).unwrap().current())).count()
    };
    // Even by the reader of YAML 1.2, which leaves `yes` and `12:30:45` alone.
    let misread = count(&|text| read(text).ok().as_ref().and_then(serde_yaml::Value::as_str) != Some(text));
    assert!(misread > 300, "only {misread} of 600");
    assert!(count(&|text| ["yes", "no", "on", "off", "y", "n"].contains(&&*text.to_lowercase())) > 5);
    assert!(count(&|text| text.contains(':') && read(text).is_ok_and(|it| it.is_string())) > 5);
}

proptest! {
    #[test]
    fn names_are_valid(
        path in strategy::secret_path(),
        field in strategy::field_name(),
        name in strategy::object_name(),
        namespace in strategy::namespace(),
        key in strategy::data_key(),
        label in strategy::label_value(),
    ) {
        prop_assert!(SecretPath::new(path.as_str()).is_ok());
        prop_assert!(FieldName::new(field.as_str()).is_ok());
        prop_assert!(k8s_bundle::ObjectName::new(name.as_str()).is_ok());
        prop_assert!(k8s_bundle::Namespace::new(namespace.as_str()).is_ok());
        prop_assert!(k8s_bundle::DataKey::new(key.as_str()).is_ok());
        prop_assert!(k8s_bundle::LabelValue::new(label.as_str()).is_ok());
    }
}

#[test]
fn manifests_say_enough_of_all_that_can_be_said() {
    for mode in [SyncMode::BuildTime, SyncMode::ExternalSecrets] {
        let by_reference = mode == SyncMode::ExternalSecrets;
        let (mut runner, strategy) = (TestRunner::deterministic(), strategy::manifest_of(mode));
        let all: Vec<_> = (0..200).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        let some = |is: fn(&SecretManifest) -> bool| all.iter().any(is);
        let entries: Vec<_> = all.iter().flat_map(SecretManifest::data_from).collect();
        let origin = |is: fn(&DataFromOrigin) -> bool| entries.iter().any(|entry| is(&entry.origin));
        let rewrite = |is: fn(&Rewrite) -> bool| entries.iter().flat_map(|entry| &entry.rewrite).any(is);

        assert!(all.iter().all(|manifest| manifest.sync_mode() == mode));
        assert!(some(|manifest| manifest.data().is_empty()));
        assert!(some(|manifest| manifest.namespaces().len() > 1));
        assert!(some(|manifest| manifest.data().values().any(|source| source.version().is_some())));
        assert!(some(|manifest| manifest.template().is_some_and(SecretTemplate::replaces_data)));
        assert!(some(|manifest| manifest.template().is_some_and(|template| !template.metadata.is_empty())));
        assert!(some(|manifest| manifest.reload() == Some(true)));
        assert!(some(|manifest| manifest.reload() == Some(false)));
        assert!(origin(|origin| matches!(origin, DataFromOrigin::Extract(_))));
        assert!(origin(|origin| matches!(origin, DataFromOrigin::Find(find) if find.name().is_some())));
        assert!(rewrite(|rewrite| matches!(rewrite, Rewrite::Regexp { .. })));
        assert!(rewrite(|rewrite| matches!(rewrite, Rewrite::Transform { .. })));

        let by_tags =
            origin(|origin| matches!(origin, DataFromOrigin::Find(find) if !find.tags().is_empty()));
        assert_eq!(by_tags, by_reference);
        assert_eq!(origin(|origin| matches!(origin, DataFromOrigin::Generator(_))), by_reference);
        assert_eq!(rewrite(|rewrite| matches!(rewrite, Rewrite::Merge(_))), by_reference);
        assert_eq!(some(|manifest| manifest.creation_policy().is_some()), by_reference);
        assert_eq!(some(|manifest| manifest.deletion_policy().is_some()), by_reference);
        assert_eq!(some(|manifest| manifest.refresh_policy().is_some()), by_reference);
        assert_eq!(some(|manifest| manifest.refresh_interval().is_some()), by_reference);
        assert_eq!(some(|manifest| manifest.store_ref().is_some()), by_reference);
    }
}
