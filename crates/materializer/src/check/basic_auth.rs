//! `kubernetes.io/basic-auth`: a user and a password.

use super::{Findings, Values};

pub(super) fn check(values: &Values<'_>, findings: &mut Findings) {
    for key in ["username", "password"] {
        let Some(value) = values.get(key) else { continue };
        if value.is_empty() {
            findings.warning(key, "is empty", "store a value, or leave the key out");
        } else if value.ends_with(b"\n") {
            findings.warning(
                key,
                "ends in a line break, which most readers take for a part of it",
                "store it without one: printf %s instead of echo",
            );
        } else if key == "username" && value.contains(&b':') {
            findings.warning(
                key,
                "has a colon, which ends the user name in HTTP basic authentication (RFC 7617)",
                "use a user name without a colon",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(values: Vec<(&'static str, &'static [u8])>) -> Vec<String> {
        let mut findings = Findings::default();
        check(&Values::new(values), &mut findings);
        assert_eq!(findings.problems, []);
        findings.warnings.iter().map(|w| format!("{:?} {}", w.key, w.message)).collect()
    }

    #[test]
    fn a_user_and_a_password_are_fine() {
        assert_eq!(warnings(vec![("password", b"a:b"), ("username", b"admin")]), [""; 0]);
    }

    #[test]
    fn what_readers_stumble_over_is_a_warning() {
        let all = warnings(vec![("password", b"hunter2\n"), ("username", b"")]);
        assert_eq!(
            all,
            [
                r#"Some("username") is empty"#,
                r#"Some("password") ends in a line break, which most readers take for a part of it"#
            ]
        );
        assert_eq!(warnings(vec![("username", b"a:b")]).len(), 1);
    }
}
