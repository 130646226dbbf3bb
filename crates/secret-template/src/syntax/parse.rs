//! From tokens to what the template says.

mod pipe;

use super::lex::{self, Keyword, Kind, Token};
use super::literal;
use super::tree::{Branch, List, Node, NodeKind, Tree};
use crate::problem::{Position, TemplateProblem};

/// How deep parentheses, and blocks, may be nested. Nobody writes as many; without a limit the stack would be it.
const MAX_DEPTH: usize = 100;

/// A parsed text: what it says, and each function that it names, with its offset.
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    pub(crate) functions: Vec<(String, usize)>,
}

/// # Errors
/// All problems: each unknown function and each undefined variable, and the first thing that is not syntax.
pub(crate) fn parse(name: &str, text: &str) -> Result<Parsed, Vec<TemplateProblem>> {
    let mut parser = Parser {
        name,
        text,
        tokens: lex::tokens(text),
        next: 0,
        scope: Scope::default(),
        depth: 0,
        tree: Tree::default(),
        functions: Vec::new(),
        problems: Vec::new(),
    };
    let parsed = parser.whole_text();
    let Parser { tree, functions, problems, .. } = parser;
    if parsed.is_ok() && problems.is_empty() { Ok(Parsed { tree, functions }) } else { Err(problems) }
}

/// The text is not syntax from here on; the problem is noted.
struct Broken;

type Result<T, E = Broken> = core::result::Result<T, E>;

struct Parser<'t> {
    name: &'t str,
    text: &'t str,
    tokens: Vec<Token<'t>>,
    next: usize,
    scope: Scope,
    depth: usize,
    tree: Tree,
    functions: Vec<(String, usize)>,
    problems: Vec<TemplateProblem>,
}

/// What may be named where the parser is.
struct Scope {
    variables: Vec<String>,
    ranges: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Self { variables: vec!["$".to_owned()], ranges: 0 }
    }
}

/// What ends a list of nodes.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    End,
    Else,
}

impl<'t> Parser<'t> {
    fn whole_text(&mut self) -> Result<()> {
        loop {
            match self.peek().kind {
                Kind::End => break,
                Kind::LeftDelimiter if self.peek_in_action() == Kind::Keyword(Keyword::Define) => {
                    self.define()?;
                }
                _ => match self.node()? {
                    Ok(node) => self.tree.root.push(node),
                    Err((ending, at)) => {
                        let word = if ending == Ending::End { "end" } else { "else" };
                        return Err(self.broken(at, format!("{{{{{word}}}}} without a block")));
                    }
                },
            }
        }
        let root = core::mem::take(&mut self.tree.root);
        let defined = self.tree.defined.remove(self.name.as_bytes());
        self.tree.root = match defined {
            Some(defined) if !is_empty(&defined) => {
                if !is_empty(&root) {
                    return Err(self.broken(0, format!("template {:?} is defined twice", self.name)));
                }
                defined
            }
            _ => root,
        };
        Ok(())
    }

