//! Whom files are encrypted to.

use std::collections::BTreeMap;
use std::fmt;

use age::ssh::ParseRecipientKeyError;

use super::error::{Failure, count};
use crate::ErrorKind;

/// The name of the file that lists a folder's recipients, and those of the folders below.
pub(super) const RECIPIENTS_FILE: &str = ".age-recipients";

/// Somebody whom files are encrypted to. `Display` is the usual text, which is no secret.
pub(super) enum Recipient {
    X25519(age::x25519::Recipient),
    Ssh(age::ssh::Recipient),
    Tag(age::tag::Recipient),
    TagPq(Box<age::tagpq::Recipient>),
    #[cfg(feature = "age-plugin")]
    Plugin(age::plugin::Recipient),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X25519(key) => key.fmt(f),
            Self::Ssh(key) => key.fmt(f),
            Self::Tag(key) => key.fmt(f),
            Self::TagPq(key) => key.fmt(f),
            #[cfg(feature = "age-plugin")]
            Self::Plugin(key) => key.fmt(f),
        }
    }
}

impl Recipient {
    /// Parses a line; the reason why not names no part of it, since people paste the wrong half of a key.
    fn parse(line: &str) -> Result<Self, String> {
        if line.starts_with("ssh-") || line.starts_with("ecdsa-") || line.starts_with("sk-") {
            return line.parse().map(Self::Ssh).map_err(|error| match error {
                ParseRecipientKeyError::RsaModulusTooSmall => {
                    "this RSA key is shorter than 2048 bits".to_owned()
                }
                ParseRecipientKeyError::RsaModulusTooLarge => {
                    "this RSA key is longer than 4096 bits".to_owned()
                }
                ParseRecipientKeyError::Invalid(_) => "this is not a whole ssh public key".to_owned(),
                _ => "age supports ssh keys of the types ssh-ed25519 and ssh-rsa only".to_owned(),
            });
        }
        let lower = line.to_ascii_lowercase();
        if lower.starts_with("age-secret-key-")
            || lower.starts_with("age-plugin-")
            || line.starts_with("-----BEGIN")
        {
            return Err("this is an identity (a secret!), not a recipient".to_owned());
        }
        if let Ok(key) = line.parse() {
            return Ok(Self::X25519(key));
        }
        if let Ok(key) = line.parse() {
            return Ok(Self::Tag(key));
        }
        if let Ok(key) = line.parse() {
            return Ok(Self::TagPq(Box::new(key)));
        }
        Self::parse_plugin(line)
    }

    #[cfg(feature = "age-plugin")]
    fn parse_plugin(line: &str) -> Result<Self, String> {
        match line.parse::<age::plugin::Recipient>() {
            Ok(key) => Ok(Self::Plugin(key)),
            Err(_) => Err(not_a_recipient(line)),
        }
    }

    #[cfg(not(feature = "age-plugin"))]
    fn parse_plugin(line: &str) -> Result<Self, String> {
        match plugin_name(line) {
            Some("pq") => {
                Err("post-quantum recipients (age1pq1…) are not supported by this build: it would take the \
                               feature `age-plugin` and the program age-plugin-pq"
                    .to_owned())
            }
            Some(name) => Err(format!(
                "recipients of the plugin {name} are not supported by this build: it would take the feature \
                 `age-plugin` and the program age-plugin-{name}"
            )),
            None => Err(not_a_recipient(line)),
        }
    }
}

/// `yubikey` in `age1yubikey1…`.
#[cfg(not(feature = "age-plugin"))]
fn plugin_name(line: &str) -> Option<&str> {
    let (name, data) = line.strip_prefix("age1")?.rsplit_once('1')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
    (is_name && data.len() >= 6 && data.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(name)
}

fn not_a_recipient(line: &str) -> String {
    let reason = if line.starts_with("age1") {
        "this is not a whole age recipient: a letter is wrong or missing"
    } else {
        "this is no recipient: one starts with age1, ssh-ed25519 or ssh-rsa"
    };
    reason.to_owned()
}

/// Whom a file is encrypted to: sorted, each once, at least one.
pub(super) struct Recipients {
    keys: Vec<Recipient>,
    names: Vec<String>,
}

/// The public keys.
impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.names).finish()
    }
}

