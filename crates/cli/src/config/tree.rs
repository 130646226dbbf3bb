//! Where each part of a YAML text stands in it.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScanError, Span};

/// One step from a node of the configuration to a node in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A node, with the bytes that it takes in the text.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(super) span: Range<usize>,
    pub(super) content: Content,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// A key that stands twice in one map.
#[derive(Debug)]
pub(super) struct DuplicateKey {
    pub(super) key: String,
    pub(super) first: Range<usize>,
    pub(super) second: Range<usize>,
    /// The value of the second one.
    pub(super) value: Range<usize>,
}

impl DuplicateKey {
    /// The second one with its value.
    pub(super) fn whole(&self) -> Range<usize> {
        self.second.start..self.value.end.max(self.second.end)
    }
}

/// The text has no tree.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) message: String,
    pub(super) at: usize,
}

impl Node {
    /// The node that `path` leads to.
    pub(crate) fn at(&self, path: &[Step]) -> Option<&Self> {
        let Some((step, rest)) = path.split_first() else { return Some(self) };
        match (step, &self.content) {
            (Step::Key(key), Content::Mapping(entries)) => {
                entries.iter().find(|entry| entry.key == *key)?.value.at(rest)
            }
            (Step::Index(index), Content::Sequence(items)) => items.get(*index)?.at(rest),
            _ => None,
        }
    }

    /// The key that `path` ends with, or the item; where that is not there, the nearest thing around it.
    pub(crate) fn span_of(&self, path: &[Step]) -> Range<usize> {
        let Some((last, parents)) = path.split_last() else { return self.span.clone() };
        let found = self.at(parents).and_then(|parent| match (last, &parent.content) {
            (Step::Key(key), Content::Mapping(entries)) => {
                entries.iter().find(|entry| entry.key == *key).map(|entry| entry.key_span.clone())
            }
            (Step::Index(index), Content::Sequence(items)) => items.get(*index).map(|item| item.span.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| self.span_of(parents))
    }

    /// The scalar at `path`; where there is none, the same as [`span_of`](Self::span_of).
    pub(super) fn scalar_span_of(&self, path: &[Step]) -> Range<usize> {
        match self.at(path) {
            Some(Self { content: Content::Scalar(text), span }) if !text.is_empty() => span.clone(),
            _ => self.span_of(path),
        }
    }

    /// The same, with the way to each.
    pub(super) fn scalars_with_paths(&self) -> Vec<(Vec<Step>, Range<usize>)> {
        let below = |step: Step, node: &Self| {
            let scalars = node.scalars_with_paths().into_iter();
            let step = [step];
            scalars.map(|(path, span)| ([&step[..], &path].concat(), span)).collect::<Vec<_>>()
        };
        match &self.content {
            Content::Scalar(_) => vec![(Vec::new(), self.span.clone())],
            Content::Sequence(items) => {
                items.iter().enumerate().flat_map(|(index, item)| below(index.into(), item)).collect()
            }
            Content::Mapping(entries) => {
                entries.iter().flat_map(|entry| below(Step::Key(entry.key.clone()), &entry.value)).collect()
            }
        }
    }

    /// The text, if it is a scalar.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text) => Some(text),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// How many items it has, if it is a list.
    pub(super) fn items(&self) -> usize {
        match &self.content {
            Content::Sequence(items) => items.len(),
            Content::Scalar(_) | Content::Mapping(_) => 0,
        }
    }

    /// Every path below this node that ends with `key`.
    pub(super) fn paths_to_key(&self, key: &str) -> Vec<Vec<Step>> {
        let below = |step: Step, node: &Self| {
            let paths = node.paths_to_key(key).into_iter();
            paths
                .map(|path| std::iter::once(step.clone()).chain(path).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        match &self.content {
            Content::Scalar(_) => Vec::new(),
            Content::Sequence(items) => {
                items.iter().enumerate().flat_map(|(index, item)| below(index.into(), item)).collect()
            }
            Content::Mapping(entries) => entries
                .iter()
                .flat_map(|entry| {
                    let here = (entry.key == key).then(|| vec![Step::Key(entry.key.clone())]);
                    here.into_iter()
                        .chain(below(Step::Key(entry.key.clone()), &entry.value))
                        .collect::<Vec<_>>()
                })
                .collect(),
        }
    }

    /// Every scalar that is a value, not a key, in the order of the text.
    pub(super) fn scalars(&self) -> Vec<(&str, Range<usize>)> {
        match &self.content {
            Content::Scalar(text) => vec![(text, self.span.clone())],
            Content::Sequence(items) => items.iter().flat_map(Self::scalars).collect(),
            Content::Mapping(entries) => entries.iter().flat_map(|entry| entry.value.scalars()).collect(),
        }
    }
}

/// Reads one YAML document. An empty text is an empty map.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<DuplicateKey>), SyntaxError> {
    let offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect();
    let mut builder = Builder {
        parser: Parser::new_from_str(text),
        offsets,
        anchors: BTreeMap::new(),
        duplicates: Vec::new(),
    };
    let mut root = None;
    loop {
        let (event, span) = builder.next()?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) if root.is_some() => {
                let at = builder.range(span).start;
                return Err(SyntaxError {
                    message: "a second document begins here: only one is read".to_owned(),
                    at,
                });
            }
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            event => root = Some(builder.node(event, span)?),
        }
    }
    let root = match root {
        Some(Node { content: Content::Scalar(text), span })
            if text.is_empty() || text == "~" || text == "null" =>
        {
            Node { span, content: Content::Mapping(Vec::new()) }
        }
        Some(node) => node,
        None => Node { span: 0..0, content: Content::Mapping(Vec::new()) },
    };
    Ok((root, builder.duplicates))
}

struct Builder<'input> {
    parser: Parser<'input, saphyr_parser::StrInput<'input>>,
    /// The byte at which each character begins; the parser counts characters.
    offsets: Vec<usize>,
    anchors: BTreeMap<usize, Content>,
    duplicates: Vec<DuplicateKey>,
}

