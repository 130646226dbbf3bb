//! From a YAML value to a type, with every problem and not the first one only.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

use super::mask::is_hidden;
use super::message::{About, Message, without};
use super::problem::Problem;
use super::tree::{Node, Step};

/// Reads parts of one document and collects what is wrong with them.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) root: &'a Node,
    pub(super) problems: Vec<Problem>,
    /// What must not be shown: it stands where it is not understood, so it may be anything.
    pub(super) hidden: Vec<Range<usize>>,
}

impl Reader<'_> {
    /// Reads the value that stands at `base`. After a problem, what caused it is taken out and the rest is read again,
    /// so that one problem does not hide another.
    pub(super) fn read<T: DeserializeOwned>(&mut self, mut value: Value, base: &[Step]) -> Option<T> {
        let mut taken_out = BTreeSet::new();
        loop {
            let error = match serde_path_to_error::deserialize(&value) {
                Ok(read) => return taken_out.is_empty().then_some(read),
                Err(error) => error,
            };
            let path = steps(error.path());
            let path = as_written(&path, &taken_out);
            let message = Message::of(&error.inner().to_string());
            if is_aftermath(&message, &path, &taken_out) {
                // Nothing more can be said of what this is; of what is beside it, there can.
                let left = as_left(&path, &taken_out).filter(|left| !left.is_empty())?;
                if !take_out(&mut value, &left) {
                    return None;
                }
                taken_out.insert(path);
                continue;
            }
            if let About::MissingField(field) = &message.about {
                let left = as_left(&path, &taken_out)?;
                let gone = match stand_in::<T>(&mut value, &left, field) {
                    true => [&path[..], &[field.as_str().into()]].concat(),
                    false if !left.is_empty() && take_out(&mut value, &left) => path.clone(),
                    false => Vec::new(),
                };
                self.report(message, base, &path);
                if gone.is_empty() {
                    return None;
                }
                taken_out.insert(gone);
                continue;
            }
            let culprit = self.report(message, base, &path);
            let in_value = culprit.map(|culprit| as_left(&culprit, &taken_out).map(|left| (culprit, left)));
            match in_value {
                Some(Some((culprit, left))) if take_out(&mut value, &left) => taken_out.insert(culprit),
                _ => return None,
            };
        }
    }

    /// Notes the problem; returns the path, below `base`, of what to take out to go on, if that helps.
    fn report(&mut self, message: Message, base: &[Step], path: &[Step]) -> Option<Vec<Step>> {
        let full = |path: &[Step]| [base, path].concat();
        let (mut spot, mut culprit) = (full(path), Some(path.to_vec()));
        match &message.about {
            About::UnknownField(name) => {
                let field = self.find_key(&full(path), name);
                self.hidden.extend(self.root.at(&field).map(|node| node.span.clone()));
                culprit = field.get(base.len()..).map(<[Step]>::to_vec);
                spot = field;
            }
            About::MissingField(_) => culprit = None,
            About::WrongType => self.hidden.extend(self.root.at(&spot).map(|node| node.span.clone())),
            About::Node => {}
        }
        let span = match message.about {
            About::UnknownField(_) | About::MissingField(_) => self.root.span_of(&spot),
            About::WrongType | About::Node => self.root.scalar_span_of(&spot),
        };
        let mut text = message.text;
        if is_hidden(&spot)
            && let Some(scalar) = self.root.at(&spot).and_then(Node::scalar)
        {
            text = without(&text, scalar);
        }
        let mut problem = Problem::new(text).at(span);
        problem.help = message.help;
        self.problems.push(problem);
        culprit.filter(|culprit| !culprit.is_empty())
    }

    /// Where the unknown `key` stands: enums lose the path inside of them, so it may be deeper than `path`.
    fn find_key(&self, path: &[Step], key: &str) -> Vec<Step> {
        if path.last() == Some(&Step::from(key)) {
            return path.to_vec();
        }
        let below = self.root.at(path).map(|node| node.paths_to_key(key)).unwrap_or_default();
        let nearest = below.into_iter().min_by_key(Vec::len);
        nearest.map_or_else(|| path.to_vec(), |below| [path, &below].concat())
    }
}

