//! Bodies, in memory that is wiped.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use secrecy::ExposeSecret as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::SecretValue;
use crate::buffer::WipedBuffer;

/// The longest answer that is taken, in bytes: the server takes no longer request, and keeps no longer secret.
pub(super) const LIMIT: usize = 32 * 1024 * 1024;

/// Why an answer's body is not there.
#[derive(Debug)]
pub(super) enum BodyError<E> {
    /// There is more than the limit.
    TooLong,
    /// It broke off.
    Broken(E),
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

/// Collects a body of at most `limit` bytes.
pub(super) async fn incoming<B>(mut body: B, limit: usize) -> Result<Zeroizing<Vec<u8>>, BodyError<B::Error>>
where
    B: Body<Data = Bytes> + Unpin,
{
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(BodyError::TooLong);
    }
    let mut whole = WipedBuffer::with_capacity(announced);
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(BodyError::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= limit {
            whole.push(&data);
        }
        // Where the frame is not a window of a larger buffer of HTTP's, nobody else would wipe it.
        if let Ok(mut own) = data.try_into_mut() {
            own.as_mut().zeroize();
        }
        if length > limit {
            return Err(BodyError::TooLong);
        }
    }
    Ok(whole.into_inner())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::stream;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    #[tokio::test]
    async fn a_body_of_unknown_length_is_taken_up_to_the_limit() {
        let body = || {
            let frames = ["abc", "", "def"].map(|data| Ok::<_, Infallible>(Frame::data(Bytes::from(data))));
            StreamBody::new(stream::iter(frames))
        };
        assert_eq!(**incoming(body(), 6).await.unwrap(), *b"abcdef");
        assert!(matches!(incoming(body(), 5).await, Err(BodyError::TooLong)));
    }

    #[tokio::test]
    async fn what_is_lent_is_the_value_s_own_memory() {
        let value = SecretValue::from("lent");
        assert_eq!(lend(&value).as_ptr(), lend(&value.clone()).as_ptr());
    }
}
