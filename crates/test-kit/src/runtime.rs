//! A runtime for tests that have none.

use std::time::Duration;

/// How long one test may take. Only a test that hangs ever gets there.
const LIMIT: Duration = Duration::from_mins(5);

/// Runs `test` on a runtime of several threads, so that what can happen at once does.
///
/// # Panics
/// When the test does, or does not end within five minutes.
#[track_caller]
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("the system lets a test start threads");
    let ended = runtime.block_on(async { tokio::time::timeout(LIMIT, test).await });
    ended.unwrap_or_else(|_| panic!("the test did not end within {LIMIT:?}"))
}
