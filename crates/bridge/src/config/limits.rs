//! How much, how long and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::ConfigProblem;
use super::{RateConfig, duration};
use crate::server::Limits;

/// The least that a server must take in headers, in bytes.
const LEAST_HEADERS: usize = 8192;

/// How much a client may send, how long it may take, how many may come at once, and how often one may come.
///
/// ```yaml
/// limits: { body_bytes: 1048576, connections: 1000, per_address: { rate: 1000, burst: 20000 } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LimitsConfig {
    /// How often one address may ask; all addresses of an IPv6 network of 64 bits are one. `{ rate: 10000, burst: 50000 }` unless
    /// set: the refresh of some ten thousand `ExternalSecret`s by one operator passes, and one client alone cannot take the
    /// whole server. What is asked more often is answered with 429, and not noted in the audit log. Behind a proxy all clients
    /// have one address: then limit there, and say `off` here.
    pub per_address: RateConfig,
    /// How often one token may be used; `off` unless set: the operator asks for a whole cluster with one token.
    pub per_token: RateConfig,
    /// All headers of a request together, in bytes; 16,384 unless set, and at least 8,192.
    pub header_bytes: usize,
    /// How many headers a request may have; 64 unless set.
    pub headers: usize,
    /// The path of a request below `/v1/`, decoded, in bytes; 2,048 unless set.
    pub path_bytes: usize,
    /// How many segments the path of a request below `/v1/` may have; 64 unless set.
    pub path_depth: usize,
    /// A body, in bytes; 4,194,304 unless set.
    pub body_bytes: usize,
    /// How many connections may be open; 4,096 unless set. Others wait to be accepted.
    pub connections: usize,
    /// How many requests may be under way; 512 unless set. Others wait, for `request_time` at most.
    pub requests: usize,
    /// From the first byte of a request to its last header, and from one request to the next; `30s` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub header_time: Duration,
    /// From the last header to the end of the body; `30s` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub body_time: Duration,
    /// From the end of the body to the answer; `30s` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub request_time: Duration,
    /// From the end that was asked for to the end; `20s` unless set. What is under way then is cut.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub drain_time: Duration,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let Limits {
            header_bytes,
            headers,
            body_bytes,
            connections,
            requests,
            header_time,
            body_time,
            request_time,
            drain_time,
        } = Limits::default();
        Self {
            per_address: RateConfig::limited(10_000, 50_000),
            per_token: RateConfig::Off,
            header_bytes,
            headers,
            path_bytes: 2048,
            path_depth: 64,
            body_bytes,
            connections,
            requests,
            header_time,
            body_time,
            request_time,
            drain_time,
        }
    }
}

impl LimitsConfig {
    /// Those of the sockets.
    #[must_use]
    pub fn server(&self) -> Limits {
        Limits {
            header_bytes: self.header_bytes,
            headers: self.headers,
            body_bytes: self.body_bytes,
            connections: self.connections,
            requests: self.requests,
            header_time: self.header_time,
            body_time: self.body_time,
            request_time: self.request_time,
            drain_time: self.drain_time,
        }
    }

    pub(super) fn problems(&self) -> Vec<ConfigProblem> {
        let problem = |field, message: &str| ConfigProblem::new(&["limits", field], message);
        let mut problems = Vec::new();
        if self.header_bytes < LEAST_HEADERS {
            problems.push(problem("header_bytes", "it is less than 8192 bytes, which a server needs"));
        }
        let counts = [
            ("headers", self.headers),
            ("path_bytes", self.path_bytes),
            ("path_depth", self.path_depth),
            ("connections", self.connections),
            ("requests", self.requests),
        ];
        let times = [
            ("header_time", self.header_time),
            ("body_time", self.body_time),
            ("request_time", self.request_time),
        ];
        let nothing = counts.into_iter().filter(|(_, count)| *count == 0).map(|(field, _)| field);
        let no_time = times.into_iter().filter(|(_, time)| time.is_zero()).map(|(field, _)| field);
        for field in nothing.chain(no_time) {
            let help = "leave it out for the usual limit, or set a larger one";
            problems.push(problem(field, "with zero, nothing is answered").help(help));
        }
        for (field, limit) in [("per_address", self.per_address), ("per_token", self.per_token)] {
            if limit.rate().is_some_and(|rate| rate.rate == 0 || rate.burst == 0) {
                let help = "set both to 1 or more, or say `off`";
                problems.push(problem(field, "a rate or burst of zero answers nothing").help(help));
            }
        }
        problems
    }
}
