//! What goes wrong while rendering, before it is known where.

use std::borrow::Cow;

/// What was wrong. It is made of fixed words and of names of kinds: nowhere of data.
#[derive(Debug, Clone)]
pub(crate) struct Fault(Cow<'static, str>);

impl Fault {
    pub(crate) const LIMIT_LENGTH: Self = Self::new("the text becomes longer than 4 MiB");
    pub(crate) const LIMIT_WORK: Self =
        Self::new("the template does too much: it loops over too many things");
    pub(crate) const LIMIT_DEPTH: Self = Self::new("the data is nested too deeply, or holds itself");

    /// What Go's `regexp` refuses.
    pub(crate) const WRONG_EXPRESSION: Self = Self::new("it is no regular expression, by Go's rules");

    pub(crate) const fn new(message: &'static str) -> Self {
        Self(Cow::Borrowed(message))
    }

    /// A message with the name of a kind of value, of a function or of a field that stands in the template.
    pub(crate) fn named(message: String) -> Self {
        Self(Cow::Owned(message))
    }

    pub(crate) fn is_wrong_expression(&self) -> bool {
        self.0 == Self::WRONG_EXPRESSION.0
    }

    pub(crate) fn into_message(self) -> String {
        self.0.into_owned()
    }
}

pub(crate) type Result<T, E = Fault> = core::result::Result<T, E>;
