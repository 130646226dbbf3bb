//! How often one may guess.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use events::Clock;

use crate::config::ThrottleConfig;

/// How many addresses, and how many names that nobody has, are remembered: whoever makes up more does not make this grow.
const MOST: usize = 4096;

/// Counts failures in a row, of names and of addresses.
#[derive(Debug)]
pub(crate) struct Throttle {
    config: ThrottleConfig,
    clock: Arc<dyn Clock>,
    hash: RandomState,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// Of names that are in the settings: no others drive them out.
    names: HashMap<u64, Count>,
    /// Of names that are not: they are kept out alike, so that nobody learns from it which names there are.
    made_up: HashMap<u64, Count>,
    addresses: HashMap<u64, Count>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    failures: u32,
    /// The last failure, on the monotonic clock.
    last: Duration,
    /// Until when one has to wait.
    until: Duration,
    /// The address that logged in last.
    home: Option<u64>,
}

/// Whose failures are counted beside the address's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    key: u64,
    is_known: bool,
}

impl Throttle {
    pub(crate) fn new(config: ThrottleConfig, clock: Arc<dyn Clock>) -> Self {
        Self { config, clock, hash: RandomState::new(), counts: Mutex::default() }
    }

    /// What is counted for a name of a method; `is_known` says whether anybody has it.
    pub(crate) fn name(&self, mount: &str, name: &str, is_known: bool) -> Name {
        Name { key: self.hash.hash_one((mount, name)), is_known }
    }

    /// How long an address has to wait.
    pub(crate) fn wait_of_address(&self, address: IpAddr) -> Option<Duration> {
        let (key, now) = (self.key(address), self.clock.monotonic());
        self.with(|counts| counts.addresses.get(&key).and_then(|count| count.wait(now)))
    }

    /// How long one has to wait who comes from an address and tries a name.
    pub(crate) fn wait_of_name(&self, name: Name, address: IpAddr) -> Option<Duration> {
        let (key, now) = (self.key(address), self.clock.monotonic());
        self.with(|counts| {
            let count = counts.of(name).get(&name.key)?;
            if count.home == Some(key) { None } else { count.wait(now) }
        })
    }

    /// Notes that what was shown did not let in.
    pub(crate) fn failed(&self, name: Option<Name>, address: IpAddr) {
        let (key, now, config) = (self.key(address), self.clock.monotonic(), &self.config);
        self.with(|counts| {
            if config.address_failures > 0 {
                let count = room(&mut counts.addresses, key, now, config.window);
                count.fail(now, config.address_failures, config);
            }
            if let Some(name) = name.filter(|_| config.failures > 0) {
                let count = if name.is_known {
                    counts.names.entry(name.key).or_default()
                } else {
                    room(&mut counts.made_up, name.key, now, config.window)
                };
                count.fail(now, config.failures, config);
                // Who guesses from there is no better than others.
                if count.failures >= config.failures && count.home == Some(key) {
                    count.home = None;
                }
            }
        });
    }

