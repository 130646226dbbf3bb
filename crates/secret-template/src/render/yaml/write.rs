//! `toYaml`.

use core::cmp::Ordering;
use std::rc::Rc;

use crate::render::fault::{Fault, Result};
use crate::render::number::{format_float, format_json_float};
use crate::render::quote::hex;
use crate::render::text::{Buffer, Text};
use crate::render::value::{MAX_NESTING, Memory, Value};
use crate::syntax::rune::{is_digit, is_letter, runes};

use super::resolve::{Resolved, is_base_60, resolve};

/// A key that is longer, or has a line end, is written after a question mark.
const MAX_SIMPLE_KEY: usize = 128;

/// Writes `value` without a line end after it; nothing where there is no YAML for it.
pub(crate) fn write(memory: &Memory, value: &Value) -> Result<Text> {
    let mut writer = Writer { memory, out: Buffer::new() };
    match writer.value(value, 0, Place::Line) {
        Ok(()) => {}
        Err(Stop::Unsayable) => return Ok(Text::default()),
        Err(Stop::Fault(fault)) => return Err(fault),
    }
    let written = writer.out.finish()?;
    Ok(match written.strip_suffix(b"\n") {
        Some(without) => Text::of(without),
        None => written,
    })
}

enum Stop {
    /// The operator fails, and says nothing.
    Unsayable,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Where a value is written.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the beginning of a line, or behind the dash of a list.
    Line,
    /// Behind the colon of a key.
    Key,
}

struct Writer<'m> {
    memory: &'m Memory,
    out: Buffer,
}

