//! JSON that may hold a secret: borrowed, decoded and encoded without leaving copies.

use std::fmt;
use std::io;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// A body that is not what it should be. Says where, never what is there: a parser's own words may quote a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the JSON that was expected{}", at(*.line, *.column))]
pub struct Malformed {
    line: usize,
    column: usize,
}

fn at(line: usize, column: usize) -> String {
    if column == 0 { String::new() } else { format!(", at line {line} column {column}") }
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

/// Decodes a body.
///
/// # Errors
/// [`Malformed`] when it is not JSON, or not of this type.
pub fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Malformed> {
    Ok(serde_json::from_slice(body)?)
}

/// Encodes a body into memory that is wiped: its size is found out first, so that nothing grows and leaves a copy behind.
///
/// # Errors
/// [`Malformed`] when the type has no form in JSON, such as a map whose keys are not text: never for the types of this
/// crate.
pub fn encode<T: Serialize + ?Sized>(body: &T) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let mut size = Size(0);
    serde_json::to_writer(&mut size, body)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    serde_json::to_writer(&mut *bytes, body)?;
    Ok(bytes)
}

struct Size(usize);

impl io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A JSON value that may hold a secret, as its text in the caller's buffer. `Debug` shows nothing of it.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> Raw<'a> {
    /// The JSON text, without white space around it.
    #[must_use]
    pub fn json(self) -> &'a str {
        self.0.get()
    }

    /// Decodes it.
    ///
    /// # Errors
    /// [`Malformed`] when it is not of this type.
    pub fn decode<T: Deserialize<'a>>(self) -> Result<T, Malformed> {
        Ok(serde_json::from_str(self.0.get())?)
    }

    /// The text of a JSON string, in memory that is wiped.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a string, or one with half a surrogate pair.
    pub fn text(self) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        Ok(serde_json::from_str::<Text>(self.0.get())?.0)
    }
}

impl<'a> From<&'a RawValue> for Raw<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self(raw)
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A text as a JSON string, in memory that is wiped: what a [`Raw`] in a request is borrowed from.
pub struct JsonText(Zeroizing<Vec<u8>>);

impl JsonText {
    /// Quotes a text.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not UTF-8.
    pub fn new(text: &[u8]) -> Result<Self, Malformed> {
        let text = str::from_utf8(text).map_err(|_| Malformed { line: 0, column: 0 })?;
        encode(text).map(Self)
    }

    /// The JSON string.
    ///
    /// # Errors
    /// Never: it was written as JSON.
    pub fn raw(&self) -> Result<Raw<'_>, Malformed> {
        decode(&self.0)
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

struct Text(Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Copy;

        impl Visitor<'_> for Copy {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Zeroizing::new(text.as_bytes().to_vec())))
            }
        }

        deserializer.deserialize_str(Copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_was() {
        for text in ["", "plain", "quote \" slash \\ line\n", "ünï 🔑", "\u{0}\u{7f}\u{2028}"] {
            let quoted = JsonText::new(text.as_bytes()).unwrap();
            assert_eq!(&**quoted.raw().unwrap().text().unwrap(), text.as_bytes());
            assert_eq!(format!("{quoted:?}"), "[redacted]");
        }
        assert!(JsonText::new(b"\xff").is_err());
    }

    #[test]
    fn what_is_no_string_has_no_text_and_is_not_quoted() {
        for json in ["1", "null", "[\"hunter2\"]", "\"hunter2\\ud800\""] {
            let raw: Raw<'_> = decode(json.as_bytes()).unwrap();
            let error = raw.text().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_encoded_body_did_not_grow() {
        let body = encode(&["a\"b", "c"]).unwrap();
        assert_eq!(&**body, br#"["a\"b","c"]"#);
        assert_eq!(body.capacity(), body.len());
    }
}
