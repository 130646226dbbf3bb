//! What who logs in is given.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::config::{BridgeConfig, ConfigProblem};

/// What who logs in is given, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Terms {
    /// Without `default`, in order.
    pub(crate) policies: Vec<String>,
    pub(crate) ttl: Option<Duration>,
    pub(crate) max_ttl: Option<Duration>,
    pub(crate) bound_cidrs: Vec<String>,
}

impl Terms {
    pub(crate) fn new(
        policies: &[String],
        ttl: Option<Duration>,
        max_ttl: Option<Duration>,
        bound_cidrs: &[String],
    ) -> Self {
        let mut policies: Vec<_> = policies.iter().filter(|name| *name != "default").cloned().collect();
        policies.sort_unstable();
        policies.dedup();
        Self { policies, ttl, max_ttl, bound_cidrs: bound_cidrs.to_vec() }
    }

    /// Whether one may log in from there.
    pub(crate) fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.bound_cidrs.is_empty()
            || self
                .bound_cidrs
                .iter()
                .filter_map(|range| network(range))
                .any(|range| range.contains(&address))
    }

    pub(super) fn problems(&self, at: &[&str], bridge: &BridgeConfig) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let place = |field| [at, &[field]].concat();
        if let Some(name) = at.last().filter(|name| name.to_lowercase() != **name || name.contains('/')) {
            let message = format!("{name:?} is not in lower case, or has a slash");
            let help = "clients may write it in any case: here it is in lower case, without a slash";
            problems.push(ConfigProblem::new(at, message).help(help));
        }
        for name in &self.policies {
            if name == "root" {
                let problem = ConfigProblem::new(&place("policies"), "nobody logs in as `root`");
                problems.push(
                    problem.help("name what may be done in a policy of its own; `root` is the first token's"),
                );
            } else {
                problems.extend(bridge.unknown_policy(&place("policies"), name));
            }
        }
        let most = self.max_ttl.unwrap_or(bridge.tokens.max_ttl).min(bridge.tokens.max_ttl);
        for (field, time) in [("ttl", self.ttl), ("max_ttl", self.max_ttl)] {
            if time.is_some_and(|time| time < Duration::from_mins(1)) {
                let help = "the External Secrets Operator logs in anew for a token with less than a minute left: set 1m or more";
                problems.push(ConfigProblem::new(&place(field), "tokens last less than a minute").help(help));
            }
        }
        if self.ttl.is_some_and(|ttl| ttl > most) {
            let problem = ConfigProblem::new(&place("ttl"), "it is longer than `max_ttl`");
            problems.push(
                problem.help("set it to the same time, or a shorter one; `tokens.max_ttl` holds for all"),
            );
        }
        for range in &self.bound_cidrs {
            if network(range).is_none() {
                let problem =
                    ConfigProblem::new(&place("bound_cidrs"), format!("{range:?} is no range of addresses"));
                problems.push(problem.help("write it as `10.0.0.0/8`, or as an address"));
            }
        }
        problems
    }
}

/// A range, or an address alone.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// A role of a method: what proves that one has it, and what follows for every method.
macro_rules! role {
    (
        $(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// What its tokens may do, beside what `default` allows.
            pub policies: Vec<String>,
            /// How long its tokens last; `tokens.ttl` unless set.
            #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::config::auth::lasting")]
            #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
            pub ttl: Option<std::time::Duration>,
            /// How long its tokens last at most, however often they are renewed; `tokens.max_ttl` unless set.
            #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::config::auth::lasting")]
            #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
            pub max_ttl: Option<std::time::Duration>,
            /// Where one may log in from, as `10.0.0.0/8`; from anywhere unless set.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub bound_cidrs: Vec<String>,
        }

        impl $name {
            pub(crate) fn terms(&self) -> crate::config::auth::Terms {
                crate::config::auth::Terms::new(&self.policies, self.ttl, self.max_ttl, &self.bound_cidrs)
            }
        }
    };
}
pub(super) use role;