impl Writer<'_> {
    fn indent(&mut self, columns: usize) {
        self.out.fill(b" ", columns);
    }

    /// Writes `value`, whose lines after the first are indented by `columns`.
    fn value(&mut self, value: &Value, columns: usize, place: Place) -> Result<(), Stop> {
        if columns > 4 * MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH.into());
        }
        match value {
            Value::List(id) if !self.memory.list(*id).items.is_empty() => {
                let items = Rc::clone(&self.memory.list(*id).items);
                self.list(&items, columns, place)
            }
            Value::Map(id) if !self.memory.map(*id).entries.is_empty() => {
                let entries = self.memory.map(*id).entries.iter();
                let mut entries: Vec<_> = entries.map(|(key, value)| (key.clone(), value.clone())).collect();
                entries.sort_by(|(a, _), (b, _)| by_yaml(a, b));
                self.map(&entries, columns, place)
            }
            value => {
                let block = if place == Place::Key { columns + 2 } else { columns.max(2) };
                if place == Place::Key {
                    self.out.push(b' ');
                }
                self.scalar(value, block)?;
                self.out.push(b'\n');
                Ok(())
            }
        }
    }

    fn list(&mut self, items: &[Value], columns: usize, place: Place) -> Result<(), Stop> {
        if place == Place::Key {
            self.out.push(b'\n');
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || place == Place::Key {
                self.indent(columns);
            }
            self.out.extend(b"- ");
            self.value(item, columns + 2, Place::Line)?;
        }
        Ok(())
    }

    fn map(&mut self, entries: &[(Text, Value)], columns: usize, place: Place) -> Result<(), Stop> {
        let columns = if place == Place::Key { columns + 2 } else { columns };
        if place == Place::Key {
            self.out.push(b'\n');
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || place == Place::Key {
                self.indent(columns);
            }
            let key = as_json_keeps_it(key)?;
            if key.len() > MAX_SIMPLE_KEY || key.contains(&b'\n') {
                self.long_key(&key, value, columns)?;
                continue;
            }
            self.text(&key, columns, true)?;
            self.out.push(b':');
            // A list stands as deep as its key, a map deeper.
            self.value(value, columns, Place::Key)?;
        }
        Ok(())
    }

    /// `? key` and, on a line of its own, `: value`.
    fn long_key(&mut self, key: &Text, value: &Value, columns: usize) -> Result<(), Stop> {
        self.out.extend(b"? ");
        self.text(key, columns + 2, false)?;
        self.out.push(b'\n');
        self.indent(columns);
        self.out.push(b':');
        let is_nested = match value {
            Value::List(id) => !self.memory.list(*id).items.is_empty(),
            Value::Map(id) => !self.memory.map(*id).entries.is_empty(),
            _ => false,
        };
        if is_nested {
            return Err(Fault::new("YAML with a list or map behind a long key is not rendered here").into());
        }
        self.value(value, columns, Place::Key)
    }

    fn scalar(&mut self, value: &Value, columns: usize) -> Result<(), Stop> {
        match value {
            Value::Nil | Value::NilElement => self.out.extend(b"null"),
            Value::Bool(value) => self.out.extend(if *value { b"true" } else { b"false" }),
            Value::Int(number) | Value::Int64(number) => self.out.extend(number.to_string().as_bytes()),
            Value::Byte(number) => self.out.extend(number.to_string().as_bytes()),
            Value::Float(number) => {
                // By way of JSON, whose numbers may be whole.
                let json = format_json_float(*number).ok_or(Stop::Unsayable)?;
                let text = match resolve(&json) {
                    Resolved::Int(number) => number.to_string(),
                    Resolved::Unsigned(number) => number.to_string(),
                    _ => format_float(*number, b'g', None),
                };
                self.out.extend(text.as_bytes());
            }
            Value::Text(text) => self.text(&as_json_keeps_it(text)?, columns, false)?,
            Value::List(id) => {
                let nothing: &[u8] = if self.memory.list(*id).is_nil { b"null" } else { b"[]" };
                self.out.extend(nothing);
            }
            Value::Map(id) => {
                let nothing: &[u8] = if self.memory.map(*id).is_nil { b"null" } else { b"{}" };
                self.out.extend(nothing);
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &Text, columns: usize, is_key: bool) -> Result<(), Stop> {
        let plain = text.utf8().ok_or(Stop::Unsayable)?;
        let shape = Shape::of(plain);
        if shape.separators && !shape.special {
            return Err(Fault::new("YAML with the characters U+2028 and U+2029 is not rendered here").into());
        }
        let fold = (!is_key).then_some(columns);
        if plain.contains('\n') && shape.may_be_block() && !is_key {
            self.literal(plain, columns);
        } else if plain.contains('\n') || would_be_something_else(plain) {
            self.double_quoted(plain, fold);
        } else if shape.may_be_plain() {
            self.words(plain, fold, Style::Plain);
        } else if shape.may_be_single_quoted() {
            self.out.push(b'\'');
            self.words(plain, fold, Style::SingleQuoted);
            self.out.push(b'\'');
        } else {
            self.double_quoted(plain, fold);
        }
        Ok(())
    }

    /// How many characters the line has so far.
    fn column(&self) -> usize {
        let written = self.out.bytes();
        let line = memchr::memrchr(b'\n', written).map_or(written, |end| &written[end + 1..]);
        runes(line).count()
    }

    /// A text without escapes. Where a line is long, a single space becomes a line end.
    fn words(&mut self, text: &str, fold: Option<usize>, style: Style) {
        let mut column = self.column();
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        let mut is_first = true;
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let is_inside = style == Style::Plain || (!is_first && next.is_some());
            let folds = c == ' ' && !after_space && column > BEST_WIDTH && is_inside && next != Some(' ');
            match fold {
                Some(columns) if folds => {
                    self.out.push(b'\n');
                    self.indent(columns);
                    column = columns;
                }
                _ => {
                    if c == '\'' && style == Style::SingleQuoted {
                        self.out.push(b'\'');
                        column += 1;
                    }
                    self.out.push_char(c);
                    column += 1;
                }
            }
            after_space = c == ' ';
            is_first = false;
        }
    }

    /// A block of lines, indented by `columns`; its last line end is the one that follows any scalar.
    fn literal(&mut self, text: &str, columns: usize) {
        self.out.push(b'|');
        if text.starts_with([' ', '\n']) {
            self.out.push(b'2');
        }
        let body = match text.strip_suffix('\n') {
            None => {
                self.out.push(b'-');
                text
            }
            Some(body) => {
                if body.is_empty() || body.ends_with('\n') {
                    self.out.push(b'+');
                }
                body
            }
        };
        for line in body.split('\n') {
            self.out.push(b'\n');
            if !line.is_empty() {
                self.indent(columns);
                self.out.extend(line.as_bytes());
            }
        }
    }

    fn double_quoted(&mut self, text: &str, fold: Option<usize>) {
        self.out.push(b'"');
        let mut column = self.column();
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        let mut is_first = true;
        while let Some(c) = chars.next() {
            let before = self.out.bytes().len();
            let is_inside = !is_first && chars.peek().is_some();
            match fold {
                Some(columns) if c == ' ' && !after_space && column > BEST_WIDTH && is_inside => {
                    self.out.push(b'\n');
                    self.indent(columns);
                    column = columns;
                    if chars.peek() == Some(&' ') {
                        self.out.push(b'\\');
                        column += 1;
                    }
                }
                _ if is_printable(c) && !matches!(c, '"' | '\\' | '\n') && !is_break(c) => {
                    self.out.push_char(c);
                    column += 1;
                }
                _ => {
                    self.escape(c);
                    column += self.out.bytes().len() - before;
                }
            }
            after_space = c == ' ';
            is_first = false;
        }
        self.out.push(b'"');
    }

    fn escape(&mut self, c: char) {
        let letter = match c {
            '\0' => b'0',
            '\x07' => b'a',
            '\x08' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\x0b' => b'v',
            '\x0c' => b'f',
            '\r' => b'r',
            '\x1b' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            c => {
                let (letter, width) = match u32::from(c) {
                    0..=0xff => (b'x', 2),
                    0x100..=0xffff => (b'u', 4),
                    _ => (b'U', 8),
                };
                self.out.extend(&[b'\\', letter]);
                let mut digits = Buffer::new();
                hex(&mut digits, u32::from(c), width);
                return self.out.extend(&digits.bytes().to_ascii_uppercase());
            }
        };
        self.out.extend(&[b'\\', letter]);
    }
}

