//! Identities: what decrypts.

use age::ssh;
use secrecy::ExposeSecret as _;

use super::recipient::Recipient;
use crate::{OpenContext, SecretValue};

/// An identity that can be used.
pub(super) enum Key {
    X25519(age::x25519::Identity),
    Ssh(ssh::Identity),
    #[cfg(feature = "age-plugin")]
    Plugin(age::plugin::IdentityPluginV1<super::plugin::Callbacks>),
}

impl Key {
    pub(super) fn as_identity(&self) -> &dyn age::Identity {
        match self {
            Self::X25519(key) => key,
            Self::Ssh(key) => key,
            #[cfg(feature = "age-plugin")]
            Self::Plugin(key) => key,
        }
    }

    /// The public half, where it can be had.
    pub(super) fn recipient(&self) -> Option<Recipient> {
        match self {
            Self::X25519(key) => Some(Recipient::X25519(key.to_public())),
            Self::Ssh(key) => ssh::Recipient::try_from(key.clone()).ok().map(Recipient::Ssh),
            #[cfg(feature = "age-plugin")]
            Self::Plugin(_) => None,
        }
    }
}

/// What an identity file holds.
pub(super) enum Content {
    Keys(Vec<Key>),
    /// An ssh key under a passphrase, with its public half.
    LockedSsh(Box<ssh::EncryptedKey>, ssh::Recipient),
    /// An age file under a passphrase; the identities are its plaintext.
    LockedFile(Vec<u8>),
}

/// Parses what an identity file, variable or program holds. The reason why not quotes nothing of it.
#[expect(clippy::disallowed_methods, reason = "identities are parsed from the value, into types that wipe")]
pub(super) fn parse(held: &SecretValue, context: &OpenContext) -> Result<Content, String> {
    let bytes = held.expose_secret();
    if super::decrypt::is_age_file(bytes) {
        let file = super::decrypt::dearmor(bytes).map_err(|failure| failure.reason().to_owned())?;
        let is_scrypt = age::Decryptor::new_buffered(&*file).is_ok_and(|file| file.is_scrypt());
        return if is_scrypt {
            Ok(Content::LockedFile(file.into_owned()))
        } else {
            Err("is an age file that is not under a passphrase: an identity cannot open another".to_owned())
        };
    }
    let text = core::str::from_utf8(bytes).map_err(|_| "is neither text nor an age file".to_owned())?;
    if text.trim_start().starts_with("-----BEGIN") {
        parse_ssh(text.trim_start())
    } else {
        parse_lines(text, context)
    }
}

fn parse_ssh(text: &str) -> Result<Content, String> {
    const CONVERT: &str = "convert it with `ssh-keygen -p -f FILE`";
    if let Some(kind) =
        ["-----BEGIN PRIVATE KEY", "-----BEGIN ENCRYPTED PRIVATE KEY", "-----BEGIN EC PRIVATE KEY"]
            .into_iter()
            .find(|kind| text.starts_with(kind))
    {
        return Err(format!("is a key in a form that age does not read ({kind}-----); {CONVERT}"));
    }
    let identity = ssh::Identity::from_buffer(text.as_bytes(), None)
        .map_err(|_| "looks like an ssh private key but is damaged, or is none".to_owned())?;
    match &identity {
        ssh::Identity::Unencrypted(_) => Ok(Content::Keys(vec![Key::Ssh(identity)])),
        ssh::Identity::Encrypted(key) => {
            let key = Box::new(key.clone());
            let recipient = ssh::Recipient::try_from(identity)
                .map_err(|_| "is an ssh key of a type that age does not support".to_owned())?;
            Ok(Content::LockedSsh(key, recipient))
        }
        ssh::Identity::Unsupported(kind) => Err(match kind {
            ssh::UnsupportedKey::EncryptedPem => {
                format!("is a key under a passphrase in the old, insecure PEM form; {CONVERT}")
            }
            ssh::UnsupportedKey::EncryptedSsh(cipher) => {
                format!("is an ssh key encrypted with {cipher}, which is not supported; {CONVERT}")
            }
            ssh::UnsupportedKey::Hardware(kind) => {
                format!(
                    "is a hardware ssh key ({kind}), which cannot decrypt; use an age plugin for the device"
                )
            }
            ssh::UnsupportedKey::Type(kind) => {
                format!("is an ssh key of type {kind}; age supports ssh-ed25519 and ssh-rsa")
            }
        }),
    }
}

fn parse_lines(text: &str, context: &OpenContext) -> Result<Content, String> {
    let mut keys = Vec::new();
    let mut bad = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line, context) {
            Ok(key) => keys.push(key),
            Err(reason) => bad.push(format!("line {number} {reason}")),
        }
    }
    if !bad.is_empty() {
        return Err(format!("cannot be used: {}", bad.join("; ")));
    }
    if keys.is_empty() {
        return Err("holds no identity".to_owned());
    }
    Ok(Content::Keys(keys))
}

#[cfg_attr(not(feature = "age-plugin"), expect(unused_variables, reason = "plugins ask for passphrases"))]
fn parse_line(line: &str, context: &OpenContext) -> Result<Key, String> {
    if let Ok(key) = line.parse() {
        return Ok(Key::X25519(key));
    }
    let starts_with = |prefix: &str| line.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
    if starts_with("AGE-PLUGIN-") {
        #[cfg(feature = "age-plugin")]
        return match line.parse() {
            Ok(identity) => super::plugin::identity(identity, context)
                .map(Key::Plugin)
                .map_err(|failure| format!("needs a plugin: {}", failure.reason())),
            Err(_) => Err("is a damaged plugin identity".to_owned()),
        };
        #[cfg(not(feature = "age-plugin"))]
        return Err("is an identity of a plugin; this build lacks the feature `age-plugin`".to_owned());
    }
    Err(if starts_with("AGE-SECRET-KEY-PQ-") {
        "is a post-quantum identity, which is not supported; age-plugin-pq converts it to a plugin's"
    } else if starts_with("AGE-SECRET-KEY-") {
        "is a damaged identity: a letter is wrong or missing"
    } else if starts_with("age1") || starts_with("ssh-") {
        "is a recipient (a public key), not an identity"
    } else {
        "is no identity"
    }
    .to_owned())
}
