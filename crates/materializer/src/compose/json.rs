//! JSON as Go's `encoding/json` reads and writes it, because the operator does both with a value on its way.
//!
//! Reading is that of RFC 8259, with two of Go's ways: of a member that is there twice the last one counts, and half a
//! surrogate pair becomes U+FFFD. Writing has no white space, the members of an object sorted by the bytes of their names, and
//! `<`, `>`, `&`, U+2028 and U+2029 as escapes.
//!
//! serde's types are not used: they copy values into memory that is not wiped.

mod number;
mod scan;
mod string;

use zeroize::Zeroizing;

use self::scan::Scanner;
pub(super) use self::string::write_string;
use super::sink::Sink;

/// What becomes of the text of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// It stays as it is: Go's `json.Number`, which Vault's client decodes to.
    AsWritten,
    /// It is read as a number of 64 bits and written again: Go's `float64`.
    AsFloat,
}

/// A JSON text that was checked to its end: one of its values, as it is written.
#[derive(Clone, Copy)]
pub(super) enum Json<'a> {
    Null,
    Bool(&'a str),
    Number(&'a str),
    /// What is between the quotes.
    String(&'a str),
    /// With its brackets.
    Array(&'a str),
    /// With its braces.
    Object(&'a str),
}

/// A text that is no JSON, or none that Go reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonError {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// It is not JSON from this byte on, counted from 0.
    Syntax(usize),
    /// Lists and objects are in each other deeper than is read.
    TooDeep,
    /// A number is larger than 64 bits can hold.
    NumberTooLarge,
}

/// A member of an object: its name, and its value.
pub(super) struct Member<'a> {
    pub(super) name: Zeroizing<String>,
    pub(super) value: Json<'a>,
}

impl<'a> Json<'a> {
    /// Reads one value and nothing after it.
    pub(super) fn parse(bytes: &'a [u8], numbers: Numbers) -> Result<Self, JsonError> {
        let text = core::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        Scanner::new(text, numbers).document()
    }

    /// The members of an object, sorted by name, each once; none of anything else.
    pub(super) fn members(self) -> Vec<Member<'a>> {
        let Self::Object(text) = self else { return Vec::new() };
        let mut members = Vec::new();
        let mut scanner = Scanner::checked(text);
        scanner.entries(&mut |name, value| {
            let name = name.map(string::decoded).unwrap_or_default();
            members.push(Member { name, value });
        });
        members.sort_by(|a, b| a.name.cmp(&b.name));
        // The last one counts, and sorting keeps the order of equal names.
        members.reverse();
        members.dedup_by(|a, b| a.name == b.name);
        members.reverse();
        members
    }

    fn items(self) -> Vec<Self> {
        let Self::Array(text) = self else { return Vec::new() };
        let mut items = Vec::new();
        Scanner::checked(text).entries(&mut |_, value| items.push(value));
        items
    }

    /// The value of a key that is made from it: `GetByteValue` in the operator's `esutils`.
    pub(super) fn write_value(self, numbers: Numbers, out: &mut dyn Sink) {
        match self {
            Self::Null => {}
            Self::String(raw) => string::chars(raw).for_each(|c| out.push_char(c)),
            Self::Number(text) if numbers == Numbers::AsFloat => number::write_plain(text, out),
            Self::Bool(text) | Self::Number(text) => out.push(text.as_bytes()),
            Self::Array(_) | Self::Object(_) => self.write(numbers, out),
        }
    }

    /// Its JSON text: Go's `json.Marshal`.
    pub(super) fn write(self, numbers: Numbers, out: &mut dyn Sink) {
        match self {
            Self::Null => out.push(b"null"),
            Self::String(raw) => write_string(string::chars(raw), out),
            Self::Number(text) if numbers == Numbers::AsFloat => number::write(text, out),
            Self::Bool(text) | Self::Number(text) => out.push(text.as_bytes()),
            Self::Array(_) => {
                let mut before: &[u8] = b"[";
                let items = self.items();
                out.push(if items.is_empty() { b"[" } else { b"" });
                for item in items {
                    out.push(before);
                    item.write(numbers, out);
                    before = b",";
                }
                out.push(b"]");
            }
            Self::Object(_) => {
                let members = self.members();
                let members = members.iter().map(|member| (member.name.as_str(), member.value));
                write_object(members, out, |value, out| value.write(numbers, out));
            }
        }
    }
}

/// An object of these members, which are sorted.
pub(super) fn write_object<'n, V>(
    members: impl Iterator<Item = (&'n str, V)>,
    out: &mut dyn Sink,
    write_value: impl Fn(V, &mut dyn Sink),
) {
    let mut before: &[u8] = b"";
    out.push(b"{");
    for (name, value) in members {
        out.push(before);
        write_string(name.chars(), out);
        out.push(b":");
        write_value(value, out);
        before = b",";
    }
    out.push(b"}");
}

#[cfg(test)]
mod tests;
