//! Regular expressions that mean to us what they mean to the operator, whose are those of Go.

mod dialect;
mod replace;

use k8s_bundle::Regexp;
use regex::Regex;

/// An expression, translated and compiled; equal to another one when their texts are.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regexp: Regexp,
    regex: Regex,
}

impl Pattern {
    /// # Errors
    /// What Go does not have, or reads in another way.
    pub(crate) fn new(regexp: &Regexp) -> Result<Self, &'static str> {
        let translated = dialect::translate(regexp.as_str())?;
        let regex = Regex::new(&translated).map_err(|_| "it is too large")?;
        Ok(Self { regexp: regexp.clone(), regex })
    }

    /// As it was declared.
    pub(crate) fn regexp(&self) -> &Regexp {
        &self.regexp
    }

    /// Whether it matches anywhere in `name`: Go's `MatchString`.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.regex.is_match(name)
    }

    /// `name` with each match replaced: Go's `ReplaceAllString`.
    pub(crate) fn replace_all(&self, name: &str, target: &str) -> String {
        self.regex.replace_all(name, replace::Expand { target, regex: &self.regex }).into_owned()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.regexp == other.regexp
    }
}

impl Eq for Pattern {}
