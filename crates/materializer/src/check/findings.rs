//! What goes into a check and what comes out of it.

use std::borrow::Cow;

/// The values of one Secret by key, sorted.
pub(crate) struct Values<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> Values<'a> {
    pub(crate) fn new(sorted: Vec<(&'a str, &'a [u8])>) -> Self {
        Self(sorted)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a [u8]> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0.iter().copied()
    }
}

/// One thing about the values of a Secret, or about one of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) key: Option<Box<str>>,
    pub(crate) message: Cow<'static, str>,
    pub(crate) help: Cow<'static, str>,
}

/// What checks found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) problems: Vec<Remark>,
    pub(crate) warnings: Vec<Remark>,
}

impl Findings {
    pub(crate) fn problem(
        &mut self,
        key: &str,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.problems.push(Remark { key: Some(key.into()), message: message.into(), help: help.into() });
    }

    pub(crate) fn problem_of_all(
        &mut self,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.problems.push(Remark { key: None, message: message.into(), help: help.into() });
    }

    pub(crate) fn warning(
        &mut self,
        key: &str,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.warnings.push(Remark { key: Some(key.into()), message: message.into(), help: help.into() });
    }
}
