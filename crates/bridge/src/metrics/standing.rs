//! What caches and tokens know of themselves, read when somebody asks.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric as _, MetricEncoder,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use secret_store::wrapper::{CacheSnapshot, CacheStats};

use crate::token::Tokens;

/// The caches, by the names of their stores, and the tokens.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) caches: Vec<(String, CacheStats)>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) version: String,
}

impl Collector for Standing {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        self.caches(&mut encoder)?;
        self.tokens(&mut encoder)?;
        let help = "The version that runs.";
        let mut info = encoder.encode_descriptor("build_info", help, None, MetricType::Gauge)?;
        ConstGauge::new(1_u64).encode(info.encode_family(&[("version", self.version.as_str())])?)
    }
}

impl Standing {
    fn caches(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let caches: Vec<_> = self.caches.iter().map(|(store, stats)| (store, stats.snapshot())).collect();
        let help =
            "Reads of a store's cache: from memory, from the store, or together with one that is under way";
        let mut reads = encoder.encode_descriptor("cache_reads", help, None, MetricType::Counter)?;
        for (store, seen) in &caches {
            for (result, count) in [("hit", seen.hits), ("miss", seen.misses), ("joined", seen.joined)] {
                let labels = [("store", store.as_str()), ("result", result)];
                ConstCounter::new(count).encode(reads.encode_family(&labels)?)?;
            }
        }
        let mut each =
            |name, help, kind, encode: &dyn Fn(MetricEncoder<'_>, &CacheSnapshot) -> fmt::Result| {
                let mut metric = encoder.encode_descriptor(name, help, None, kind)?;
                for (store, seen) in &caches {
                    encode(metric.encode_family(&[("store", store.as_str())])?, seen)?;
                }
                Ok::<(), fmt::Error>(())
            };
        let help = "Reads that were answered with what was read before, the store being away.";
        each("cache_stale_answers", help, MetricType::Counter, &|encoder, seen| {
            ConstCounter::new(seen.stale).encode(encoder)
        })?;
        each("cache_evictions", "Values that had to make room.", MetricType::Counter, &|encoder, seen| {
            ConstCounter::new(seen.evicted).encode(encoder)
        })?;
        each("cache_entries", "Values that are remembered.", MetricType::Gauge, &|encoder, seen| {
            ConstGauge::new(count(seen.held)).encode(encoder)
        })?;
        let help = "Reads of the store that are under way.";
        each("cache_reads_in_flight", help, MetricType::Gauge, &|encoder, seen| {
            ConstGauge::new(count(seen.under_way)).encode(encoder)
        })?;
        let help = "For how long the store is known to be away; only with `cache.stale_while_unavailable`.";
        each("store_away_seconds", help, MetricType::Gauge, &|encoder, seen| {
            ConstGauge::new(seen.away.unwrap_or_default().as_secs_f64()).encode(encoder)
        })
    }

    fn tokens(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let seen = self.tokens.standing();
        let help = "Tokens that were issued, renewed and revoked here.";
        let mut changes = encoder.encode_descriptor("token_changes", help, None, MetricType::Counter)?;
        for (change, count) in [("issued", seen.issued), ("renewed", seen.renewed), ("revoked", seen.revoked)]
        {
            ConstCounter::new(count).encode(changes.encode_family(&[("change", change)])?)?;
        }
        let help = "Tokens that are known to be revoked, until they would have ended.";
        gauge(encoder, "token_revocations", help, None, &count(seen.revocations))?;
        let help = "Tokens that are known to be renewed.";
        gauge(encoder, "token_renewals", help, None, &count(seen.renewals))?;
        let help = "Time since it was last known which tokens are good.";
        gauge(encoder, "token_refresh_age", help, Some(&Unit::Seconds), &seen.age.as_secs_f64())
    }
}

/// One gauge without a label.
pub(super) fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: &impl EncodeGaugeValue,
) -> fmt::Result {
    encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?.encode_gauge(value)
}

/// One counter without a label.
pub(super) fn counter(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: impl EncodeCounterValue,
) -> fmt::Result {
    ConstCounter::new(value).encode(encoder.encode_descriptor(name, help, unit, MetricType::Counter)?)
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
