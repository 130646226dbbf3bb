//! Which root fields a template reads.

use std::collections::BTreeSet;

use crate::syntax::tree::{Command, List, NodeKind, Pipe, Tree, Word, WordKind};

/// The root fields that a template reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// Those it names: `{{ .password }}`, `{{ index . "tls.crt" }}`.
    pub named: BTreeSet<String>,
    /// Whether it may read others too: it hands on the whole map (`{{ toJson . }}`, `{{ range . }}`), or asks for a key
    /// that it computes.
    pub may_read_others: bool,
}

impl Fields {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut reader =
            Reader { tree, fields: Self::default(), entered: BTreeSet::new(), waiting: Vec::new() };
        reader.list(&tree.root, Known { dot: true, dollar: true });
        while let Some((list, known)) = reader.waiting.pop() {
            reader.list(list, known);
        }
        reader.fields
    }
}

/// Whether the dot, and the dollar sign, are the root map here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    dot: bool,
    dollar: bool,
}

struct Reader<'t> {
    tree: &'t Tree,
    fields: Fields,
    /// The named templates that were followed, and whether with the root map.
    entered: BTreeSet<(&'t [u8], bool)>,
    /// The named templates that are still to be looked at.
    waiting: Vec<(&'t List, Known)>,
}

impl<'t> Reader<'t> {
    fn list(&mut self, list: &'t List, known: Known) {
        for node in list {
            match &node.kind {
                NodeKind::Text(_) | NodeKind::Break | NodeKind::Continue => {}
                NodeKind::Action(pipe) => self.pipe(pipe, known),
                NodeKind::If(branch) => {
                    self.pipe(&branch.pipe, known);
                    self.list(&branch.then, known);
                    branch.otherwise.iter().for_each(|list| self.list(list, known));
                }
                NodeKind::With(branch) | NodeKind::Range(branch) => {
                    self.pipe(&branch.pipe, known);
                    self.list(&branch.then, Known { dot: false, ..known });
                    branch.otherwise.iter().for_each(|list| self.list(list, known));
                }
                NodeKind::Template { name, pipe } => self.template(name, pipe.as_ref(), known),
            }
        }
    }

    fn template(&mut self, name: &'t [u8], pipe: Option<&'t Pipe>, known: Known) {
        let is_root = pipe.is_some_and(|pipe| is_root_alone(pipe, known));
        if let Some(pipe) = pipe.filter(|_| !is_root) {
            self.pipe(pipe, known);
        }
        let tree = self.tree;
        if let Some(list) = tree.defined.get(name).filter(|_| self.entered.insert((name, is_root))) {
            self.waiting.push((list, Known { dot: is_root, dollar: is_root }));
        }
    }

    fn pipe(&mut self, pipe: &'t Pipe, known: Known) {
        for command in &pipe.commands {
            self.command(command, known);
        }
    }

    fn command(&mut self, command: &'t Command, known: Known) {
        let mut words = command.words.as_slice();
        if let [function, map, key, ..] = words
            && matches!(&function.kind, WordKind::Function(name) if name == "index")
            && is_root(map, known)
            && let WordKind::Text(key) = &key.kind
        {
            self.fields.named.insert(String::from_utf8_lossy(key).into_owned());
            words = &words[3..];
        }
        for word in words {
            self.word(word, known);
        }
    }

    fn word(&mut self, word: &'t Word, known: Known) {
        match &word.kind {
            _ if is_root(word, known) => self.fields.may_read_others = true,
            WordKind::Field(path) if known.dot => self.name(path),
            WordKind::Variable(name, path) if name == "$" && known.dollar => self.name(path),
            WordKind::Pipe(pipe) => self.pipe(pipe, known),
            WordKind::Chain(word, _) => self.word(word, known),
            _ => {}
        }
    }

    fn name(&mut self, path: &[String]) {
        self.fields.named.extend(path.first().cloned());
    }
}

fn is_root(word: &Word, known: Known) -> bool {
    match &word.kind {
        WordKind::Dot => known.dot,
        WordKind::Variable(name, path) => known.dollar && name == "$" && path.is_empty(),
        _ => false,
    }
}

fn is_root_alone(pipe: &Pipe, known: Known) -> bool {
    matches!(pipe.commands.as_slice(), [command] if matches!(command.words.as_slice(), [word] if is_root(word, known)))
}
