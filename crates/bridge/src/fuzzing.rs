//! Ways in for the fuzz targets, to what nobody else can call. No part of the API: it changes without notice.

use secret_store::SecretFields;

use crate::api::{ApiPath, Query};

/// What follows `/v1/`, decoded; none where it is refused.
#[must_use]
pub fn path(raw: &str) -> Option<String> {
    ApiPath::decode(raw).ok().map(|path| path.as_str().to_owned())
}

/// What follows the question mark, under each name that has a meaning.
pub fn query(raw: &str) {
    let query = Query::new(raw);
    for name in ["list", "version", "depth", "standbyok", "activecode"] {
        let _ = (query.get(name), query.flag(name), query.number(name));
    }
}

/// The records that the bridge keeps in its store, as this text.
pub fn records(text: &[u8]) {
    crate::token::decode_record(&SecretFields::plain(text));
}
