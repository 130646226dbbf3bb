//! What the values of each type of Secret must look like.
//!
//! Only what is certain to break is a problem; what may be meant is a warning. No message quotes a value: messages are
//! fixed texts with numbers and dates, and what a parser said of a value is not passed on.

mod basic_auth;
mod bootstrap_token;
mod dockerconfigjson;
mod findings;
mod size;
mod ssh_auth;
mod tls;

pub(crate) use findings::{Findings, Remark, Values};
pub(crate) use size::SIZE_MAX;

use events::Timestamp;
use k8s_bundle::SecretType;

/// Whether values of the type are looked into.
pub(crate) fn has_rules(secret_type: &SecretType) -> bool {
    !matches!(secret_type, SecretType::Opaque | SecretType::Custom(_))
}

/// Checks the values of one Secret, all of whose keys are there.
pub(crate) fn check(secret_type: &SecretType, name: &str, values: &Values<'_>, now: Timestamp) -> Findings {
    let mut findings = Findings::default();
    size::check(values, &mut findings);
    match secret_type {
        SecretType::Tls => tls::check(values, now, &mut findings),
        SecretType::DockerConfigJson => dockerconfigjson::check(values, &mut findings),
        SecretType::BasicAuth => basic_auth::check(values, &mut findings),
        SecretType::SshAuth => ssh_auth::check(values, &mut findings),
        SecretType::BootstrapToken => bootstrap_token::check(name, values, now, &mut findings),
        _ => {}
    }
    findings
}
