//! What writes are sent.

use std::collections::BTreeMap;

use serde::Deserialize;
use vault_api::Raw;

use crate::api::Failure;

/// What a write of fields is sent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Write<'a> {
    #[serde(default, borrow)]
    pub(super) data: Option<Raw<'a>>,
    #[serde(default, borrow)]
    options: Option<Raw<'a>>,
}

impl Write<'_> {
    /// The version that must be the current one; zero for none.
    ///
    /// # Errors
    /// 400 for what is no number; as a stale one, for one below zero.
    pub(super) fn cas(&self) -> Result<Option<u64>, Failure> {
        let options: BTreeMap<String, Raw<'_>> = match self.options.map(|raw| (raw.json().as_bytes(), raw)) {
            None | Some((b"null" | b"[]", _)) => BTreeMap::new(),
            Some(([b'{', ..], raw)) => raw.decode().map_err(|_| not_options())?,
            Some(_) => return Err(not_options()),
        };
        let Some(cas) = options.get("cas") else { return Ok(None) };
        // Null is zero, as for Go.
        if cas.json() == "null" {
            return Ok(Some(0));
        }
        let text = cas.json().trim_matches('"');
        let number: i64 =
            text.parse().map_err(|_| Failure::bad_request("error parsing check-and-set parameter"))?;
        u64::try_from(number).map(Some).map_err(|_| Failure::stale())
    }
}

fn not_options() -> Failure {
    Failure::bad_request("error converting input for field \"options\": it is not an object")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::object;

    #[test]
    fn the_version_to_replace_is_a_number_or_a_text() {
        for (body, cas) in [
            (r#"{"data":{},"options":{"cas":3}}"#, Some(3)),
            (r#"{"data":{},"options":{"cas":"3"}}"#, Some(3)),
            (r#"{"data":{},"options":{"cas":0}}"#, Some(0)),
            (r#"{"data":{},"options":{"cas":null}}"#, Some(0)),
            (r#"{"data":{},"options":{}}"#, None),
            (r#"{"data":{},"options":null}"#, None),
            (r#"{"data":{},"options":[]}"#, None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(object::<Write<'_>>(body.as_bytes()).unwrap().cas().unwrap(), cas, "{body}");
        }
        for body in [
            r#"{"options":5}"#,
            r#"{"options":"cas"}"#,
            r#"{"options":{"cas":"x"}}"#,
            r#"{"options":{"cas":-1}}"#,
            r#"{"options":{"cas":{}}}"#,
        ] {
            assert!(object::<Write<'_>>(body.as_bytes()).unwrap().cas().is_err(), "{body}");
        }
    }
}
