//! Merging, as RFC 7396 says.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::public::DecodeError;
use super::read::ReadError;
use super::{exposed, has_half_a_pair, quote, text};
use crate::buffer::WipedBuffer;
use crate::{FieldName, SecretFields, SecretValue, ValueKind};

/// How deep objects may be within each other: what is deeper is refused.
const DEPTH: usize = 128;

/// The entries of an object by name. Of a name that is there twice, the last counts, as to Vault.
type Entries<'a> = BTreeMap<String, &'a RawValue>;

/// `fields`, changed by a merge patch (RFC 7396): what the patch names is set, and removed where it is null; an object is
/// merged into the object that is there; all else stays. Nothing that holds a value is left in memory.
///
/// ```
/// use secret_store::json;
///
/// let fields = json::decode(br#"{"user":"ada","port":5432,"tls":{"mode":"off","ca":"x"}}"#)?;
/// let merged = json::merge_patch(&fields, br#"{"port":null,"tls":{"mode":"on"}}"#)?;
/// assert_eq!(*json::encode(&merged)?, br#"{"tls":{"ca":"x","mode":"on"},"user":"ada"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DecodeError`] for a patch that is no JSON object, has a name that no field has or half of a surrogate pair, or is more than 128 objects
/// deep.
pub fn merge_patch(fields: &SecretFields, patch: &[u8]) -> Result<SecretFields, DecodeError> {
    let changes: Entries<'_> = serde_json::from_slice(patch).map_err(ReadError::from)?;
    if has_half_a_pair(patch) {
        return Err(ReadError::Text.into());
    }
    let stays = |name: &FieldName| changes.get(name.as_str()).is_none_or(|change| change.get() != "null");
    let mut merged: SecretFields = fields.clone().into_iter().filter(|(name, _)| stays(name)).collect();
    for (name, change) in changes {
        let name = FieldName::new(&name).map_err(|error| ReadError::FieldName(error.rule()))?;
        let value = match change.get().as_bytes() {
            b"null" => continue,
            [b'"', ..] => text(change)?,
            [b'{', ..] => {
                let there = merged.get(name.as_str()).filter(|value| value.kind() == ValueKind::Json);
                let there = there.and_then(|value| serde_json::from_slice(exposed(value)).ok());
                let mut out = WipedBuffer::default();
                merge(there, change, &mut out, DEPTH)?;
                SecretValue::json(out.into_inner().as_slice())
            }
            json => SecretValue::json(json),
        };
        merged.insert(name, value);
    }
    Ok(merged)
}

/// Writes what is `there` changed by a patch that is an object. What is no object is replaced as a whole.
fn merge(
    there: Option<&RawValue>,
    patch: &RawValue,
    out: &mut WipedBuffer,
    depth: usize,
) -> Result<(), ReadError> {
    let below = depth.checked_sub(1).ok_or(ReadError::NotJson(0, 0))?;
    let there: Option<Entries<'_>> = there.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let patch: Entries<'_> = serde_json::from_str(patch.get())?;
    let mut entries: BTreeMap<String, (Option<&RawValue>, Option<&RawValue>)> = BTreeMap::new();
    for (name, raw) in there.unwrap_or_default() {
        entries.insert(name, (Some(raw), None));
    }
    for (name, raw) in patch {
        entries.entry(name).or_default().1 = Some(raw);
    }
    entries.retain(|_, (_, change)| change.is_none_or(|change| change.get() != "null"));
    let mut separator: &[u8] = b"";
    out.push(b"{");
    for (name, entry) in entries {
        out.push(separator);
        separator = b",";
        quote(&name, out);
        out.push(b":");
        match entry {
            (there, Some(change)) if change.get().starts_with('{') => merge(there, change, out, below)?,
            (_, Some(raw)) | (Some(raw), None) => out.push(raw.get().as_bytes()),
            (None, None) => {}
        }
    }
    out.push(b"}");
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
            // Of what is there twice, the last counts: so it is in OpenBao.
            (
                r#"{"a":{"x":1}}"#,
                r#"{"a":{"x":5,"b":2,"b":3},"a":{"y":2,"n":null}}"#,
                r#"{"a":{"x":1,"y":2}}"#,
            ),
            (r#"{"a":{"x":1}}"#, r#"{"a":{"b":null,"b":3,"x":2,"x":null}}"#, r#"{"a":{"b":3}}"#),
            (r#"{"a":"b"}"#, r#"{"a":null,"a":"c","b":"d","b":null}"#, r#"{"a":"c"}"#),
            (
                r#"{"a":{"x":1.50,"y":{"z":"\u00e9"}}}"#,
                r#"{"a":{"y":{"w":2}}}"#,
                r#"{"a":{"x":1.50,"y":{"w":2,"z":"\u00e9"}}}"#,
            ),
        ] {
            assert_eq!(patched(fields, patch), merged, "{fields} {patch}");
        }
    }

    #[test]
    fn what_is_no_object_of_fields_is_refused_and_not_quoted() {
        let fields = SecretFields::plain("hunter2");
        for patch in [
            "",
            "1",
            "[\"hunter2\"]",
            "{\"\":\"hunter2\"}",
            "{\"a\":\"hunter2\\ud800\"}",
            "{\"hunter2",
            r#"{"a":["hunter2\ud83d"]}"#,
        ] {
            let error = merge_patch(&fields, patch.as_bytes()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(200), "}".repeat(200));
        assert!(merge_patch(&fields, deep.as_bytes()).is_err());
    }
}
