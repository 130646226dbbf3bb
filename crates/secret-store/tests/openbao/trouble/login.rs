//! Logging in, and losing the token, behind the same proxy.

use std::time::Duration;

use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use serde_json::json;
use test_kit::proxy::{Answer, Fault, Rule};
use test_kit::{block_on, path};

use super::{Troubled, ended, fault, old, succeeded};
use crate::shared::dev;

/// A store that logs in as somebody who may do all in its mount, with a password.
async fn with_password() -> Troubled {
    Troubled::with(
        2,
        |mount| {
            let method = format!("userpass-{mount}");
            dev().run(&["auth", "enable", &format!("-path={method}"), "userpass"]);
            let policy = dev().policy(&format!(r#"path "{mount}/*" {{ capabilities = ["read", "list"] }}"#));
            let user = format!("auth/{method}/users/ada");
            dev().run(&["write", &user, "password=open sesame", &format!("token_policies={policy}")]);
            std::fs::write(dev().folder().join(&method), "open sesame").unwrap();
            let auth =
                json!({ "method": "userpass", "username": "ada", "password": { "file": method }, "mount": method });
            json!({ "mount": mount, "kv_version": 2, "auth": auth })
        },
        "",
    )
    .await
}

/// The log-in has this fault, so many times.
fn inject(troubled: &Troubled, fault: &Fault, times: usize) {
    troubled.proxy.inject(Rule::new(fault.clone()).under("/v1/auth/userpass-").times(times));
}

#[test]
fn a_log_in_gets_over_what_passes() {
    block_on(async {
        for fault in [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat() {
            let troubled = with_password().await;
            inject(&troubled, &fault, 1);
            let read = succeeded(&fault, troubled.store.read(&path("app/db"), ReadOptions::current())).await;
            assert!(*read.fields == old(&troubled.canary), "{fault:?}");
        }
    });
}

#[test]
fn a_log_in_that_fails_is_never_a_missing_secret() {
    block_on(async {
        let lies = [fault::not_to_be_believed(), fault::not_found_by_somebody_else()].concat();
        for fault in lies.into_iter().chain([fault::forbidden(), Fault::Reply(Answer::new(400))]) {
            let troubled = with_password().await;
            inject(&troubled, &fault, usize::MAX);
            let read = ended(&fault, troubled.store.read(&path("app/db"), ReadOptions::current())).await;
            let list = ended(&fault, troubled.store.list(None)).await;
            troubled.expect_honest(&read.expect_err(&format!("{fault:?} was believed")), &fault);
            troubled.expect_honest(&list.expect_err(&format!("{fault:?} was believed")), &fault);
            troubled.mend();
            // Nobody who was refused knocks again at once: a server locks out who does.
            troubled.clock.advance(Duration::from_mins(10));
            succeeded(&fault, troubled.store.read(&path("app/db"), ReadOptions::current())).await;
        }
    });
}

#[test]
fn many_who_wait_for_one_log_in_log_in_once_for_each_attempt() {
    block_on(async {
        let troubled = with_password().await;
        inject(&troubled, &Fault::CutAnswer, 1);
        let paths = vec![path("app/db"); 64];
        for answer in ended(&Fault::CutAnswer, troubled.store.read_many(&paths)).await {
            assert!(*answer.unwrap().fields == old(&troubled.canary));
        }
        let logins = troubled.proxy.count("POST", "/v1/auth/") + troubled.proxy.count("PUT", "/v1/auth/");
        assert!((1..=3).contains(&logins), "{logins} log-ins");
    });
}

#[test]
fn a_token_that_died_is_replaced_also_under_a_fault() {
    block_on(async {
        let at = path("app/db");
        for fault in [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat() {
            let troubled = with_password().await;
            succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
            let prefix = format!("auth/userpass-{}/", troubled.mount);
            dev().run(&["lease", "revoke", "-force", "-prefix", &prefix]);
            troubled.proxy.inject(Rule::new(fault.clone()).under("/v1/auth/").times(1));
            let read = succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
            assert!(*read.fields == old(&troubled.canary), "{fault:?}");
        }
    });
}

#[test]
fn a_refused_password_is_no_reason_to_ask_again() {
    block_on(async {
        let troubled = with_password().await;
        let refusal = Answer::new(400).body(r#"{"errors":["invalid username or password"]}"#);
        inject(&troubled, &Fault::Reply(refusal), usize::MAX);
        let error = troubled.store.read(&path("app/db"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error}");
        assert!(troubled.clock.sleeps().is_empty());
    });
}
