//! What the server is asked about versions and metadata, and what its answers say.

use std::collections::BTreeMap;
use std::time::Duration;

use secret_store::{
    ErrorKind, MetadataUpdate, ReadOptions, SecretStore as _, SecretVersion, VersionedStore as _,
};
use test_kit::path;

use super::auth_server::{Answer, denied_by_policy};
use super::kv_replies::{data, deleted, destroyed, done, nothing, nothing_to_patch, refused_note, secret};
use super::kv_requests::{playing, told};

#[tokio::test]
async fn versions_and_notes_have_requests_of_their_own() {
    let metadata = data(
        r#"{"cas_required":false,"created_time":"2026-11-23T22:29:14.930548341Z","current_metadata_version":1,"current_version":2,"custom_metadata":{"owner":"ada"},"delete_version_after":"0s","max_versions":0,"metadata_cas_required":false,"oldest_version":0,"updated_time":"2026-11-23T22:29:15.17578946Z","versions":{"1":{"created_time":"2026-11-23T22:29:14.930548341Z","deletion_time":"2026-11-23T22:29:15Z","destroyed":false},"2":{"created_time":"2026-11-23T22:29:14.973646014Z","deletion_time":"","destroyed":true}}}"#,
    );
    let (server, store) =
        playing(vec![done(), done(), metadata, done(), secret(r#"{"value":"x"}"#, 1), done()], 2).await;
    let at = path("a");
    store.undelete(&at, &[1, 2]).await.unwrap();
    store.destroy(&at, &[2]).await.unwrap();
    let metadata = store.metadata(&at).await.unwrap();
    let notes = BTreeMap::from([("owner".to_owned(), None), ("team".to_owned(), Some("core".to_owned()))]);
    store.update_metadata(&at, MetadataUpdate::new().with_changed_notes(notes)).await.unwrap();
    store.read(&at, ReadOptions::version(SecretVersion::new("1"))).await.unwrap();
    store.delete(&at).await.unwrap();
    assert_eq!(store.undelete(&at, &[]).await.unwrap_err().kind(), ErrorKind::Invalid);
    insta::assert_snapshot!(format!("{}\n{metadata:#?}", told::<()>(&server, Ok(()))));
}

/// What an update is on the wire, and what comes of it, where the server gives these answers in turn.
async fn update(answers: Vec<Answer>, update: MetadataUpdate) -> String {
    let (server, store) = playing(answers, 2).await;
    let answer = store.update_metadata(&path("a"), update).await;
    told(&server, answer)
}

#[tokio::test]
async fn metadata_is_patched_where_it_must_be_there_and_posted_where_it_need_not() {
    let all = || MetadataUpdate::new().with_notes(BTreeMap::from([("owner".to_owned(), "ada".to_owned())]));
    let some = || {
        let changes = [("owner".to_owned(), None), ("team".to_owned(), Some("core".to_owned()))];
        MetadataUpdate::new().with_changed_notes(BTreeMap::from(changes))
    };
    let settings = || {
        let mut update = MetadataUpdate::new();
        update.max_versions = Some(3);
        update.cas_required = Some(true);
        update.delete_version_after = Some(Duration::from_mins(90));
        update
    };
    let there = || data(r#"{"current_version":1,"versions":{}}"#);
    insta::assert_snapshot!(
        [
            update(vec![done()], settings()).await,
            update(vec![nothing_to_patch()], settings()).await,
            update(vec![done()], settings().creating()).await,
            update(vec![there(), done()], all()).await,
            update(vec![nothing()], all()).await,
            update(vec![done()], all().creating()).await,
            update(vec![done()], some()).await,
            update(vec![nothing_to_patch()], some()).await,
            update(vec![nothing_to_patch(), done()], some().creating()).await,
            update(vec![denied_by_policy()], some().creating()).await,
            update(vec![done()], MetadataUpdate::new()).await,
            update(vec![refused_note()], all().creating()).await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn versions_are_deleted_and_all_of_a_secret_is_removed() {
    let (server, store) = playing(vec![done(), done(), nothing(), denied_by_policy()], 2).await;
    store.delete_versions(&path("a"), &[1, 3]).await.unwrap();
    store.remove(&path("a")).await.unwrap();
    store.remove(&path("never")).await.unwrap();
    let denied = store.remove(&path("a")).await;
    insta::assert_snapshot!(told(&server, denied));
}

#[tokio::test]
async fn a_read_tells_its_version_and_notes_without_another_request() {
    let noted = data(
        r#"{"data":{"value":"x"},"metadata":{"created_time":"2026-11-23T22:29:14.930548341Z","custom_metadata":{"owner":"ada"},"deletion_time":"2026-12-23T22:29:14.930548341Z","destroyed":false,"version":3}}"#,
    );
    let (server, store) = playing(vec![noted, deleted(4), destroyed(5), nothing()], 2).await;
    let secret = store.read(&path("a"), ReadOptions::current()).await.unwrap();
    let mut gone = Vec::new();
    for _ in 0..3 {
        let error = store.read(&path("a"), ReadOptions::current()).await.unwrap_err();
        gone.push(error.gone().cloned());
    }
    insta::assert_snapshot!(format!("{}\n{:#?}\n{gone:#?}", told::<()>(&server, Ok(())), secret.info));
}

#[tokio::test]
async fn version_1_has_no_versions_once_it_is_known() {
    let (_server, store) = playing(vec![data(r#"{"value":"x"}"#)], 1).await;
    assert!(store.versioned().is_some(), "it is not known yet which version the engine is");
    assert_eq!(store.read(&path("a"), ReadOptions::current()).await.unwrap().info, None);
    assert!(store.versioned().is_none());
}