    /// Notes that somebody has logged in.
    pub(crate) fn succeeded(&self, name: Option<Name>, address: IpAddr) {
        let key = self.key(address);
        self.with(|counts| {
            counts.addresses.remove(&key);
            if let Some(name) = name.filter(|name| name.is_known) {
                counts.names.insert(name.key, Count { home: Some(key), ..Count::default() });
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        work(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An address; of version 6, the network that its owner has.
    fn key(&self, address: IpAddr) -> u64 {
        self.hash.hash_one(match address.to_canonical() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or_default(),
        })
    }
}

impl Counts {
    fn of(&self, name: Name) -> &HashMap<u64, Count> {
        if name.is_known { &self.names } else { &self.made_up }
    }
}

impl Count {
    fn wait(&self, now: Duration) -> Option<Duration> {
        self.until.checked_sub(now).filter(|wait| !wait.is_zero())
    }

    fn fail(&mut self, now: Duration, most: u32, config: &ThrottleConfig) {
        if now.saturating_sub(self.last) > config.window {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        self.last = now;
        if let Some(beyond) = self.failures.checked_sub(most) {
            let wait = config.first_wait.saturating_mul(1_u32.checked_shl(beyond).unwrap_or(u32::MAX));
            self.until = now + wait.min(config.max_wait);
        }
    }
}

/// The count of a key: where there are too many, in the place of the one that failed least recently.
fn room(counts: &mut HashMap<u64, Count>, key: u64, now: Duration, window: Duration) -> &mut Count {
    if counts.len() >= MOST && !counts.contains_key(&key) {
        counts.retain(|_, count| now.saturating_sub(count.last) <= window);
        if counts.len() >= MOST
            && let Some(oldest) = counts.iter().min_by_key(|(_, count)| count.last).map(|(key, _)| *key)
        {
            counts.remove(&oldest);
        }
    }
    counts.entry(key).or_default()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use events::Timestamp;

    use super::*;

    #[derive(Debug, Default)]
    struct Hands(Mutex<Duration>);

    impl Hands {
        fn advance(&self, seconds: u64) {
            *self.0.lock().unwrap() += Duration::from_secs(seconds);
        }
    }

    #[async_trait]
    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn monotonic(&self) -> Duration {
            *self.0.lock().unwrap()
        }

        async fn sleep(&self, _: Duration) {}
    }

    fn throttle(config: ThrottleConfig) -> (Throttle, Arc<Hands>) {
        let clock = Arc::new(Hands::default());
        (Throttle::new(config, Arc::<Hands>::clone(&clock)), clock)
    }

    fn at(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn each_failure_beyond_the_limit_doubles_the_time_to_wait_up_to_the_most() {
        let (throttle, clock) = throttle(ThrottleConfig::default());
        let name = throttle.name("approle", "eso", true);
        let mut waits = Vec::new();
        for _ in 0..13 {
            throttle.failed(Some(name), at(1));
            let wait = throttle.wait_of_name(name, at(2)).map_or(0, |wait| wait.as_secs());
            waits.push(wait);
            clock.advance(wait);
            assert_eq!(throttle.wait_of_name(name, at(2)), None, "the time has passed");
        }
        assert_eq!(waits, [0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300]);
    }

    #[test]
    fn a_success_and_a_while_without_a_failure_begin_anew() {
        let (throttle, clock) = throttle(ThrottleConfig::default());
        let name = throttle.name("approle", "eso", true);
        let fail = |times| (0..times).for_each(|_| throttle.failed(Some(name), at(1)));
        fail(4);
        throttle.succeeded(Some(name), at(3));
        fail(4);
        assert_eq!(throttle.wait_of_name(name, at(2)), None);
        clock.advance(15 * 60 + 1);
        fail(4);
        assert_eq!(throttle.wait_of_name(name, at(2)), None);
        fail(1);
        assert!(throttle.wait_of_name(name, at(2)).is_some());
    }

    #[test]
    fn who_logged_in_last_is_not_kept_out_by_others_and_is_by_itself() {
        let (throttle, _) = throttle(ThrottleConfig::default());
        let name = throttle.name("approle", "eso", true);
        throttle.succeeded(Some(name), at(1));
        (0..20).for_each(|_| throttle.failed(Some(name), at(2)));
        assert_eq!(throttle.wait_of_name(name, at(1)), None);
        assert!(throttle.wait_of_name(name, at(2)).is_some());
        throttle.failed(Some(name), at(1));
        assert!(throttle.wait_of_name(name, at(1)).is_some());
    }

    #[test]
    fn an_address_is_kept_out_whatever_names_it_tries() {
        let (throttle, _) = throttle(ThrottleConfig::default());
        for number in 0..50 {
            assert_eq!(throttle.wait_of_address(at(1)), None);
            throttle.failed(Some(throttle.name("userpass", &number.to_string(), false)), at(1));
        }
        assert_eq!(throttle.wait_of_address(at(1)), Some(Duration::from_secs(5)));
        assert_eq!(throttle.wait_of_address(at(2)), None);
        throttle.succeeded(None, at(1));
        assert_eq!(throttle.wait_of_address(at(1)), None);
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        let (throttle, _) = throttle(ThrottleConfig { address_failures: 1, ..ThrottleConfig::default() });
        throttle.failed(None, "2001:db8:1:2::1".parse().unwrap());
        throttle.failed(None, "::ffff:10.0.0.1".parse().unwrap());
        let waits = |address: &str| throttle.wait_of_address(address.parse().unwrap()).is_some();
        assert!(waits("2001:db8:1:2:3:4:5:6") && waits("10.0.0.1"));
        assert!(!waits("2001:db8:1:3::1") && !waits("10.0.0.2"));
    }

    #[test]
    fn names_and_addresses_that_are_made_up_do_not_make_it_grow_nor_drive_out_a_name() {
        let (throttle, clock) = throttle(ThrottleConfig::default());
        let name = throttle.name("approle", "eso", true);
        (0..5).for_each(|_| throttle.failed(Some(name), at(1)));
        for number in 0..(2 * u32::try_from(MOST).unwrap()) {
            if number % 1000 == 0 {
                clock.advance(1);
            }
            let made_up = throttle.name("approle", &number.to_string(), false);
            throttle.failed(Some(made_up), IpAddr::from(number.to_be_bytes()));
        }
        throttle.with(|counts| {
            assert_eq!((counts.made_up.len(), counts.addresses.len(), counts.names.len()), (MOST, MOST, 1));
            assert_eq!(counts.names[&name.key].failures, 5);
        });
    }

    #[test]
    fn names_that_nobody_has_are_kept_out_like_others() {
        let (throttle, _) = throttle(ThrottleConfig::default());
        let made_up = throttle.name("userpass", "carol", false);
        (0..5).for_each(|_| throttle.failed(Some(made_up), at(1)));
        assert!(throttle.wait_of_name(made_up, at(2)).is_some());
    }

    #[test]
    fn it_can_be_turned_off() {
        let config = ThrottleConfig { failures: 0, address_failures: 0, ..ThrottleConfig::default() };
        let (throttle, _) = throttle(config);
        let name = throttle.name("approle", "eso", true);
        (0..500).for_each(|_| throttle.failed(Some(name), at(1)));
        assert_eq!((throttle.wait_of_name(name, at(1)), throttle.wait_of_address(at(1))), (None, None));
    }
}
