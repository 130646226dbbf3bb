//! From an age file to plaintext.

use std::borrow::Cow;

use age::DecryptError;
use age::armor::ArmoredReader;
use zeroize::Zeroizing;

use super::error::Failure;
use crate::ErrorKind;
use crate::buffer::read_to_end;

const BINARY: &[u8] = b"age-encryption.org/";
const V1: &[u8] = b"age-encryption.org/v1\n";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Whether the bytes start as an age file does, in either form.
pub(super) fn is_age_file(bytes: &[u8]) -> bool {
    bytes.starts_with(BINARY) || bytes.starts_with(ARMOR)
}

/// The binary form of an age file.
pub(super) fn dearmor(file: &[u8]) -> Result<Cow<'_, [u8]>, Failure> {
    if !file.starts_with(ARMOR) {
        return Ok(Cow::Borrowed(file));
    }
    let mut reader = ArmoredReader::new(file);
    match read_to_end(&mut reader, file.len() / 4 * 3, usize::MAX - 1) {
        Ok(mut binary) => Ok(Cow::Owned(std::mem::take(&mut *binary))),
        Err(_) => Err(damaged("has damaged ASCII armor")),
    }
}

/// Decrypts a binary age file with the first of the identities that can. The plaintext goes straight into memory that
/// is wiped, which has room for it from the start.
pub(super) fn decrypt<'a>(
    file: &[u8],
    identities: impl Iterator<Item = &'a dyn age::Identity>,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let mut reader = age::Decryptor::new_buffered(file)?.decrypt(identities)?;
    Ok(read_to_end(&mut reader, file.len(), usize::MAX - 1)?)
}

/// A failure of anything but the identities' not matching.
pub(super) fn explain(file: &[u8], error: &DecryptError) -> Failure {
    match error {
        #[cfg(feature = "age-plugin")]
        DecryptError::Plugin(_) => super::plugin::failed(&error.to_string()),
        // The crate also says so of any damage to a header of the version that it knows.
        DecryptError::UnknownFormat if !file.starts_with(V1) => {
            Failure::of_file(ErrorKind::Unsupported, "is in a version of age's format that is not known")
                .help("a newer release may read it")
        }
        _ if !is_age_file(file) => damaged("is not an age file"),
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => damaged("has a damaged age header"),
        DecryptError::InvalidMac => damaged("has an age header that was changed"),
        DecryptError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged("is cut short")
        }
        _ => damaged("is damaged"),
    }
}

fn damaged(reason: &'static str) -> Failure {
    Failure::of_file(ErrorKind::Corrupt, reason).help("restore the file, from Git or a backup")
}
