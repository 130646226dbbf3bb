//! `kubernetes.io/ssh-auth`: a private key of SSH.

use super::{Findings, Values};

const KEY: &str = "ssh-privatekey";

pub(super) fn check(values: &Values<'_>, findings: &mut Findings) {
    let Some(value) = values.get(KEY) else { return };
    let text = value.trim_ascii();
    if text.is_empty() {
        // `ValidateSecret` in the API server refuses it too.
        findings.problem(KEY, "is empty", "store the private key: secretbridge store put PATH < id_ed25519");
    } else if is_public(text) {
        findings.problem(KEY, "is a public key", "store the private key: the file without .pub");
    } else if !is_pem(text) {
        findings.warning(
            KEY,
            "does not look like a private key in PEM or OpenSSH form",
            "store the file that ssh-keygen writes; ssh-keygen -i converts other forms",
        );
    } else if !value.ends_with(b"\n") {
        findings.warning(
            KEY,
            "does not end in a line break, and OpenSSH refuses such a key",
            "store the file as ssh-keygen wrote it, line break included",
        );
    } else if value.contains(&b'\r') {
        findings.warning(
            KEY,
            "has line ends of Windows, and OpenSSH refuses such a key",
            "store it with line feeds alone",
        );
    }
}

fn is_public(text: &[u8]) -> bool {
    [
        &b"ssh-"[..],
        b"ecdsa-sha2-",
        b"sk-ssh-",
        b"sk-ecdsa-",
        b"-----BEGIN PUBLIC KEY",
        b"---- BEGIN SSH2 PUBLIC KEY",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

fn is_pem(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or(text).trim_ascii();
    let last = text.rsplit(|&byte| byte == b'\n').next().unwrap_or(text).trim_ascii();
    first.starts_with(b"-----BEGIN ")
        && first.ends_with(b"PRIVATE KEY-----")
        && last.starts_with(b"-----END ")
        && last.ends_with(b"PRIVATE KEY-----")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(value: &[u8]) -> (usize, usize) {
        let mut findings = Findings::default();
        check(&Values::new(vec![(KEY, value)]), &mut findings);
        (findings.problems.len(), findings.warnings.len())
    }

    const GOOD: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";

    #[test]
    fn a_private_key_is_fine() {
        assert_eq!(findings(GOOD), (0, 0));
        assert_eq!(
            findings(b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
            (0, 0)
        );
    }

    #[test]
    fn nothing_and_a_public_key_are_refused() {
        for bad in [&b""[..], b"\n", b"ssh-ed25519 AAAA me@host\n", b"ecdsa-sha2-nistp256 AAAA\n"] {
            assert_eq!(findings(bad), (1, 0), "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn what_openssh_refuses_is_a_warning() {
        assert_eq!(findings(&GOOD[..GOOD.len() - 1]), (0, 1));
        assert_eq!(findings(&GOOD[..GOOD.len() / 2]), (0, 1));
        assert_eq!(findings(b"PuTTY-User-Key-File-3: ssh-ed25519\n"), (0, 1));
        let windows = GOOD.split(|&b| b == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(findings(&windows), (0, 1));
    }
}
