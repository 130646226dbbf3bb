//! Go's regular expressions, <https://pkg.go.dev/regexp/syntax>, by way of the `regex` crate.
//!
//! Both are of RE2's family and match alike; what differs is what the text of an expression means (`\d` is ASCII in Go, a
//! `[` in brackets is a bracket, `a**` is wrong). So an expression is read by Go's rules and written anew.

use regex::{Regex, RegexBuilder};

use super::fault::{Fault, Result};

/// A compiled expression, and the names of its groups, the whole first.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) regex: Regex,
    pub(crate) names: Vec<Option<String>>,
    pub(crate) is_empty: bool,
}

const WRONG: Fault = Fault::WRONG_EXPRESSION;

/// How large a compiled expression may be, in bytes.
const MAX_SIZE: usize = 4 << 20;

/// More than this many times nothing can be repeated.
const MAX_REPEAT: u32 = 1000;

impl Expression {
    pub(crate) fn compile(expression: &[u8]) -> Result<Self> {
        let text = core::str::from_utf8(expression).map_err(|_| WRONG)?;
        let mut translator = Translator {
            rest: text,
            out: String::with_capacity(text.len() * 2),
            names: vec![None],
            open: 0,
            repeatable: Repeatable::Nothing,
        };
        translator.run()?;
        let Translator { out, names, .. } = translator;
        let regex = RegexBuilder::new(&out).size_limit(MAX_SIZE).build().map_err(|_| WRONG)?;
        Ok(Self { regex, names, is_empty: text.is_empty() })
    }
}

/// Whether `*` and its relatives may come next.
#[derive(Clone, Copy, PartialEq)]
enum Repeatable {
    Nothing,
    Yes,
    Repeated,
}

struct Translator<'t> {
    rest: &'t str,
    out: String,
    names: Vec<Option<String>>,
    open: usize,
    repeatable: Repeatable,
}