/// Whether an error is there only because of what was taken out for another.
fn is_aftermath(message: &Message, path: &[Step], taken_out: &BTreeSet<Vec<Step>>) -> bool {
    match &message.about {
        About::MissingField(name) => {
            let field: Vec<_> = path.iter().cloned().chain([Step::Key(name.clone())]).collect();
            taken_out.contains(&field)
        }
        About::Node => taken_out.iter().any(|gone| gone.len() > path.len() && gone.starts_with(path)),
        About::UnknownField(_) | About::WrongType => false,
    }
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    segments.collect()
}

/// A path in what is left, as a path in what was written: items that were taken out count again.
fn as_written(path: &[Step], taken_out: &BTreeSet<Vec<Step>>) -> Vec<Step> {
    let mut written: Vec<Step> = Vec::new();
    for step in path {
        let step = match step {
            Step::Index(index) => {
                let mut index = *index;
                for gone in gone_items(&written, taken_out) {
                    index += usize::from(gone <= index);
                }
                Step::Index(index)
            }
            Step::Key(key) => Step::Key(key.clone()),
        };
        written.push(step);
    }
    written
}

/// The other way round; none when it was taken out itself.
fn as_left(path: &[Step], taken_out: &BTreeSet<Vec<Step>>) -> Option<Vec<Step>> {
    let mut left = Vec::new();
    for (depth, step) in path.iter().enumerate() {
        if taken_out.contains(&path[..=depth]) {
            return None;
        }
        left.push(match step {
            Step::Index(index) => {
                let before = gone_items(&path[..depth], taken_out).filter(|gone| gone < index).count();
                Step::Index(index - before)
            }
            Step::Key(key) => Step::Key(key.clone()),
        });
    }
    Some(left)
}

/// The items of the list at `list` that were taken out, ascending.
fn gone_items<'a>(list: &'a [Step], taken_out: &'a BTreeSet<Vec<Step>>) -> impl Iterator<Item = usize> + 'a {
    taken_out.iter().filter_map(move |path| match path.split_last() {
        Some((Step::Index(index), parents)) if parents == list => Some(*index),
        _ => None,
    })
}

/// Puts something in the place of a missing field, so that what else is missing is found too. Whatever is taken for the
/// field will do: it is not looked at.
fn stand_in<T: DeserializeOwned>(value: &mut Value, parent: &[Step], field: &str) -> bool {
    let empty = || Value::Mapping(serde_yaml::Mapping::new());
    let of_any_type = [
        "a".into(),
        "https://a.example".into(),
        "1h".into(),
        empty(),
        Value::Sequence(Vec::new()),
        1.into(),
        true.into(),
    ];
    let place = [parent, &[field.into()]].concat();
    of_any_type.into_iter().any(|stand_in| {
        let Some(Value::Mapping(map)) = node(value, parent) else { return false };
        map.insert(field.into(), stand_in);
        let fits = match serde_path_to_error::deserialize::<_, T>(&*value) {
            Ok(_) => true,
            Err(error) => {
                let path = steps(error.path());
                // What is said of the whole of it may be said because of this.
                let is_whole = path == parent && Message::of(&error.inner().to_string()).about == About::Node;
                !is_whole && !path.starts_with(&place)
            }
        };
        if !fits {
            take_out(value, &place);
        }
        fits
    })
}

fn node<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |node, step| match step {
        Step::Key(key) => node.get_mut(key.as_str()),
        Step::Index(index) => node.get_mut(*index),
    })
}

fn take_out(value: &mut Value, path: &[Step]) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    match (last, node(value, parents)) {
        (Step::Key(key), Some(Value::Mapping(map))) => map.remove(key.as_str()).is_some(),
        (Step::Index(index), Some(Value::Sequence(items))) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}
