//! What is answered beside the API: to load balancers, the kubelet, Prometheus, and people.

use std::fmt::Write as _;
use std::time::Duration;

use events::{Label, Outcome, RequestServed};
use http::{Method, StatusCode};

use crate::api::{Failure, Reply};
use crate::bridge::Bridge;
use crate::config::MetricsAccess;
use crate::http::{Request, Response};
use crate::metrics::{self, Limit};
use crate::names;
use crate::policy::Capability;
use crate::state::Condition;
use crate::ui;

/// The path whose policy says who may see the metrics, here and in the API.
const METRICS: &str = "sys/metrics";

impl Bridge {
    pub(crate) async fn beside_the_api(&self, request: &Request, now: Duration) -> Response {
        if self.has_ui
            && let Some(part) = ui::answer(request)
        {
            return part;
        }
        match (&request.method, &*request.path) {
            (&Method::GET | &Method::HEAD, "/healthz") => text(StatusCode::OK, "ok\n"),
            (&Method::GET | &Method::HEAD, "/readyz") => self.readiness(request).await,
            (&Method::GET | &Method::HEAD, "/metrics") if self.metrics_access != MetricsAccess::Off => {
                match self.may_see_metrics(request, now) {
                    Ok(()) => Response::new(StatusCode::OK, metrics::CONTENT_TYPE, self.metrics.text()),
                    Err(failure) => Reply::from(failure).into(),
                }
            }
            _ => Reply::from(Failure::no_route(&request.path)).into(),
        }
    }

    /// Whether the address may ask once more.
    ///
    /// # Errors
    /// 429 when it may not.
    pub(crate) fn admit(&self, request: &Request, now: Duration) -> Result<(), Failure> {
        self.limiter.take_address(request.peer.address, now).map_err(|wait| {
            self.metrics.requests.limited(Limit::Address);
            tracing::debug!(remote = %request.peer.address, "too many requests of this address");
            Failure::too_many(wait)
        })
    }

    fn may_see_metrics(&self, request: &Request, now: Duration) -> Result<(), Failure> {
        self.admit(request, now)?;
        match self.metrics_access {
            MetricsAccess::Open => Ok(()),
            _ => self.check(&self.identify(request)?, METRICS, Capability::Read),
        }
    }

    /// 200 when it can answer, else 503, and a line for each thing that is not as it should be.
    async fn readiness(&self, request: &Request) -> Response {
        if self.audit.failing_since().is_some() {
            self.try_to_audit(request).await;
        }
        let mut lines = String::new();
        let (condition, tokens) = (self.condition(), self.tokens.standing());
        if condition == Condition::Draining {
            lines.push_str("draining: it is about to end\n");
        }
        if condition == Condition::Uninitialized {
            lines.push_str("token: the store has no first token\n");
        }
        if tokens.is_in_trouble {
            let seconds = tokens.age.as_secs();
            let so = if condition == Condition::StoreUnavailable {
                "it is not known which tokens are good: nobody is answered"
            } else {
                "tokens are believed for a while, and what is remembered is answered"
            };
            let _ = writeln!(lines, "store: not available; last reached {seconds} s ago: {so}");
        }
        let unaudited = self.audit.failing_since();
        if let Some(since) = unaudited {
            let so =
                if self.audit.fails_closed { "nobody is answered" } else { "answers are given unaudited" };
            let _ = writeln!(lines, "audit: the audit log cannot be written since {since}: {so}");
        }
        let is_ready = condition == Condition::Ready && !(unaudited.is_some() && self.audit.fails_closed);
        if is_ready {
            text(StatusCode::OK, format!("ok\n{lines}"))
        } else {
            text(StatusCode::SERVICE_UNAVAILABLE, format!("unavailable\n{lines}"))
        }
    }

    /// Whoever is not ready is sent no request that would show that it can be audited again: so this one is.
    async fn try_to_audit(&self, request: &Request) {
        let event = RequestServed {
            at: self.clock.now(),
            request: names::request(),
            remote: names::address(request.peer.address),
            actor: None,
            method: names::method(&request.method),
            path: Label::new(&request.path),
            fields: Vec::new(),
            status: StatusCode::OK.as_u16(),
            outcome: Outcome::Ok,
            duration: Duration::ZERO,
        };
        let noted = self.bus.publish(&event.into()).await;
        self.audit.note(&noted, self.clock.now());
    }
}

fn text(status: StatusCode, body: impl Into<String>) -> Response {
    Response::new(status, "text/plain; charset=utf-8", body.into().into_bytes().into())
}
