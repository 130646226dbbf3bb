//! How much, and how long.

use std::time::Duration;

/// All bodies together, in bytes, that are read or answered at once; as much as one may have, where that is more.
///
/// Six of the longest, and with [`SMALL_BODIES`] a quarter of the memory that the workload is given: what a body is read into takes
/// about as much again, and the bridge itself less than half.
pub(super) const BODIES: usize = 24 << 20;

/// Small bodies beside them: a thousand at least.
pub(super) const SMALL_BODIES: usize = 8 << 20;

/// The longest of the small ones: a log-in with a token and certificates, a secret with some keys.
pub(super) const SMALL_BODY: usize = 8 << 10;

/// How much a client may send, how long it may take, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// All headers of a request together, in bytes; at least 8,192.
    pub header_bytes: usize,
    /// How many headers a request may have.
    pub headers: usize,
    /// A body, in bytes: what is longer is answered with 413. All bodies together have 32 MiB: what does not fit beside the others is
    /// answered with 503.
    pub body_bytes: usize,
    /// How many connections may be open.
    pub connections: usize,
    /// How many requests may be under way; others wait, and after [`request_time`](Self::request_time) are answered with 503. Of
    /// several [`Threads`](super::Threads), each has its share. `/healthz` and `/readyz` do not count.
    pub requests: usize,
    /// From the first byte of a request to its last header, and from one request to the next.
    pub header_time: Duration,
    /// From the last header to the end of the body.
    pub body_time: Duration,
    /// From the end of the body to the answer.
    pub request_time: Duration,
    /// From the end that was asked for to the end: what is under way then is cut.
    pub drain_time: Duration,
}

/// 16 KiB and 64 headers, bodies of 4 MiB, 4,096 connections, 512 requests at once; 30 s for headers, for bodies and for
/// answers, and 20 s for the end.
impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 16 << 10,
            headers: 64,
            body_bytes: 4 << 20,
            connections: 4096,
            requests: 512,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            request_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(20),
        }
    }
}
