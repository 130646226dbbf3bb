//! Bodies, in memory that is wiped.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use secrecy::ExposeSecret as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::SecretValue;
use crate::buffer::WipedBuffer;

/// The longest answer that is taken, in bytes: the server takes no longer request, and keeps no longer secret.
pub(super) const LIMIT: usize = 32 * 1024 * 1024;

/// Why an answer's body is not there.
#[derive(Debug)]
pub(super) enum BodyError {
    /// There is more than [`LIMIT`].
    TooLong,
    /// It broke off.
    Broken(hyper::Error),
}

/// The value's own memory, lent to whoever sends it, and wiped when the last of them is done.
pub(super) fn lend(value: &SecretValue) -> Bytes {
    struct Lent(SecretValue);
    impl AsRef<[u8]> for Lent {
        #[expect(clippy::disallowed_methods, reason = "a request's body or token, on its way to the server")]
        fn as_ref(&self) -> &[u8] {
            self.0.expose_secret()
        }
    }
    Bytes::from_owner(Lent(value.clone()))
}

pub(super) fn outgoing(body: Option<&SecretValue>) -> Full<Bytes> {
    body.map_or_else(Full::default, |body| Full::new(lend(body)))
}

pub(super) async fn incoming(mut body: Incoming) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > LIMIT {
        return Err(BodyError::TooLong);
    }
    let mut whole = WipedBuffer::with_capacity(announced);
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(BodyError::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= LIMIT {
            whole.push(&data);
        }
        if let Ok(mut own) = data.try_into_mut() {
            own.as_mut().zeroize();
        }
        if length > LIMIT {
            return Err(BodyError::TooLong);
        }
    }
    Ok(whole.into_inner())
}
