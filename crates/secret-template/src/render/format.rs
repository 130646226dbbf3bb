//! `fmt` of Go: how values are printed, <https://pkg.go.dev/fmt>.

use zeroize::Zeroizing;

use crate::syntax::rune::{is_print, runes};

use super::fault::{Fault, Result};
use super::number::format_float;
use super::quote::{can_backquote, quote, quote_char};
use super::text::{Buffer, Text};
use super::value::{MAX_NESTING, Memory, Value};

/// The flags, width and precision of one verb.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent flags")]
pub(crate) struct Spec {
    pub(crate) minus: bool,
    pub(crate) plus: bool,
    pub(crate) sharp: bool,
    pub(crate) space: bool,
    pub(crate) zero: bool,
    /// `%#v`
    pub(crate) sharp_v: bool,
    pub(crate) width: Option<usize>,
    pub(crate) precision: Option<usize>,
}

pub(crate) struct Printer<'m> {
    pub(crate) out: Buffer,
    pub(crate) spec: Spec,
    memory: &'m Memory,
}

/// `fmt.Sprint`: a space between two values that are no texts.
pub(crate) fn print(values: &[Value], memory: &Memory) -> Result<Text> {
    let mut printer = Printer::new(memory);
    let mut after_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = matches!(value, Value::Text(_));
        if index > 0 && !is_text && !after_text {
            printer.out.push(b' ');
        }
        printer.value(value, 'v')?;
        after_text = is_text;
    }
    printer.out.finish()
}

/// `fmt.Sprintln`
pub(crate) fn print_line(values: &[Value], memory: &Memory) -> Result<Text> {
    let mut printer = Printer::new(memory);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            printer.out.push(b' ');
        }
        printer.value(value, 'v')?;
    }
    printer.out.push(b'\n');
    printer.out.finish()
}

/// Sprig's `toString`.
pub(crate) fn to_text(value: &Value, memory: &Memory) -> Result<Text> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        value => print(core::slice::from_ref(value), memory),
    }
}

/// As an action prints a value: nothing is `<no value>`.
pub(crate) fn print_action(out: &mut Buffer, value: &Value, memory: &Memory) -> Result<()> {
    match value {
        Value::Nil | Value::NilElement => out.extend(b"<no value>"),
        Value::Text(text) => out.extend(text),
        value => out.extend(&to_text(value, memory)?),
    }
    Ok(())
}

impl<'m> Printer<'m> {
    pub(crate) fn new(memory: &'m Memory) -> Self {
        Self { out: Buffer::new(), spec: Spec::default(), memory }
    }

    /// Prints an argument by `verb`.
    pub(crate) fn value(&mut self, value: &Value, verb: char) -> Result<()> {
        match (value, verb) {
            (Value::Nil | Value::NilElement, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil | Value::NilElement, _) => self.bad_verb(value, verb)?,
            (_, 'T') => {
                let name = self.truncated(value.type_name(self.memory).as_bytes());
                self.pad(name);
            }
            (_, 'p') => return Err(Fault::new("%p prints an address")),
            (Value::List(_) | Value::Map(_), 'w') => self.bad_verb(value, verb)?,
            _ => self.nested(value, verb, 0)?,
        }
        Ok(())
    }

    fn nested(&mut self, value: &Value, verb: char, depth: usize) -> Result<()> {
        if depth > MAX_NESTING {
            return Err(Fault::LIMIT_DEPTH);
        }
        match value {
            Value::Nil | Value::NilElement => {
                let nil: &[u8] = if self.spec.sharp_v { b"interface {}(nil)" } else { b"<nil>" };
                self.out.extend(nil);
            }
            Value::Bool(value) if matches!(verb, 't' | 'v') => {
                self.pad(if *value { b"true" } else { b"false" })
            }
            Value::Int(number) | Value::Int64(number) if is_integer_verb(verb) => {
                self.integer(number.unsigned_abs(), *number < 0, verb)?;
            }
            Value::Byte(number) if verb == 'v' && self.spec.sharp_v => {
                let hex = format!("0x{number:x}");
                self.pad(hex.as_bytes());
            }
            Value::Byte(number) if is_integer_verb(verb) => self.integer(u64::from(*number), false, verb)?,
            Value::Float(number) if matches!(verb, 'v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                self.float(*number, verb);
            }
            Value::Float(_) if matches!(verb, 'b' | 'x' | 'X') => {
                return Err(Fault::new("%b and %x of a float are not rendered here"));
            }
            Value::Text(text) if matches!(verb, 'v' | 's' | 'q' | 'x' | 'X') => self.text(text, verb),
            Value::List(_) | Value::Map(_) if self.spec.sharp_v && self.is_nil(value) => {
                self.out.extend(value.type_name(self.memory).as_bytes());
                self.out.extend(b"(nil)");
            }
            Value::List(id) => {
                let list = self.memory.list(*id);
                self.open(value, b"[");
                for (index, item) in list.items.iter().enumerate() {
                    self.separate(index);
                    self.nested(item, verb, depth + 1)?;
                }
                self.close();
            }
            Value::Map(id) => {
                let map = self.memory.map(*id);
                self.open(value, b"map[");
                for (index, (key, item)) in map.entries.iter().enumerate() {
                    self.separate(index);
                    self.nested(&Value::Text(key.clone()), verb, depth + 1)?;
                    self.out.push(b':');
                    self.nested(item, verb, depth + 1)?;
                }
                self.close();
            }
            _ => self.bad_verb(value, verb)?,
        }
        Ok(())
    }

