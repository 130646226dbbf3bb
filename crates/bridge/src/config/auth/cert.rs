//! `type: cert`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::role::role;
use crate::config::{BridgeConfig, ConfigProblem};

/// The certificate that the client has shown. Which authorities are believed, `tls.client_ca` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CertConfig {
    /// By name.
    pub roles: BTreeMap<String, CertRole>,
}

role! {
    /// Who has shown a certificate as it is described here. At least one of the descriptions is needed; of each that is there,
    /// one entry must fit. `*` stands for anything.
    CertRole {
        /// Common names of the subject.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        allowed_common_names: Vec<String>,
        /// DNS names among the alternative names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        allowed_dns_sans: Vec<String>,
        /// URIs among the alternative names, such as SPIFFE ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        allowed_uri_sans: Vec<String>,
        /// SHA-256 of the certificate, in hexadecimal, with or without colons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fingerprints: Vec<String>,
    }
}

impl CertConfig {
    pub(super) fn problems(&self, at: &str, bridge: &BridgeConfig) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if bridge.tls.as_ref().is_none_or(|tls| tls.client_ca.is_none()) {
            let problem = ConfigProblem::new(&["auth", at, "type"], "nobody can show a certificate");
            problems.push(problem.help("say whose certificates are believed: `bridge.tls.client_ca`"));
        }
        for (name, role) in &self.roles {
            let bounds = [
                &role.allowed_common_names,
                &role.allowed_dns_sans,
                &role.allowed_uri_sans,
                &role.fingerprints,
            ];
            if bounds.iter().all(|bound| bound.is_empty()) {
                let message = "any certificate that is believed would do";
                let problem = ConfigProblem::new(&["auth", at, "roles", name], message);
                problems.push(problem.help("say which: `allowed_common_names`, or '*' there for every one"));
            }
            for text in &role.fingerprints {
                if fingerprint(text).is_none() {
                    let message = format!("{text:?} is no SHA-256 in hexadecimal");
                    let problem = ConfigProblem::new(&["auth", at, "roles", name, "fingerprints"], message);
                    problems.push(problem.help("openssl x509 -in client.pem -noout -fingerprint -sha256"));
                }
            }
        }
        problems
    }
}

/// A fingerprint in lower case without colons.
pub(crate) fn fingerprint(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|character| *character != ':').collect();
    let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.to_ascii_lowercase())
}
