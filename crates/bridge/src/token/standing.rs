//! What is known of tokens, as numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What this process has done with tokens.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) issued: AtomicU64,
    pub(super) renewed: AtomicU64,
    pub(super) revoked: AtomicU64,
}

impl Counts {
    pub(super) fn count(count: &AtomicU64) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// What this process has done with tokens, and what it knows of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokensStanding {
    pub(crate) issued: u64,
    pub(crate) renewed: u64,
    pub(crate) revoked: u64,
    /// How many are known to be revoked, and how many to be renewed.
    pub(crate) revocations: usize,
    pub(crate) renewals: usize,
    /// How long ago that was last read.
    pub(crate) age: Duration,
    /// Whether it could not be read since.
    pub(crate) is_in_trouble: bool,
}
