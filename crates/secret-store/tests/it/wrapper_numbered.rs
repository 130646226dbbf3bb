//! A store that gets numbered versions and notes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use events::{Clock, SystemClock};
use proptest::prelude::*;
use secret_store::wrapper::Numbered;
use secret_store::{
    Capabilities, Error, ErrorKind, MetadataUpdate, Precondition, ReadOptions, Result, Secret, SecretFields,
    SecretPath, SecretStore, SecretStoreExt as _, SecretVersion, StoreInfo, VersionedStore as _,
    WriteOptions,
};
use test_kit::conformance::Fixture;
use test_kit::{Canary, CountingStore, Fault, FaultyStore, InMemorySecretStore, block_on, path};

type Counted = Arc<CountingStore<InMemorySecretStore>>;

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

fn numbered<S: SecretStore>(store: S) -> Numbered<S> {
    store.numbered(path("system/records"), clock())
}

fn counted() -> (Numbered<Counted>, Counted) {
    let counted = Arc::new(CountingStore::new(InMemorySecretStore::new()));
    (numbered(Arc::clone(&counted)), counted)
}

test_kit::conformance_suite!(numbered_memory, async || Fixture::new(numbered(InMemorySecretStore::new()))
    .may_refuse());
test_kit::versioned_conformance_suite!(versions_of_numbered_memory, async || numbered(
    InMemorySecretStore::new()
));
test_kit::versioned_conformance_suite!(versions_of_what_is_numbered_itself, async || numbered(
    secret_store::provider::memory::MemoryStore::new(clock())
));

fn plain(value: &str) -> SecretFields {
    SecretFields::plain(value)
}

fn under(number: u64) -> WriteOptions {
    WriteOptions::replace().with_precondition(Precondition::Version(SecretVersion::new(number.to_string())))
}

async fn write(store: &impl SecretStore, value: &str) -> u64 {
    let version = store.write(&path("a"), plain(value), WriteOptions::replace()).await.unwrap();
    version.as_str().parse().unwrap()
}

/// The number of what is at `a`.
async fn number(store: &impl SecretStore) -> u64 {
    store.read(&path("a"), ReadOptions::current()).await.unwrap().info.unwrap().number
}

#[tokio::test]
async fn a_read_costs_one_read_and_a_list_for_all() {
    let (store, counted) = counted();
    for name in ["a", "b", "c"] {
        counted.inner().put(name, plain("x"));
    }
    for name in ["a", "b", "c"] {
        store.read(&path(name), ReadOptions::current()).await.unwrap();
    }
    let counts = counted.reset();
    assert_eq!((counts.reads.len(), counts.lists.len(), counts.total()), (3, 1, 4));
    write(&store, "y").await;
    counted.reset();
    for name in ["a", "b"] {
        store.read(&path(name), ReadOptions::current()).await.unwrap();
    }
    let reads: Vec<_> = counted.reset().reads.iter().map(ToString::to_string).collect();
    assert_eq!(reads, ["system/records/a/_record", "a", "b"]);
    let paths = ["a", "b", "c"].map(path);
    assert!(store.read_many(&paths).await.iter().all(Result::is_ok));
    let counts = counted.reset();
    assert_eq!(counts.batches, [vec![path("system/records/a/_record")], paths.to_vec()]);
    assert_eq!(counts.total(), 2);
}

#[tokio::test]
async fn what_somebody_else_writes_is_the_next_version_each_time() {
    let store = numbered(InMemorySecretStore::new());
    assert_eq!(write(&store, "1").await, 1);
    let (store, behind) = {
        let behind = Arc::new(InMemorySecretStore::new());
        (numbered(Arc::clone(&behind)), behind)
    };
    behind.put("a", plain("theirs"));
    assert_eq!(number(&store).await, 1);
    behind.put("a", plain("theirs again"));
    assert_eq!(number(&store).await, 2);
    assert_eq!(number(&store).await, 2);
    // Who has seen version 1 does not replace version 2 unseen.
    let answer = store.write(&path("a"), plain("mine"), under(1)).await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(store.write(&path("a"), plain("mine"), under(2)).await.unwrap().as_str(), "3");
    behind.put("a", plain("theirs once more"));
    assert_eq!(number(&store).await, 4);
    let metadata = store.metadata(&path("a")).await.unwrap();
    assert_eq!((metadata.current_version, metadata.versions[&4].created), (4, None));
}

