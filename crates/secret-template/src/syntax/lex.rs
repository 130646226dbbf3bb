//! The tokens of a template.

use super::rune::is_alphanumeric;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// Punctuation that no token of its own is for: `,`.
    Char,
    Bool,
    Number,
    Complex,
    Character,
    Quoted,
    Field,
    Variable,
    Identifier,
    Dot,
    Nil,
    Keyword(Keyword),
    End,
    /// What stands here is no token: the message.
    Wrong(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
    pub(crate) text: &'t str,
}

pub(crate) const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const TRIMMED: [char; 4] = [' ', '\t', '\r', '\n'];
/// A minus and the white space beside it.
const MARKER: usize = 2;

/// All the tokens of `text`. The last is [`Kind::End`] or [`Kind::Wrong`].
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    lexer.run();
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn run(&mut self) {
        while let Some(before) = self.rest().find(LEFT) {
            if self.text_and_left(before).is_none() {
                return;
            }
        }
        if !self.rest().is_empty() {
            self.emit(Kind::Text, self.text.len());
        }
        self.emit(Kind::End, self.at);
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Emits what stands up to the offset `end`.
    fn emit(&mut self, kind: Kind, end: usize) {
        self.tokens.push(Token { kind, at: self.at, text: &self.text[self.at..end] });
        self.at = end;
    }

    /// Emits the last token: none, so that the caller stops.
    fn wrong(&mut self, message: &'static str) -> Option<()> {
        self.emit(Kind::Wrong(message), self.at);
        None
    }

    /// The text before an action, and the action or comment.
    fn text_and_left(&mut self, before: usize) -> Option<()> {
        let delimiter = self.at + before;
        let inside = &self.text[delimiter + LEFT.len()..];
        let trims = has_left_marker(inside);
        let text = &self.text[self.at..delimiter];
        let kept = if trims { text.trim_end_matches(TRIMMED).len() } else { text.len() };
        if kept > 0 {
            self.emit(Kind::Text, self.at + kept);
        }
        self.at = delimiter;
        let after_marker = if trims { MARKER } else { 0 };
        if inside[after_marker..].starts_with("/*") {
            self.at += LEFT.len() + after_marker;
            return self.comment();
        }
        self.emit(Kind::LeftDelimiter, self.at + LEFT.len());
        self.at += after_marker;
        self.action()
    }

    fn comment(&mut self) -> Option<()> {
        let Some(length) = self.rest()[2..].find("*/") else { return self.wrong("a comment is not closed") };
        self.at += 2 + length + 2;
        match self.right_delimiter() {
            None => self.wrong("a comment must end right before the closing braces"),
            Some(trims) => {
                self.skip_right_delimiter(trims);
                Some(())
            }
        }
    }

    /// Whether a right delimiter is next, and whether it trims.
    fn right_delimiter(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_marker(rest) && rest[MARKER..].starts_with(RIGHT) {
            Some(true)
        } else {
            rest.starts_with(RIGHT).then_some(false)
        }
    }

    fn skip_right_delimiter(&mut self, trims: bool) {
        self.at += RIGHT.len();
        if trims {
            self.at += MARKER;
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(TRIMMED).len();
        }
    }

    fn action(&mut self) -> Option<()> {
        let mut open = 0usize;
        loop {
            if let Some(trims) = self.right_delimiter() {
                if open > 0 {
                    return self.wrong("a parenthesis is not closed");
                }
                let start = self.at + if trims { MARKER } else { 0 };
                let text = &self.text[start..start + RIGHT.len()];
                self.tokens.push(Token { kind: Kind::RightDelimiter, at: start, text });
                self.skip_right_delimiter(trims);
                return Some(());
            }
            let Some(next) = self.peek() else { return self.wrong("an action is not closed: }} is missing") };
            match next {
                '(' => open += 1,
                ')' if open == 0 => return self.wrong("a closing parenthesis too many"),
                ')' => open -= 1,
                _ => {}
            }
            self.token(next)?;
        }
    }

    fn token(&mut self, next: char) -> Option<()> {
        let rest = self.rest();
        let single = |lexer: &mut Self, kind| {
            lexer.emit(kind, lexer.at + next.len_utf8());
            Some(())
        };
        match next {
            c if TRIMMED.contains(&c) => {
                self.space();
                Some(())
            }
            '=' => single(self, Kind::Assign),
            ':' if rest.starts_with(":=") => {
                self.emit(Kind::Declare, self.at + 2);
                Some(())
            }
            ':' => self.wrong("a colon without ="),
            '|' => single(self, Kind::Pipe),
            '(' => single(self, Kind::LeftParen),
            ')' => single(self, Kind::RightParen),
            '"' => self.quoted(Kind::Quoted, '"', "a quoted text is not closed on its line"),
            '\'' => self.quoted(Kind::Character, '\'', "a character in quotes is not closed"),
            '`' => match rest[1..].find('`') {
                None => self.wrong("a text in backquotes is not closed"),
                Some(length) => {
                    self.emit(Kind::Quoted, self.at + length + 2);
                    Some(())
                }
            },
            '$' => self.name(Kind::Variable, Kind::Variable),
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.name(Kind::Field, Kind::Dot),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            c if is_alphanumeric(c) => self.word(),
            c if c.is_ascii_graphic() => single(self, Kind::Char),
            _ => self.wrong("a character that has no meaning here"),
        }
    }

    /// White space, except the one that belongs to a trimming right delimiter.
    fn space(&mut self) {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(TRIMMED).len();
        let after = &rest[length..];
        let trims = after.starts_with('-') && after[1..].starts_with(RIGHT);
        let length = if trims { length - 1 } else { length };
        if length > 0 {
            self.emit(Kind::Space, self.at + length);
        }
    }

    fn quoted(&mut self, kind: Kind, quote: char, message: &'static str) -> Option<()> {
        let mut chars = self.rest().char_indices().skip(1);
        loop {
            match chars.next() {
                Some((_, '\\')) if matches!(chars.next(), Some((_, c)) if c != '\n') => {}
                None | Some((_, '\n' | '\\')) => return self.wrong(message),
                Some((at, c)) if c == quote => {
                    self.emit(kind, self.at + at + 1);
                    return Some(());
                }
                Some(_) => {}
            }
        }
    }

    /// A field or a variable, its first character included; `alone` when nothing follows that.
    fn name(&mut self, named: Kind, alone: Kind) -> Option<()> {
        let start = self.at;
        self.at += 1;
        let length = self.name_length();
        let is_alone = self.at_terminator(0);
        if !is_alone && !self.at_terminator(length) {
            self.at += length;
            return self.wrong("a character that no name may have");
        }
        self.at = start;
        let (kind, length) = if is_alone { (alone, 0) } else { (named, length) };
        self.emit(kind, start + 1 + length);
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let length = self.name_length();
        if !self.at_terminator(length) {
            self.at += length;
            return self.wrong("a character that no name may have");
        }
        let kind = match &self.rest()[..length] {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            word => keyword(word).map_or(Kind::Identifier, Kind::Keyword),
        };
        self.emit(kind, self.at + length);
        Some(())
    }

    fn name_length(&self) -> usize {
        let rest = self.rest();
        rest.find(|c| !is_alphanumeric(c)).unwrap_or(rest.len())
    }

    /// Whether a name may end after the next `length` bytes.
    fn at_terminator(&self, length: usize) -> bool {
        let rest = &self.rest()[length..];
        match rest.chars().next() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => rest.starts_with(RIGHT),
        }
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.rest();
        let Some(length) = number_length(rest) else { return self.wrong("a number that is none") };
        let is_complex = rest[length..].starts_with(['+', '-']) || rest[..length].ends_with('i');
        let kind = if is_complex { Kind::Complex } else { Kind::Number };
        self.emit(kind, self.at + length);
        Some(())
    }
}

