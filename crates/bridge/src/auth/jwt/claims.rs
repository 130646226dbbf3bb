//! What a token says, and whether that is enough.

use serde_json::{Map, Value};

use crate::auth::glob::{fits, fits_any};
use crate::config::JwtRole;

/// For how long a token is good, in seconds, that does not say it.
const LASTING: i64 = 150;

/// By how many seconds clocks may differ.
const LEEWAY: i64 = 60;

/// What a token says whose signature was good.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, &'static str> {
        serde_json::from_slice(payload).map(Self).map_err(|_| "its payload is no JSON object")
    }

    /// Whether the token lets its holder have this role, at this time.
    ///
    /// # Errors
    /// What does not fit, in Vault's words: names of claims, and no claim.
    pub(super) fn check(&self, role: &JwtRole, issuer: Option<&str>, now: i64) -> Result<(), String> {
        let invalid = |why: &str| Err(format!("error validating token: {why}"));
        if let Err(why) = self.check_times(now) {
            return invalid(why);
        }
        if issuer.is_some_and(|issuer| self.get("iss").and_then(Value::as_str) != Some(issuer)) {
            return invalid("invalid issuer (iss) claim");
        }
        let subject = self.get("sub").and_then(Value::as_str);
        let is_bound = |bound: &String| subject.is_some_and(|subject| fits(bound, subject));
        if role.bound_subject.as_ref().is_some_and(|bound| !is_bound(bound)) {
            return invalid("invalid subject (sub) claim");
        }
        let audiences = self.get("aud").map(texts).unwrap_or_default();
        if role.bound_audiences.is_empty() {
            if !audiences.is_empty() {
                return Err("audience claim found in JWT but no audiences bound to the role".to_owned());
            }
        } else if !audiences.iter().any(|audience| role.bound_audiences.contains(audience)) {
            return invalid(
                "invalid audience (aud) claim: audience claim does not match any expected audience",
            );
        }
        for (name, bound) in &role.bound_claims {
            let Some(claim) = self.get(name) else {
                return Err(format!("error validating claims: claim {name:?} is missing"));
            };
            if !texts(claim).iter().any(|text| fits_any(bound.as_slice(), text)) {
                return Err(format!(
                    "error validating claims: claim {name:?} does not match any associated bound claim values"
                ));
            }
        }
        Ok(())
    }

    /// As Vault: what a token does not say of its times follows from what it says.
    fn check_times(&self, now: i64) -> Result<(), &'static str> {
        let (issued, begins, ends) = (self.time("iat")?, self.time("nbf")?, self.time("exp")?);
        let latest = issued.into_iter().chain(begins).max();
        let Some(ends) = ends.or_else(|| latest.map(|latest| latest.saturating_add(LASTING))) else {
            return Err("no issued at (iat), not before (nbf), or expiration time (exp) claims in token");
        };
        let begins = begins.or(issued).unwrap_or(ends.saturating_sub(LASTING));
        let (early, late) = (now.saturating_add(LEEWAY), now.saturating_sub(LEEWAY));
        if begins > early {
            return Err("invalid not before (nbf) claim: token not yet valid");
        }
        if ends < late {
            return Err("invalid expiration time (exp) claim: token is expired");
        }
        if issued.is_some_and(|issued| issued > early) {
            return Err("invalid issued at (iat) claim: token issued in the future");
        }
        Ok(())
    }

    /// A time in seconds since 1970; none without the claim, and for zero.
    fn time(&self, name: &str) -> Result<Option<i64>, &'static str> {
        let number = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(value) => value.as_i64().or_else(|| {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "whole seconds are meant; what is too much stays the most"
                )]
                value.as_f64().map(|seconds| seconds as i64)
            }),
        };
        match number {
            None => Err("a time is no number"),
            Some(0) => Ok(None),
            Some(number) => Ok(Some(number)),
        }
    }

    /// Who logs in.
    ///
    /// # Errors
    /// When the claim is not there, or no text.
    pub(super) fn user(&self, claim: &str) -> Result<String, String> {
        match self.get(claim) {
            None => Err(format!("claim {claim:?} not found in token")),
            Some(Value::String(text)) if text.is_empty() => Err(format!("claim {claim:?} is empty")),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(format!("claim {claim:?} could not be converted to string")),
        }
    }

    /// A claim as text, where it has a plain value.
    pub(super) fn text(&self, claim: &str) -> Option<String> {
        self.get(claim).and_then(plain)
    }

    /// By name, or by JSON pointer.
    fn get(&self, name: &str) -> Option<&Value> {
        if !name.starts_with('/') {
            return self.0.get(name);
        }
        let mut parts = name[1..].split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
        let first = self.0.get(&parts.next()?)?;
        parts.try_fold(first, |value, part| match value {
            Value::Object(fields) => fields.get(&part),
            Value::Array(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

/// A claim as a list of texts: those of a list, or the one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(plain).collect(),
        one => plain(one).into_iter().collect(),
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_994_227;

    fn claims(value: Value) -> Claims {
        let Value::Object(map) = value else { panic!("an object") };
        Claims(map)
    }

    /// As OpenBao 2.7.2 answered.
    #[test]
    fn times_are_read_as_openbao_reads_them() {
        let expired = Err("invalid expiration time (exp) claim: token is expired");
        let early = Err("invalid not before (nbf) claim: token not yet valid");
        for (value, expected) in [
            (json!({"exp": NOW + 600, "iat": NOW, "nbf": NOW}), Ok(())),
            (json!({"exp": NOW - 10, "iat": NOW, "nbf": NOW}), Ok(())),
            (json!({"exp": NOW - 70, "iat": NOW, "nbf": NOW}), expired),
            (json!({"exp": NOW + 600, "iat": NOW, "nbf": NOW + 50}), Ok(())),
            (json!({"exp": NOW + 600, "iat": NOW, "nbf": NOW + 100}), early),
            (
                json!({"exp": NOW + 600, "iat": NOW + 100, "nbf": NOW}),
                Err("invalid issued at (iat) claim: token issued in the future"),
            ),
            (json!({"iat": NOW, "nbf": NOW}), Ok(())),
            (json!({"iat": NOW - 100}), Ok(())),
            (json!({"iat": NOW - 300}), expired),
            (json!({"exp": NOW + 600}), early),
            (json!({"exp": NOW + 100}), Ok(())),
            (json!({"exp": (NOW + 600).to_string(), "iat": NOW}), Err("a time is no number")),
            (json!({"exp": 1_795_994_827.5, "iat": NOW}), Ok(())),
            (
                json!({"exp": 0}),
                Err("no issued at (iat), not before (nbf), or expiration time (exp) claims in token"),
            ),
        ] {
            assert_eq!(claims(value.clone()).check_times(NOW), expected, "{value}");
        }
    }

    #[test]
    fn a_claim_is_found_by_name_or_by_pointer() {
        let claims = claims(json!({"a": "x", "a/b": "y", "deep": {"er": [{"n": 7}], "t~/": true}}));
        let text = |name: &str| claims.text(name);
        assert_eq!(text("a").as_deref(), Some("x"));
        assert_eq!(text("a/b").as_deref(), Some("y"));
        assert_eq!(text("/a~1b").as_deref(), Some("y"));
        assert_eq!(text("/deep/er/0/n").as_deref(), Some("7"));
        assert_eq!(text("/deep/t~0~1").as_deref(), Some("true"));
        for missing in ["deep", "/deep/er/1/n", "/", "", "/a/b"] {
            assert_eq!(text(missing), None, "{missing}");
        }
    }

    proptest! {
        #[test]
        fn no_payload_makes_it_panic(payload: Vec<u8>, times in prop::array::uniform3(any::<f64>()), pointer in "[/a~01]{0,9}") {
            let _ = Claims::parse(&payload);
            let [exp, iat, nbf] = times;
            let claims = claims(json!({"exp": exp, "iat": iat, "nbf": nbf, "a": {"1": [0]}}));
            let _ = (claims.check_times(NOW), claims.text(&pointer));
        }
    }
}
