//! What is answered.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use zeroize::Zeroizing;

use super::buffers;

/// An answer with its whole body.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers, but for those that the server adds itself: length and date.
    pub headers: HeaderMap,
    /// The body, wiped when the last copy of it is dropped.
    pub body: Bytes,
}

impl Response {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Self { status, headers, body: Bytes::new() }
    }

    /// An answer of this content type. The body is wiped when it is dropped.
    #[must_use]
    pub fn new(status: StatusCode, content_type: &'static str, body: Zeroizing<Vec<u8>>) -> Self {
        let mut response = Self::empty(status);
        response.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.body = Bytes::from_owner(Body(body));
        response
    }
}

/// What is sent: wiped when it is dropped, and its buffer used again.
struct Body(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        buffers::give_back(std::mem::take(&mut self.0));
    }
}

/// Not the body.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}
