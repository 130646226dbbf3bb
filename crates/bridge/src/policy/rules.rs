//! Policies by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::pattern::{Pattern, PatternError};
use super::{Capabilities, Capability};

/// One rule of a policy, as the configuration has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// Where: an API path without `/v1/`. A `*` at its end stands for anything, a `+` for one segment.
    pub path: String,
    /// What may be done there.
    pub capabilities: Vec<Capability>,
}

/// One rule of a policy.
pub type Rule = (String, Capabilities);

/// The policy that every token has: what it may do to itself.
const DEFAULT: &str = "default";

/// The policy of who may do everything.
const ROOT: &str = "root";

/// What a token may do to itself, and what every client asks.
const DEFAULT_RULES: [(&str, Capability); 6] = [
    ("auth/token/lookup-self", Capability::Read),
    ("auth/token/renew-self", Capability::Update),
    ("auth/token/revoke-self", Capability::Update),
    ("sys/capabilities-self", Capability::Update),
    ("sys/internal/ui/resultant-acl", Capability::Read),
    ("sys/leases/renew", Capability::Update),
];

/// A policy that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// A rule's path.
    #[error("policy {policy}: {error}")]
    Pattern {
        /// The name of the policy.
        policy: String,
        /// What is wrong with the path.
        error: PatternError,
    },
    /// A rule that allows and denies nothing.
    #[error("policy {policy}: the rule for {path:?} has no capability")]
    NoCapability {
        /// The name of the policy.
        policy: String,
        /// The rule's path.
        path: String,
    },
    /// A policy of the name of one that is built in.
    #[error("policy {policy}: this name is that of a policy that is built in")]
    BuiltIn {
        /// The name of the policy.
        policy: String,
    },
}

impl PolicyProblem {
    /// The name of the policy.
    #[must_use]
    pub fn policy(&self) -> &str {
        match self {
            Self::Pattern { policy, .. } | Self::NoCapability { policy, .. } | Self::BuiltIn { policy } => {
                policy
            }
        }
    }
}

/// Policies by name, in a form in which they are quick to ask.
#[derive(Debug, Clone, Default)]
pub struct Policies(HashMap<String, Arc<Policy>>);

#[derive(Debug, Default)]
struct Policy {
    exact: HashMap<Box<str>, Capabilities>,
    /// The most specific first.
    patterns: Vec<(Pattern, Capabilities)>,
}

