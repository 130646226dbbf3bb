//! `kubernetes.io/dockerconfigjson`: logins to registries, as `docker login` keeps them.
//!
//! The API server wants JSON and no more. The kubelet passes over what it does not understand and pulls without a login,
//! so what it would pass over is a problem here. Entries are told apart by their number: their names are part of the value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{Findings, Values};

const KEY: &str = ".dockerconfigjson";

type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    auth: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    username: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    password: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "registrytoken")]
    identitytoken: Option<Cow<'a, str>>,
}

pub(super) fn check(values: &Values<'_>, findings: &mut Findings) {
    let Some(value) = values.get(KEY) else { return };
    let auths = match auths(value) {
        Ok(auths) => auths,
        Err(message) => return findings.problem(KEY, message, HELP_SHAPE),
    };
    let mut credentials = 0;
    for (index, entry) in auths.values().enumerate() {
        let number = index + 1;
        match check_entry(entry) {
            Ok(true) => credentials += 1,
            Ok(false) => {}
            Err(message) => {
                findings.problem(KEY, format!("entry {number} of auths {message}"), HELP_ENTRY);
                credentials += 1;
            }
        }
    }
    if credentials == 0 {
        findings.problem(
            KEY,
            "has no login: docker keeps them elsewhere when it has a credential store",
            "make it with: kubectl create secret docker-registry x --docker-server=… --docker-username=… \
             --docker-password=… --dry-run=client -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d",
        );
    }
}

const HELP_SHAPE: &str =
    r#"store a docker config.json: {"auths": {"REGISTRY": {"auth": "base64 of USER:PASSWORD"}}}"#;
const HELP_ENTRY: &str =
    "entries are counted by their registry in alphabetical order; auth is base64 of USER:PASSWORD";

/// The entries of `auths`, by registry. A parser's own message would quote the value: only its place is passed on.
fn auths(value: &[u8]) -> Result<Object<'_>, String> {
    let syntax =
        |error: &serde_json::Error| format!("is not JSON (line {}, column {})", error.line(), error.column());
    let value = core::str::from_utf8(value).map_err(|_| "is not JSON: it is not UTF-8".to_owned())?;
    // As a whole first, so that a place is one of the whole value.
    let whole: &RawValue = serde_json::from_str(value).map_err(|error| syntax(&error))?;
    let top: Object<'_> =
        serde_json::from_str(whole.get()).map_err(|_| "is JSON, but not an object".to_owned())?;
    let Some(auths) = top.get("auths") else {
        return Err(if top.values().any(|entry| entry.get().contains("\"auth\"")) {
            "has no auths: it is a .dockercfg, the older form".to_owned()
        } else {
            "has no auths".to_owned()
        });
    };
    serde_json::from_str(auths.get()).map_err(|_| "has auths that are not an object".to_owned())
}

/// Whether the entry has a login.
fn check_entry(entry: &RawValue) -> Result<bool, &'static str> {
    let entry: Entry<'_> =
        serde_json::from_str(entry.get()).map_err(|_| "is not an object with a text for each field")?;
    let filled = |text: &Option<Cow<'_, str>>| text.as_ref().is_some_and(|text| !text.is_empty());
    if let Some(auth) = entry.auth.as_deref().filter(|auth| !auth.is_empty()) {
        let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoded = GeneralPurpose::new(&STANDARD, lenient).decode(auth.trim_end());
        let decoded = Zeroizing::new(decoded.map_err(|_| "has an auth that is not base64")?);
        return if decoded.contains(&b':') { Ok(true) } else { Err("has an auth that is not USER:PASSWORD") };
    }
    Ok((filled(&entry.username) && filled(&entry.password)) || filled(&entry.identitytoken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(value: &[u8]) -> Vec<String> {
        let mut findings = Findings::default();
        check(&Values::new(vec![(KEY, value)]), &mut findings);
        assert_eq!(findings.warnings, []);
        findings.problems.into_iter().map(|problem| problem.message.into_owned()).collect()
    }

    #[test]
    fn what_docker_and_kubectl_write_is_fine() {
        for good in [
            r#"{"auths":{"ghcr.io":{"auth":"bWU6aHVudGVyMg=="}}}"#,
            r#"{"auths":{"ghcr.io":{"auth":"bWU6aHVudGVyMg"}}, "HttpHeaders": {}}"#,
            r#"{"auths":{"ghcr.io":{"username":"me","password":"hunter2","email":"a@b","auth":"bWU6aHVudGVyMg=="}}}"#,
            r#"{"auths":{"ghcr.io":{"username":"me","password":"hunter2"},"docker.io":{}}}"#,
            r#"{"auths":{"x.azurecr.io":{"auth":"MDA6","identitytoken":"ey"}}}"#,
        ] {
            assert_eq!(problems(good.as_bytes()), [""; 0], "{good}");
        }
    }

    #[test]
    fn what_the_kubelet_would_pass_over_is_a_problem() {
        for (bad, message) in [
            (&b"hunter2"[..], "is not JSON (line 1, column 1)"),
            (b"{\"auths\":\n{]", "is not JSON (line 2, column 2)"),
            (b"\xff", "is not JSON: it is not UTF-8"),
            (b"[]", "is JSON, but not an object"),
            (b"{}", "has no auths"),
            (
                br#"{"ghcr.io":{"auth":"bWU6aHVudGVyMg=="}}"#,
                "has no auths: it is a .dockercfg, the older form",
            ),
            (br#"{"auths":[]}"#, "has auths that are not an object"),
            (br#"{"auths":{"a":1}}"#, "entry 1 of auths is not an object with a text for each field"),
            (
                br#"{"auths":{"a":{},"b":{"auth":"hunter2!"}}}"#,
                "entry 2 of auths has an auth that is not base64",
            ),
            (
                br#"{"auths":{"a":{"auth":"aHVudGVyMg=="}}}"#,
                "entry 1 of auths has an auth that is not USER:PASSWORD",
            ),
            (
                br#"{"auths":{"a":{}},"credsStore":"desktop"}"#,
                "has no login: docker keeps them elsewhere when it has a credential store",
            ),
            (br#"{"auths":{}}"#, "has no login: docker keeps them elsewhere when it has a credential store"),
        ] {
            assert_eq!(problems(bad), [message], "{}", bad.escape_ascii());
        }
    }
}
