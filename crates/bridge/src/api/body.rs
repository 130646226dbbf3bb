//! What is sent.

use serde::Deserialize;
use vault_api::decode;

use super::Failure;

/// A body: JSON whatever its content type says, or nothing, which is `null` too.
///
/// # Errors
/// 400 for what is no JSON object.
pub(crate) fn object<'a, T: Deserialize<'a> + Default>(body: &'a [u8]) -> Result<T, Failure> {
    match body.trim_ascii() {
        b"" | b"null" => Ok(T::default()),
        // A list would be taken for the fields in their order.
        [b'[', ..] => Err(Failure::bad_request("failed to decode JSON input: it is a list, not an object")),
        text => decode(text)
            .map_err(|error| Failure::bad_request(format!("failed to decode JSON input: {error}"))),
    }
}
