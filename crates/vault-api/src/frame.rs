//! What stands around the fields of a secret in the answer to a read.

use crate::kv2::VersionMetadata;
use crate::raw::Malformed;

/// The text of an [`Envelope`](crate::Envelope) of a [`kv2::Read`](crate::kv2::Read) before and behind the fields, for a server that
/// has them in another form than text: it writes them once, in between, and nothing is parsed to be written again. No secret.
///
/// ```
/// use vault_api::{Envelope, Raw, decode, encode, kv2};
///
/// let metadata = kv2::VersionMetadata { version: 3, ..kv2::VersionMetadata::default() };
/// let frame = kv2::ReadFrame::new("id", &metadata, None)?;
/// let written = [frame.before(), br#"{"user":"ada"}"#, frame.behind()].concat();
///
/// let data: Raw<'_> = decode(br#"{"user":"ada"}"#)?;
/// assert_eq!(written, **encode(&Envelope::new("id", Some(kv2::Read { data: Some(data), metadata })))?);
/// # Ok::<(), vault_api::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFrame {
    text: Vec<u8>,
    /// Where the fields go.
    at: usize,
}

impl ReadFrame {
    /// Around the fields of this version.
    ///
    /// # Errors
    /// [`Malformed`], never: all of it has a form in JSON.
    pub fn new(
        request_id: &str,
        metadata: &VersionMetadata,
        warnings: Option<&[String]>,
    ) -> Result<Self, Malformed> {
        let VersionMetadata { created_time, custom_metadata, deletion_time, destroyed, version } = metadata;
        let mut text = Vec::with_capacity(512);
        text.extend_from_slice(br#"{"request_id":"#);
        serde_json::to_writer(&mut text, request_id)?;
        text.extend_from_slice(br#","lease_id":"","renewable":false,"lease_duration":0,"data":{"data":"#);
        let at = text.len();
        text.extend_from_slice(br#","metadata":{"created_time":"#);
        serde_json::to_writer(&mut text, created_time)?;
        text.extend_from_slice(br#","custom_metadata":"#);
        serde_json::to_writer(&mut text, custom_metadata)?;
        text.extend_from_slice(br#","deletion_time":"#);
        serde_json::to_writer(&mut text, deletion_time)?;
        text.extend_from_slice(br#","destroyed":"#);
        serde_json::to_writer(&mut text, destroyed)?;
        text.extend_from_slice(br#","version":"#);
        serde_json::to_writer(&mut text, version)?;
        text.extend_from_slice(br#"}},"wrap_info":null,"warnings":"#);
        serde_json::to_writer(&mut text, &warnings)?;
        text.extend_from_slice(br#","auth":null}"#);
        Ok(Self { text, at })
    }

    /// What stands before the fields, which are to be a JSON object.
    #[must_use]
    pub fn before(&self) -> &[u8] {
        &self.text[..self.at]
    }

    /// What stands behind them.
    #[must_use]
    pub fn behind(&self) -> &[u8] {
        &self.text[self.at..]
    }
}
