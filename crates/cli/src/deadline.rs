//! When the run must be over.

use std::time::Duration;

use events::{Clock, SignedDuration};
use secret_store::StoreConfig;

/// For a store that is asked over a network, unless the user says otherwise.
const OF_A_SERVER: Duration = Duration::from_mins(5);

/// So that a store can say what it was doing before the process ends.
const GRACE: Duration = Duration::from_secs(1);

/// What `--deadline` takes: `5m`, `90s`, `1h 30m`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    let longer_than_nothing = duration.filter(|duration| !duration.is_zero());
    longer_than_nothing
        .ok_or_else(|| "a time longer than nothing is needed, such as 5m, 90s or 1h30m".to_owned())
}

/// Until when the store may work, on the clock's monotonic time. What lies on this machine is not bounded unless asked for: a
/// passphrase may take a while to be found.
pub(crate) fn of_store(
    asked_for: Option<Duration>,
    store: Option<&StoreConfig>,
    clock: &dyn Clock,
) -> Option<Duration> {
    let is_remote = store.is_some_and(StoreConfig::is_remote);
    let duration = asked_for.or(is_remote.then_some(OF_A_SERVER))?;
    Some(clock.monotonic().saturating_add(duration))
}

/// Returns when the process must end, whatever it does. Without `--deadline`, never.
pub(crate) async fn passed(asked_for: Option<Duration>, clock: &dyn Clock) -> Duration {
    match asked_for {
        Some(duration) => {
            clock.sleep(duration.saturating_add(GRACE)).await;
            duration
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_a_time_as_people_write_it() {
        assert_eq!(parse("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(parse("1h 30m"), parse("90 minutes"));
        for wrong in ["", "5", "0s", "-5m", "soon", "1 month"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
