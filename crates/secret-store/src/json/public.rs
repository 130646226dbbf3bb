//! What others may use of it.

use zeroize::Zeroizing;

use super::{COMPACT, ReadError, WriteError};
use crate::SecretFields;

/// The text of a JSON object with these fields, in memory that is wiped: bytes as a string, a value of
/// [`ValueKind::Json`](crate::ValueKind::Json) as it is.
///
/// # Errors
/// [`EncodeError`] for a field that has no form in JSON.
pub fn encode(fields: &SecretFields) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
    encode_between(Zeroizing::default(), b"", fields, b"")
}

/// The same between other text, of which the object is a part: values are written once, to where they are sent from. That is
/// `buffer`, whose contents are replaced, or another one that is large enough.
///
/// ```
/// use secret_store::{SecretFields, json};
/// use zeroize::Zeroizing;
///
/// let buffer = Zeroizing::new(Vec::with_capacity(1024));
/// let text = json::encode_between(buffer, br#"{"data":"#, &SecretFields::plain("hunter2"), b"}")?;
/// assert_eq!(*text, br#"{"data":{"value":"hunter2"}}"#);
/// # Ok::<(), json::EncodeError>(())
/// ```
///
/// # Errors
/// As [`encode`].
pub fn encode_between(
    buffer: Zeroizing<Vec<u8>>,
    before: &[u8],
    fields: &SecretFields,
    behind: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
    super::write_between(buffer, before, fields, COMPACT, behind).map_err(|error| match error {
        WriteError::NotText(field) => EncodeError { field, reason: "its bytes are not UTF-8" },
        WriteError::NotJson(field) => EncodeError {
            field,
            reason: "it is not the JSON text of a number, a boolean, null, a list or an object",
        },
    })
}

/// The fields of a JSON object: a string is bytes, anything else is a value of
/// [`ValueKind::Json`](crate::ValueKind::Json) that keeps its text. There may be none.
///
/// ```
/// use secret_store::{ValueKind, json};
///
/// let fields = json::decode(br#"{"password": "hunter2\n", "ports": [5432, 1.50]}"#)?;
/// assert_eq!(fields.get("password"), Some(&"hunter2\n".into()));
/// assert_eq!(fields.get("ports").unwrap().kind(), ValueKind::Json);
/// assert_eq!(*json::encode(&fields)?, br#"{"password":"hunter2\n","ports":[5432, 1.50]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DecodeError`] for what is no JSON object, whose names are no names of fields, or with half of a surrogate pair in it.
pub fn decode(json: &[u8]) -> Result<SecretFields, DecodeError> {
    let fields = super::read(json)?;
    if super::has_half_a_pair(json) { Err(ReadError::Text.into()) } else { Ok(fields) }
}

/// A field that has no form in JSON. Quotes no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {field:?} has no form in JSON: {reason}")]
pub struct EncodeError {
    field: String,
    reason: &'static str,
}

/// Bytes that are no fields. Quotes no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(String);

impl From<ReadError> for DecodeError {
    fn from(error: ReadError) -> Self {
        let at = |line, column| {
            if line == 0 { String::new() } else { format!(", at line {line} column {column}") }
        };
        Self(match error {
            ReadError::NotJson(line, column) => format!("it is not JSON{}", at(line, column)),
            ReadError::NotAnObject(line, column) => {
                format!("it is not an object of fields{}", at(line, column))
            }
            ReadError::FieldName(rule) => format!("the name of a field {rule}"),
            ReadError::Twice(field) => format!("the field {field:?} is there twice"),
            ReadError::Text => "a string holds half of a surrogate pair".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_surrogate_pair_is_refused_however_deep_and_not_quoted() {
        for half in [
            r"\ud83d",
            r"\ude00",
            r"\ud83d\ud83d",
            r"\ud83dx\ude00",
            r"\\\ud83d",
            r"\ud83d\n",
            r"\uD83D\u0041",
        ] {
            for json in
                [format!(r#"{{"a":"hunter2{half}"}}"#), format!(r#"{{"a":[{{"b":"hunter2{half}"}}]}}"#)]
            {
                let error = decode(json.as_bytes()).unwrap_err();
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
                assert_eq!(error.to_string(), "a string holds half of a surrogate pair", "{json}");
            }
        }
        for whole in [r"\ud83d\ude00", r"\\ud83d", r"\uD83D\uDE00\ud83d\ude00", r"\u00e9\n\\", r"\\\\ude00"] {
            assert!(decode(format!(r#"{{"a":["{whole}"],"b":"{whole}"}}"#).as_bytes()).is_ok(), "{whole}");
        }
    }
}