    /// Whether it is the nil of a type of lists or maps.
    fn is_nil(&self, value: &Value) -> bool {
        match value {
            Value::List(id) => self.memory.list(*id).is_nil,
            Value::Map(id) => self.memory.map(*id).is_nil,
            _ => false,
        }
    }

    fn open(&mut self, value: &Value, plain: &[u8]) {
        if self.spec.sharp_v {
            self.out.extend(value.type_name(self.memory).as_bytes());
            self.out.push(b'{');
        } else {
            self.out.extend(plain);
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            let separator: &[u8] = if self.spec.sharp_v { b", " } else { b" " };
            self.out.extend(separator);
        }
    }

    fn close(&mut self) {
        self.out.push(if self.spec.sharp_v { b'}' } else { b']' });
    }

    /// What `fmt` puts where a verb does not fit the value. It is output, as everything that it prints.
    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<()> {
        self.out.extend(b"%!");
        self.out.push_char(verb);
        self.out.push(b'(');
        if value.is_nil() {
            self.out.extend(b"<nil>");
        } else {
            self.out.extend(value.type_name(self.memory).as_bytes());
            self.out.push(b'=');
            self.nested(value, 'v', 0)?;
        }
        self.out.push(b')');
        Ok(())
    }

    /// The type and the value of an argument that no verb asked for.
    pub(crate) fn extra(&mut self, value: &Value) -> Result<()> {
        if value.is_nil() {
            self.out.extend(b"<nil>");
            return Ok(());
        }
        self.out.extend(value.type_name(self.memory).as_bytes());
        self.out.push(b'=');
        self.value(value, 'v')
    }

    fn pad(&mut self, bytes: &[u8]) {
        let length = runes(bytes).count();
        let missing = self.spec.width.unwrap_or(0).saturating_sub(length);
        if self.spec.minus {
            self.out.extend(bytes);
            self.out.fill(b" ", missing);
        } else {
            self.out.fill(if self.spec.zero { b"0" } else { b" " }, missing);
            self.out.extend(bytes);
        }
    }

    /// As [`Printer::pad`], never with zeros.
    fn pad_with_spaces(&mut self, bytes: &[u8]) {
        let zero = core::mem::replace(&mut self.spec.zero, false);
        self.pad(bytes);
        self.spec.zero = zero;
    }