#[tokio::test]
async fn the_records_are_out_of_reach_and_not_listed() {
    let (store, counted) = counted();
    write(&store, "x").await;
    assert_eq!(counted.inner().len(), 2);
    assert_eq!(store.list(None).await.unwrap(), [path("a")]);
    let record = path("system/records/a/_record");
    let answers: [Result<()>; 7] = [
        store.read(&record, ReadOptions::current()).await.map(drop),
        store.read_many(std::slice::from_ref(&record)).await.remove(0).map(drop),
        store.write(&record, plain("x"), WriteOptions::replace()).await.map(drop),
        store.delete(&record).await,
        store.list(Some(&path("system/records"))).await.map(drop),
        store.metadata(&record).await.map(drop),
        store.remove(&record).await,
    ];
    for answer in answers {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
    assert_eq!(counted.inner().len(), 2);
}

#[tokio::test]
async fn a_store_that_is_down_is_not_a_secret_that_is_missing() {
    let faulty = Arc::new(FaultyStore::new(InMemorySecretStore::new().with("a", "x")));
    let store = numbered(Arc::clone(&faulty));
    number(&store).await;
    store.update_metadata(&path("a"), MetadataUpdate::new().with_notes(BTreeMap::new())).await.unwrap();
    for at in ["a", "system/records/a/_record"] {
        faulty.inject(Fault::failing(ErrorKind::Unavailable).at(at));
        for answer in [
            store.read(&path("a"), ReadOptions::current()).await.map(drop),
            store.read_many(&[path("a")]).await.remove(0).map(drop),
            store.metadata(&path("a")).await.map(drop),
            store.write(&path("a"), plain("y"), WriteOptions::replace()).await.map(drop),
            store.delete(&path("a")).await,
        ] {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable, "{at}");
        }
        faulty.mend();
    }
    assert_eq!(number(&store).await, 1);
}

/// A crash after the secret was written and before its record was.
#[tokio::test]
async fn a_version_that_was_not_noted_has_the_number_that_it_was_given() {
    let faulty = Arc::new(FaultyStore::new(InMemorySecretStore::new()));
    let store = numbered(Arc::clone(&faulty));
    write(&store, "1").await;
    faulty.inject(
        Fault::failing(ErrorKind::Unavailable).at("system/records/a/_record").on(events::Operation::Write),
    );
    assert_eq!(write(&store, "2").await, 2);
    faulty.mend();
    for store in [&store, &numbered(Arc::clone(&faulty))] {
        assert_eq!(number(store).await, 2);
    }
    assert_eq!(write(&store, "3").await, 3);
    assert_eq!(number(&numbered(faulty)).await, 3);
}

#[tokio::test]
async fn a_damaged_record_is_said_to_be_damaged() {
    let inner = InMemorySecretStore::new().with("a", "x").with("system/records/a/_record", "not a record");
    let store = numbered(inner);
    let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("system/records/a/_record"), "{error}");
}

#[tokio::test]
async fn what_the_store_cannot_hold_to_is_refused() {
    let store = numbered(InMemorySecretStore::new().with("a", "x"));
    let mut many = MetadataUpdate::new();
    many.max_versions = Some(5);
    let mut ending = MetadataUpdate::new();
    ending.delete_version_after = Some(std::time::Duration::from_secs(1));
    for update in [many, ending] {
        let error = store.update_metadata(&path("a"), update).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    let mut one = MetadataUpdate::new();
    one.max_versions = Some(1);
    one.cas_required = Some(true);
    store.update_metadata(&path("a"), one).await.unwrap();
    let answer = store.write(&path("a"), plain("y"), WriteOptions::replace()).await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Invalid);
    store.write(&path("a"), plain("y"), under(1)).await.unwrap();
}

/// A store whose writes answer a version that no read tells, as version 1 of Vault's engine.
#[derive(Debug)]
struct Unversioned(InMemorySecretStore);

impl Unversioned {
    fn new() -> Arc<Self> {
        let mut capabilities = Capabilities::full();
        capabilities.check_and_set = false;
        Arc::new(Self(InMemorySecretStore::with_capabilities(capabilities)))
    }
}

#[async_trait]
impl SecretStore for Unversioned {
    fn info(&self) -> StoreInfo {
        self.0.info()
    }

    async fn read(&self, path: &SecretPath, options: ReadOptions) -> Result<Secret> {
        let mut secret = self.0.read(path, options).await?;
        secret.version = None;
        Ok(secret)
    }

