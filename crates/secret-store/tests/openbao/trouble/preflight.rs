//! Finding out where the engine is mounted and of which version it is.

use secret_store::{ReadOptions, SecretStore as _};
use serde_json::json;
use test_kit::proxy::{Fault, Rule};
use test_kit::{block_on, path};

use super::{Troubled, ended, fault, old, succeeded};

/// Paths begin with their mount, which the server is asked for.
async fn without_a_mount(version: u8) -> Troubled {
    Troubled::with(version, |_| json!({}), "root").await
}

fn inject(troubled: &Troubled, fault: &Fault, times: usize) {
    troubled.proxy.inject(Rule::new(fault.clone()).under("/v1/sys/internal/ui/mounts").times(times));
}

#[test]
fn the_question_for_the_mount_gets_over_what_passes() {
    block_on(async {
        for fault in [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat() {
            for version in [1, 2] {
                let troubled = without_a_mount(version).await;
                inject(&troubled, &fault, 1);
                let at = path(&format!("{}/app/db", troubled.mount));
                let read = succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
                assert!(*read.fields == old(&troubled.canary), "{fault:?}");
            }
        }
    });
}

#[test]
fn a_wrong_answer_to_it_is_never_a_missing_secret_and_is_not_kept() {
    block_on(async {
        for fault in [fault::not_to_be_believed(), fault::not_found_by_somebody_else()].concat() {
            for version in [1, 2] {
                let troubled = without_a_mount(version).await;
                inject(&troubled, &fault, usize::MAX);
                let at = path(&format!("{}/app/db", troubled.mount));
                match ended(&fault, troubled.store.read(&at, ReadOptions::current())).await {
                    Ok(read) => assert!(*read.fields == old(&troubled.canary), "{fault:?}"),
                    Err(error) => troubled.expect_honest(&error, &fault),
                }
                troubled.mend();
                let read = succeeded(&fault, troubled.store.read(&at, ReadOptions::current())).await;
                assert!(*read.fields == old(&troubled.canary), "{fault:?}");
            }
        }
    });
}

#[test]
fn who_may_not_ask_for_the_mount_reads_version_2_and_is_told_of_the_guess() {
    block_on(async {
        let troubled = without_a_mount(2).await;
        inject(&troubled, &fault::forbidden(), usize::MAX);
        let at = path(&format!("{}/app/db", troubled.mount));
        let read = troubled.store.read(&at, ReadOptions::current()).await.unwrap();
        assert!(*read.fields == old(&troubled.canary));

        let troubled = without_a_mount(1).await;
        inject(&troubled, &fault::forbidden(), usize::MAX);
        let at = path(&format!("{}/app/db", troubled.mount));
        let error = troubled.store.read(&at, ReadOptions::current()).await.unwrap_err();
        assert!(format!("{error} {:?}", error.help()).contains("kv_version"), "{error}: {:?}", error.help());
    });
}
