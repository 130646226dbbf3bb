//! The process environment, read in one place.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::SecretValue;

/// The environment variables that a store may look at: the process's own, or a fixed set for tests and for hosts that
/// keep their own. `Debug` shows no value.
#[derive(Clone, Default)]
pub struct Environment(Option<BTreeMap<String, SecretString>>);

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self(None)
    }

    /// These variables and no others.
    #[must_use]
    pub fn fixed<K: Into<String>, V: Into<SecretString>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self(Some(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// The value of a variable; none when it is not set, or is empty.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment; the value moves into a SecretValue"
    )]
    pub fn get(&self, name: &str) -> Option<SecretValue> {
        let value = match &self.0 {
            None => SecretValue::new(std::os::unix::ffi::OsStringExt::into_vec(std::env::var_os(name)?)),
            Some(variables) => SecretValue::from(variables.get(name)?.expose_secret()),
        };
        (!value.is_empty()).then_some(value)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Environment(process)"),
            Some(variables) => f.debug_tuple("Environment").field(&variables.keys()).finish(),
        }
    }
}
