//! A secret id that comes wrapped.

use std::time::Duration;

use super::auth_server::{Answer, Asked, Server, context, read, refused, secret, shown, token};

const AUTH: &str =
    "auth: { method: approle, role_id: x, secret_id: { env: WRAPPED }, secret_id_wrapped: true }";
const WRAPPED: &[(&str, &str)] = &[("WRAPPED", "s.aXcVbNm1")];

fn wraps(path: &str) -> Answer {
    let data =
        format!(r#"{{"creation_path":"{path}","creation_time":"2026-01-01T00:00:00Z","creation_ttl":60}}"#);
    (200, format!(r#"{{"request_id":"1","data":{data}}}"#))
}

fn unwrapped() -> Answer {
    let data =
        r#"{"secret_id":"the-secret-id","secret_id_accessor":"a","secret_id_num_uses":0,"secret_id_ttl":0}"#;
    (200, format!(r#"{{"request_id":"","data":{data}}}"#))
}

fn script(lookup: Answer, unwrap: Answer) -> impl Fn(&Asked) -> Answer {
    move |asked| match () {
        () if asked.is_for("wrapping/lookup") => lookup.clone(),
        () if asked.is_for("wrapping/unwrap") => unwrap.clone(),
        () if asked.is_for("login") => token("s.new", 60, false),
        () => secret(),
    }
}

#[tokio::test]
async fn a_wrapped_secret_id_is_checked_unwrapped_once_and_kept() {
    let server = Server::start(script(wraps("auth/approle/role/web/secret-id"), unwrapped()));
    let (context, clock) = context(WRAPPED);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    let asked: Vec<_> = server.asked().iter().map(Asked::shown).collect();
    insta::assert_snapshot!(asked.join("\n\n"));
    clock.advance(Duration::from_mins(1));
    read(&store, "a").await.unwrap();
    assert_eq!((server.count("login"), server.count("unwrap"), server.count("lookup")), (2, 1, 1));
    assert_eq!(server.asked().last().map(|asked| asked.is_for("secret/a")), Some(true));
}

#[tokio::test]
async fn a_wrapping_token_that_is_no_good_logs_nobody_in() {
    let gone = || refused(400, "wrapping token is not valid or does not exist");
    let mine = || wraps("auth/approle/role/web/secret-id");
    let mut texts = Vec::new();
    for (lookup, unwrap, unwraps) in [
        (gone(), unwrapped(), 0),
        (wraps("secret/data/auth/approle/role/web/secret-id"), unwrapped(), 0),
        (wraps("auth/other/role/web/secret-id"), unwrapped(), 0),
        (mine(), gone(), 1),
        (mine(), (200, "{}".to_owned()), 1),
        (refused(503, "Vault is sealed"), unwrapped(), 0),
    ] {
        let server = Server::start(script(lookup, unwrap));
        let (context, _) = context(WRAPPED);
        let store = server.store(AUTH, &context).await;
        texts.push(shown(&read(&store, "a").await.unwrap_err()));
        assert_eq!((server.count("login"), server.count("unwrap")), (0, unwraps));
    }
    insta::assert_snapshot!(texts.join("\n"));
}
