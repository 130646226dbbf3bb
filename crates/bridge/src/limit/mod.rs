//! How often somebody may ask, and for how long a path.

mod buckets;
mod path;

use std::net::IpAddr;
use std::time::Duration;

use self::buckets::Buckets;
pub(crate) use self::path::PathLimits;
use crate::config::LimitsConfig;

/// Who is limited.
#[derive(Debug)]
pub(crate) struct Limiter {
    addresses: Option<Buckets>,
    tokens: Option<Buckets>,
}

impl Limiter {
    pub(crate) fn new(config: &LimitsConfig) -> Self {
        Self {
            addresses: config.per_address.rate().map(Buckets::new),
            tokens: config.per_token.rate().map(Buckets::new),
        }
    }

    /// Takes one request of this address.
    ///
    /// # Errors
    /// In how long it may ask again.
    pub(crate) fn take_address(&self, address: IpAddr, now: Duration) -> Result<(), Duration> {
        self.addresses.as_ref().map_or(Ok(()), |buckets| buckets.take(&network(address), now))
    }

    /// Takes one request of the token of this name.
    ///
    /// # Errors
    /// In how long it may ask again.
    pub(crate) fn take_token(&self, name: &str, now: Duration) -> Result<(), Duration> {
        self.tokens.as_ref().map_or(Ok(()), |buckets| buckets.take(name, now))
    }
}

/// Whoever has one address of IPv6 has as many as 64 bits can count.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RateConfig;

    #[test]
    fn addresses_of_one_network_are_one_and_tokens_are_apart() {
        let once = RateConfig::limited(1, 1);
        let config = LimitsConfig { per_address: once, per_token: once, ..LimitsConfig::default() };
        let limiter = Limiter::new(&config);
        let take = |address: &str| limiter.take_address(address.parse().unwrap(), Duration::ZERO).is_ok();
        assert!(take("2001:db8::1") && !take("2001:db8::2") && take("2001:db8:0:1::1"));
        assert!(take("192.0.2.1") && !take("::ffff:192.0.2.1") && take("192.0.2.2"));
        let take = |token: &str| limiter.take_token(token, Duration::ZERO).is_ok();
        assert!(take("a") && !take("a") && take("b"));
    }

    #[test]
    fn off_is_as_often_as_one_likes() {
        let config = LimitsConfig { per_address: RateConfig::Off, ..LimitsConfig::default() };
        let limiter = Limiter::new(&config);
        for _ in 0..100_000 {
            limiter.take_address([127, 0, 0, 1].into(), Duration::ZERO).unwrap();
            limiter.take_token("a", Duration::ZERO).unwrap();
        }
    }
}