impl Policies {
    /// These policies, and those that are built in: `default`, which every token has, and `root`.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn new(policies: &BTreeMap<String, Vec<RuleConfig>>) -> Result<Self, Vec<PolicyProblem>> {
        let mut problems = Vec::new();
        let mut built = HashMap::with_capacity(policies.len() + 1);
        for (name, rules) in policies {
            if matches!(name.as_str(), DEFAULT | ROOT) {
                problems.push(PolicyProblem::BuiltIn { policy: name.clone() });
            }
            let mut policy = Policy::default();
            for rule in rules {
                if rule.capabilities.is_empty() {
                    problems
                        .push(PolicyProblem::NoCapability { policy: name.clone(), path: rule.path.clone() });
                }
                match Pattern::new(&rule.path) {
                    Ok(pattern) => policy.add(pattern, rule.capabilities.iter().copied().collect()),
                    Err(error) => problems.push(PolicyProblem::Pattern { policy: name.clone(), error }),
                }
            }
            policy.sort();
            built.insert(name.clone(), Arc::new(policy));
        }
        let mut default = Policy::default();
        for (path, capability) in DEFAULT_RULES {
            if let Ok(pattern) = Pattern::new(path) {
                default.add(pattern, Capabilities::from_iter([capability]));
            }
        }
        built.insert(DEFAULT.to_owned(), Arc::new(default));
        if problems.is_empty() { Ok(Self(built)) } else { Err(problems) }
    }

    /// Whether there is a policy of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name == ROOT || self.0.contains_key(name)
    }

    /// What a token of these policies may do at an API path, without `/v1/`. Policies that are not known allow nothing.
    #[must_use]
    pub fn capabilities<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str> + Clone,
        path: &str,
    ) -> Capabilities {
        if names.clone().into_iter().any(|name| name == ROOT) {
            return Capabilities::ALL;
        }
        let policies = names.into_iter().filter_map(|name| self.0.get(name));
        let mut exact: Option<Capabilities> = None;
        let mut best: Option<(&Pattern, Capabilities)> = None;
        for policy in policies {
            if let Some(found) = policy.exact.get(path) {
                exact = Some(exact.unwrap_or_default().and(*found));
            }
            let Some((pattern, found)) = policy.patterns.iter().find(|(pattern, _)| pattern.fits(path))
            else {
                continue;
            };
            best = match best {
                Some((other, all)) if pattern == other => Some((other, all.and(*found))),
                Some((other, _)) if pattern.specificity(other).is_gt() => Some((pattern, *found)),
                None => Some((pattern, *found)),
                kept => kept,
            };
        }
        exact.or(best.map(|(_, capabilities)| capabilities)).unwrap_or_default()
    }

    /// Whether a token of these policies may list a folder, whose path has no slash at its end here. As for Vault, the path with
    /// the slash decides; where it is written out nowhere, the one without, if that is; and a pattern only with the slash.
    #[must_use]
    pub fn may_list<'n>(&self, names: impl IntoIterator<Item = &'n str> + Clone, path: &str) -> bool {
        let folder = format!("{path}/");
        let policies = || names.clone().into_iter().filter_map(|name| self.0.get(name));
        let is_written_out = |path: &str| policies().any(|policy| policy.exact.contains_key(path));
        let decides = if !is_written_out(&folder) && is_written_out(path) { path } else { &folder };
        self.capabilities(names, decides).allow(Capability::List)
    }

    /// Whether a token of these policies may do anything below `mount`.
    #[must_use]
    pub fn reaches<'n>(&self, names: impl IntoIterator<Item = &'n str>, mount: &str) -> bool {
        let reaches = |policy: &Policy| {
            let exact =
                policy.exact.iter().map(|(path, capabilities)| (path.strip_prefix(mount), capabilities));
            let below =
                |rest: Option<&str>| rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            exact.into_iter().any(|(rest, capabilities)| capabilities.allow_something() && below(rest))
                || policy.patterns.iter().any(|(pattern, capabilities)| {
                    capabilities.allow_something() && pattern.may_fit_below(mount)
                })
        };
        names.into_iter().any(|name| name == ROOT || self.0.get(name).is_some_and(|policy| reaches(policy)))
    }
}

impl Policy {
    fn add(&mut self, pattern: Pattern, capabilities: Capabilities) {
        if pattern.is_exact() {
            let known = self.exact.entry(pattern.text().into()).or_default();
            *known = known.and(capabilities);
            return;
        }
        match self.patterns.iter_mut().find(|(other, _)| *other == pattern) {
            Some((_, known)) => *known = known.and(capabilities),
            None => self.patterns.push((pattern, capabilities)),
        }
    }