    fn truncated<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(precision) = self.spec.precision else { return bytes };
        let length = runes(bytes).take(precision).map(|(_, raw)| raw.len()).sum();
        &bytes[..length]
    }

    fn text(&mut self, text: &[u8], verb: char) {
        match verb {
            'x' | 'X' => return self.text_as_hex(text, verb),
            'q' => {}
            _ if self.spec.sharp_v => {}
            _ => return self.pad(self.truncated(text)),
        }
        let text = self.truncated(text);
        let mut quoted = Buffer::with_capacity(text.len() + 2);
        if self.spec.sharp && can_backquote(text) {
            quoted.push(b'`');
            quoted.extend(text);
            quoted.push(b'`');
        } else {
            quote(&mut quoted, text, self.spec.plus);
        }
        self.pad(quoted.bytes());
    }

    fn text_as_hex(&mut self, text: &[u8], verb: char) {
        let text = &text[..self.spec.precision.unwrap_or(text.len()).min(text.len())];
        let prefix: &[u8] = match (self.spec.sharp, verb) {
            (false, _) => b"",
            (true, 'x') => b"0x",
            (true, _) => b"0X",
        };
        let digits: &[u8; 16] = if verb == 'x' { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
        let mut hex = Buffer::with_capacity(text.len() * 2);
        for (index, byte) in text.iter().enumerate() {
            if self.spec.space && index > 0 {
                hex.push(b' ');
            }
            if index == 0 || self.spec.space {
                hex.extend(prefix);
            }
            hex.extend(&[digits[usize::from(byte >> 4)], digits[usize::from(byte & 0xf)]]);
        }
        self.pad(hex.bytes());
    }

    fn integer(&mut self, magnitude: u64, negative: bool, verb: char) -> Result<()> {
        if matches!(verb, 'c' | 'q' | 'U') {
            return self.character(magnitude, negative, verb);
        }
        let mut digits = Zeroizing::new(match verb {
            'b' => format!("{magnitude:b}"),
            'o' | 'O' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        });
        let Spec { plus, space, sharp, zero, minus, width, precision, .. } = self.spec;
        let signed = negative || plus || space;
        let least = match precision {
            Some(0) if magnitude == 0 => {
                self.pad_with_spaces(b"");
                return Ok(());
            }
            Some(precision) => precision,
            None if zero && !minus => width.map_or(0, |width| width.saturating_sub(usize::from(signed))),
            None => 0,
        };
        if least > digits.len() {
            let zeros = least - digits.len();
            digits.insert_str(0, &"0".repeat(zeros));
        }
        let prefix = match verb {
            'O' => "0o",
            'b' if sharp => "0b",
            'o' if sharp && !digits.starts_with('0') => "0",
            'x' if sharp => "0x",
            'X' if sharp => "0X",
            _ => "",
        };
        let octal = if verb == 'O' && sharp && !digits.starts_with('0') { "0" } else { "" };
        let sign = match (negative, plus, space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let whole = Zeroizing::new(format!("{sign}{prefix}{octal}{}", *digits));
        self.pad_with_spaces(whole.as_bytes());
        Ok(())
    }

    fn character(&mut self, magnitude: u64, negative: bool, verb: char) -> Result<()> {
        let number = u32::try_from(magnitude).ok().filter(|_| !negative);
        let c = number.and_then(char::from_u32).unwrap_or('\u{fffd}');
        let mut text = Buffer::new();
        match verb {
            'c' => text.push_char(c),
            'q' => quote_char(&mut text, c, self.spec.plus),
            _ => {
                if negative || number.is_none() {
                    return Err(Fault::new("%U of a number that is no character"));
                }
                let width = self.spec.precision.unwrap_or(4).max(4);
                text.extend(format!("U+{magnitude:0width$X}").as_bytes());
                if self.spec.sharp && is_print(c) {
                    text.extend(b" '");
                    text.push_char(c);
                    text.push(b'\'');
                }
                self.pad_with_spaces(text.bytes());
                return Ok(());
            }
        }
        self.pad(text.bytes());
        Ok(())
    }

    fn float(&mut self, value: f64, verb: char) {
        let (letter, default) = match verb {
            'e' => (b'e', Some(6)),
            'E' => (b'E', Some(6)),
            'f' | 'F' => (b'f', Some(6)),
            'G' => (b'G', None),
            _ => (b'g', None),
        };
        let precision = self.spec.precision.or(default);
        let mut number = Zeroizing::new(format_float(value, letter, precision));
        let unsigned = number.trim_start_matches(['-', '+']).to_owned();
        let negative = number.starts_with('-');
        if !value.is_finite() {
            let sign = match (negative, self.spec.plus, self.spec.space) {
                (true, ..) => "-",
                (_, true, _) => "+",
                (_, _, true) => " ",
                _ if value.is_nan() => "",
                _ => "+",
            };
            let whole = format!("{sign}{unsigned}");
            return self.pad_with_spaces(whole.as_bytes());
        }
        let unsigned = if self.spec.sharp { with_point(&unsigned, letter, precision) } else { unsigned };
        let sign = match (negative, self.spec.plus, self.spec.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let room = self.spec.width.unwrap_or(0);
        if !sign.is_empty() && self.spec.zero && !self.spec.minus && room > unsigned.len() + 1 {
            self.out.extend(sign.as_bytes());
            self.out.fill(b"0", room - unsigned.len() - 1);
            self.out.extend(unsigned.as_bytes());
            return;
        }
        *number = format!("{sign}{unsigned}");
        self.pad(number.as_bytes());
    }
}

/// `%#g` and its relatives: with a decimal point always, and the zeros at the end.
fn with_point(unsigned: &str, letter: u8, precision: Option<usize>) -> String {
    let (mantissa, tail) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned, ""),
    };
    let mut mantissa = mantissa.to_owned();
    let mut missing = if matches!(letter, b'g' | b'G') { precision.unwrap_or(6) } else { 0 };
    let significant = mantissa.trim_start_matches(['0', '.']);
    missing = missing.saturating_sub(significant.chars().filter(char::is_ascii_digit).count());
    if !mantissa.contains('.') {
        if mantissa == "0" {
            missing = missing.saturating_sub(1);
        }
        mantissa.push('.');
    }
    mantissa.extend(core::iter::repeat_n('0', missing));
    mantissa + tail
}

fn is_integer_verb(verb: char) -> bool {
    matches!(verb, 'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' | 'c' | 'q' | 'U')
}
