//! Reading and writing JSON in memory that is wiped.

use std::collections::BTreeMap;

use crate::syntax::rune::runes;

use super::fault::{Fault, Result};
use super::number::format_json_float;
use super::quote::hex;
use super::text::{Buffer, Text};
use super::value::{MAX_NESTING, Memory, Value};

/// What was read.
pub(crate) struct Read {
    pub(crate) value: Value,
    /// Whether all of it could be kept: a number that is too large is nil.
    pub(crate) is_exact: bool,
}

/// Reads `text`; none when it is not JSON.
pub(crate) fn read(memory: &mut Memory, text: &[u8]) -> Result<Option<Read>> {
    let mut reader = Reader { text, at: 0, is_exact: true, memory };
    reader.skip_space();
    let value = match reader.value(0) {
        Ok(value) => value,
        Err(Stop::NotJson) => return Ok(None),
        Err(Stop::Fault(fault)) => return Err(fault),
    };
    reader.skip_space();
    let is_exact = reader.is_exact;
    Ok((reader.at == text.len()).then_some(Read { value, is_exact }))
}

enum Stop {
    NotJson,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    is_exact: bool,
    memory: &'a mut Memory,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, word: &[u8]) -> Result<(), Stop> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Stop::NotJson);
        }
        self.at += word.len();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH.into());
        }
        self.memory.work(4)?;
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b't') => self.expect(b"true").map(|()| Value::Bool(true)),
            Some(b'f') => self.expect(b"false").map(|()| Value::Bool(false)),
            Some(b'n') => self.expect(b"null").map(|()| Value::Nil),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut entries = BTreeMap::new();
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(self.memory.any_map(entries));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(Stop::NotJson);
            }
            let key = self.string()?;
            self.skip_space();
            self.expect(b":")?;
            self.skip_space();
            let value = self.value(depth + 1)?;
            entries.insert(key, value);
            self.skip_space();
            if self.peek() != Some(b',') {
                self.expect(b"}")?;
                return Ok(self.memory.any_map(entries));
            }
            self.at += 1;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(self.memory.any_list(items));
        }
        loop {
            self.skip_space();
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.peek() != Some(b',') {
                self.expect(b"]")?;
                return Ok(self.memory.any_list(items));
            }
            self.at += 1;
        }
    }

    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Stop::NotJson) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1
        } else {
            self.digits()?
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = core::str::from_utf8(&self.text[start..self.at]).map_err(|_| Stop::NotJson)?;
        let number: f64 = text.parse().map_err(|_| Stop::NotJson)?;
        if number.is_finite() {
            return Ok(Value::Float(number));
        }
        self.is_exact = false;
        Ok(Value::Nil)
    }

    /// A text: its opening quote is next. What is no UTF-8 becomes the replacement character.
    fn string(&mut self) -> Result<Text, Stop> {
        self.at += 1;
        let mut out = Buffer::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
                self.at += 1;
            }
            for (rune, raw) in runes(&self.text[start..self.at]) {
                out.extend(if rune.is_some() { raw } else { "\u{fffd}".as_bytes() });
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.finish()?);
                }
                Some(b'\\') => self.escape(&mut out)?,
                _ => return Err(Stop::NotJson),
            }
        }
    }

    fn escape(&mut self, out: &mut Buffer) -> Result<(), Stop> {
        let escaped = *self.text.get(self.at + 1).ok_or(Stop::NotJson)?;
        self.at += 2;
        let c = match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(Stop::NotJson),
        };
        out.push_char(c);
        Ok(())
    }

    fn four_digits(&self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
    }

    fn unicode(&mut self) -> Result<char, Stop> {
        let first = self.four_digits().ok_or(Stop::NotJson)?;
        self.at += 4;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{fffd}'));
        }
        let is_escape = self.text[self.at..].starts_with(b"\\u");
        self.at += 2;
        let second = self.four_digits().filter(|_| is_escape);
        match second.filter(|second| (0xdc00..0xe000).contains(second)) {
            Some(second) => {
                self.at += 4;
                let number = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Ok(char::from_u32(number).unwrap_or('\u{fffd}'))
            }
            None => {
                self.at -= 2;
                Ok('\u{fffd}')
            }
        }
    }
}

/// How JSON is written.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// On one line; `<`, `>` and `&` are escaped.
    Escaped,
    /// On many lines, two spaces deep; escaped too.
    Pretty,
    /// On one line, nothing escaped that need not be.
    Raw,
}

/// Writes `value`; none when JSON cannot say it.
pub(crate) fn write(memory: &Memory, value: &Value, style: Style) -> Result<Option<Text>> {
    let mut writer = Writer { memory, style, out: Buffer::new() };
    if writer.value(value, 0)? { Ok(Some(writer.out.finish()?)) } else { Ok(None) }
}

struct Writer<'m> {
    memory: &'m Memory,
    style: Style,
    out: Buffer,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<bool> {
        if depth > MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH);
        }
        match value {
            Value::Nil | Value::NilElement => self.out.extend(b"null"),
            Value::Bool(value) => self.out.extend(if *value { b"true" } else { b"false" }),
            Value::Int(number) | Value::Int64(number) => self.out.extend(number.to_string().as_bytes()),
            Value::Byte(number) => self.out.extend(number.to_string().as_bytes()),
            Value::Float(number) => match format_json_float(*number) {
                Some(number) => self.out.extend(number.as_bytes()),
                None => return Ok(false),
            },
            Value::Text(text) => self.string(text),
            Value::List(id) if self.memory.list(*id).is_nil => self.out.extend(b"null"),
            Value::List(id) => {
                let items = &self.memory.list(*id).items;
                self.out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, depth + 1);
                    if !self.value(item, depth + 1)? {
                        return Ok(false);
                    }
                }
                self.close(items.is_empty(), depth, b']');
            }
            Value::Map(id) if self.memory.map(*id).is_nil => self.out.extend(b"null"),
            Value::Map(id) => {
                let entries = &self.memory.map(*id).entries;
                self.out.push(b'{');
                for (index, (key, item)) in entries.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.string(key);
                    let colon: &[u8] = if self.style == Style::Pretty { b": " } else { b":" };
                    self.out.extend(colon);
                    if !self.value(item, depth + 1)? {
                        return Ok(false);
                    }
                }
                self.close(entries.is_empty(), depth, b'}');
            }
        }
        Ok(true)
    }

    fn new_line(&mut self, depth: usize) {
        if self.style == Style::Pretty {
            self.out.push(b'\n');
            self.out.fill(b"  ", depth);
        }
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(b',');
        }
        self.new_line(depth);
    }

    fn close(&mut self, is_empty: bool, depth: usize, bracket: u8) {
        if !is_empty {
            self.new_line(depth);
        }
        self.out.push(bracket);
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for (rune, raw) in runes(text) {
            let short = match rune {
                Some('"') => b'"',
                Some('\\') => b'\\',
                Some('\x08') => b'b',
                Some('\x0c') => b'f',
                Some('\n') => b'n',
                Some('\r') => b'r',
                Some('\t') => b't',
                None => {
                    self.out.extend(b"\\ufffd");
                    continue;
                }
                Some(c) => {
                    let is_markup = matches!(c, '<' | '>' | '&') && self.style != Style::Raw;
                    if is_markup || c < ' ' || matches!(c, '\u{2028}' | '\u{2029}') {
                        self.out.extend(b"\\u");
                        hex(&mut self.out, u32::from(c), 4);
                    } else {
                        self.out.extend(raw);
                    }
                    continue;
                }
            };
            self.out.extend(&[b'\\', short]);
        }
        self.out.push(b'"');
    }
}
