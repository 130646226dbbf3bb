//! Reading JSON: each value keeps the text that it has in the file.

use super::ContentError;
use crate::SecretFields;
use crate::json::{self, ReadError};

/// The fields of a JSON object.
pub(in super::super) fn from_json(bytes: &[u8]) -> Result<SecretFields, ContentError> {
    const OBJECT: &str = "mend the file: {\"name\": \"value\", …}";
    let fields = json::read(bytes).map_err(|error| match error {
        ReadError::NotJson(line, column) => placed(ContentError::new("is not JSON", OBJECT), line, column),
        ReadError::NotAnObject(line, column) => {
            placed(ContentError::new("is not a JSON object of fields", OBJECT), line, column)
        }
        ReadError::FieldName(rule) => ContentError::field_name(rule),
        ReadError::Twice(field) => ContentError::duplicate(&field),
        ReadError::Text => {
            ContentError::new("a string is not valid", "mend its escapes: \\uD800 to \\uDFFF come in pairs")
        }
    })?;
    if let Some((name, _)) = fields.iter().find(|(_, value)| json::is_null(value)) {
        return Err(ContentError::null(name.as_str()));
    }
    if fields.is_empty() { Err(ContentError::no_fields()) } else { Ok(fields) }
}

fn placed(content: ContentError, line: usize, column: usize) -> ContentError {
    if column == 0 { content } else { content.at(line, column) }
}
