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
/// [`DecodeError`] for what is no JSON object, or whose names are no names of fields.
pub fn decode(json: &[u8]) -> Result<SecretFields, DecodeError> {
    super::read(json).map_err(DecodeError::from)
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
