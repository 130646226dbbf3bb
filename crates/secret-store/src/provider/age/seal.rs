//! The tree's files, encrypted.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::encrypt::encrypt;
use super::keyring::Keyring;
use super::recipient::{RECIPIENTS_FILE, Recipients};
use crate::Result;
use crate::provider::tree::{Place, Seal};

/// Encrypts to the nearest recipients, decrypts with the store's identities.
#[derive(Debug)]
pub(super) struct AgeSeal {
    pub(super) keyring: Keyring,
    pub(super) armor: bool,
}

impl AgeSeal {
    /// Whom the file at this place is encrypted to: the nearest `.age-recipients` upwards says so, or, as in passage,
    /// the identities do.
    pub(super) fn recipients(&self, operation: &'static str, place: &Place<'_>) -> Result<Recipients> {
        let recipients = match place.nearest(RECIPIENTS_FILE)? {
            Some((file, text)) => Recipients::parse(&text, &file),
            None => self.keyring.recipients(),
        };
        recipients.map_err(|failure| failure.into_error(operation, &place.shown()))
    }

    pub(super) fn encrypt(
        &self,
        operation: &'static str,
        place: &Place<'_>,
        bytes: &[u8],
        recipients: &Recipients,
    ) -> Result<Zeroizing<Vec<u8>>> {
        encrypt(bytes, recipients, self.armor, self.keyring.context())
            .map(Zeroizing::new)
            .map_err(|failure| failure.into_error(operation, &place.shown()))
    }

    pub(super) fn decrypt(
        &self,
        operation: &'static str,
        place: &Place<'_>,
        file: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.keyring.decrypt(file).map_err(|failure| failure.into_error(operation, &place.shown()))
    }
}

impl Seal for Arc<AgeSeal> {
    fn seal(&self, place: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
        let recipients = self.recipients("write", place)?;
        self.encrypt("write", place, &bytes, &recipients)
    }

    fn unseal(&self, place: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
        self.decrypt("read", place, &bytes)
    }
}
