//! What an age file's header says without a key.
//!
//! <https://c2sp.org/age#header>

use super::error::count;

/// The end of a header, in plain sight.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// The recipient stanzas' types and arguments: `ssh-ed25519 YbG3Gg …`. Grease is left out.
    pub(super) stanzas: Vec<&'a str>,
    /// The header's MAC, in base64. It is made with a key that is new for every file, so it names this very header.
    pub(super) mac: &'a str,
}

impl<'a> Header<'a> {
    /// Looks for the header at the start of a binary age file.
    pub(super) fn scan(file: &'a [u8]) -> Option<Self> {
        let mut lines = file.split(|byte| *byte == b'\n');
        if lines.next() != Some(b"age-encryption.org/v1") {
            return None;
        }
        let mut stanzas = Vec::new();
        for line in lines {
            let line = core::str::from_utf8(line).ok()?;
            if let Some(stanza) = line.strip_prefix("-> ") {
                // age's implementations add a stanza of a made-up type now and then.
                if !stanza.split(' ').next().is_some_and(|tag| tag.ends_with("-grease")) {
                    stanzas.push(stanza);
                }
            } else if let Some(mac) = line.strip_prefix("--- ") {
                return Some(Self { stanzas, mac });
            }
        }
        None
    }

    /// Whether a passphrase opens the file, and nothing else does.
    pub(super) fn is_under_passphrase(&self) -> bool {
        self.stanzas.iter().any(|stanza| stanza.starts_with("scrypt "))
    }

    /// How many recipients there are, and of what types: `3 recipients (2 X25519, 1 ssh-rsa)`.
    pub(super) fn recipients(&self) -> String {
        let mut types: Vec<(&str, usize)> = Vec::new();
        for stanza in &self.stanzas {
            let tag = stanza.split(' ').next().unwrap_or_default();
            match types.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, number)) => *number += 1,
                None => types.push((tag, 1)),
            }
        }
        let types: Vec<_> = types.iter().map(|(tag, number)| format!("{number} {tag}")).collect();
        format!("{} ({})", count(self.stanzas.len(), "recipient", "recipients"), types.join(", "))
    }
}
