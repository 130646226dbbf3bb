//! What a template says.

use std::collections::BTreeMap;

/// All that one text defines: itself, and what it names with `define` and `block`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) root: List,
    pub(crate) defined: BTreeMap<Vec<u8>, List>,
}

pub(crate) type List = Vec<Node>;

#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The offset in the text.
    pub(crate) at: usize,
    pub(crate) kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    Text(String),
    Action(Pipe),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template { name: Vec<u8>, pipe: Option<Pipe> },
    Break,
    Continue,
}

#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) pipe: Pipe,
    pub(crate) then: List,
    pub(crate) otherwise: Option<List>,
}

#[derive(Debug, Clone)]
pub(crate) struct Pipe {
    /// The variables that it declares or assigns, with their dollar sign.
    pub(crate) variables: Vec<String>,
    pub(crate) assigns: bool,
    pub(crate) commands: Vec<Command>,
}

/// A first word and its arguments; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) words: Vec<Word>,
}

#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// The offset in the text.
    pub(crate) at: usize,
    pub(crate) kind: WordKind,
}

#[derive(Debug, Clone)]
pub(crate) enum WordKind {
    Bool(bool),
    Dot,
    Nil,
    Number(Number),
    Text(Vec<u8>),
    /// `.a.b`
    Field(Vec<String>),
    /// `$x.a.b`: the name with its dollar sign, and the fields.
    Variable(String, Vec<String>),
    Function(String),
    Pipe(Box<Pipe>),
    /// `(…).a.b`
    Chain(Box<Word>, Vec<String>),
}

/// A number: which it is depends on where it stands, so each reading that is possible is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) float: Option<f64>,
    /// Whether it is written as a float, and so is one where nothing else decides.
    pub(crate) reads_as_float: bool,
}
