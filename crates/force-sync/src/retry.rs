//! When a request is sent again.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};

/// How long a touch may go on asking again.
pub const PATIENCE: Duration = Duration::from_secs(10);

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Whether the same request may have another answer soon.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error()
}

/// How long to wait after so many attempts: as long as the server says, or twice as long as before.
pub(crate) fn wait(attempts: u32, headers: Option<&HeaderMap>) -> Duration {
    let asked = headers.and_then(|headers| headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok());
    let doubled = FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(8)).min(LONGEST_WAIT);
    asked.map_or(doubled, Duration::from_secs).max(doubled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_each_time_and_at_least_as_long_as_it_is_told() {
        let waits: Vec<_> = (1..7).map(|attempts| wait(attempts, None).as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(wait(u32::MAX, None), LONGEST_WAIT);
        let told = HeaderMap::from_iter([(header::RETRY_AFTER, "7".parse().unwrap())]);
        assert_eq!(wait(1, Some(&told)), Duration::from_secs(7));
        let nonsense = HeaderMap::from_iter([(header::RETRY_AFTER, "soon".parse().unwrap())]);
        assert_eq!(wait(1, Some(&nonsense)), FIRST_WAIT);
    }
}
