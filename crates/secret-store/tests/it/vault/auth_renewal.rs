//! A token is made longer in time, and replaced when that ends.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use secret_store::ErrorKind;

use super::auth_server::{
    Answer, Server, context, denied, good_token, read, refused, secret, shown, token, until,
};

const AUTH: &str = "auth: { method: approle, role_id: x }";
const SECOND: Duration = Duration::from_secs(1);

/// Logs in as `s.1`, `s.2` and so on, for 30 seconds each.
fn thirty_seconds(renewable: bool, renewal: Answer) -> impl Fn(&super::auth_server::Asked) -> Answer {
    let count = AtomicU64::new(0);
    move |asked| {
        if asked.is_for("login") {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            return token(&format!("s.{number}"), 30, renewable);
        }
        if asked.is_for("renew-self") { renewal.clone() } else { secret() }
    }
}

#[tokio::test]
async fn a_token_is_renewed_after_two_thirds_of_its_time_while_requests_go_on() {
    let server = Server::start(thirty_seconds(true, token("s.1", 30, true)));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(19 * SECOND);
    read(&store, "a").await.unwrap();
    assert_eq!(server.count("renew-self"), 0);
    clock.advance(SECOND);
    for round in 1..=5 {
        // The first may find the renewal before this one still under way, and waits for it.
        read(&store, "a").await.unwrap();
        read(&store, "a").await.unwrap();
        until(|| server.count("renew-self") == round).await;
        clock.advance(20 * SECOND);
    }
    assert_eq!(server.count("login"), 1);
    assert!(server.asked().iter().filter(|asked| asked.is_for("secret/a")).all(|a| a.token() == Some("s.1")));
}

#[tokio::test]
async fn a_token_that_has_run_out_is_not_sent() {
    let server = Server::start(thirty_seconds(true, denied()));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(31 * SECOND);
    read(&store, "a").await.unwrap();
    let tokens: Vec<_> = server.asked().iter().filter_map(|asked| asked.token().map(str::to_owned)).collect();
    assert_eq!(tokens, ["s.1", "s.2"]);
}

#[tokio::test]
async fn a_token_that_is_not_renewed_is_replaced_before_it_runs_out() {
    for renewal in [denied(), refused(400, "lease is not renewable")] {
        let server = Server::start(thirty_seconds(true, renewal));
        let (context, clock) = context(&[]);
        let store = server.store(AUTH, &context).await;
        read(&store, "a").await.unwrap();
        clock.advance(20 * SECOND);
        read(&store, "a").await.unwrap();
        until(|| server.count("login") == 2).await;
        assert_eq!(server.count("renew-self"), 1);
    }
}

#[tokio::test]
async fn a_batch_token_is_replaced_and_never_renewed() {
    let server = Server::start(thirty_seconds(false, denied()));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(20 * SECOND);
    read(&store, "a").await.unwrap();
    until(|| server.count("login") == 2).await;
    assert_eq!(server.count("renew-self"), 0);
}

#[tokio::test]
async fn a_token_that_reaches_its_greatest_age_is_replaced() {
    let server = Server::start(thirty_seconds(true, token("s.1", 5, true)));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(20 * SECOND);
    read(&store, "a").await.unwrap();
    until(|| server.count("renew-self") == 1).await;
    for _ in 0..2 {
        // Whether the renewal has landed when the clock moves does not matter: at 30 seconds the token is gone in any case.
        clock.advance(5 * SECOND);
        read(&store, "a").await.unwrap();
    }
    read(&store, "a").await.unwrap();
    assert_eq!((server.count("login"), server.count("renew-self")), (2, 1));
}

#[tokio::test]
async fn a_server_that_is_down_is_not_asked_to_renew_at_each_read() {
    let server = Server::start(thirty_seconds(true, refused(503, "Vault is sealed")));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(20 * SECOND);
    for _ in 0..50 {
        read(&store, "a").await.unwrap();
    }
    until(|| server.count("renew-self") == 1).await;
    assert_eq!(server.count("login"), 1);
}

#[tokio::test]
async fn a_token_of_somebody_s_is_looked_up_and_renewed_and_when_it_ends_asked_for_again() {
    let server = Server::start(|asked| match () {
        () if asked.is_for("lookup-self") => good_token(30, true),
        () if asked.is_for("renew-self") => token("s.given", 30, true),
        () => secret(),
    });
    let (context, clock) = context(&[("VAULT_TOKEN", "s.given")]);
    let store = server.store("", &context).await;
    read(&store, "a").await.unwrap();
    clock.advance(20 * SECOND);
    read(&store, "a").await.unwrap();
    until(|| server.count("renew-self") == 1).await;
    clock.advance(60 * SECOND);
    // It may have been renewed by others, so it is looked up again; the first read may wait for the renewal instead.
    read(&store, "a").await.unwrap();
    read(&store, "a").await.unwrap();
    assert_eq!(server.count("lookup-self"), 2);
}

#[tokio::test]
async fn a_token_that_nobody_can_renew_or_replace_is_used_until_it_ends() {
    let server = Server::start(|asked| match () {
        () if asked.is_for("lookup-self") => good_token(30, false),
        () => secret(),
    });
    let (context, clock) = context(&[("VAULT_TOKEN", "s.given")]);
    let store = server.store("", &context).await;
    for _ in 0..29 {
        read(&store, "a").await.unwrap();
        clock.advance(SECOND);
    }
    assert_eq!((server.count("lookup-self"), server.count("renew-self")), (1, 0));
}

#[tokio::test]
async fn a_token_that_has_died_is_read_anew_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "s.old\n").unwrap();
    let is_over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let over = is_over.clone();
    let server = Server::start(move |asked| {
        let is_dead = asked.token() == Some("s.old") && over.load(Ordering::SeqCst);
        match () {
            () if is_dead => denied(),
            () if asked.is_for("lookup-self") => good_token(0, false),
            () => secret(),
        }
    });
    let (context, clock) = context(&[]);
    let auth = format!("auth: {{ method: token, token: {{ file: {} }} }}", file.to_str().unwrap());
    let store = server.store(&auth, &context).await;
    read(&store, "a").await.unwrap();
    is_over.store(true, Ordering::SeqCst);

    let error = read(&store, "a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    let text = shown(&error).replace(folder.path().to_str().unwrap(), "FOLDER");
    insta::assert_snapshot!(text);

    std::fs::write(&file, "s.new\n").unwrap();
    clock.advance(10 * SECOND);
    read(&store, "a").await.unwrap();
    std::fs::write(&file, "s.newer\n").unwrap();
    read(&store, "a").await.unwrap();
    assert_eq!(server.asked().last().unwrap().token(), Some("s.new"));
}
