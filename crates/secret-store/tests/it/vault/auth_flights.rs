//! Many requests at once, one log-in.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use futures::future::join_all;
use secret_store::wrapper::{RetryPolicy, Retrying};
use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use test_kit::path;

use super::auth_server::{
    Server, context, denied, denied_by_policy, good_token, read, refused, secret, token,
};

const AUTH: &str = "auth: { method: approle, role_id: x }";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_reads_log_in_once() {
    let server = Server::start(|asked| if asked.is_for("login") { token("s.1", 60, true) } else { secret() });
    let (context, _) = context(&[]);
    let store = server.store(AUTH, &context).await;
    let paths: Vec<_> = (0..1000).map(|number| format!("s{number}")).collect();
    let answers = join_all(paths.iter().map(|at| read(&store, at))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(server.count("login"), 1);
    assert_eq!(server.asked().len(), 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_reads_that_nobody_lets_in_log_in_once() {
    let server = Server::start(|_| refused(400, "invalid role or secret ID"));
    let (context, clock) = context(&[]);
    let store = server.store(AUTH, &context).await;
    let answers = join_all((0..1000).map(|_| read(&store, "a"))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap_err().kind() == ErrorKind::Unauthenticated));
    assert_eq!(server.asked().len(), 1);

    // Not in batches either.
    for _ in 0..10 {
        read(&store, "a").await.unwrap_err();
    }
    assert_eq!(server.asked().len(), 1);
    clock.advance(Duration::from_mins(5));
    read(&store, "a").await.unwrap_err();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_is_asked_no_more_often_than_there_are_attempts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    std::thread::spawn(move || {
        while listener.accept().is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let text = format!("address: http://{address}\nmount: secret\nkv_version: 1\n{AUTH}");
    let config: secret_store::provider::vault::VaultConfig = serde_yaml::from_str(&text).unwrap();
    let (context, clock) = context(&[]);
    let retrying = RetryPolicy::default();
    let store = Retrying::new(config.open(&context).await.unwrap(), retrying, Arc::new(clock.clone()));
    let at = path("a");
    let time_passes = async {
        loop {
            // Not until all of them sleep: chance may let one give up before the others.
            clock.sleepers(1).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.advance(Duration::from_secs(5));
        }
    };
    let answers = tokio::select! {
        answers = join_all((0..1000).map(|_| store.read(&at, ReadOptions::current()))) => answers,
        () = time_passes => unreachable!(),
    };
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap_err().kind() == ErrorKind::Unavailable));
    let asked = connections.load(Ordering::SeqCst);
    assert!((1..=2 * 5).contains(&asked), "{asked} connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_a_log_in_may_give_up() {
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let server = Server::start(move |asked| {
        if !asked.is_for("login") {
            return secret();
        }
        begun.send(()).unwrap();
        may_go_on.lock().unwrap().recv().unwrap();
        token("s.1", 60, true)
    });
    let (context, _) = context(&[]);
    let store = Arc::new(server.store(AUTH, &context).await);
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { read(&store, "a").await })
        })
        .collect();
    tokio::task::spawn_blocking(move || has_begun.recv().map(|()| has_begun)).await.unwrap().unwrap();
    for reader in readers {
        reader.abort();
        assert!(reader.await.unwrap_err().is_cancelled());
    }
    go_on.send(()).unwrap();
    // The log-in that nobody waited for any more is the one that is used.
    read(&store, "a").await.unwrap();
    assert_eq!(server.count("login"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_dies_under_many_reads_is_looked_up_once_and_replaced_once() {
    let is_revoked = Arc::new(AtomicBool::new(false));
    let revoked = is_revoked.clone();
    let server = Server::start(move |asked| {
        let is_dead = asked.token() == Some("s.1") && revoked.load(Ordering::SeqCst);
        match () {
            () if asked.is_for("login") && revoked.load(Ordering::SeqCst) => token("s.2", 60, true),
            () if asked.is_for("login") => token("s.1", 60, true),
            () if is_dead => denied(),
            () if asked.is_for("lookup-self") => good_token(60, true),
            () => secret(),
        }
    });
    let (context, _) = context(&[]);
    let store = server.store(AUTH, &context).await;
    read(&store, "a").await.unwrap();
    is_revoked.store(true, Ordering::SeqCst);
    let answers = join_all((0..1000).map(|_| read(&store, "a"))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(server.count("lookup-self"), 1);
    assert_eq!(server.count("login"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_forbidden_makes_no_log_in() {
    let server = Server::start(|asked| match () {
        () if asked.is_for("login") => token("s.1", 60, true),
        () if asked.is_for("lookup-self") => good_token(60, true),
        () if asked.is_for("secret/forbidden") => denied_by_policy(),
        () => secret(),
    });
    let (context, _) = context(&[]);
    let store = server.store(AUTH, &context).await;
    for at in ["forbidden", "a", "forbidden", "a", "forbidden"] {
        let answer = read(&store, at).await.map_err(|error| error.kind());
        assert_eq!(answer, if at == "a" { Ok(()) } else { Err(ErrorKind::PermissionDenied) });
    }
    assert_eq!(server.count("login"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_that_is_refused_at_once_is_not_replaced_for_ever() {
    let server = Server::start(|asked| if asked.is_for("login") { token("s.1", 60, true) } else { denied() });
    let (context, _) = context(&[]);
    let store = server.store(AUTH, &context).await;
    for _ in 0..5 {
        assert_eq!(read(&store, "a").await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
    assert_eq!(server.count("login"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_token_is_dead_is_not_guessed_while_the_server_is_down() {
    let server = Server::start(|asked| match () {
        () if asked.is_for("login") => token("s.1", 60, true),
        () if asked.is_for("lookup-self") => refused(503, "Vault is sealed"),
        () => denied(),
    });
    let (context, _) = context(&[]);
    let store = server.store(AUTH, &context).await;
    assert_eq!(read(&store, "a").await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(server.count("login"), 1);
}