    fn peek(&self) -> Token<'t> {
        self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token<'t> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
    }

    fn peek_word(&mut self) -> Token<'t> {
        self.skip_space();
        self.peek()
    }

    fn take_word(&mut self) -> Token<'t> {
        self.skip_space();
        self.take()
    }

    /// The first token in the action whose left delimiter is next.
    fn peek_in_action(&self) -> Kind {
        let inside = self.tokens.iter().skip(self.next + 1).find(|token| token.kind != Kind::Space);
        inside.map_or(Kind::End, |token| token.kind)
    }

    fn note(&mut self, at: usize, message: String, help: Option<String>) {
        let position = Position::of(self.text, at);
        self.problems.push(TemplateProblem { position, message, help });
    }

    fn broken(&mut self, at: usize, message: impl Into<String>) -> Broken {
        self.note(at, message.into(), None);
        Broken
    }

    fn unexpected(&mut self, token: Token<'_>, place: &str) -> Broken {
        let message = match token.kind {
            Kind::Wrong(message) => message.to_owned(),
            Kind::End => format!("the text ends in {place}: {{{{end}}}} or }}}} is missing"),
            _ => format!("unexpected {:?} in {place}", token.text),
        };
        self.broken(token.at, message)
    }

    fn right_delimiter(&mut self, place: &str) -> Result<()> {
        let token = self.take_word();
        if token.kind == Kind::RightDelimiter { Ok(()) } else { Err(self.unexpected(token, place)) }
    }

    fn deeper<T>(&mut self, at: usize, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(
                self.broken(at, format!("more than {MAX_DEPTH} blocks and parentheses inside each other"))
            );
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    /// A node, or what ends the list and where.
    fn node(&mut self) -> Result<Result<Node, (Ending, usize)>> {
        let token = self.take_word();
        match token.kind {
            Kind::Text => Ok(Ok(Node { at: token.at, kind: NodeKind::Text(token.text.to_owned()) })),
            Kind::LeftDelimiter => self.action(),
            _ => Err(self.unexpected(token, "the text")),
        }
    }

    fn action(&mut self) -> Result<Result<Node, (Ending, usize)>> {
        let token = self.peek_word();
        let at = token.at;
        let Kind::Keyword(keyword) = token.kind else {
            let pipe = self.pipe("an action", Kind::RightDelimiter)?;
            return Ok(Ok(Node { at, kind: NodeKind::Action(pipe) }));
        };
        self.take();
        let kind = match keyword {
            Keyword::Block => self.block()?,
            Keyword::Break | Keyword::Continue => self.leave(token, keyword)?,
            Keyword::Define => return Err(self.broken(at, "{{define}} inside a block")),
            Keyword::Else => {
                let next = self.peek_word().kind;
                if !matches!(next, Kind::Keyword(Keyword::If | Keyword::With)) {
                    self.right_delimiter("{{else}}")?;
                }
                return Ok(Err((Ending::Else, at)));
            }
            Keyword::End => {
                self.right_delimiter("{{end}}")?;
                return Ok(Err((Ending::End, at)));
            }
            Keyword::If => NodeKind::If(self.branch(at, keyword)?),
            Keyword::Range => NodeKind::Range(self.branch(at, keyword)?),
            Keyword::With => NodeKind::With(self.branch(at, keyword)?),
            Keyword::Template => self.template()?,
        };
        Ok(Ok(Node { at, kind }))
    }

    fn leave(&mut self, token: Token<'_>, keyword: Keyword) -> Result<NodeKind> {
        self.right_delimiter("{{break}} or {{continue}}")?;
        if self.scope.ranges == 0 {
            return Err(self.broken(token.at, format!("{{{{{}}}}} outside {{{{range}}}}", token.text)));
        }
        Ok(if keyword == Keyword::Break { NodeKind::Break } else { NodeKind::Continue })
    }

    /// Nodes up to the end or else of a block.
    fn list(&mut self, at: usize) -> Result<(List, Ending)> {
        self.deeper(at, |parser| {
            let mut list = List::new();
            loop {
                if parser.peek_word().kind == Kind::End {
                    return Err(parser.broken(at, "a block is not closed: {{end}} is missing"));
                }
                match parser.node()? {
                    Ok(node) => list.push(node),
                    Err((ending, _)) => return Ok((list, ending)),
                }
            }
        })
    }

    fn branch(&mut self, at: usize, keyword: Keyword) -> Result<Branch> {
        let variables = self.scope.variables.len();
        let is_range = keyword == Keyword::Range;
        let pipe = self.pipe(if is_range { "range" } else { "if or with" }, Kind::RightDelimiter)?;
        self.scope.ranges += usize::from(is_range);
        let (then, ending) = self.list(at)?;
        self.scope.ranges -= usize::from(is_range);
        let otherwise = if ending == Ending::Else { Some(self.otherwise(at, keyword)?) } else { None };
        self.scope.variables.truncate(variables);
        Ok(Branch { pipe, then, otherwise })
    }

    /// What follows `else`; `else if` is an `if` whose `end` closes both.
    fn otherwise(&mut self, at: usize, keyword: Keyword) -> Result<List> {
        let token = self.peek_word();
        if token.kind == Kind::Keyword(keyword) && keyword != Keyword::Range {
            self.take();
            let branch = self.deeper(at, |parser| parser.branch(token.at, keyword))?;
            let kind = if keyword == Keyword::If { NodeKind::If(branch) } else { NodeKind::With(branch) };
            return Ok(vec![Node { at: token.at, kind }]);
        }
        let (list, ending) = self.list(at)?;
        if ending == Ending::Else {
            return Err(self.broken(at, "two {{else}} in one block"));
        }
        Ok(list)
    }

    fn define(&mut self) -> Result<()> {
        self.take();
        let at = self.take_word().at;
        let name = self.template_name("{{define}}")?;
        self.right_delimiter("{{define}}")?;
        self.definition(at, name)
    }

    /// The nodes of a template with a name, which see no variable of the text around them.
    fn definition(&mut self, at: usize, name: Vec<u8>) -> Result<()> {
        let outer = core::mem::take(&mut self.scope);
        let (list, ending) = self.list(at)?;
        self.scope = outer;
        if ending == Ending::Else {
            return Err(self.broken(at, "{{else}} in a definition"));
        }
        match self.tree.defined.get(&name) {
            Some(before) if !is_empty(before) => {
                if !is_empty(&list) {
                    let name = String::from_utf8_lossy(&name).into_owned();
                    return Err(self.broken(at, format!("template {name:?} is defined twice")));
                }
            }
            _ => {
                self.tree.defined.insert(name, list);
            }
        }
        Ok(())
    }

    fn block(&mut self) -> Result<NodeKind> {
        let at = self.peek_word().at;
        let name = self.template_name("{{block}}")?;
        let pipe = self.pipe("{{block}}", Kind::RightDelimiter)?;
        self.definition(at, name.clone())?;
        Ok(NodeKind::Template { name, pipe: Some(pipe) })
    }

    fn template(&mut self) -> Result<NodeKind> {
        let name = self.template_name("{{template}}")?;
        if self.peek_word().kind == Kind::RightDelimiter {
            self.take();
            return Ok(NodeKind::Template { name, pipe: None });
        }
        let pipe = self.pipe("{{template}}", Kind::RightDelimiter)?;
        Ok(NodeKind::Template { name, pipe: Some(pipe) })
    }

    fn template_name(&mut self, place: &str) -> Result<Vec<u8>> {
        let token = self.take_word();
        if token.kind != Kind::Quoted {
            return Err(self.unexpected(token, place));
        }
        literal::unquote(token.text).map_err(|message| self.broken(token.at, message))
    }
}

/// Whether there is nothing but white space.
fn is_empty(list: &List) -> bool {
    list.iter().all(|node| matches!(&node.kind, NodeKind::Text(text) if text.trim().is_empty()))
}
