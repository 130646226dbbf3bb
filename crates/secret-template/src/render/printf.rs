//! `printf`: Go's format texts.

use crate::syntax::rune;

use super::fault::Result;
use super::format::{Printer, Spec};
use super::text::Text;
use super::value::{Memory, Value};

/// `fmt.Sprintf`. What does not fit is said in the output, as Go does it.
pub(crate) fn printf(format: &[u8], arguments: &[Value], memory: &Memory) -> Result<Text> {
    let mut run = Run {
        format,
        at: 0,
        arguments,
        next: 0,
        reordered: false,
        good_index: true,
        printer: Printer::new(memory),
    };
    while run.at < format.len() {
        let plain = format[run.at..].iter().position(|byte| *byte == b'%').unwrap_or(format.len() - run.at);
        run.printer.out.extend(&format[run.at..run.at + plain]);
        run.at += plain;
        if run.at < format.len() {
            run.at += 1;
            run.verb()?;
        }
    }
    if !run.reordered && run.next < arguments.len() {
        run.printer.spec = Spec::default();
        run.printer.out.extend(b"%!(EXTRA ");
        for (index, argument) in arguments[run.next..].iter().enumerate() {
            if index > 0 {
                run.printer.out.extend(b", ");
            }
            run.printer.extra(argument)?;
        }
        run.printer.out.push(b')');
    }
    run.printer.out.finish()
}

/// Widths and precisions above this are none.
const TOO_LARGE: usize = 1_000_000;

struct Run<'a> {
    format: &'a [u8],
    at: usize,
    arguments: &'a [Value],
    next: usize,
    reordered: bool,
    good_index: bool,
    printer: Printer<'a>,
}

impl Run<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// One verb; its percent sign is past.
    fn verb(&mut self) -> Result<()> {
        self.good_index = true;
        self.printer.spec = Spec::default();
        self.flags();
        let mut after_index = self.index();
        after_index = self.width(after_index);
        // A point that ends the text is the verb.
        if self.peek() == Some(b'.') && self.at + 1 < self.format.len() {
            self.at += 1;
            if after_index {
                self.good_index = false;
            }
            after_index = self.index();
            after_index = self.precision(after_index);
        }
        if !after_index {
            self.index();
        }
        let Some((verb, length)) = rune::decode(&self.format[self.at..]) else {
            self.printer.out.extend(b"%!(NOVERB)");
            return Ok(());
        };
        self.at += length;
        self.print(verb.unwrap_or('\u{fffd}'))
    }

    fn print(&mut self, verb: char) -> Result<()> {
        let trouble: &[u8] = match (verb, self.arguments.get(self.next)) {
            ('%', _) => {
                self.printer.out.push(b'%');
                return Ok(());
            }
            _ if !self.good_index => b"(BADINDEX)",
            (_, None) => b"(MISSING)",
            (_, Some(argument)) => {
                if matches!(verb, 'v' | 'w') {
                    let spec = &mut self.printer.spec;
                    spec.sharp_v = core::mem::replace(&mut spec.sharp, false);
                    spec.plus = false;
                }
                self.next += 1;
                return self.printer.value(argument, verb);
            }
        };
        self.printer.out.extend(b"%!");
        self.printer.out.push_char(verb);
        self.printer.out.extend(trouble);
        Ok(())
    }

    fn flags(&mut self) {
        while let Some(flag) = self.peek() {
            let spec = &mut self.printer.spec;
            match flag {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    /// `[2]`: which argument is next. Whether there was one.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let inside = &self.format[self.at + 1..];
        let Some(length) = inside.iter().position(|byte| *byte == b']').filter(|_| inside.len() >= 2) else {
            self.good_index = false;
            self.at += 1;
            return false;
        };
        let number = number(&inside[..length]).filter(|(_, read)| *read == length).map(|(number, _)| number);
        self.at += length + 2;
        match number {
            Some(number) if (1..=self.arguments.len()).contains(&number) => self.next = number - 1,
            _ => self.good_index = false,
        }
        number.is_some()
    }

    /// A number, or an asterisk for one from the arguments. Whether it was an asterisk.
    fn number_or_argument(&mut self) -> (bool, Option<i64>) {
        if self.peek() != Some(b'*') {
            let read = number(&self.format[self.at..]);
            self.at += read.map_or_else(|| overlong(&self.format[self.at..]), |(_, length)| length);
            return (false, read.and_then(|(number, _)| i64::try_from(number).ok()));
        }
        self.at += 1;
        let argument = self.arguments.get(self.next);
        self.next += usize::from(argument.is_some());
        let number = match argument {
            Some(Value::Int(number) | Value::Int64(number)) => Some(*number),
            Some(Value::Byte(number)) => Some(i64::from(*number)),
            _ => None,
        };
        (true, number.filter(|number| number.unsigned_abs() <= TOO_LARGE as u64))
    }

    fn width(&mut self, after_index: bool) -> bool {
        let (is_argument, number) = self.number_or_argument();
        let spec = &mut self.printer.spec;
        spec.width = number.map(|number| usize::try_from(number.unsigned_abs()).unwrap_or(0));
        if !is_argument {
            if after_index && number.is_some() {
                self.good_index = false;
            }
            return after_index;
        }
        if number.is_none() {
            self.printer.out.extend(b"%!(BADWIDTH)");
        } else if number < Some(0) {
            spec.minus = true;
            spec.zero = false;
        }
        false
    }

    fn precision(&mut self, after_index: bool) -> bool {
        let (is_argument, number) = self.number_or_argument();
        let precision = number.and_then(|number| usize::try_from(number).ok());
        if !is_argument {
            self.printer.spec.precision = Some(precision.unwrap_or(0));
            return after_index;
        }
        self.printer.spec.precision = precision;
        if precision.is_none() {
            self.printer.out.extend(b"%!(BADPREC)");
        }
        false
    }
}

/// The number that `text` begins with, and its length.
fn number(text: &[u8]) -> Option<(usize, usize)> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut number = 0usize;
    for digit in &text[..length] {
        if number > TOO_LARGE {
            return None;
        }
        number = number * 10 + usize::from(digit - b'0');
    }
    (length > 0).then_some((number, length))
}

/// Go gives up on the whole text when a number in it is too long.
fn overlong(text: &[u8]) -> usize {
    if text.first().is_some_and(u8::is_ascii_digit) { text.len() } else { 0 }
}