    async fn write(
        &self,
        path: &SecretPath,
        fields: SecretFields,
        options: WriteOptions,
    ) -> Result<SecretVersion> {
        let version = self.0.write(path, fields, options).await?;
        Ok(SecretVersion::new(format!("unversioned-{version}")))
    }

    async fn delete(&self, path: &SecretPath) -> Result<()> {
        self.0.delete(path).await
    }

    async fn list(&self, prefix: Option<&SecretPath>) -> Result<Vec<SecretPath>> {
        self.0.list(prefix).await
    }
}

/// The number of what is at `a`, asked for by that number as well.
async fn number_and_version(store: &impl SecretStore) -> u64 {
    let number = number(store).await;
    let version = ReadOptions::version(SecretVersion::new(number.to_string()));
    assert_eq!(store.read(&path("a"), version).await.unwrap().info.unwrap().number, number);
    number
}

#[tokio::test]
async fn a_store_that_tells_no_version_has_the_numbers_that_its_writes_were_given() {
    let inner = Unversioned::new();
    let store = numbered(Arc::clone(&inner));
    for turn in 1..4 {
        assert_eq!(write(&store, &turn.to_string()).await, turn);
        for store in [&store, &numbered(Arc::clone(&inner))] {
            assert_eq!(number_and_version(store).await, turn);
            assert_eq!(store.read_many(&[path("a")]).await.remove(0).unwrap().info.unwrap().number, turn);
        }
        let metadata = store.metadata(&path("a")).await.unwrap();
        assert_eq!(metadata.current_version, turn);
        assert!(metadata.versions[&turn].created.is_some());
    }

    store.destroy(&path("a"), &[1, 2]).await.unwrap();
    assert!(inner.0.peek("a").is_some(), "those have gone before");
    store.destroy(&path("a"), &[3]).await.unwrap();
    assert_eq!(inner.0.peek("a"), None);
    let gone = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
    assert_eq!((gone.kind(), gone.gone().unwrap().number), (ErrorKind::NotFound, 3));

    assert_eq!(write(&store, "4").await, 4);
    assert_eq!(number_and_version(&store).await, 4);
    store.delete(&path("a")).await.unwrap();
    assert_eq!(inner.0.peek("a"), None);
    store.remove(&path("a")).await.unwrap();
    assert_eq!(write(&store, "anew").await, 1);
    assert_eq!(number_and_version(&store).await, 1);
}

#[tokio::test]
async fn what_others_have_put_into_a_store_that_tells_no_version_is_counted_on_from() {
    let inner = Unversioned::new();
    inner.0.put("a", plain("theirs"));
    let store = numbered(Arc::clone(&inner));
    assert_eq!(number_and_version(&store).await, 1);
    assert_eq!(write(&store, "mine").await, 2);
    assert_eq!(number_and_version(&store).await, 2);
    inner.0.put("a", plain("theirs"));
    assert_eq!(number_and_version(&store).await, 2, "nothing tells that it is another");
    store.destroy(&path("a"), &[2]).await.unwrap();
    assert_eq!(inner.0.peek("a"), None);
}

/// As a version of this program has noted it that did not know of such stores.
#[tokio::test]
async fn a_record_of_a_version_that_no_read_tells_is_mended_by_the_next_write() {
    let inner = Unversioned::new();
    inner.0.put("a", plain("x"));
    let record = r#"{"number":1,"of":"unversioned-1","updated":"2026-01-01T00:00:00Z"}"#;
    inner.0.put("system/records/a/_record", plain(record));
    let store = numbered(inner);
    assert_eq!(number_and_version(&store).await, 2);
    assert_eq!(write(&store, "y").await, 3);
    assert_eq!(number_and_version(&store).await, 3);
}

#[tokio::test]
async fn a_store_that_tells_versions_and_checks_none_is_numbered_by_them() {
    let mut capabilities = Capabilities::full();
    capabilities.check_and_set = false;
    let inner = Arc::new(InMemorySecretStore::with_capabilities(capabilities));
    let store = numbered(Arc::clone(&inner));
    assert_eq!(write(&store, "1").await, 1);
    inner.put("a", plain("theirs"));
    assert_eq!(number_and_version(&store).await, 2);
    assert_eq!(write(&store, "3").await, 3);
    assert_eq!(number_and_version(&store).await, 3);
}

