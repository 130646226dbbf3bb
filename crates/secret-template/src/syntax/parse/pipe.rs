//! Pipelines: what stands between the braces.

use super::super::lex::{Kind, Token};
use super::super::literal;
use super::super::tree::{Command, Pipe, Word, WordKind};
use super::{Parser, Result};
use crate::operator;

impl Parser<'_> {
    pub(super) fn pipe(&mut self, place: &str, end: Kind) -> Result<Pipe> {
        let mut pipe = Pipe { variables: Vec::new(), assigns: false, commands: Vec::new() };
        let at = self.peek_word().at;
        self.declarations(&mut pipe, place)?;
        loop {
            let token = self.peek_word();
            if token.kind == end {
                self.take();
                break;
            }
            if !starts_operand(token.kind) {
                return Err(self.unexpected(token, place));
            }
            let command = self.command()?;
            pipe.commands.push(command);
        }
        if pipe.commands.is_empty() {
            return Err(self.broken(at, format!("{place} has no value")));
        }
        for command in &pipe.commands[1..] {
            let first = &command.words[0];
            if matches!(
                first.kind,
                WordKind::Bool(_) | WordKind::Dot | WordKind::Nil | WordKind::Number(_) | WordKind::Text(_)
            ) {
                return Err(self.broken(first.at, "after | comes a function, not a value"));
            }
        }
        Ok(pipe)
    }

    fn declarations(&mut self, pipe: &mut Pipe, place: &str) -> Result<()> {
        while self.peek_word().kind == Kind::Variable {
            let before = self.next;
            let variable = self.take();
            let next = self.peek_word();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.take();
                    pipe.assigns = next.kind == Kind::Assign;
                    self.declare(pipe, variable);
                    return Ok(());
                }
                Kind::Char if next.text == "," => {
                    self.take();
                    self.declare(pipe, variable);
                    if place != "range" || pipe.variables.len() > 1 {
                        return Err(self.broken(variable.at, format!("too many variables in {place}")));
                    }
                    let after = self.peek_word().kind;
                    if !matches!(after, Kind::Variable | Kind::RightDelimiter | Kind::RightParen) {
                        return Err(self.broken(next.at, "after the comma comes a second variable"));
                    }
                }
                _ => {
                    self.next = before;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn declare(&mut self, pipe: &mut Pipe, variable: Token<'_>) {
        pipe.variables.push(variable.text.to_owned());
        self.scope.variables.push(variable.text.to_owned());
    }

    fn command(&mut self) -> Result<Command> {
        let at = self.peek_word().at;
        let mut words = Vec::new();
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                words.push(word);
            }
            let token = self.peek();
            match token.kind {
                Kind::Space => {}
                Kind::RightDelimiter | Kind::RightParen => break,
                Kind::Pipe => {
                    self.take();
                    break;
                }
                _ => return Err(self.unexpected(token, "an operand")),
            }
        }
        if words.is_empty() { Err(self.broken(at, "an empty command")) } else { Ok(Command { words }) }
    }

    fn operand(&mut self) -> Result<Option<Word>> {
        let Some(word) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(word));
        }
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            fields.push(self.take().text[1..].to_owned());
        }
        let at = word.at;
        let kind = match word.kind {
            WordKind::Field(mut path) => {
                path.append(&mut fields);
                WordKind::Field(path)
            }
            WordKind::Variable(name, mut path) => {
                path.append(&mut fields);
                WordKind::Variable(name, path)
            }
            WordKind::Function(_) | WordKind::Pipe(_) => WordKind::Chain(Box::new(word), fields),
            _ => return Err(self.broken(at, "a field of something that has none")),
        };
        Ok(Some(Word { at, kind }))
    }

    fn term(&mut self) -> Result<Option<Word>> {
        let token = self.peek_word();
        let at = token.at;
        let kind = match token.kind {
            Kind::Identifier => {
                self.function(token);
                WordKind::Function(token.text.to_owned())
            }
            Kind::Dot => WordKind::Dot,
            Kind::Nil => WordKind::Nil,
            Kind::Bool => WordKind::Bool(token.text == "true"),
            Kind::Field => WordKind::Field(vec![token.text[1..].to_owned()]),
            Kind::Variable => {
                if !self.scope.variables.iter().any(|known| known == token.text) {
                    self.note(at, format!("the variable {} is not defined here", token.text), None);
                }
                WordKind::Variable(token.text.to_owned(), Vec::new())
            }
            Kind::Number | Kind::Character => {
                let read = if token.kind == Kind::Number { literal::number } else { literal::character };
                let number = read(token.text).map_err(|message| self.broken(at, message))?;
                WordKind::Number(number)
            }
            Kind::Complex => return Err(self.broken(at, "complex numbers are not rendered here")),
            Kind::Quoted => {
                let text = literal::unquote(token.text).map_err(|message| self.broken(at, message))?;
                WordKind::Text(text)
            }
            Kind::LeftParen => {
                self.take();
                let pipe =
                    self.deeper(at, |parser| parser.pipe("a pipeline in parentheses", Kind::RightParen))?;
                return Ok(Some(Word { at, kind: WordKind::Pipe(Box::new(pipe)) }));
            }
            _ => return Ok(None),
        };
        self.take();
        Ok(Some(Word { at, kind }))
    }

    fn function(&mut self, token: Token<'_>) {
        self.functions.push((token.text.to_owned(), token.at));
        if operator::find(token.text).is_none() {
            let help = nearest(token.text).map(|name| format!("did you mean {name}?"));
            let message = format!("no version of the operator has a function {:?}", token.text);
            self.note(token.at, message, help);
        }
    }
}

fn starts_operand(kind: Kind) -> bool {
    use Kind::{Bool, Character, Complex, Dot, Field, Identifier, LeftParen, Nil, Number, Quoted, Variable};
    matches!(
        kind,
        Bool | Character | Complex | Dot | Field | Identifier | LeftParen | Nil | Number | Quoted | Variable
    )
}

/// A function whose name differs in case alone.
fn nearest(name: &str) -> Option<&'static str> {
    operator::names().find(|known| known.eq_ignore_ascii_case(name))
}