impl<'input> Builder<'input> {
    fn next(&mut self) -> Result<(Event<'input>, Span), SyntaxError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.syntax_error(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn syntax_error(&self, error: &ScanError) -> SyntaxError {
        SyntaxError {
            message: format!("not YAML: {}", error.info()),
            at: self.offset(error.marker().index()),
        }
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).or(self.offsets.last()).copied().unwrap_or_default()
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.offset(span.start.index())..self.offset(span.end.index())
    }

    fn node(&mut self, event: Event<'input>, span: Span) -> Result<Node, SyntaxError> {
        let start = self.range(span);
        let (content, anchor, end) = match event {
            Event::Scalar(text, _, anchor, _) => (Content::Scalar(text.into_owned()), anchor, start.end),
            Event::SequenceStart(anchor, _) => {
                let (items, end) = self.sequence()?;
                (Content::Sequence(items), anchor, end)
            }
            Event::MappingStart(anchor, _) => {
                let (entries, end) = self.mapping()?;
                (Content::Mapping(entries), anchor, end)
            }
            Event::Alias(anchor) => {
                let content = self.anchors.get(&anchor).cloned().unwrap_or(Content::Scalar(String::new()));
                return Ok(Node { span: start, content });
            }
            _ => (Content::Scalar(String::new()), 0, start.end),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, content.clone());
        }
        Ok(Node { span: start.start..end.max(start.start), content })
    }

    fn sequence(&mut self) -> Result<(Vec<Node>, usize), SyntaxError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, span) => return Ok((items, self.range(span).end)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<(Vec<Entry>, usize), SyntaxError> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, span) => return Ok((entries, self.range(span).end)),
                (event, span) => self.node(event, span)?,
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            let text = match key.content {
                Content::Scalar(text) => text,
                Content::Sequence(_) | Content::Mapping(_) => continue,
            };
            if let Some(first) = entries.iter().find(|entry| entry.key == text) {
                self.duplicates.push(DuplicateKey {
                    key: text,
                    first: first.key_span.clone(),
                    value: value.span,
                    second: key.span,
                });
            } else {
                entries.push(Entry { key: text, key_span: key.span, value });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_the_bytes_of_its_key() {
        let text = "a: ä\nlist:\n  - { name: x, data: { foo: 1 } }\n  - name: y\n";
        let (root, duplicates) = parse(text).unwrap();
        assert!(duplicates.is_empty());
        let span = root.span_of(&["list".into(), 0.into(), "data".into(), "foo".into()]);
        assert_eq!(&text[span], "foo");
        let span = root.span_of(&["list".into(), 1.into(), "missing".into()]);
        assert!(text[span].starts_with("name: y"));
    }

    #[test]
    fn both_places_of_a_duplicate_key_are_known() {
        let (_, duplicates) = parse("a: 1\nb: { c: 1, c: 2 }\na: 2\n").unwrap();
        let found: Vec<_> =
            duplicates.iter().map(|d| (d.key.as_str(), d.first.start, d.second.start)).collect();
        assert_eq!(found, [("c", 10, 16), ("a", 0, 23)]);
    }
}
