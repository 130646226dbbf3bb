//! One thing that is wrong with the configuration.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with the configuration, and where.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// What is wrong; no value.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) help: Option<String>,
    /// Where, with a word for the spot; the first is the one to go to.
    pub(crate) spots: Vec<Spot>,
    /// The same for programs, as far as there is more to tell: the members of an object.
    pub(crate) details: Option<serde_json::Value>,
}

/// Some bytes of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) span: Range<usize>,
    pub(crate) label: Option<String>,
}

/// A place as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Position {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, spots: Vec::new(), details: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn details(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }

    /// At a spot, unless it is there already.
    pub(crate) fn at(mut self, span: Range<usize>) -> Self {
        if self.spots.iter().all(|spot| spot.span != span) {
            self.spots.push(Spot { span, label: None });
        }
        self
    }

    pub(crate) fn at_labelled(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.spots.push(Spot { span, label: Some(label.into()) });
        self
    }

    /// For the order of a report.
    pub(super) fn start(&self) -> usize {
        self.spots.first().map_or(0, |spot| spot.span.start)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
