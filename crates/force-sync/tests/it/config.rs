//! Settings.

use std::time::Duration;

use force_sync::{ForceSyncConfig, StoreName, Stores};

fn read(json: &str) -> Result<ForceSyncConfig, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn settings_are_read_and_written_back() {
    let json = r#"{"context":"lab","namespaces":["shop"],"stores":[{"kind":"SecretStore","name":"a","mount":"kv"}],"again_after":"30s"}"#;
    let config = read(json).unwrap();
    assert_eq!(config.again_after, Some(Duration::from_secs(30)));
    assert_eq!(config.named_stores(), Some(Stores::new([StoreName::namespaced("a").at_mount("kv")])));
    assert_eq!(serde_json::to_string(&config).unwrap(), json);
    assert_eq!(read("{}").unwrap(), ForceSyncConfig::default());
    assert_eq!(ForceSyncConfig::default().named_stores(), None);
}

#[test]
fn what_is_no_namespace_no_time_or_unknown_is_refused() {
    for json in [
        r#"{"namespaces":["a/../b"]}"#,
        r#"{"namespaces":["UPPER"]}"#,
        r#"{"namespaces":[""]}"#,
        r#"{"namespaces":["-a"]}"#,
        r#"{"again_after":"-5s"}"#,
        r#"{"again_after":"soon"}"#,
        r#"{"token":"x"}"#,
        r#"{"stores":[{}]}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
    }
}