/// Where a line that is longer may end.
const BEST_WIDTH: usize = 80;

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    SingleQuoted,
}

/// Whether a text without quotes would be read as something that is no text.
fn would_be_something_else(text: &str) -> bool {
    resolve(text) != Resolved::Text || is_base_60(text)
}

/// What becomes of a text on its way through JSON: a byte that is no character is replaced, and a character that YAML does
/// not take as it is has no YAML.
fn as_json_keeps_it(text: &Text) -> Result<Text, Stop> {
    let mut kept = Buffer::with_capacity(text.len());
    for (rune, raw) in runes(text) {
        match rune {
            None => kept.extend("\u{fffd}".as_bytes()),
            Some('\x7f'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') => {
                return Err(Stop::Unsayable);
            }
            Some('\u{85}') => return Err(Fault::new("YAML takes the character U+0085 for a line end").into()),
            Some(_) => kept.extend(raw),
        }
    }
    Ok(kept.finish()?)
}

/// What libyaml looks at to choose a style.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent findings")]
struct Shape {
    indicators: bool,
    special: bool,
    outer_space: bool,
    trailing_space: bool,
    space_before_break: bool,
    space_after_break: bool,
    breaks: bool,
    /// A line end that is no line feed.
    separators: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut shape =
            Self { indicators: text.starts_with("---") || text.starts_with("..."), ..Self::default() };
        let (mut before, mut before_is_blank) = (None, true);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let before_blank = next.is_none_or(|next| matches!(next, ' ' | '\t'));
            shape.indicators |= match (before, c) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                    | '`',
                ) => true,
                (None, '?' | ':' | '-') | (Some(_), ':') => before_blank,
                (Some(_), '#') => before_is_blank,
                _ => false,
            };
            shape.special |= !is_printable(c);
            let at_edge = before.is_none() || next.is_none();
            if c == ' ' {
                shape.outer_space |= at_edge;
                shape.trailing_space |= next.is_none();
                shape.space_after_break |= before.is_some_and(is_break);
            } else if is_break(c) {
                shape.breaks = true;
                shape.separators |= matches!(c, '\u{2028}' | '\u{2029}');
                shape.outer_space |= at_edge;
                shape.space_before_break |= before == Some(' ');
            }
            before_is_blank = matches!(c, ' ' | '\t') || is_break(c);
            before = Some(c);
        }
        shape
    }

    fn may_be_plain(&self) -> bool {
        !self.indicators && !self.outer_space && !self.breaks && self.may_be_single_quoted()
    }

    fn may_be_single_quoted(&self) -> bool {
        !self.space_after_break && !self.space_before_break && !self.special
    }

    fn may_be_block(&self) -> bool {
        !self.trailing_space && !self.space_before_break && !self.special
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What libyaml writes as it is.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The order of keys: letters after everything else, numbers by what they count.
fn by_yaml(a: &Text, b: &Text) -> Ordering {
    let characters =
        |text: &Text| runes(text).map(|(rune, _)| rune.unwrap_or('\u{fffd}')).collect::<Vec<_>>();
    let (a, b) = (characters(a), characters(b));
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let (x, y) = (a[at], b[at]);
    match (is_letter(x), is_letter(y)) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let digits_before = a[..at].iter().rev().take_while(|c| is_digit(**c));
    let continues_number = (x == '0' || y == '0') && digits_before.into_iter().any(|c| *c != '0');
    let number = |text: &[char]| {
        let digits = text[at..].iter().take_while(|c| is_digit(**c));
        let value = digits.clone().fold(i64::from(continues_number), |number, digit| {
            number.wrapping_mul(10).wrapping_add(i64::from(u32::from(*digit)) - i64::from(u32::from('0')))
        });
        (value, digits.count())
    };
    number(&a).cmp(&number(&b)).then(x.cmp(&y))
}