impl<'t> Translator<'t> {
    fn run(&mut self) -> Result<()> {
        while let Some(c) = self.take() {
            match c {
                '(' => self.group()?,
                ')' => {
                    self.open = self.open.checked_sub(1).ok_or(WRONG)?;
                    self.push(")");
                }
                '|' => {
                    self.out.push('|');
                    self.repeatable = Repeatable::Nothing;
                }
                '*' | '+' | '?' => self.repeat(c.encode_utf8(&mut [0; 4]))?,
                '{' => match repetition(self.rest) {
                    Some((text, least, most)) => {
                        if least > MAX_REPEAT || most.is_some_and(|most| most > MAX_REPEAT || most < least) {
                            return Err(WRONG);
                        }
                        self.rest = &self.rest[text.len()..];
                        self.repeat(&format!("{{{text}"))?;
                    }
                    None => self.literal('{'),
                },
                '[' => self.class()?,
                '.' | '^' | '$' => self.push(c.encode_utf8(&mut [0; 4])),
                '\\' => self.escape()?,
                c => self.literal(c),
            }
        }
        if self.open == 0 { Ok(()) } else { Err(WRONG) }
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let after = self.rest.strip_prefix(prefix);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn push(&mut self, translated: &str) {
        self.out.push_str(translated);
        self.repeatable = Repeatable::Yes;
    }

    fn literal(&mut self, c: char) {
        self.push(&point(c));
    }

    fn repeat(&mut self, operator: &str) -> Result<()> {
        if self.repeatable != Repeatable::Yes {
            return Err(WRONG);
        }
        self.out.push_str(operator);
        if self.skip("?") {
            self.out.push('?');
        }
        self.repeatable = Repeatable::Repeated;
        Ok(())
    }

    /// A group or a change of flags; its parenthesis is past.
    fn group(&mut self) -> Result<()> {
        self.repeatable = Repeatable::Nothing;
        if self.skip("?P<") || self.skip("?<") {
            let (name, after) = self.rest.split_once('>').ok_or(WRONG)?;
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
            if !is_name {
                return Err(WRONG);
            }
            self.names.push(Some(name.to_owned()));
            self.rest = after;
        } else if self.skip("?") {
            return self.flags();
        } else {
            self.names.push(None);
        }
        self.open += 1;
        self.out.push('(');
        Ok(())
    }

    fn flags(&mut self) -> Result<()> {
        let end = self.rest.find([':', ')']).ok_or(WRONG)?;
        let (flags, after) = self.rest.split_at(end);
        let (on, off) = flags.split_once('-').map_or((flags, None), |(on, off)| (on, Some(off)));
        let are_known = |flags: &str| flags.chars().all(|flag| "imsU".contains(flag));
        if !are_known(on) || off.is_some_and(|off| off.is_empty() || !are_known(off)) {
            return Err(WRONG);
        }
        let opens = after.starts_with(':');
        self.rest = &after[1..];
        // A flag may be given twice in Go.
        let once = |flags: &str| "imsU".chars().filter(|flag| flags.contains(*flag)).collect::<String>();
        let off = off.map(once);
        let on: String =
            once(on).chars().filter(|flag| !off.as_ref().is_some_and(|off| off.contains(*flag))).collect();
        let off = off.map_or(String::new(), |off| format!("-{off}"));
        if opens {
            self.open += 1;
            self.out.push_str(&format!("(?{on}{off}:"));
        } else if !on.is_empty() || !off.is_empty() {
            self.out.push_str(&format!("(?{on}{off})"));
        }
        Ok(())
    }

    /// What a backslash begins, outside of brackets.
    fn escape(&mut self) -> Result<()> {
        match self.rest.chars().next().ok_or(WRONG)? {
            'A' | 'z' => {
                let anchor = if self.take() == Some('A') { r"\A" } else { r"\z" };
                self.push(anchor);
            }
            'b' => {
                self.take();
                self.push(r"(?-u:\b)");
            }
            'B' => return Err(Fault::new(r"\B in a regular expression is not rendered here")),
            'Q' => {
                self.take();
                let (quoted, after) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
                quoted.chars().for_each(|c| self.literal(c));
                self.rest = after;
            }
            _ => {
                let translated =
                    self.class_escape()?.map_or_else(|| self.character_escape().map(point), Ok)?;
                self.push(&translated);
            }
        }
        Ok(())
    }

    /// `\d` and its relatives, and Unicode's classes; none when it is a character that is escaped.
    fn class_escape(&mut self) -> Result<Option<String>> {
        let translated = match self.rest.chars().next() {
            Some('d') => "[0-9]",
            Some('D') => "[^0-9]",
            Some('s') => r"[\t\n\x0C\r ]",
            Some('S') => r"[^\t\n\x0C\r ]",
            Some('w') => "[0-9A-Za-z_]",
            Some('W') => "[^0-9A-Za-z_]",
            Some(letter @ ('p' | 'P')) => {
                self.take();
                return self.unicode_class(letter == 'P').map(Some);
            }
            _ => return Ok(None),
        };
        self.take();
        Ok(Some(translated.to_owned()))
    }

    fn unicode_class(&mut self, negated: bool) -> Result<String> {
        let name = if self.skip("{") {
            let (name, after) = self.rest.split_once('}').ok_or(WRONG)?;
            self.rest = after;
            name.to_owned()
        } else {
            self.take().ok_or(WRONG)?.to_string()
        };
        let (negated, name) = match name.strip_prefix('^') {
            Some(name) => (!negated, name),
            None => (negated, name.as_str()),
        };
        if !UNICODE_CLASSES.split_ascii_whitespace().any(|known| known == name) {
            return Err(WRONG);
        }
        Ok(format!(r"\{}{{{name}}}", if negated { 'P' } else { 'p' }))
    }

    /// A single character that stands behind a backslash.
    fn character_escape(&mut self) -> Result<char> {
        let c = self.take().ok_or(WRONG)?;
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0b',
            'x' => return self.hexadecimal(),
            '0' => return self.octal(0, 2),
            '1'..='7' if self.rest.starts_with(|next: char| ('0'..='7').contains(&next)) => {
                return self.octal(c.to_digit(8).unwrap_or(0), 2);
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            _ => return Err(WRONG),
        })
    }

