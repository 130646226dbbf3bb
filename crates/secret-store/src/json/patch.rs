//! Merging, as RFC 7396 says.

use serde_json::value::RawValue;

use super::public::DecodeError;
use super::read::{Object, ReadError};
use super::{exposed, quote, text};
use crate::buffer::WipedBuffer;
use crate::{FieldName, SecretFields, SecretValue, ValueKind};

/// How deep objects may be within each other: what is deeper is refused, as by the parser.
const DEPTH: usize = 128;

/// `fields`, changed by a merge patch (RFC 7396): what the patch names is set, and removed where it is null; an object is
/// merged into the object that is there; all else stays.
///
/// # Errors
/// [`DecodeError`] for a patch that is no JSON object.
pub fn merge_patch(fields: &SecretFields, patch: &[u8]) -> Result<SecretFields, DecodeError> {
    let patch: Object<'_> = serde_json::from_slice(patch).map_err(|_| ReadError::NotAnObject(0, 0))?;
    let mut merged: SecretFields = fields.clone();
    for (name, raw) in patch.0 {
        let name = FieldName::new(&name).map_err(|error| ReadError::FieldName(error.rule()))?;
        match raw.get().as_bytes() {
            b"null" => {
                merged = merged.into_iter().filter(|(other, _)| *other != name).collect();
            }
            [b'"', ..] => {
                merged.insert(name, text(raw)?);
            }
            [b'{', ..] => {
                let current = merged.get(name.as_str()).filter(|value| value.kind() == ValueKind::Json);
                let current =
                    current.and_then(|value| serde_json::from_slice::<&RawValue>(exposed(value)).ok());
                let mut out = WipedBuffer::default();
                merge(current, raw, &mut out, DEPTH)?;
                merged.insert(name, SecretValue::json(&out.into_inner()[..]));
            }
            json => {
                merged.insert(name, SecretValue::json(json));
            }
        }
    }
    Ok(merged)
}

/// Writes `current` changed by `patch`, which is an object.
fn merge(
    current: Option<&RawValue>,
    patch: &RawValue,
    out: &mut WipedBuffer,
    depth: usize,
) -> Result<(), ReadError> {
    let below = depth.checked_sub(1).ok_or(ReadError::NotJson(0, 0))?;
    // What is no object is replaced as a whole.
    let current = current.and_then(|raw| serde_json::from_str::<Object<'_>>(raw.get()).ok());
    let current = current.map(|object| object.0).unwrap_or_default();
    let patch: Object<'_> = serde_json::from_str(patch.get()).map_err(|_| ReadError::NotAnObject(0, 0))?;
    let changed = |name: &str| patch.0.iter().rev().find(|(key, _)| key == name).map(|(_, raw)| *raw);
    let mut separator: &[u8] = b"{";
    let mut entry = |name: &str, out: &mut WipedBuffer| {
        out.push(separator);
        separator = b",";
        quote(name, out);
        out.push(b":");
    };
    for (name, value) in &current {
        match changed(name) {
            None => {
                entry(name, out);
                out.push(value.get().as_bytes());
            }
            Some(raw) if raw.get() == "null" => {}
            Some(raw) => {
                entry(name, out);
                set(Some(value), raw, out, below)?;
            }
        }
    }
    for (name, raw) in &patch.0 {
        if raw.get() != "null" && !current.iter().any(|(there, _)| there == name) {
            entry(name, out);
            set(None, raw, out, below)?;
        }
    }
    if separator == b"{" {
        out.push(b"{");
    }
    out.push(b"}");
    Ok(())
}

fn set(
    current: Option<&RawValue>,
    raw: &RawValue,
    out: &mut WipedBuffer,
    depth: usize,
) -> Result<(), ReadError> {
    if raw.get().starts_with('{') {
        return merge(current, raw, out, depth);
    }
    out.push(raw.get().as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{decode, encode};

    fn patched(fields: &str, patch: &str) -> String {
        let merged = merge_patch(&decode(fields.as_bytes()).unwrap(), patch.as_bytes()).unwrap();
        str::from_utf8(&encode(&merged).unwrap()).unwrap().to_owned()
    }

    /// Those of the RFC's appendix whose target and patch are objects.
    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (fields, patch, merged) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"a":1,"e":null}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
            (r#"{"a":"text"}"#, r#"{"a":{"b":1}}"#, r#"{"a":{"b":1}}"#),
            (
                r#"{"a":{"x":1.50,"y":{"z":"\u00e9"}}}"#,
                r#"{"a":{"y":{"w":2}}}"#,
                r#"{"a":{"x":1.50,"y":{"z":"\u00e9","w":2}}}"#,
            ),
        ] {
            assert_eq!(patched(fields, patch), merged, "{fields} {patch}");
        }
    }

    #[test]
    fn what_is_no_object_of_fields_is_refused_and_not_quoted() {
        let fields = SecretFields::plain("hunter2");
        for patch in
            ["", "1", "[\"hunter2\"]", "{\"\":\"hunter2\"}", "{\"a\":\"hunter2\\ud800\"}", "{\"hunter2"]
        {
            let error = merge_patch(&fields, patch.as_bytes()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(200), "}".repeat(200));
        assert!(merge_patch(&fields, deep.as_bytes()).is_err());
    }
}
