//! Version 1 of the key/value engine: `<mount>/<path>`.
//!
//! A read's data is the secret itself, a JSON object: [`Envelope`](crate::Envelope) around a [`Raw`](crate::Raw). A write
//! sends that object as the whole body and is answered with status 204.

use serde::{Deserialize, Serialize};

/// What a list says, in both versions: `GET …?list=true`. A list of nothing is a 404.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct List {
    /// Names, sorted; a folder's ends in a slash. One name may be both a secret and a folder.
    pub keys: Vec<String>,
}
