//! Requests: how many, for what, how they ended, how long they took.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::api::Query;
use crate::route::Verb;
use crate::token::Refused;

/// Bounds of a request's time, in seconds: answers from memory are below the first ones, and a store that is away is above the
/// last.
const BOUNDS: [f64; 13] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 10.0];

const READ: &str = "read";

/// What requests are counted by. Each is a word of ours, but for the mount, which is one of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    mount: Arc<String>,
    operation: &'static str,
    status: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOperation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByLimit {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

/// What a request ran into.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Address,
    Token,
}

type Times = Family<ByOperation, Histogram, fn() -> Histogram>;

/// Requests of the API.
#[derive(Debug)]
pub(crate) struct Requests {
    /// By mount; one more for what has none.
    mounts: Vec<Arc<String>>,
    nowhere: Arc<String>,
    served: Family<Labels, Counter>,
    times: Times,
    /// Of what is asked most, without a search: reads that were answered, by mount; each from the first on.
    read: Vec<OnceLock<Counter>>,
    read_times: OnceLock<Histogram>,
    in_flight: Gauge,
    abandoned: Counter,
    limited: [Counter; 2],
    missing: Counter,
    bad: Counter,
    unknown: Counter,
}

/// What is seen of a request that was answered.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// The mount that the path belongs to.
    pub(crate) mount: Option<&'a str>,
    pub(crate) method: &'a Method,
    pub(crate) query: Query<'a>,
    pub(crate) status: StatusCode,
    /// The category of a failure.
    pub(crate) category: Option<&'static str>,
    pub(crate) duration: Duration,
}

/// A request that is being answered. Dropped before it is, because the client has gone or it took too long, it counts as abandoned.
#[derive(Debug)]
pub(crate) struct UnderWay<'a> {
    requests: &'a Requests,
    is_answered: bool,
}

impl Requests {
    pub(super) fn new(mounts: impl IntoIterator<Item = String>, registry: &mut Registry) -> Self {
        let (served, in_flight, abandoned) = (Family::default(), Gauge::default(), Counter::default());
        let times: Times = Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let (limited, refused) =
            (Family::<ByLimit, Counter>::default(), Family::<ByReason, Counter>::default());
        registry.register("requests", "Requests of the API that were answered", served.clone());
        let help = "Time from a request's arrival to its answer, with its line in the audit log";
        registry.register_with_unit("request_duration", help, Unit::Seconds, times.clone());
        registry.register("requests_in_flight", "Requests that are being answered", in_flight.clone());
        let help = "Requests that were not answered: the client has gone, or it took too long";
        registry.register("requests_abandoned", help, abandoned.clone());
        let help = "Requests that were refused because there were too many";
        registry.register("rate_limited", help, limited.clone());
        let help = "Requests without a token that is good";
        registry.register("authentication_failures", help, refused.clone());
        // These are there from the beginning, so that the first one is an increase.
        let refusal = |reason| refused.get_or_create_owned(&ByReason { reason });
        // What the bridge answers itself has no mount.
        let mounts: Vec<_> =
            mounts.into_iter().chain(["sys", "auth"].map(str::to_owned)).map(Arc::new).collect();
        Self {
            read: mounts.iter().map(|_| OnceLock::new()).collect(),
            read_times: OnceLock::new(),
            mounts,
            nowhere: Arc::default(),
            served,
            times,
            in_flight,
            abandoned,
            limited: ["address", "token"].map(|limit| limited.get_or_create_owned(&ByLimit { limit })),
            missing: refusal("missing"),
            bad: refusal("bad"),
            unknown: refusal("unknown"),
        }
    }

    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.in_flight.inc();
        UnderWay { requests: self, is_answered: false }
    }

    pub(crate) fn limited(&self, limit: Limit) {
        self.limited[limit as usize].inc();
    }

    /// A request came without a token that is good; `None` for one without any.
    pub(crate) fn refused(&self, refused: Option<&Refused>) {
        match refused {
            None => &self.missing,
            Some(Refused::NotGood) => &self.bad,
            Some(Refused::Unknown(_)) => &self.unknown,
        }
        .inc();
    }

    fn mount(&self, name: Option<&str>) -> Option<usize> {
        name.and_then(|name| self.mounts.iter().position(|mount| mount.as_str() == name))
    }
}

impl UnderWay<'_> {
    pub(crate) fn answered(mut self, seen: &Seen<'_>) {
        self.is_answered = true;
        let Requests { mounts, nowhere, served, times, read, read_times, .. } = self.requests;
        let (mount, operation) = (self.requests.mount(seen.mount), operation(seen));
        let labels = || Labels {
            mount: Arc::clone(mount.map_or(nowhere, |mount| &mounts[mount])),
            operation,
            status: class(seen.status),
            outcome: seen.category.unwrap_or("ok"),
        };
        let duration = seen.duration.as_secs_f64();
        match mount {
            Some(mount) if operation == READ && seen.category.is_none() && seen.status == StatusCode::OK => {
                read[mount].get_or_init(|| served.get_or_create_owned(&labels())).inc();
                let times = read_times.get_or_init(|| times.get_or_create_owned(&ByOperation { operation }));
                times.observe(duration);
            }
            _ => {
                served.get_or_create(&labels()).inc();
                times.get_or_create(&ByOperation { operation }).observe(duration);
            }
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.requests.in_flight.dec();
        if !self.is_answered {
            self.requests.abandoned.inc();
        }
    }
}

fn operation(seen: &Seen<'_>) -> &'static str {
    match Verb::of(seen.method, seen.query) {
        Ok(Verb::Read) => READ,
        Ok(Verb::List) => "list",
        Ok(Verb::Write) => "write",
        Ok(Verb::Patch) => "patch",
        Ok(Verb::Delete) => "delete",
        Err(_) => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500.. => "5xx",
    }
}
