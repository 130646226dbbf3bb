//! Which cluster a contribution is for.

use core::fmt;
use core::str::FromStr;

use crate::parse::deserialize_from_text;
use crate::{ClusterName, NameError};

/// Every cluster (`*`), or one by its name.
///
/// ```
/// # use k8s_bundle::ClusterSelector;
/// assert!("*".parse::<ClusterSelector>()?.selects(&"dev".parse()?));
/// assert!(!"prod".parse::<ClusterSelector>()?.selects(&"dev".parse()?));
/// # Ok::<_, k8s_bundle::NameError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum ClusterSelector {
    /// Every cluster.
    #[default]
    All,
    /// One cluster.
    Named(ClusterName),
}

impl ClusterSelector {
    /// Whether a contribution for this selector goes to `cluster`.
    #[must_use]
    pub fn selects(&self, cluster: &ClusterName) -> bool {
        match self {
            Self::All => true,
            Self::Named(name) => name == cluster,
        }
    }
}

impl From<ClusterName> for ClusterSelector {
    fn from(name: ClusterName) -> Self {
        Self::Named(name)
    }
}

impl FromStr for ClusterSelector {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "*" { Ok(Self::All) } else { text.parse().map(Self::Named) }
    }
}

deserialize_from_text!(ClusterSelector);

impl TryFrom<String> for ClusterSelector {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl fmt::Display for ClusterSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::All => "*",
            Self::Named(name) => name.as_str(),
        })
    }
}
