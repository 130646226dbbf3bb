//! What may be done.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that may be done at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Capability {
    /// Write where there is nothing.
    Create,
    /// Read.
    Read,
    /// Write where there is something; and everything that is a PUT or POST and no write of a secret.
    Update,
    /// Merge into what is there.
    Patch,
    /// Delete.
    Delete,
    /// See the names in a folder.
    List,
    /// Do what only an administrator may.
    Sudo,
    /// Nothing at all, whatever else is allowed.
    Deny,
}

impl Capability {
    const ALL: [Self; 8] = [
        Self::Create,
        Self::Read,
        Self::Update,
        Self::Patch,
        Self::Delete,
        Self::List,
        Self::Sudo,
        Self::Deny,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::Create => 1,
            Self::Read => 1 << 1,
            Self::Update => 1 << 2,
            Self::Patch => 1 << 3,
            Self::Delete => 1 << 4,
            Self::List => 1 << 5,
            Self::Sudo => 1 << 6,
            Self::Deny => 1 << 7,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::List => "list",
            Self::Sudo => "sudo",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What may be done at a path, all of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Capabilities(u8);

impl Capabilities {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Everything, but for being denied.
    pub const ALL: Self = Self(0x7f);

    /// Whether this may be done.
    #[must_use]
    pub fn allow(self, capability: Capability) -> bool {
        !self.is_denied() && self.0 & capability.bit() != 0
    }

    /// Whether a rule denies everything.
    #[must_use]
    pub fn is_denied(self) -> bool {
        self.0 & Capability::Deny.bit() != 0
    }

    /// Whether anything may be done.
    #[must_use]
    pub fn allow_something(self) -> bool {
        !self.is_denied() && self.0 != 0
    }

    /// What both allow; denied when one of them is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In words, sorted, as `sys/capabilities-self` tells them; `deny` when there is nothing.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        if !self.allow_something() {
            return vec!["deny"];
        }
        let mut words: Vec<_> = Capability::ALL
            .into_iter()
            .filter(|capability| self.allow(*capability))
            .map(Capability::as_str)
            .collect();
        words.sort_unstable();
        words
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().fold(0, |bits, capability| bits | capability.bit()))
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.words()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deny_beats_everything() {
        let read = Capabilities::from_iter([Capability::Read]);
        assert!(read.allow(Capability::Read) && !read.allow(Capability::List));
        let denied = read.and(Capabilities::from_iter([Capability::Deny]));
        assert!(!denied.allow(Capability::Read) && !denied.allow_something());
        assert_eq!(denied.words(), ["deny"]);
        assert_eq!(Capabilities::NONE.words(), ["deny"]);
        assert_eq!(
            Capabilities::ALL.words(),
            ["create", "delete", "list", "patch", "read", "sudo", "update"]
        );
    }
}