    fn hexadecimal(&mut self) -> Result<char> {
        let digits = if self.skip("{") {
            let (digits, after) = self.rest.split_once('}').ok_or(WRONG)?;
            self.rest = after;
            digits
        } else {
            let (digits, after) = self.rest.split_at_checked(2).ok_or(WRONG)?;
            self.rest = after;
            digits
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or(WRONG)
    }

    fn octal(&mut self, first: u32, more: usize) -> Result<char> {
        let mut number = first;
        for _ in 0..more {
            let Some(digit) = self.rest.chars().next().and_then(|next| next.to_digit(8)) else { break };
            self.take();
            number = number * 8 + digit;
        }
        char::from_u32(number).ok_or(WRONG)
    }

    /// A class in brackets; the opening one is past.
    fn class(&mut self) -> Result<()> {
        let mut class = String::from(if self.skip("^") { "[^" } else { "[" });
        let mut is_first = true;
        loop {
            if !is_first && self.skip("]") {
                break;
            }
            is_first = false;
            if let Some(inside) = self.rest.strip_prefix("[:")
                && let Some((name, after)) = inside.split_once(":]")
            {
                let known = name.strip_prefix('^').unwrap_or(name);
                if !POSIX_CLASSES.split_ascii_whitespace().any(|posix| posix == known) {
                    return Err(WRONG);
                }
                class.push_str(&format!("[:{name}:]"));
                self.rest = after;
                continue;
            }
            if let Some(after) = self.rest.strip_prefix('\\') {
                let before = core::mem::replace(&mut self.rest, after);
                if let Some(translated) = self.class_escape()? {
                    class.push_str(&translated);
                    continue;
                }
                self.rest = before;
            }
            let low = self.class_character()?;
            let is_range =
                self.rest.starts_with('-') && !self.rest[1..].starts_with(']') && self.rest.len() > 1;
            class.push_str(&point(low));
            if is_range {
                self.take();
                let high = self.class_character()?;
                if high < low {
                    return Err(WRONG);
                }
                class.push('-');
                class.push_str(&point(high));
            }
        }
        class.push(']');
        self.push(&class);
        Ok(())
    }

    fn class_character(&mut self) -> Result<char> {
        match self.take().ok_or(WRONG)? {
            '\\' => self.character_escape(),
            c => Ok(c),
        }
    }
}

/// A character that stands for itself wherever it is.
fn point(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!(r"\x{{{:X}}}", u32::from(c)) }
}

/// `2}`, `2,}` or `2,3}`: its text and both numbers; none when it is no repetition.
fn repetition(rest: &str) -> Option<(&str, u32, Option<u32>)> {
    let end = rest.find('}')?;
    let (least, most) =
        rest[..end].split_once(',').map_or((&rest[..end], None), |(least, most)| (least, Some(most)));
    let number = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty();
        let has_leading_zero = digits.len() > 1 && digits.starts_with('0');
        (is_number && !has_leading_zero).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let most = match most {
        None | Some("") => None,
        Some(digits) => Some(number(digits)?),
    };
    Some((&rest[..=end], number(least)?, most))
}

const POSIX_CLASSES: &str =
    "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";

/// Unicode's general categories, and the scripts that somebody may ask for.
const UNICODE_CLASSES: &str = "C Cc Cf Co L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So \
    Z Zl Zp Zs Any Arabic Armenian Bengali Common Cyrillic Devanagari Georgian Greek Han Hangul Hebrew Hiragana Katakana \
    Latin Tamil Thai";
