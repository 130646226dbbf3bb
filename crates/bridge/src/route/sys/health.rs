//! `sys/health`: for load balancers, with no token asked for.

use events::Timestamp;
use http::StatusCode;
use vault_api::sys::Health;

use crate::api::{Failure, Query, Reply};
use crate::state::{Condition, Server};

/// The body says what is; the status is what the caller has asked to hear of it.
///
/// # Errors
/// 400 for a status that is none.
pub(crate) fn health(
    server: &Server,
    condition: Condition,
    query: Query<'_>,
    now: Timestamp,
) -> Result<Reply, Failure> {
    let health = Health {
        initialized: condition != Condition::Uninitialized,
        sealed: matches!(condition, Condition::StoreUnavailable | Condition::Uninitialized),
        standby: condition == Condition::Draining,
        performance_standby: false,
        replication_performance_mode: "disabled".to_owned(),
        replication_dr_mode: "disabled".to_owned(),
        server_time_utc: now.as_second(),
        version: server.version.clone(),
        cluster_name: Some(server.cluster_name.clone()),
        cluster_id: Some(server.cluster_id.clone()),
    };
    Reply::envelope(status(condition, query)?, &health)
}

/// What a caller may choose, each by its parameter.
const CODES: [&str; 4] = ["activecode", "standbycode", "sealedcode", "uninitcode"];

fn status(condition: Condition, query: Query<'_>) -> Result<StatusCode, Failure> {
    let (parameter, usual) = match condition {
        Condition::Draining if query.flag("standbyok")? => ("activecode", 200),
        Condition::Ready => ("activecode", 200),
        Condition::Draining => ("standbycode", 429),
        Condition::Uninitialized => ("uninitcode", 501),
        Condition::StoreUnavailable => ("sealedcode", 503),
    };
    // Also those that do not count now: else a mistake is only seen when it matters.
    for name in CODES {
        query.number(name)?;
    }
    let code = match query.number(parameter)? {
        None => usual,
        Some(code) => u16::try_from(code).unwrap_or_default(),
    };
    StatusCode::from_u16(code)
        .ok()
        .filter(|code| !code.is_informational())
        .ok_or_else(|| Failure::bad_request(format!("the parameter {parameter} is no status")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_has_its_status_and_the_caller_may_choose_another() {
        let status =
            |condition, query: &'static str| super::status(condition, Query::new(query)).unwrap().as_u16();
        for (condition, usual, parameter) in [
            (Condition::Ready, 200, "activecode"),
            (Condition::Draining, 429, "standbycode"),
            (Condition::Uninitialized, 501, "uninitcode"),
            (Condition::StoreUnavailable, 503, "sealedcode"),
        ] {
            assert_eq!(status(condition, ""), usual);
            let asked = format!("{parameter}=299");
            assert_eq!(super::status(condition, Query::new(&asked)).unwrap().as_u16(), 299);
        }
        assert_eq!(status(Condition::Draining, "standbyok=true"), 200);
        for wrong in ["activecode=abc", "activecode=7", "activecode=100", "activecode=-1", "activecode=70000"]
        {
            assert!(super::status(Condition::Ready, Query::new(wrong)).is_err(), "{wrong}");
        }
    }
}
