//! `bootstrap.kubernetes.io/token`: a token to join a cluster, by the rules of
//! <https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/>. The authenticator passes over, without a
//! word, what does not follow them.

use events::Timestamp;

use super::{Findings, Values};

const NAME_PREFIX: &str = "bootstrap-token-";
const GROUP_PREFIX: &[u8] = b"system:bootstrappers:";
const GROUP_REST_MAX: usize = 256;

pub(super) fn check(name: &str, values: &Values<'_>, now: Timestamp, findings: &mut Findings) {
    if let Some(id) = values.get("token-id") {
        if !is_token_part(id, 6) {
            findings.problem("token-id", "is not six lower-case letters and digits", GENERATE);
        } else if name.strip_prefix(NAME_PREFIX).map(str::as_bytes) != Some(id) {
            findings.problem(
                "token-id",
                "is not the one in the name of the Secret",
                "name the Secret bootstrap-token-<token-id>",
            );
        }
    }
    if values.get("token-secret").is_some_and(|secret| !is_token_part(secret, 16)) {
        findings.problem("token-secret", "is not sixteen lower-case letters and digits", GENERATE);
    }
    if let Some(expiration) = values.get("expiration").filter(|text| !text.is_empty()) {
        expires(expiration, now, findings);
    }
    for (key, value) in values.iter().filter(|(key, _)| key.starts_with("usage-bootstrap-")) {
        if !matches!(value, b"true" | b"false") {
            findings.problem(
                key,
                "is neither true nor false",
                "store exactly true or false, without a line break",
            );
        }
    }
    let groups = values.get("auth-extra-groups");
    if groups.is_some_and(|groups| !groups.split(|&byte| byte == b',').all(is_bootstrap_group)) {
        findings.problem(
            "auth-extra-groups",
            "has a group that does not match system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]",
            "list groups below system:bootstrappers: with commas and without spaces",
        );
    }
}

const GENERATE: &str =
    "kubeadm token generate prints a token: <token-id>.<token-secret>; store without a line break";

fn expires(expiration: &[u8], now: Timestamp, findings: &mut Findings) {
    let time = core::str::from_utf8(expiration).ok().and_then(|text| text.parse::<Timestamp>().ok());
    match time {
        None => findings.problem(
            "expiration",
            "is not a time as RFC 3339 writes it",
            "store a time such as 2030-01-31T12:00:00Z, without a line break",
        ),
        Some(time) if time <= now => findings.warning(
            "expiration",
            "is in the past: the token cleaner will delete the Secret",
            "store a later time, or leave the key out",
        ),
        Some(_) => {}
    }
}

fn is_token_part(text: &[u8], length: usize) -> bool {
    text.len() == length && text.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_bootstrap_group(group: &[u8]) -> bool {
    let Some(rest) = group.strip_prefix(GROUP_PREFIX) else { return false };
    let allowed = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'-');
    rest.len() <= GROUP_REST_MAX
        && rest.iter().all(allowed)
        && rest.last().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: (&str, &[u8]) = ("token-id", b"07401b");
    const SECRET: (&str, &[u8]) = ("token-secret", b"f395accd246ae52d");

    fn check_all(name: &str, values: Vec<(&str, &[u8])>) -> Findings {
        let mut findings = Findings::default();
        check(name, &Values::new(values), "2026-01-01T00:00:00Z".parse().unwrap(), &mut findings);
        findings
    }

    #[test]
    fn the_token_of_the_kubernetes_documentation_is_fine() {
        let findings = check_all(
            "bootstrap-token-07401b",
            vec![
                ("auth-extra-groups", b"system:bootstrappers:worker,system:bootstrappers:ingress"),
                ("expiration", b"2027-03-10T03:22:11Z"),
                ID,
                SECRET,
                ("usage-bootstrap-authentication", b"true"),
                ("usage-bootstrap-signing", b"true"),
            ],
        );
        assert_eq!(findings, Findings::default());
    }

    #[test]
    fn each_broken_rule_is_a_problem() {
        for (name, value) in [
            ("token-id", (&b"07401B"[..])),
            ("token-id", b"07401c"),
            ("token-secret", b"f395accd246ae52d\n"),
            ("expiration", b"tomorrow"),
            ("usage-bootstrap-signing", b"yes"),
            ("auth-extra-groups", b"system:masters"),
            ("auth-extra-groups", b"system:bootstrappers:"),
            ("auth-extra-groups", b"system:bootstrappers:a,"),
        ] {
            let findings = check_all("bootstrap-token-07401b", vec![(name, value)]);
            assert_eq!((findings.problems.len(), findings.warnings.len()), (1, 0), "{name}");
            assert_eq!(findings.problems[0].key.as_deref(), Some(name));
        }
    }

    #[test]
    fn a_token_that_has_expired_is_a_warning() {
        let findings =
            check_all("bootstrap-token-07401b", vec![("expiration", b"2025-12-31T23:59:59Z"), ID, SECRET]);
        assert_eq!((findings.problems.len(), findings.warnings.len()), (0, 1));
    }
}
