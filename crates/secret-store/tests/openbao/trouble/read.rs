//! Reads and lists.

use secret_store::{ErrorKind, ReadOptions, SecretStore as _};
use test_kit::proxy::{Fault, Rule};
use test_kit::{block_on, path};

use super::{Troubled, ended, fault, old, succeeded};

/// What goes away by itself, and who asks again gets what is there.
fn passing() -> Vec<Fault> {
    [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat()
}

async fn reads_get_over_what_passes(version: u8) {
    let at = path("app/db");
    let troubled = Troubled::new(version).await;
    let expected = old(&troubled.canary);
    for fault in passing() {
        for times in [1, 2] {
            troubled.inject(&fault, times);
            let read = succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
            assert!(*read.fields == expected, "{fault:?}");
            troubled.mend();
        }
    }
}

#[test]
fn reads_get_over_what_passes_in_version_1() {
    block_on(reads_get_over_what_passes(1));
}

#[test]
fn reads_get_over_what_passes_in_version_2() {
    block_on(reads_get_over_what_passes(2));
}

#[test]
fn lists_get_over_what_passes_and_are_whole() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        let expected = ["app/db"].map(path);
        for fault in passing() {
            troubled.inject(&fault, 1);
            assert_eq!(succeeded(&fault, troubled.store.list(None)).await, expected, "{fault:?}");
            troubled.mend();
        }
    });
}

#[test]
fn of_many_reads_only_those_fail_that_do() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        let paths = ["app/db", "app/none", "app/db"].map(path);
        for fault in passing() {
            troubled.inject(&fault, 2);
            let answers = ended(&fault, troubled.store.read_many(&paths)).await;
            let kinds: Vec<_> =
                answers.iter().map(|answer| answer.as_ref().err().map(secret_store::Error::kind)).collect();
            assert_eq!(kinds, [None, Some(ErrorKind::NotFound), None], "{fault:?}");
            troubled.mend();
        }
    });
}

#[test]
fn what_does_not_pass_is_an_error_after_some_attempts_and_never_a_missing_secret() {
    block_on(async {
        let at = path("app/db");
        let troubled = Troubled::new(2).await;
        // Time-outs are left out only because each of them would be waited for five times.
        let all = [fault::before_the_server(), fault::after_the_server()].concat();
        let hangs = |fault: &Fault| {
            matches!(fault, Fault::DelayRequest(_) | Fault::DelayAnswer(_) | Fault::WrongLength(_))
        };
        for fault in all.into_iter().filter(|fault| !hangs(fault)) {
            troubled.proxy.inject(Rule::new(fault.clone()));
            let read = ended(&fault, troubled.store.read(&at, ReadOptions::current())).await.unwrap_err();
            assert!(read.to_string().contains("gave up after 5 attempts"), "{fault:?}: {read}");
            let list = ended(&fault, troubled.store.list(None)).await.unwrap_err();
            for error in [read, list] {
                troubled.expect_honest(&error, &fault);
                let kinds = [ErrorKind::Unavailable, ErrorKind::RateLimited];
                assert!(kinds.contains(&error.kind()), "{fault:?}: {error}");
            }
            troubled.mend();
        }
        troubled.store.read(&at, ReadOptions::current()).await.unwrap();
    });
}

/// Reads and lists under an answer that is not the server's, as long as it comes.
async fn nobody_is_believed(version: u8, faults: Vec<Fault>) {
    let at = path("app/db");
    let troubled = Troubled::new(version).await;
    let expected = old(&troubled.canary);
    assert!(*troubled.store.read(&at, ReadOptions::current()).await.unwrap().fields == expected);
    for fault in faults {
        troubled.inject(&fault, usize::MAX);
        let read = ended(&fault, troubled.store.read(&at, ReadOptions::current())).await;
        let list = ended(&fault, troubled.store.list(None)).await;
        let read = read.expect_err(&format!("{fault:?} was believed by a read"));
        let list = list.expect_err(&format!("{fault:?} was believed by a list"));
        for error in [read, list] {
            troubled.expect_honest(&error, &fault);
            let kinds = [ErrorKind::Unavailable, ErrorKind::Invalid, ErrorKind::Corrupt];
            assert!(kinds.contains(&error.kind()), "{fault:?}: {error}");
        }
        troubled.mend();
        let read = succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
        assert!(*read.fields == expected, "{fault:?} is gone, and its answer is still believed");
    }
}

#[test]
fn an_answer_that_is_not_the_server_s_is_not_believed_in_version_1() {
    block_on(nobody_is_believed(1, fault::not_to_be_believed()));
}

#[test]
fn an_answer_that_is_not_the_server_s_is_not_believed_in_version_2() {
    block_on(nobody_is_believed(2, fault::not_to_be_believed()));
}

#[test]
fn who_does_not_know_the_way_has_not_said_that_a_secret_is_missing_in_version_1() {
    block_on(nobody_is_believed(1, fault::not_found_by_somebody_else()));
}

#[test]
fn who_does_not_know_the_way_has_not_said_that_a_secret_is_missing_in_version_2() {
    block_on(nobody_is_believed(2, fault::not_found_by_somebody_else()));
}

#[test]
fn what_is_forbidden_is_not_missing_and_not_asked_for_again() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        troubled.inject(&fault::forbidden(), usize::MAX);
        let read = troubled.store.read(&path("app/db"), ReadOptions::current()).await.unwrap_err();
        assert_eq!(read.kind(), ErrorKind::PermissionDenied, "{read}");
        assert_eq!(troubled.store.list(None).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert!(troubled.clock.sleeps().is_empty());
    });
}

#[test]
fn a_server_that_refuses_connections_is_unavailable_until_it_takes_them_again() {
    block_on(async {
        let at = path("app/db");
        let troubled = Troubled::new(2).await;
        assert!(troubled.store.read(&at, ReadOptions::current()).await.is_ok());
        troubled.proxy.refuse().await;
        let error = troubled.store.read(&at, ReadOptions::current()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.help().is_some(), "{error}");
        troubled.proxy.accept_again().await.unwrap();
        assert!(troubled.store.read(&at, ReadOptions::current()).await.is_ok());
    });
}