impl Recipients {
    /// Parses a file of recipients: one a line, `#` starts a comment line, empty lines are nothing. All bad lines are
    /// in the failure.
    pub(super) fn parse(text: &[u8], file: &str) -> Result<Self, Failure> {
        let invalid =
            |reason: String, help: &'static str| Failure::new(ErrorKind::Invalid, reason).help(help);
        let text = core::str::from_utf8(text).map_err(|_| {
            invalid(format!("{file} is not UTF-8 text"), "write one recipient per line into it, as text")
        })?;
        let mut keys = Vec::new();
        let mut bad = Vec::new();
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match Recipient::parse(line) {
                Ok(key) => keys.push(key),
                Err(reason) => bad.push(format!("line {number}: {reason}")),
            }
        }
        if !bad.is_empty() {
            let number =
                count(bad.len(), "line that is no usable recipient", "lines that are no usable recipients");
            return Err(invalid(
                format!("{file} has {number}: {}", bad.join("; ")),
                "mend or remove them: nothing is encrypted to only some of the recipients",
            ));
        }
        if keys.is_empty() {
            return Err(invalid(
                format!("{file} names no recipient"),
                "write a recipient into it (`age-keygen -y age.key` prints that of an identity), or remove it to use \
                 the next one upwards",
            ));
        }
        Ok(Self::new(keys))
    }

    /// These keys, of which there must be one.
    pub(super) fn new(keys: Vec<Recipient>) -> Self {
        let by_name: BTreeMap<_, _> = keys.into_iter().map(|key| (key.to_string(), key)).collect();
        let (names, keys) = by_name.into_iter().unzip();
        Self { keys, names }
    }

    /// The public keys as text, sorted.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn keys(&self) -> &[Recipient] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "age1ysxuaeqlk7xd8uqsh8lsnfwt9jzzjlqf49ruhpjrrj5yatlcuf7qke4pqe";

    #[test]
    fn recipients_are_a_set() {
        let text = format!("# Alice\n\n  {ALICE}\r\n{ALICE}\n");
        let recipients = Recipients::parse(text.as_bytes(), ".age-recipients").unwrap();
        assert_eq!(recipients.names(), [ALICE]);
    }

    #[test]
    #[cfg(not(feature = "age-plugin"))]
    fn every_bad_line_is_named_and_none_is_quoted() {
        let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        let text = format!(
            "{ALICE}\n{}\nage1pq1qqqqqqqqqq\n{identity}\nage1yubikey1qqqqqqqqqq\nssh-dss AAAA\nalice\n",
            &ALICE[..50]
        );
        let failure = Recipients::parse(text.as_bytes(), "team/.age-recipients").unwrap_err();
        insta::assert_snapshot!(failure.reason(), @"team/.age-recipients has 6 lines that are no usable recipients: line 2: this is not a whole age recipient: a letter is wrong or missing; line 3: post-quantum recipients (age1pq1…) are not supported by this build: it would take the feature `age-plugin` and the program age-plugin-pq; line 4: this is an identity (a secret!), not a recipient; line 5: recipients of the plugin yubikey are not supported by this build: it would take the feature `age-plugin` and the program age-plugin-yubikey; line 6: this is not a whole ssh public key; line 7: this is no recipient: one starts with age1, ssh-ed25519 or ssh-rsa");
    }

    #[test]
    fn a_file_that_names_nobody_is_an_error() {
        let failure = Recipients::parse(b"# nobody\n", ".age-recipients").unwrap_err();
        assert_eq!(failure.reason(), ".age-recipients names no recipient");
    }
}
