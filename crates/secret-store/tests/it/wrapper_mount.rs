//! Several stores as one.

use std::sync::Arc;

use secret_store::wrapper::MountTable;
use secret_store::{
    Capabilities, ErrorKind, ReadOptions, SecretFields, SecretPath, SecretStore, SecretStoreExt as _,
    WriteOptions,
};
use test_kit::{CountingStore, Fault, FaultyStore, Gate, InMemorySecretStore, block_on, path};

fn memory(secrets: &[&str]) -> InMemorySecretStore {
    secrets
        .iter()
        .fold(InMemorySecretStore::new(), |store, path| store.with(path, format!("{path}!").as_str()))
}

fn table() -> MountTable {
    let table = MountTable::new().mount(path("apps"), memory(&["web", "prod/hidden", "prod2/seen"])).unwrap();
    let table = table.mount(path("apps/prod"), memory(&["db", "x/y"])).expect("one store at each place");
    table.mount(path("infrastructure"), memory(&["minio"])).expect("one store at each place")
}

async fn value(store: &impl SecretStore, at: &str) -> Option<String> {
    let secret = store.read(&path(at), ReadOptions::current()).await.ok()?;
    let found = ["web", "prod/hidden", "prod2/seen", "db", "x/y", "minio", "apps", "apps/old", "z"];
    let is = |name: &&&str| secret.fields.as_plain() == Some(&format!("{name}!").as_str().into());
    found.iter().find(is).map(|name| (*name).to_owned())
}

#[tokio::test]
async fn the_longest_prefix_has_a_path() {
    let table = table();
    assert_eq!(value(&table, "apps/web").await.as_deref(), Some("web"));
    assert_eq!(value(&table, "apps/prod/db").await.as_deref(), Some("db"));
    assert_eq!(value(&table, "apps/prod2/seen").await.as_deref(), Some("prod2/seen"));
    assert_eq!(value(&table, "apps/prod/hidden").await, None, "the longer mount hides it");
}

#[tokio::test]
async fn a_root_has_what_no_mount_has() {
    let table = table().mount_root(memory(&["apps", "apps/old", "z"])).unwrap();
    assert_eq!(value(&table, "z").await.as_deref(), Some("z"));
    assert_eq!(value(&table, "apps").await.as_deref(), Some("apps"), "the mount has only what is below it");
    assert_eq!(value(&table, "apps/old").await, None, "the mount hides it");
    let all = table.list(None).await.unwrap();
    let all: Vec<_> = all.iter().map(SecretPath::as_str).collect();
    assert_eq!(
        all,
        ["apps", "apps/prod/db", "apps/prod/x/y", "apps/prod2/seen", "apps/web", "infrastructure/minio", "z"]
    );
}

#[tokio::test]
async fn a_list_merges_the_mounts_below_and_above_its_prefix() {
    let table = table();
    for (prefix, expected) in [
        (None, &["apps/prod/db", "apps/prod/x/y", "apps/prod2/seen", "apps/web", "infrastructure/minio"][..]),
        (Some("apps"), &["apps/prod/db", "apps/prod/x/y", "apps/prod2/seen", "apps/web"]),
        (Some("apps/prod"), &["apps/prod/db", "apps/prod/x/y"]),
        (Some("apps/prod/x"), &["apps/prod/x/y"]),
        (Some("apps/prod2"), &["apps/prod2/seen"]),
        (Some("infrastructure/none"), &[]),
    ] {
        let paths = table.list(prefix.map(path).as_ref()).await.unwrap();
        assert_eq!(paths.iter().map(SecretPath::as_str).collect::<Vec<_>>(), expected, "below {prefix:?}");
    }
    let nested = MountTable::new().mount(path("a/b/c"), memory(&["x"])).unwrap();
    assert_eq!(nested.list(Some(&path("a"))).await.unwrap(), [path("a/b/c/x")], "a mount below the prefix");
}

#[tokio::test]
async fn a_path_without_a_mount_is_invalid_and_the_mounts_are_named() {
    let table = table();
    let other = path("elsewhere/A");
    let errors = [
        table.read(&other, ReadOptions::current()).await.unwrap_err(),
        table.write(&other, SecretFields::plain("1"), WriteOptions::replace()).await.unwrap_err(),
        table.delete(&other).await.unwrap_err(),
        table.list(Some(&other)).await.unwrap_err(),
        table.read_many(&[other]).await.remove(0).unwrap_err(),
        table.read(&path("apps"), ReadOptions::current()).await.unwrap_err(),
        MountTable::new().read(&path("A"), ReadOptions::current()).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Invalid), "{errors:?}");
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read elsewhere/A: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    write elsewhere/A: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    delete elsewhere/A: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    list elsewhere/A: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    read elsewhere/A: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    read apps: no store is mounted there; mounted are apps/, apps/prod/, infrastructure/
    read A: no store is mounted there; mounted are no stores
    ");
}

