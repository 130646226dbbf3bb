//! The first token, and how long the others last.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::ConfigProblem;
use super::{SecretRef, duration};
use crate::token::{BootstrapConfig, TokensConfig};

/// The first token, which is a secret of the store: whoever replaces it there has replaced it here.
///
/// ```yaml
/// token: { source: BRIDGE_TOKEN, policies: [eso], overlap: 1h }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BootstrapTokenConfig {
    /// Where in the store it is.
    pub source: SecretRef,
    /// What its holder may do; `root`, which is everything, unless set.
    #[serde(default = "root")]
    pub policies: Vec<String>,
    /// For how long the token before is good after it was replaced; `1h` unless set. The cluster is to have the new one by then.
    #[serde(default = "overlap", with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub overlap: Duration,
}

fn root() -> Vec<String> {
    vec!["root".to_owned()]
}

fn overlap() -> Duration {
    Duration::from_hours(1)
}

impl BootstrapTokenConfig {
    /// The token at this place, with all rights.
    #[must_use]
    pub fn new(source: SecretRef) -> Self {
        Self { source, policies: root(), overlap: overlap() }
    }

    pub(crate) fn bootstrap(&self) -> BootstrapConfig {
        let SecretRef { key, property } = self.source.clone();
        let policies = self.policies.iter().filter(|name| *name != "default").cloned().collect();
        BootstrapConfig {
            overlap: self.overlap,
            ..BootstrapConfig::new(key, String::from(property), policies)
        }
    }
}

/// How long tokens that the bridge issues last, and how soon a change of one reaches the other replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TokensSettings {
    /// How long a token lasts unless its method or its maker says otherwise; `1h` unless set, and at least `1m`: clients take
    /// less for expired.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub ttl: Duration,
    /// How long a token lasts at most, however often it is renewed; `24h` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub max_ttl: Duration,
    /// How often what has changed of tokens is read again, so how long another replica may believe a token that was revoked
    /// at this one; `5s` unless set.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub refresh: Duration,
    /// For how long tokens are believed while that cannot be read; `5m` unless set. After it, nobody is answered.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub patience: Duration,
}

impl Default for TokensSettings {
    fn default() -> Self {
        let TokensConfig { ttl, max_ttl, refresh, patience, .. } = TokensConfig::default();
        Self { ttl, max_ttl, refresh, patience }
    }
}

impl TokensSettings {
    pub(crate) fn config(&self) -> TokensConfig {
        let Self { ttl, max_ttl, refresh, patience } = *self;
        TokensConfig { ttl, max_ttl, refresh, patience, ..TokensConfig::default() }
    }

    pub(super) fn problems(&self) -> Vec<ConfigProblem> {
        let problem =
            |field, message: &str, help: &str| ConfigProblem::new(&["tokens", field], message).help(help);
        let mut problems = Vec::new();
        if self.ttl < Duration::from_mins(1) {
            let help = "the External Secrets Operator logs in anew for a token with less than a minute left: set 1m or more";
            problems.push(problem("ttl", "tokens last less than a minute", help));
        }
        if self.max_ttl < self.ttl {
            problems.push(problem(
                "max_ttl",
                "it is shorter than `ttl`",
                "set it to the same time, or a longer one",
            ));
        }
        if self.refresh < Duration::from_secs(1) {
            problems.push(problem(
                "refresh",
                "it is less than a second",
                "set 1s or more: each is a read of the store",
            ));
        }
        problems
    }
}