fn keyword(word: &str) -> Option<Keyword> {
    Some(match word {
        "block" => Keyword::Block,
        "break" => Keyword::Break,
        "continue" => Keyword::Continue,
        "define" => Keyword::Define,
        "else" => Keyword::Else,
        "end" => Keyword::End,
        "if" => Keyword::If,
        "range" => Keyword::Range,
        "template" => Keyword::Template,
        "with" => Keyword::With,
        _ => return None,
    })
}

fn has_left_marker(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(TRIMMED))
}

fn has_right_marker(text: &str) -> bool {
    text.strip_prefix(TRIMMED).is_some_and(|rest| rest.starts_with('-'))
}

/// How long the number at the beginning of `text` is. Whether it is one is for its parser to say.
fn number_length(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut digits = "0123456789_";
    if let Some(after) = rest.strip_prefix('0') {
        rest = after;
        let prefixes =
            [(['x', 'X'], "0123456789abcdefABCDEF_"), (['o', 'O'], "01234567_"), (['b', 'B'], "01_")];
        for (prefix, of_prefix) in prefixes {
            if let Some(after) = rest.strip_prefix(prefix) {
                (rest, digits) = (after, of_prefix);
                break;
            }
        }
    }
    let skip = |rest: &'_ str, of: &str| rest.len() - rest.trim_start_matches(|c| of.contains(c)).len();
    rest = &rest[skip(rest, digits)..];
    if let Some(after) = rest.strip_prefix('.') {
        rest = &after[skip(after, digits)..];
    }
    let exponents: &[char] = match digits.len() {
        11 => &['e', 'E'],
        23 => &['p', 'P'],
        _ => &[],
    };
    if let Some(after) = rest.strip_prefix(exponents) {
        rest = after.strip_prefix(['+', '-']).unwrap_or(after);
        rest = &rest[skip(rest, "0123456789_")..];
    }
    rest = rest.strip_prefix('i').unwrap_or(rest);
    if rest.starts_with(is_alphanumeric) { None } else { Some(text.len() - rest.len()) }
}
