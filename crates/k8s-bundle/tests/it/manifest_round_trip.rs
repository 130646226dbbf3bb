//! What is written reads back as it was, whatever the manifest.

use k8s_bundle::{DataFrom, SecretManifest, SourceRef, SyncMode, yaml};
use proptest::prelude::*;
use test_kit::strategy;

proptest! {
    #[test]
    fn a_manifest_that_is_written_reads_back(manifest in strategy::manifest()) {
        let written = yaml::to_string(&manifest).unwrap();
        prop_assert_eq!(yaml::from_str::<SecretManifest>(&written).map_err(|error| error.to_string()), Ok(manifest.clone()), "{}", written);
        let json = serde_json::to_string(&manifest).unwrap();
        prop_assert_eq!(serde_json::from_str::<SecretManifest>(&json).unwrap(), manifest);
    }

    #[test]
    fn an_entry_of_data_from_reads_back_alone(entry in strategy::data_from(SyncMode::ExternalSecrets)) {
        let written = yaml::to_string(&entry).unwrap();
        prop_assert_eq!(yaml::from_str::<DataFrom>(&written).unwrap(), entry);
    }

    #[test]
    fn sources_that_differ_are_shown_differently(
        first in strategy::source_ref(SyncMode::ExternalSecrets),
        second in strategy::source_ref(SyncMode::ExternalSecrets),
    ) {
        // What `#`, `@` and ` (` separate is told apart where the texts themselves have none of them.
        let is_plain = |text: &str| !text.contains(['#', '@', '(']);
        let plain = |source: &SourceRef| {
            is_plain(source.key()) && is_plain(source.property()) && source.version().is_none_or(is_plain)
        };
        prop_assume!(plain(&first) && plain(&second));
        prop_assert_eq!(first == second, first.to_string() == second.to_string());
    }
}

#[cfg(feature = "schema")]
mod schema {
    use std::sync::LazyLock;

    use super::*;

    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = serde_json::to_value(schemars::schema_for!(SecretManifest)).expect("a schema is JSON");
        jsonschema::validator_for(&schema).expect("a schema")
    });

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_manifest_that_is_written_fits_the_schema(manifest in strategy::manifest()) {
            let written = serde_json::to_value(&manifest).unwrap();
            let errors: Vec<_> = SCHEMA.iter_errors(&written).map(|error| error.to_string()).collect();
            prop_assert_eq!(errors, Vec::<String>::new(), "{}", written);
        }
    }
}
