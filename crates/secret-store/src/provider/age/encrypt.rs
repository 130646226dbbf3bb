//! From plaintext to an age file.

use std::io::{self, Write as _};

use age::armor::{ArmoredWriter, Format};

use super::error::Failure;
use super::recipient::{Recipient, Recipients};
use crate::{ErrorKind, OpenContext};

/// How much longer an age file is than its plaintext, but for the recipients: the version, MAC and nonce, and grease.
const OVERHEAD: usize = 512;
/// The longest stanza, but for RSA and post-quantum keys.
const STANZA: usize = 160;

/// Encrypts `plaintext` to all of the recipients.
pub(super) fn encrypt(
    plaintext: &[u8],
    recipients: &Recipients,
    armor: bool,
    context: &OpenContext,
) -> Result<Vec<u8>, Failure> {
    let (native, plugins) = split(recipients, context)?;
    let all = native.into_iter().chain(plugins.iter().map(|plugin| &**plugin));
    let encryptor = age::Encryptor::with_recipients(all).map_err(|error| explain(&error))?;
    let write = || -> io::Result<Vec<u8>> {
        let size = plaintext.len() + OVERHEAD + STANZA * recipients.names().len();
        let format = if armor { Format::AsciiArmor } else { Format::Binary };
        let file = ArmoredWriter::wrap_output(Vec::with_capacity(size), format)?;
        let mut writer = encryptor.wrap_output(file)?;
        writer.write_all(plaintext)?;
        writer.finish()?.finish()
    };
    // Writing to memory: there is no other reason to fail.
    write().map_err(|_| Failure::new(ErrorKind::Unavailable, "not enough memory to encrypt"))
}

type Native<'a> = Vec<&'a dyn age::Recipient>;
type Plugins = Vec<Box<dyn age::Recipient>>;

#[cfg_attr(
    not(feature = "age-plugin"),
    expect(
        clippy::unnecessary_wraps,
        unused_variables,
        reason = "plugins can be missing, and ask for passphrases"
    )
)]
fn split<'a>(recipients: &'a Recipients, context: &OpenContext) -> Result<(Native<'a>, Plugins), Failure> {
    let mut native: Native<'a> = Vec::new();
    #[cfg(feature = "age-plugin")]
    let mut of_plugins = Vec::new();
    for key in recipients.keys() {
        match key {
            Recipient::X25519(key) => native.push(key),
            Recipient::Ssh(key) => native.push(key),
            Recipient::Tag(key) => native.push(key),
            Recipient::TagPq(key) => native.push(&**key),
            #[cfg(feature = "age-plugin")]
            Recipient::Plugin(key) => of_plugins.push(key.clone()),
        }
    }
    #[cfg(feature = "age-plugin")]
    let plugins = super::plugin::recipients(&of_plugins, context)?;
    #[cfg(not(feature = "age-plugin"))]
    let plugins = Vec::new();
    Ok((native, plugins))
}

fn explain(error: &age::EncryptError) -> Failure {
    match error {
        age::EncryptError::IncompatibleRecipients { .. } => Failure::new(
            ErrorKind::Invalid,
            "post-quantum recipients and others cannot be mixed: the weaker would decide",
        )
        .help("list only post-quantum recipients, or none"),
        #[cfg(feature = "age-plugin")]
        age::EncryptError::Plugin(_) => super::plugin::failed(&error.to_string()),
        _ => Failure::new(ErrorKind::Invalid, "the recipients cannot be encrypted to"),
    }
}
