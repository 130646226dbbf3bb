//! What happens to the bytes of a file on their way in and out.

use std::fmt::Debug;

use zeroize::Zeroizing;

use super::root::Root;
use crate::Result;

/// What happens to the bytes of a file on their way in and out: nothing, or encryption.
///
/// Its errors need not name the secret's path or the store: the tree adds them.
pub(crate) trait Seal: Debug + Send + Sync {
    /// Turns the bytes of a secret into those of its file.
    fn seal(&self, place: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>>;

    /// Turns the bytes of a file into those of its secret.
    fn unseal(&self, place: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>>;
}

/// No seal: the file is the secret.
#[derive(Debug)]
pub(crate) struct Bare;

impl Seal for Bare {
    fn seal(&self, _: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
        Ok(bytes)
    }

    fn unseal(&self, _: &Place<'_>, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
        Ok(bytes)
    }
}

/// Where in the tree a file is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "age"), expect(dead_code, reason = "only a seal needs to know"))]
pub(crate) struct Place<'a> {
    pub(super) root: &'a Root<'a>,
    pub(super) file: &'a str,
}
