//! Waiting for a state.

use tokio::sync::watch;

/// Returns once the state is as wanted.
pub(crate) async fn until<T>(watched: &watch::Sender<T>, wanted: impl FnMut(&T) -> bool) {
    let mut receiver = watched.subscribe();
    // Fails only when there is no sender any more, and here is one.
    drop(receiver.wait_for(wanted).await);
}
