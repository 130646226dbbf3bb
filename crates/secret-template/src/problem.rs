//! What is wrong with the text of a template.

use core::fmt;

/// A place in the text of a template, as editors count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl Position {
    /// Where the byte `offset` of `text` is.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
        Self { line: 1 + before.matches('\n').count(), column: 1 + line.chars().count() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One thing that is wrong with the text of a template, found without any value.
///
/// It may quote the template's text, which is configuration; there is no value that it could quote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {message}")]
pub struct TemplateProblem {
    /// Where in the text.
    pub position: Position,
    /// What is wrong: lower case, no final stop.
    pub message: String,
    /// What to do about it, where there is something better to say than the message.
    pub help: Option<String>,
}
