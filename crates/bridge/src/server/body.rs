//! The body of a request, in memory that is wiped.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use zeroize::Zeroizing;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoBody {
    TooLong,
    TooSlow,
    /// The client has gone, or does not send what it said.
    Broken,
}

/// The whole body, of at most `limit` bytes.
pub(super) async fn collect(
    body: Incoming,
    limit: usize,
    within: Duration,
) -> Result<Zeroizing<Vec<u8>>, NoBody> {
    if body.is_end_stream() {
        return Ok(Zeroizing::default());
    }
    match tokio::time::timeout(within, read(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(NoBody::TooSlow),
    }
}

async fn read(mut body: Incoming, limit: usize) -> Result<Zeroizing<Vec<u8>>, NoBody> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(NoBody::TooLong);
    }
    let mut whole = Zeroizing::new(Vec::with_capacity(announced));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| NoBody::Broken)?.into_data() else { continue };
        let length = whole.len() + data.len();
        if length > limit {
            return Err(NoBody::TooLong);
        }
        if length > whole.capacity() {
            // Grown by hand, so that no copy is left behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
            larger.extend_from_slice(&whole);
            whole = larger;
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}