    fn sort(&mut self) {
        self.patterns.sort_by(|(a, _), (b, _)| b.specificity(a));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(rules: &[(&str, &str, &[Capability])]) -> Policies {
        let mut all: BTreeMap<String, Vec<RuleConfig>> = BTreeMap::new();
        for (policy, path, capabilities) in rules {
            let rule = RuleConfig { path: (*path).to_owned(), capabilities: capabilities.to_vec() };
            all.entry((*policy).to_owned()).or_default().push(rule);
        }
        Policies::new(&all).unwrap()
    }

    #[test]
    fn one_pattern_decides_and_what_is_said_of_it_adds_up() {
        use Capability::{Create, Deny, List, Read, Update};
        let policies = policies(&[
            ("a", "secret/data/*", &[Read, List]),
            ("a", "secret/data/app", &[Update]),
            ("a", "secret/data/app/*", &[Create]),
            ("a", "secret/data/+/db", &[Deny]),
            ("b", "secret/data/*", &[Update]),
            ("b", "secret/data/closed", &[Deny]),
            ("a", "secret/data/closed", &[Read]),
        ]);
        let words = |names: &[&str], path| policies.capabilities(names.iter().copied(), path).words();
        assert_eq!(words(&["a"], "secret/data/x"), ["list", "read"]);
        assert_eq!(words(&["a", "b"], "secret/data/x"), ["list", "read", "update"]);
        assert_eq!(words(&["a", "b"], "secret/data/app"), ["update"]);
        assert_eq!(words(&["a"], "secret/data/app/x"), ["create"]);
        assert_eq!(words(&["a"], "secret/data/other/db"), ["deny"]);
        assert_eq!(words(&["a", "b"], "secret/data/closed"), ["deny"]);
        assert_eq!(words(&["a"], "elsewhere"), ["deny"]);
        assert_eq!(words(&["unknown"], "secret/data/x"), ["deny"]);
        assert_eq!(words(&[], "secret/data/x"), ["deny"]);
        assert!(policies.capabilities(["unknown", "root"], "sys/anything").allow(Capability::Sudo));
    }

    #[test]
    fn the_path_with_a_slash_decides_who_may_list() {
        use Capability::{Deny, List, Read};
        let policies = policies(&[
            ("a", "secret/metadata/*", &[List, Read]),
            ("a", "secret/metadata/closed/*", &[Deny]),
            ("a", "secret/metadata/named", &[Deny]),
            ("a", "secret/metadata/both", &[Deny]),
            ("a", "secret/metadata/both/", &[List]),
            ("b", "secret/metadata", &[List]),
            ("c", "secret/metadata/+", &[List]),
            ("d", "secret/metadata/+/", &[List]),
            ("e", "secret/metadata/open/*", &[List]),
        ]);
        for (policy, path, may) in [
            ("a", "secret/metadata", true),
            ("a", "secret/metadata/x", true),
            ("a", "secret/metadata/closed", false),
            ("a", "secret/metadata/closed/x", false),
            ("a", "secret/metadata/named", false),
            ("a", "secret/metadata/named/x", true),
            ("a", "secret/metadata/both", true),
            ("b", "secret/metadata", true),
            ("b", "secret/metadata/x", false),
            ("c", "secret/metadata/x", false),
            ("d", "secret/metadata/x", true),
            ("d", "secret/metadata/x/y", false),
            ("e", "secret/metadata/open", true),
            ("e", "secret/metadata", false),
            ("root", "secret/metadata", true),
            ("unknown", "secret/metadata", false),
        ] {
            assert_eq!(policies.may_list([policy], path), may, "{policy} {path}");
        }
    }

    #[test]
    fn every_token_may_look_at_itself() {
        let policies = Policies::new(&BTreeMap::new()).unwrap();
        let may = |path, capability| policies.capabilities(["default"], path).allow(capability);
        assert!(may("auth/token/lookup-self", Capability::Read));
        assert!(may("auth/token/revoke-self", Capability::Update));
        assert!(!may("auth/token/lookup", Capability::Update));
        assert!(!may("secret/data/a", Capability::Read));
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let rule = |path: &str, capabilities: &[Capability]| RuleConfig {
            path: path.to_owned(),
            capabilities: capabilities.to_vec(),
        };
        let all = BTreeMap::from([
            ("a".to_owned(), vec![rule("x*y", &[Capability::Read]), rule("x", &[])]),
            ("root".to_owned(), vec![]),
        ]);
        let problems: Vec<_> = Policies::new(&all).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "policy a: the path \"x*y\" of a rule has a * that is not at its end",
                "policy a: the rule for \"x\" has no capability",
                "policy root: this name is that of a policy that is built in",
            ]
        );
    }
}
