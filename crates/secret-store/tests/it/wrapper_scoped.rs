//! A scope shows what is below it, under the caller's names, and nothing else.

use secret_store::{
    Capabilities, ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore as _,
    SecretStoreExt as _, WriteOptions,
};
use std::sync::Arc;
use test_kit::{CountingStore, Fault, FaultyStore, InMemorySecretStore, path};

#[tokio::test]
async fn a_scope_reads_and_writes_below_its_prefix_only() {
    let store = Arc::new(InMemorySecretStore::new().with("acme/A", "ours").with("other/A", "theirs"));
    let scoped = store.clone().scoped(path("acme"));
    assert_eq!(scoped.read_field(&path("A"), "value").await.unwrap(), "ours".into());
    scoped.write(&path("B"), SecretFields::plain("new"), WriteOptions::replace()).await.unwrap();
    scoped.delete(&path("A")).await.unwrap();
    assert_eq!(store.peek("acme/B").unwrap().as_plain(), Some(&"new".into()));
    assert!(store.peek("acme/A").is_none() && store.peek("other/A").is_some());
}

#[tokio::test]
async fn what_is_outside_can_be_neither_named_nor_listed() {
    let store = InMemorySecretStore::new()
        .with("acme", "at the prefix itself")
        .with("acme2/A", "a name that starts alike")
        .with("other/A", "elsewhere")
        .with("acme/A", "inside");
    let scoped = store.scoped(path("acme"));
    assert_eq!(scoped.list(None).await.unwrap(), [path("A")]);
    for outside in ["acme", "acme/A", "acme2/A", "other/A", "2/A"] {
        let error = scoped.read(&path(outside), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{outside}");
    }
    for escape in ["..", "../other/A", "a/../../other/A", "/other/A", ""] {
        assert!(SecretPath::new(escape).is_err(), "{escape:?} cannot even be written");
    }
}

#[tokio::test]
async fn errors_speak_of_the_caller_s_path() {
    let store = FaultyStore::new(InMemorySecretStore::with_capabilities(Capabilities::full()))
        .with(Fault::failing(ErrorKind::Unavailable).at("hidden/DOWN"));
    let scoped = store.scoped(path("hidden"));
    let version = Precondition::Version(secret_store::SecretVersion::new("1"));
    let conflict = WriteOptions::replace().with_precondition(version);
    let errors = [
        scoped.read(&path("DOWN"), ReadOptions::current()).await.unwrap_err(),
        scoped.read(&path("GONE"), ReadOptions::current()).await.unwrap_err(),
        scoped.write(&path("A"), SecretFields::plain("1"), conflict).await.unwrap_err(),
        scoped.delete(&path("DOWN")).await.unwrap_err(),
        scoped.list(Some(&path("DOWN"))).await.unwrap_err(),
        scoped.read_many(&[path("GONE")]).await.remove(0).unwrap_err(),
    ];
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read DOWN: it was told to fail (faulty store)
    read GONE: not found (memory store at this process)
    write A: there is no such secret (memory store at this process)
    delete DOWN: it was told to fail (faulty store)
    list DOWN: it was told to fail (faulty store)
    read GONE: not found (memory store at this process)
    ");
}

#[tokio::test]
async fn a_path_that_the_prefix_makes_too_long_is_invalid_and_the_rest_is_read() {
    let long = ["d"; 512].join("/");
    let store = Arc::new(CountingStore::new(InMemorySecretStore::new().with("s/A", "1")));
    let scoped = store.clone().scoped(path("s"));
    let answers = scoped.read_many(&[path(&long), path("A"), path("B")]).await;
    let kinds: Vec<_> =
        answers.iter().map(|it| it.as_ref().map_err(secret_store::Error::kind).err()).collect();
    assert_eq!(kinds, [Some(ErrorKind::Invalid), None, Some(ErrorKind::NotFound)]);
    assert_eq!(store.counts().batches, [vec![path("s/A"), path("s/B")]], "one batch");
    for error in [
        scoped.write(&path(&long), SecretFields::plain("1"), WriteOptions::replace()).await.unwrap_err(),
        scoped.delete(&path(&long)).await.unwrap_err(),
        scoped.list(Some(&path(&long))).await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.path()), (ErrorKind::Invalid, Some(&path(&long))));
    }
}

#[test]
fn a_scope_says_what_it_is_a_scope_of() {
    let info = InMemorySecretStore::new().scoped(path("acme/prod")).info();
    assert_eq!(info.describe(), "memory store at this process below acme/prod");
}
