//! How a file store is named in a configuration.

use secret_store::{OpenContext, SecretFields, SecretPath, SecretStore as _, StoreConfig, WriteOptions};

fn parse(yaml: &str) -> Result<StoreConfig, String> {
    serde_yaml::from_str(yaml).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_relative_path_is_relative_to_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("store")).unwrap();
    let config = parse("{ provider: file, path: store }").unwrap();
    let store = config.open(&OpenContext::new(folder.path())).await.unwrap();
    let path = SecretPath::new("a").unwrap();
    store.write(&path, SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    assert!(folder.path().join("store/a").is_file());
}

#[test]
fn an_unknown_or_missing_field_is_named() {
    insta::assert_snapshot!(parse("{ provider: file, path: store, paht: x }").unwrap_err(), @"unknown field `paht`, expected `path` or `readable_by_others`");
    insta::assert_snapshot!(parse("{ provider: file }").unwrap_err(), @"missing field `path`");
}

#[test]
fn a_configuration_is_written_as_it_is_read() {
    let text = r#"{"provider":"file","path":"store","readable_by_others":true}"#;
    assert_eq!(serde_json::to_string(&parse(text).unwrap()).unwrap(), text);
}
