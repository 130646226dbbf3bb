//! Where each value of a JSON text begins and ends.

use super::{Json, JsonError, Numbers, number};

/// How deep lists and objects may be in each other: as deep as the stores' own readers go.
const DEPTH: usize = 100;

type Result<T> = core::result::Result<T, JsonError>;

/// Called with the name, as it is written between its quotes, and the value of each member; without a name for an item.
type Found<'f, 'a> = &'f mut dyn FnMut(Option<&'a str>, Json<'a>);

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    numbers: Numbers,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, numbers: Numbers) -> Self {
        Self { text, at: 0, numbers }
    }

    /// Over a list or an object that was found in a text that was read to its end.
    pub(super) fn checked(text: &'a str) -> Self {
        Self::new(text, Numbers::AsWritten)
    }

    pub(super) fn document(mut self) -> Result<Json<'a>> {
        let value = self.value(DEPTH)?;
        self.skip_space();
        if self.at == self.text.len() { Ok(value) } else { Err(self.wrong()) }
    }

    /// What is in the list or the object that the text is.
    pub(super) fn entries(&mut self, found: Found<'_, 'a>) {
        let closing = if self.text.starts_with('{') { b'}' } else { b']' };
        let checked = self.collection(closing, DEPTH, found);
        debug_assert!(checked.is_ok(), "the text was checked before");
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(closing @ (b'{' | b'[')) => {
                let depth = depth.checked_sub(1).ok_or(JsonError::TooDeep)?;
                let is_object = closing == b'{';
                self.collection(if is_object { b'}' } else { b']' }, depth, &mut |_, _| {})?;
                let text = &self.text[start..self.at];
                Ok(if is_object { Json::Object(text) } else { Json::Array(text) })
            }
            Some(b't') => self.word("true").map(Json::Bool),
            Some(b'f') => self.word("false").map(Json::Bool),
            Some(b'n') => self.word("null").map(|_| Json::Null),
            _ => self.number().map(Json::Number),
        }
    }

    fn collection(&mut self, closing: u8, depth: usize, found: Found<'_, 'a>) -> Result<()> {
        self.at += 1;
        self.skip_space();
        if self.take(closing) {
            return Ok(());
        }
        loop {
            self.skip_space();
            let name = if closing == b'}' {
                let name = self.string()?;
                self.skip_space();
                self.expect(b':')?;
                Some(name)
            } else {
                None
            };
            let value = self.value(depth)?;
            found(name, value);
            self.skip_space();
            if self.take(closing) {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// What is between the quotes.
    fn string(&mut self) -> Result<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.text[start..self.at - 1]);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(0..0x20) | None => return Err(self.wrong()),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|digit| digit.is_ascii_hexdigit()) {
                        return Err(self.wrong());
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.wrong()),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<&'a str> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if self.numbers == Numbers::AsFloat && number::float(text).is_none() {
            return Err(JsonError::NumberTooLarge);
        }
        Ok(text)
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<&'a str> {
        let start = self.at;
        if !self.text[start..].starts_with(word) {
            return Err(self.wrong());
        }
        self.at += word.len();
        Ok(&self.text[start..self.at])
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong()) }
    }

    fn wrong(&self) -> JsonError {
        JsonError::Syntax(self.at)
    }
}
