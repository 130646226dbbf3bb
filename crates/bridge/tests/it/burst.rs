//! However many ask at once, the store is asked once for each path.

use std::sync::Arc;

use futures::future::join_all;
use secret_store::{SecretFields, SecretStore as _, WriteOptions};
use serde_json::json;
use test_kit::{Fault, Gate, path};

use crate::opened::{Opened, ROOT, ask, opened};

async fn with_secrets(count: usize) -> Opened {
    let opened = opened(json!({})).await;
    for number in 0..count {
        let (at, fields) =
            (path(&format!("app/{number}")), SecretFields::plain(format!("v{number}").as_str()));
        opened.store.write(&at, fields, WriteOptions::replace()).await.unwrap();
    }
    opened.store.reset();
    opened
}

/// The statuses of reads that are all begun before the store answers the first.
async fn at_once(opened: &Opened, targets: Vec<String>) -> Vec<u16> {
    let gate = Gate::shut();
    opened.store.inner().inject(Fault::held_by(&gate));
    let reads: Vec<_> = targets
        .into_iter()
        .map(|target| {
            let bridge = Arc::clone(&opened.bridge);
            tokio::spawn(async move { ask(&bridge, "10.0.0.1", ROOT, "GET", &target).await.status.as_u16() })
        })
        .collect();
    gate.waiting(1).await;
    opened.store.inner().mend();
    gate.open();
    join_all(reads).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thousands_who_ask_for_one_path_cost_the_store_one_read() {
    let opened = with_secrets(1).await;
    let statuses = at_once(&opened, vec!["/v1/secret/data/app/0".to_owned(); 5000]).await;
    assert!(statuses.len() == 5000 && statuses.iter().all(|status| *status == 200));
    assert_eq!(opened.store.counts().reads_of("app/0"), 1);
    assert_eq!(opened.store.counts().total(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_over_two_thousand_paths_costs_one_read_for_each() {
    let opened = with_secrets(2000).await;
    let targets = (0..6000).map(|number| format!("/v1/secret/data/app/{}", number % 2000)).collect();
    let statuses = at_once(&opened, targets).await;
    assert!(statuses.iter().all(|status| *status == 200));
    let counts = opened.store.counts();
    assert_eq!(counts.total(), 2000);
    for number in 0..2000 {
        assert_eq!(counts.reads_of(&format!("app/{number}")), 1, "app/{number}");
    }
}