#[tokio::test]
async fn errors_speak_of_the_outer_path() {
    let down = FaultyStore::new(memory(&[])).with(Fault::failing(ErrorKind::Unavailable).at("A"));
    let table = table().mount(path("down"), down).unwrap();
    let errors = [
        table.read(&path("down/A"), ReadOptions::current()).await.unwrap_err(),
        table.read(&path("apps/GONE"), ReadOptions::current()).await.unwrap_err(),
        table.delete(&path("down/A")).await.unwrap_err(),
        table.read_many(&[path("down/A")]).await.remove(0).unwrap_err(),
        table.list(Some(&path("down/A"))).await.unwrap_err(),
    ];
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    read down/A: it was told to fail (faulty store)
    read apps/GONE: not found (memory store at this process)
    delete down/A: it was told to fail (faulty store)
    read down/A: it was told to fail (faulty store)
    list down/A: it was told to fail (faulty store)
    ");
}

#[tokio::test]
async fn a_list_of_which_a_part_fails_fails() {
    let down = FaultyStore::new(memory(&["A"])).with(Fault::failing(ErrorKind::Unavailable));
    let table = table().mount(path("down"), down).unwrap();
    assert_eq!(table.list(None).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(table.list(Some(&path("apps"))).await.is_ok(), "a mount that is not asked does not matter");
}

#[test]
fn many_reads_are_one_batch_for_each_mount_at_once() {
    block_on(async {
        let (gate_a, gate_b) = (Gate::shut(), Gate::shut());
        let held = |gate: &Gate, name: &str| {
            let store = FaultyStore::new(memory(&[name])).with(Fault::held_by(gate).times(1));
            Arc::new(CountingStore::new(store))
        };
        let (a, b) = (held(&gate_a, "web"), held(&gate_b, "minio"));
        let table =
            MountTable::new().mount(path("a"), a.clone()).unwrap().mount(path("b"), b.clone()).unwrap();
        let paths = ["b/minio", "a/web", "c/none", "a/gone", "b/minio"].map(path);
        let reading = tokio::spawn(async move { table.read_many(&paths).await });
        // Both wait at once: neither mount waits for the other.
        tokio::join!(gate_a.waiting(1), gate_b.waiting(1));
        gate_b.open();
        gate_a.open();
        let answers = reading.await.unwrap();
        let kinds: Vec<_> =
            answers.iter().map(|it| it.as_ref().err().map(secret_store::Error::kind)).collect();
        assert_eq!(kinds, [None, None, Some(ErrorKind::Invalid), Some(ErrorKind::NotFound), None]);
        assert_eq!(a.counts().batches, [vec![path("web"), path("gone")]]);
        assert_eq!(b.counts().batches, [vec![path("minio"), path("minio")]]);
    });
}

#[test]
fn two_stores_at_one_place_are_refused() {
    let error = table().mount(path("apps"), memory(&[])).unwrap_err();
    insta::assert_snapshot!(error, @"mount: two stores at apps/");
    let error = table().mount_root(memory(&[])).unwrap().mount_root(memory(&[])).unwrap_err();
    insta::assert_snapshot!(error, @"mount: two stores at the root");
}

#[tokio::test]
async fn the_capabilities_are_those_that_every_mount_has() {
    let plain = InMemorySecretStore::with_capabilities({
        let mut capabilities = Capabilities::full();
        capabilities.binary = false;
        capabilities
    });
    let table = MountTable::new().mount(path("ro"), memory(&["A"]).read_only()).unwrap();
    let table = table.mount(path("plain"), plain).unwrap();
    let mut expected = Capabilities::full();
    (expected.write, expected.check_and_set, expected.binary) = (false, false, false);
    assert_eq!(table.info().capabilities, expected);
    assert_eq!(table.info().describe(), "mounts store at plain/, ro/");
    assert_eq!(MountTable::new().info().capabilities, Capabilities::default());

    let write = async |at| table.write(&path(at), SecretFields::plain("1"), WriteOptions::replace()).await;
    assert!(write("plain/A").await.is_ok(), "a mount that can, does");
    assert_eq!(write("ro/A").await.unwrap_err().kind(), ErrorKind::Unsupported);
}
