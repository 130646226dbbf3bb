//! Many writers at once: threads, processes, readers beside them.

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secret_store::provider::file::FileStore;
use secret_store::{
    ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore as _, WriteOptions,
};
use test_kit::{field, path};

use crate::child;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_update_is_lost_among_threads_and_processes() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<_> =
        ["p", "q", "r"].into_iter().map(|name| child::start("merge", folder.path(), name)).collect();
    let mut tasks = Vec::new();
    for who in ["a", "b", "c", "d"] {
        // Two of them share a store, two have opened their own.
        let store = FileStore::open(folder.path()).await.unwrap();
        tasks.push(tokio::spawn(async move { child::merge(&store, who).await }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    for child in children {
        assert_eq!(child::answer(&child.wait_with_output().unwrap()), "done");
    }
    let store = FileStore::open(folder.path()).await.unwrap();
    let secret = store.read(&path("shared"), ReadOptions::current()).await.unwrap();
    assert_eq!(secret.fields.len(), 7 * 25);
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".secretbridge.lock", "shared.yaml"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_beside_writers_sees_the_secret_at_every_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(FileStore::open(folder.path()).await.unwrap());
    let done = Arc::new(AtomicBool::new(false));
    // It changes its form each time round: it is deleted in between, and made as a plain file beside its own successor.
    store.write(&path("still"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, done) = (Arc::clone(&store), Arc::clone(&done));
            tokio::spawn(async move {
                let mut reads = 0;
                while !done.load(Ordering::Relaxed) {
                    for number in 0..40 {
                        let at = path(&format!("folder/s{number}"));
                        match store.read(&at, ReadOptions::current()).await {
                            Ok(secret) => assert!(secret.fields.get("value").is_some()),
                            // Not written yet: then it is not there a moment later either, unless it has been now.
                            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
                        }
                        reads += 1;
                    }
                    let listed = store.list(None).await.unwrap();
                    assert!(listed.contains(&path("still")));
                }
                reads
            })
        })
        .collect();
    for number in 0..40 {
        let at = path(&format!("folder/s{number}"));
        store.write(&at, SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
        let more = SecretFields::new().with(field("more"), "y");
        store.write(&at, more, WriteOptions::merge()).await.unwrap();
        assert_eq!(store.read(&at, ReadOptions::current()).await.unwrap().fields.len(), 2);
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_secret_that_becomes_a_map_is_never_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    let paths: Vec<SecretPath> = (0..60).map(|number| path(&format!("s{number}"))).collect();
    for at in &paths {
        store.write(at, SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    }
    let writer = tokio::spawn({
        let (store, paths) = (store.clone(), paths.clone());
        async move {
            for at in &paths {
                let more = SecretFields::new().with(field("more"), "y");
                store.write(at, more, WriteOptions::merge()).await.unwrap();
            }
        }
    });
    while !writer.is_finished() {
        for (at, answer) in paths.iter().zip(store.read_many(&paths).await) {
            assert!(answer.unwrap().fields.get("value").is_some(), "{at}");
        }
        assert_eq!(store.list(None).await.unwrap().len(), paths.len());
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn no_two_writes_have_the_same_version() {
    // In memory, where writes are quickest and numbers of files are used again at once.
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    let mut versions = HashSet::new();
    for round in 0..1500 {
        let options = WriteOptions::replace();
        let written = store.write(&path("a"), SecretFields::plain("x"), options).await.unwrap();
        let read = store.read(&path("a"), ReadOptions::current()).await.unwrap();
        assert_eq!(read.version.as_ref(), Some(&written));
        assert!(versions.insert(written.clone()), "{written} again in round {round}");
        if round % 3 == 0 {
            store.delete(&path("a")).await.unwrap();
        } else {
            let stale = WriteOptions::replace().with_precondition(Precondition::Version(written.clone()));
            let next = store.write(&path("a"), SecretFields::plain("x"), stale.clone()).await.unwrap();
            assert!(versions.insert(next), "again in round {round}");
            let error = store.write(&path("a"), SecretFields::plain("x"), stale).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_no_version_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    // As a lock file is left by a computer whose clock was a hundred years ahead.
    let future = 4_900_000_000_u128 * 1_000_000_000;
    fs::write(folder.path().join(".secretbridge.lock"), format!("{future:039}\n")).unwrap();
    let mut versions = HashSet::new();
    for _ in 0..5 {
        let options = WriteOptions::replace();
        versions.insert(store.write(&path("a"), SecretFields::plain("x"), options).await.unwrap());
        store.delete(&path("a")).await.unwrap();
    }
    assert_eq!(versions.len(), 5);
}

#[tokio::test]
async fn a_damaged_lock_file_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    for content in [&b""[..], b"\xff\xfe", b"999999999999999999999999999999999999999999999999", b"-1", b"x\n"]
    {
        fs::write(folder.path().join(".secretbridge.lock"), content).unwrap();
        store.write(&path("a"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    }
}
