//! What goes wrong with keys and ciphertext, before it is known which secret was asked for.

use std::borrow::Cow;

use crate::{Detail, Error, ErrorKind};

/// A failure of the age provider. Never made from an error that has seen a plaintext or an identity.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    kind: ErrorKind,
    reason: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    /// Whether the reason is said of the file: `is cut short`.
    of_file: bool,
}

impl Failure {
    pub(super) fn new(kind: ErrorKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, reason: reason.into(), help: None, of_file: false }
    }

    /// A failure whose reason is said of the file: `is cut short`.
    pub(super) fn of_file(kind: ErrorKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { of_file: true, ..Self::new(kind, reason) }
    }

    pub(super) fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// The error of `operation` on `file`.
    pub(super) fn into_error(self, operation: &'static str, file: &str) -> Error {
        let reason = if self.of_file { format!("{file} {}", self.reason).into() } else { self.reason };
        let mut detail = Detail::new(operation, reason);
        if let Some(help) = self.help {
            detail = detail.help(help);
        }
        Error::new(self.kind, detail)
    }
}

/// `1 identity`, `2 identities`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
