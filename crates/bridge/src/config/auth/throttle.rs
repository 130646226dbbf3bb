//! How often one may guess.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::{ConfigProblem, duration};

/// How often one may try in vain to log in, before one has to wait. It is counted at each replica on its own.
///
/// ```yaml
/// throttle: { failures: 3, max_wait: 15m }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ThrottleConfig {
    /// How many failures in a row a role id or a user may have; 5 unless set, any number with 0. The address that logged in
    /// there last is not kept out by the failures of others.
    pub failures: u32,
    /// How many failures in a row an address may have, whoever it says that it is; 50 unless set, any number with 0: behind a proxy
    /// that hides addresses, everybody has the same one.
    pub address_failures: u32,
    /// After how long without a failure those before are forgotten; `15m` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub window: Duration,
    /// How long one has to wait first, and twice as long after each further failure; `5s` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub first_wait: Duration,
    /// How long one has to wait at most; `5m` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub max_wait: Duration,
}

impl Default for ThrottleConfig {
    fn default() -> Self {
        Self {
            failures: 5,
            address_failures: 50,
            window: Duration::from_mins(15),
            first_wait: Duration::from_secs(5),
            max_wait: Duration::from_mins(5),
        }
    }
}

impl ThrottleConfig {
    pub(super) fn problems(&self) -> Vec<ConfigProblem> {
        let problem =
            |field, message: &str, help: &str| ConfigProblem::new(&["throttle", field], message).help(help);
        let mut problems = Vec::new();
        if self.first_wait.is_zero() {
            problems.push(problem("first_wait", "it is no time at all", "set 1s or more, or `failures: 0`"));
        }
        if self.max_wait < self.first_wait {
            problems.push(problem(
                "max_wait",
                "it is shorter than `first_wait`",
                "set it to the same time, or a longer one",
            ));
        }
        if self.window < self.max_wait {
            let message = "it is shorter than `max_wait`: who has waited would begin anew";
            problems.push(problem("window", message, "set it to the same time, or a longer one"));
        }
        problems
    }
}
