//! Who may do what: path patterns and capabilities, as Vault's policies have them.
//!
//! A policy is a list of rules. A rule has the pattern of an API path, without `/v1/`, and what may be done there:
//!
//! ```yaml
//! apps:
//!   - { path: secret/data/apps/*, capabilities: [read] }
//!   - { path: secret/metadata/apps/*, capabilities: [list, read] }
//!   - { path: secret/data/+/shared, capabilities: [read] }
//!   - { path: secret/data/apps/root, capabilities: [deny] }
//! ```
//!
//! `*` at the end stands for anything, also nothing; `+` stands for one whole segment. What no rule allows is denied.
//!
//! Of several patterns that fit a path, **one** decides: the path itself, written out; otherwise the most specific, which is
//! the one whose first wildcard comes later, then the one that does not end in `*`, then the one with fewer `+`, then the
//! longer one, then the one that comes later in the alphabet. Rules of all of a token's policies count together: what they
//! say of the same pattern adds up, and `deny` beats the rest of it.
//!
//! | to | a token needs |
//! |---|---|
//! | read `secret/data/a` | `read` |
//! | write where there is no secret | `create` |
//! | write where there is one | `update` |
//! | merge by PATCH | `patch` |
//! | delete | `delete` |
//! | list, by LIST or `?list=true` | `list` |
//! | PUT or POST elsewhere: `secret/undelete/a` | `update` |

mod capabilities;
mod pattern;
mod rules;

pub use self::capabilities::{Capabilities, Capability};
pub use self::pattern::PatternError;
pub use self::rules::{Policies, PolicyProblem, Rule, RuleConfig};
