//! The bridge against a real OpenBao server: `lab/run openbao`. The same requests go to both, in the same order, and what comes back is
//! the same but for `differences.yaml`.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to end it")]

mod answer;
mod compare;
mod difference;
mod generate;
mod known;
mod loopback;
mod request;
mod servers;

use crate::compare::compare;
use crate::servers::Behind;

#[tokio::test(flavor = "multi_thread")]
async fn over_a_store_with_versions_the_bridge_answers_as_openbao_does() {
    compare(Behind::Memory).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_numbered_files_the_bridge_answers_as_openbao_that_keeps_one_version() {
    compare(Behind::Files).await;
}
