//! What a store is and can do, as data.

use std::borrow::Cow;

/// What a store is and can do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreInfo {
    /// The provider's name, as in the configuration: `age`.
    pub provider: Cow<'static, str>,
    /// Where it is, for people: a directory, an address. No credential.
    pub location: String,
    /// What it can do.
    pub capabilities: Capabilities,
}

impl StoreInfo {
    /// A store of this provider, at this location, that can do this.
    #[must_use]
    pub fn new(
        provider: impl Into<Cow<'static, str>>,
        location: impl Into<String>,
        capabilities: Capabilities,
    ) -> Self {
        Self { provider: provider.into(), location: location.into(), capabilities }
    }

    /// The store in an error or a report: `age store at ./store`.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} store at {}", self.provider, self.location)
    }
}

/// What a store can do. What it can not, it answers with [`Unsupported`](crate::ErrorKind::Unsupported).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each capability is there or not, on its own")]
#[non_exhaustive]
pub struct Capabilities {
    /// `write` and `delete`.
    pub write: bool,
    /// `list`.
    pub list: bool,
    /// [`Precondition`](crate::Precondition)s are checked and held to, against all other writers.
    pub check_and_set: bool,
    /// Old versions can be read.
    pub history: bool,
    /// Values need not be UTF-8.
    pub binary: bool,
    /// A secret may hold any number of fields under any names; otherwise only a plain value.
    pub fields: bool,
    /// A path may be a secret and have secrets below it.
    pub nested: bool,
}

impl Capabilities {
    /// Reads by path and nothing else.
    #[must_use]
    pub fn read_only() -> Self {
        Self::default()
    }

    /// What both can do.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            write: self.write && other.write,
            list: self.list && other.list,
            check_and_set: self.check_and_set && other.check_and_set,
            history: self.history && other.history,
            binary: self.binary && other.binary,
            fields: self.fields && other.fields,
            nested: self.nested && other.nested,
        }
    }

    /// Everything but history: what a store that keeps its own data should be able to do.
    #[must_use]
    pub fn full() -> Self {
        Self {
            write: true,
            list: true,
            check_and_set: true,
            history: false,
            binary: true,
            fields: true,
            nested: true,
        }
    }
}
