//! The text of the configuration, as far as it may be shown.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::problem::Position;
use super::tree::{Node, Step};

/// The configuration's text without what could be a secret, and where things stand in it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    path: PathBuf,
    shown: String,
    /// The byte at which each line begins.
    lines: Vec<usize>,
    root: Option<Node>,
}

impl Source {
    pub(super) fn new(path: &Path, shown: &str, root: Option<Node>) -> Self {
        // The line ends of Windows would be counted as lines of their own where a line is shown.
        let shown = shown.replace("\r\n", " \n");
        let lines =
            std::iter::once(0).chain(shown.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        Self { path: path.to_owned(), shown, lines, root }
    }

    /// The file, as it was named on the command line.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The text that may be shown; its bytes stand where those of the file do.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// The bytes at the end of `path`, or of the nearest thing around it.
    pub(crate) fn span_of(&self, path: &[Step]) -> Range<usize> {
        self.root.as_ref().map_or(0..0, |root| root.span_of(path))
    }

    /// The bytes of the scalar at `path`; of something else, as [`span_of`](Self::span_of).
    pub(crate) fn scalar_span_of(&self, path: &[Step]) -> Range<usize> {
        self.root.as_ref().map_or(0..0, |root| root.scalar_span_of(path))
    }

    /// Whether anything stands at `path`.
    pub(crate) fn has(&self, path: &[Step]) -> bool {
        self.root.as_ref().is_some_and(|root| root.at(path).is_some())
    }

    /// The scalar at `path`.
    pub(super) fn scalar(&self, path: &[Step]) -> Option<&str> {
        self.root.as_ref()?.at(path)?.scalar()
    }

    /// How many items the list at `path` has.
    pub(super) fn items(&self, path: &[Step]) -> usize {
        self.root.as_ref().and_then(|root| root.at(path)).map_or(0, Node::items)
    }

    /// The line and column of a byte.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.shown.get(start..offset).unwrap_or_default();
        Position { line: line.max(1), column: before.chars().count() + 1 }
    }
}
