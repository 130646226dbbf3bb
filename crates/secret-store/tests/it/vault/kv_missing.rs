//! What a 404 means, and what is said of it.

use std::sync::Arc;

use secret_store::{Error, ReadOptions, SecretFields, SecretStore as _, WriteOptions};
use test_kit::path;

use super::auth_server::{Answer, Asked, Server, context, denied_by_policy, shown};
use super::kv_replies::{
    asked, deleted, denied_preflight, destroyed, done, engines, mount, mount_v2, no_engine, nothing,
    other_engine, other_version, secret,
};

const TOKEN: &[(&str, &str)] = &[("VAULT_TOKEN", "t")];

/// What a read of `at` says, and what the server was asked for it.
async fn said(rest: &str, at: &str, script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> String {
    let server = engines(script);
    let (context, _) = context(TOKEN);
    let store = server.bare_store(rest, &context).await;
    let answer = match store.read(&path(at), ReadOptions::current()).await {
        Ok(secret) => format!("{:?}", secret.version),
        Err(error) => shown(&error),
    };
    with_requests(&server, &answer)
}

fn with_requests(server: &Server, answer: &str) -> String {
    let asked: Vec<_> = asked(server).into_iter().map(|asked| format!("\n  {}", asked.line)).collect();
    server.without_address(&format!("{answer}{}", asked.concat()))
}

fn is_preflight(asked: &Asked) -> bool {
    asked.line.contains("/sys/internal/ui/mounts/")
}

#[tokio::test]
async fn what_was_deleted_is_not_found_and_told_from_what_was_destroyed_and_what_never_was() {
    let rest = "mount: secret\nkv_version: 2";
    let never = |asked: &Asked| if is_preflight(asked) { mount_v2() } else { nothing() };
    insta::assert_snapshot!(
        [
            said(rest, "a", |_| deleted(3)).await,
            said(rest, "a", |_| destroyed(3)).await,
            said(rest, "a", never).await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn a_version_that_is_configured_wrong_is_not_a_missing_secret() {
    let is_v1 = |asked: &Asked| if is_preflight(asked) { mount("secret", "kv", "{}") } else { nothing() };
    insta::assert_snapshot!(
        [
            said("mount: secret\nkv_version: 2", "a", is_v1).await,
            said("mount: secret\nkv_version: 1", "a", |_| other_version()).await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn an_engine_that_is_not_there_or_another_is_not_a_missing_secret() {
    let missing = |asked: &Asked| if is_preflight(asked) { denied_preflight() } else { no_engine(asked) };
    let transit =
        |asked: &Asked| if is_preflight(asked) { mount("secret", "transit", "{}") } else { other_engine() };
    let deep = |asked: &Asked| match asked {
        asked if is_preflight(asked) => mount("secret/deep", "kv", r#"{"version":"2"}"#),
        asked => no_engine(asked),
    };
    let above = |asked: &Asked| if is_preflight(asked) { mount_v2() } else { other_version() };
    insta::assert_snapshot!(
        [
            said("mount: secret", "a", missing).await,
            said("", "secret/a", missing).await,
            said("mount: secret", "a", transit).await,
            said("mount: secret\nkv_version: 2", "a", transit).await,
            said("mount: secret\nkv_version: 2", "a", deep).await,
            said("mount: secret/team\nkv_version: 2", "a", above).await,
            said("", "secret", |_| mount_v2()).await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn a_mount_of_several_segments_is_found_where_the_version_is_set() {
    let deep = |asked: &Asked| match asked.line.as_str() {
        _ if is_preflight(asked) => mount("team/kv", "kv", r#"{"version":"2"}"#),
        "GET /v1/team/kv/data/a" => secret("{}", 7),
        _ => no_engine(asked),
    };
    insta::assert_snapshot!(said("kv_version: 2", "team/kv/a", deep).await);
}

#[tokio::test]
async fn a_path_with_what_the_api_puts_in_between_is_recognised() {
    let one = |asked: &Asked| match asked.line.as_str() {
        _ if is_preflight(asked) => mount_v2(),
        "GET /v1/secret/data/a" => secret("{}", 1),
        _ => nothing(),
    };
    let mut told = Vec::new();
    for (rest, at) in [
        ("mount: secret", "data/a"),
        ("mount: secret", "metadata/a"),
        ("mount: secret", "secret/a"),
        ("", "secret/data/a"),
        ("mount: secret", "data/b"),
    ] {
        told.push(said(rest, at, one).await);
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

#[tokio::test]
async fn what_may_not_be_asked_is_not_a_missing_secret() {
    let denied = |asked: &Asked| if is_preflight(asked) { denied_preflight() } else { denied_by_policy() };
    let unknown = |asked: &Asked| match asked.line.as_str() {
        _ if is_preflight(asked) => denied_preflight(),
        "GET /v1/secret/data/a" => nothing(),
        _ => denied_by_policy(),
    };
    let versioned = |asked: &Asked| match asked.line.as_str() {
        _ if is_preflight(asked) => denied_preflight(),
        "GET /v1/secret/data/a" => nothing(),
        _ => other_version(),
    };
    insta::assert_snapshot!(
        [
            said("mount: secret", "a", denied).await,
            said("mount: secret", "a", unknown).await,
            said("mount: secret", "a", versioned).await,
            said("mount: secret\nkv_version: 2", "a", unknown).await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn a_page_of_somebody_else_is_not_a_missing_secret() {
    let page = |_: &Asked| (404, "<html>not here</html>".to_owned());
    insta::assert_snapshot!(said("mount: secret\nkv_version: 2", "a", page).await);
}

#[tokio::test]
async fn nothing_is_written_to_or_deleted_from_an_engine_of_the_other_version() {
    let server = engines(|asked| match asked.line.starts_with("GET ") {
        true if is_preflight(asked) => mount("secret", "kv", "{}"),
        true => nothing(),
        false => done(),
    });
    let (context, _) = context(TOKEN);
    let store = server.bare_store("mount: secret\nkv_version: 2", &context).await;
    let write = store.write(&path("a"), SecretFields::plain("x"), WriteOptions::replace()).await;
    let delete = store.delete(&path("a")).await;
    let list = store.list(None).await;
    let answers: Vec<_> =
        [write.map(drop), delete, list.map(drop)].map(Result::unwrap_err).iter().map(shown).collect();
    insta::assert_snapshot!(with_requests(&server, &answers.join("\n")));
}

#[tokio::test]
async fn many_who_wait_for_a_mount_ask_once_also_when_there_is_no_answer() {
    for is_down in [false, true] {
        let server = engines(move |asked| match is_preflight(asked) {
            true if is_down => (503, r#"{"errors":["Vault is sealed"]}"#.to_owned()),
            true => mount_v2(),
            false => secret("{}", 1),
        });
        let (context, _) = context(TOKEN);
        let store = Arc::new(server.bare_store("", &context).await);
        let paths: Vec<_> = (0..12).map(|i| path(&format!("secret/{i}"))).collect();
        let answers = store.read_many(&paths).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), if is_down { 0 } else { 12 });
        for (answer, path) in answers.iter().zip(&paths) {
            assert!(answer.as_ref().err().and_then(Error::path).is_none_or(|of| of == path), "{answer:?}");
        }
        let preflights = asked(&server).iter().filter(|asked| is_preflight(asked)).count();
        assert_eq!(preflights, 1, "down: {is_down}");
    }
}
