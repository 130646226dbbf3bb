//! Writes whose answer was lost: done once, or said not to be.

use std::sync::{Arc, Mutex};

use secret_store::{
    ErrorKind, Precondition, Result, SecretFields, SecretStore as _, SecretValue, SecretVersion, WriteOptions,
};
use test_kit::{FakeClock, field, path};

use super::auth_server::{Answer, context};
use super::kv_replies::{asked, data, engines, lost, mount, mount_v2, nothing, secret};

/// What a write comes to whose answer is lost, and then reads are answered like this; and how often it was written.
async fn settled(
    version: u8,
    fields: SecretFields,
    options: WriteOptions,
    reads: Vec<Answer>,
) -> (Result<SecretVersion>, usize) {
    let reads = Mutex::new(reads.into_iter());
    let server = engines(move |asked| match asked.line.as_str() {
        line if line.contains("/sys/internal/ui/mounts/") && version == 2 => mount_v2(),
        line if line.contains("/sys/internal/ui/mounts/") => mount("secret", "kv", "{}"),
        line if line.starts_with("GET ") => reads.lock().unwrap().next().unwrap_or_else(lost),
        _ => lost(),
    });
    let (context, _) = context(&[("VAULT_TOKEN", "t")]);
    let context = context.with_clock(Arc::new(FakeClock::self_advancing()));
    let store = server.bare_store("mount: secret", &context).await;
    let answer = store.write(&path("a"), fields, options).await;
    let writes = asked(&server).iter().filter(|asked| !asked.line.starts_with("GET ")).count();
    (answer, writes)
}

fn cas(version: &str) -> WriteOptions {
    WriteOptions::replace().with_precondition(Precondition::Version(SecretVersion::new(version)))
}

fn ours() -> Answer {
    secret(r#"{"n":100,"value":"ours"}"#, 4)
}

fn fields() -> SecretFields {
    SecretFields::plain("ours").with(field("n"), SecretValue::json("1e2"))
}

#[tokio::test]
async fn what_was_written_is_success_and_is_not_written_again() {
    let before = || secret(r#"{"value":"theirs"}"#, 3);
    let merged = secret(r#"{"kept":1,"n":100,"value":"ours"}"#, 4);
    for (options, reads) in [
        (WriteOptions::replace(), vec![ours()]),
        (cas("3"), vec![before(), ours()]),
        (WriteOptions::merge(), vec![merged]),
        // Somebody has written since: the version that the write made is looked at.
        (cas("3"), vec![before(), secret(r#"{"value":"later"}"#, 5), ours()]),
    ] {
        let (answer, writes) = settled(2, fields(), options, reads).await;
        assert_eq!(answer.unwrap().as_str(), "4");
        assert_eq!(writes, 1);
    }
    let v1 = vec![data(r#"{"n":1e2,"value":"ours"}"#)];
    let (answer, writes) = settled(1, fields(), WriteOptions::replace(), v1).await;
    assert!(answer.is_ok() && writes == 1, "{answer:?}");
}

#[tokio::test]
async fn what_was_not_written_may_be_written_again() {
    let before = || secret(r#"{"value":"theirs"}"#, 3);
    for (options, reads) in [
        (WriteOptions::replace(), vec![before()]),
        (WriteOptions::replace(), vec![nothing()]),
        (cas("3"), vec![before(), before()]),
        (WriteOptions::merge(), vec![before()]),
    ] {
        let (answer, writes) = settled(2, fields(), options, reads).await;
        let error = answer.unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
        assert_eq!(writes, 1);
    }
}

#[tokio::test]
async fn what_another_wrote_instead_is_a_conflict() {
    let before = || secret(r#"{"value":"theirs"}"#, 3);
    let theirs = || secret(r#"{"value":"other"}"#, 4);
    for reads in [vec![before(), theirs()], vec![before(), secret("{}", 5), theirs()]] {
        let (answer, writes) = settled(2, fields(), cas("3"), reads).await;
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(writes, 1);
    }
}

#[tokio::test]
async fn what_cannot_be_known_is_not_written_again() {
    let (answer, writes) = settled(2, fields(), WriteOptions::replace(), vec![]).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_final() && !error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("whether it was written is not known"), "{error}");
    assert_eq!(writes, 1);
}