#[tokio::test]
async fn where_no_write_could_be_under_a_condition_none_can_be_required_to_be() {
    let store = numbered(Unversioned::new());
    write(&store, "x").await;
    let requiring = |required| {
        let mut update = MetadataUpdate::new().creating();
        update.cas_required = Some(required);
        update
    };
    for at in ["a", "new"] {
        let error = store.update_metadata(&path(at), requiring(true)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.to_string().contains("check-and-set"), "{error}");
    }
    store.update_metadata(&path("a"), requiring(false)).await.unwrap();
    assert_eq!(write(&store, "y").await, 2);
    for precondition in [Precondition::Version(SecretVersion::new("2")), Precondition::Absent] {
        for options in [WriteOptions::replace(), WriteOptions::merge()] {
            let options = options.with_precondition(precondition.clone());
            let error = store.write(&path("a"), plain("z"), options).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        }
    }
    assert_eq!(number(&store).await, 2);
}

#[tokio::test]
async fn writers_of_two_processes_give_each_version_its_own_number() {
    let inner = Arc::new(InMemorySecretStore::new());
    let stores = [numbered(Arc::clone(&inner)), numbered(Arc::clone(&inner))];
    let writes = (0..60).map(|turn| {
        let store = &stores[turn % 2];
        async move { write(store, &turn.to_string()).await }
    });
    let mut numbers = futures::future::join_all(writes).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
    assert_eq!(number(&stores[0]).await, 60);
}

#[tokio::test]
async fn no_value_is_shown() {
    let (store, canary) = (numbered(InMemorySecretStore::new()), Canary::random());
    write(&store, canary.text()).await;
    canary.assert_absent_in_debug(&store);
    canary.assert_absent_in_debug(&store.read(&path("a"), ReadOptions::current()).await.unwrap());
    store.delete(&path("a")).await.unwrap();
    canary.assert_absent_in_error(&store.read(&path("a"), ReadOptions::current()).await.unwrap_err());
}

#[derive(Debug, Clone)]
enum Step {
    Write,
    Behind,
    Delete,
    DeleteBehind,
    /// Under the number that was read this many reads ago.
    Under(usize),
    Note,
    Read,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Write),
        3 => Just(Step::Behind),
        1 => Just(Step::Delete),
        1 => Just(Step::DeleteBehind),
        3 => (0..3_usize).prop_map(Step::Under),
        1 => Just(Step::Note),
        4 => Just(Step::Read),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    /// Whoever writes, and however: a write under a number that was read replaces exactly what was read, or nothing; and a
    /// number never stands for two values that were read.
    #[test]
    fn a_write_under_a_number_replaces_what_was_read_under_it(steps in steps()) {
        block_on(async {
            let inner = Arc::new(InMemorySecretStore::new());
            let store = numbered(Arc::clone(&inner));
            let mut seen: Vec<(u64, String)> = Vec::new();
            for (turn, step) in steps.into_iter().enumerate() {
                let value = format!("value {turn}");
                match step {
                    Step::Write => {
                        store.write(&path("a"), plain(&value), WriteOptions::replace()).await.unwrap();
                    }
                    Step::Behind => inner.put("a", plain(&value)),
                    Step::Delete => store.delete(&path("a")).await.unwrap(),
                    Step::DeleteBehind => inner.delete(&path("a")).await.unwrap(),
                    Step::Note => {
                        let update = MetadataUpdate::new().creating().with_notes(BTreeMap::new());
                        store.update_metadata(&path("a"), update).await.unwrap();
                    }
                    Step::Under(ago) => {
                        let Some((number, read)) = seen.iter().rev().nth(ago) else { continue };
                        let there = inner.peek("a");
                        let is_same = there.is_some_and(|fields| *fields == plain(read));
                        let answer = store.write(&path("a"), plain(&value), under(*number)).await;
                        let answer = answer.map_err(|error: Error| error.kind());
                        assert!(is_same || answer == Err(ErrorKind::Conflict), "{number} {read}: {answer:?}");
                    }
                    Step::Read => match store.read(&path("a"), ReadOptions::current()).await {
                        Ok(secret) => {
                            let number = secret.info.unwrap().number;
                            let there = inner.peek("a").unwrap();
                            assert_eq!(secret.fields, there);
                            let text = (0..=turn).map(|turn| format!("value {turn}"));
                            let value = text.into_iter().find(|text| *there == plain(text)).unwrap();
                            for (other, read) in &seen {
                                assert!(*other != number || *read == value, "{number} is {read} and {value}");
                            }
                            seen.push((number, value));
                        }
                        Err(error) => assert_eq!((error.kind(), inner.peek("a")), (ErrorKind::NotFound, None)),
                    },
                }
            }
        });
    }
}
