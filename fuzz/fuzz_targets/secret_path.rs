//! Paths of secrets and names of fields: what is accepted is what was asked for.
#![no_main]

use secret_store::{FieldName, SecretPath};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(path) = SecretPath::new(text) {
        assert_eq!(path.as_str(), text);
        assert!(path.as_str().split('/').all(|segment| !matches!(segment, "" | "." | "..")));
    }
    if let Ok(name) = FieldName::new(text) {
        assert_eq!(name.as_str(), text);
    }
});
