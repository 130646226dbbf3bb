//! What the file provider keeps, and under which names.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secret_store::provider::file::FileStore;
use secret_store::{
    ErrorKind, FieldName, ReadOptions, SecretFields, SecretPath, SecretStore, SecretStoreExt, SecretValue,
    WriteOptions,
};
use tempfile::TempDir;

fn path(text: &str) -> SecretPath {
    SecretPath::new(text).unwrap()
}

fn field(text: &str) -> FieldName {
    FieldName::new(text).unwrap()
}

async fn store() -> (TempDir, FileStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    (folder, store)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_plain_value_is_its_file_byte_for_byte() {
    let (folder, store) = store().await;
    for bytes in [&b"text"[..], b"line\n", b"", b"\x00\xff\r\n"] {
        store.write(&path("a/b"), SecretFields::plain(bytes), WriteOptions::replace()).await.unwrap();
        assert_eq!(fs::read(folder.path().join("a/b")).unwrap(), bytes);
        assert_eq!(store.read_field(&path("a/b"), "value").await.unwrap(), SecretValue::from(bytes));
    }
}

#[tokio::test]
async fn files_and_directories_are_made_for_their_owner_alone() {
    let (folder, store) = store().await;
    let fields = SecretFields::plain("x").with(field("user"), "y");
    store.write(&path("a/b/c"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    store.write(&path("a/d"), fields, WriteOptions::replace()).await.unwrap();
    for directory in ["a", "a/b"] {
        assert_eq!(mode(&folder.path().join(directory)), 0o700, "{directory}");
    }
    for file in ["a/b/c", "a/d.yaml", ".secretbridge.lock"] {
        assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_plain_value_becomes_a_map_when_it_has_to() {
    let (folder, store) = store().await;
    store.write(&path("a"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    let more = SecretFields::new().with(field("user"), "y");
    store.write(&path("a"), more, WriteOptions::merge()).await.unwrap();
    assert!(!folder.path().join("a").exists());
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), "user: \"y\"\nvalue: \"x\"\n");
    assert_eq!(store.list(None).await.unwrap(), [path("a")]);
    let secret = store.read(&path("a"), ReadOptions::current()).await.unwrap();
    assert_eq!(*secret.fields, SecretFields::plain("x").with(field("user"), "y"));
    store.delete(&path("a")).await.unwrap();
    let gone = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}
