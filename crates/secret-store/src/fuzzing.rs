//! Ways in for the fuzz targets, to what nobody else can call. No part of the API: it changes without notice.

use crate::provider::{read_back_json, read_back_yaml};

/// The content of a JSON file of a tree.
///
/// # Panics
/// When what was read is not written, or is not read again as the same.
pub fn tree_json(content: &[u8]) {
    read_back_json(content);
}

/// The content of a YAML file of a tree.
///
/// # Panics
/// When what was read is not written, or is not read again as the same.
pub fn tree_yaml(content: &[u8]) {
    read_back_yaml(content);
}
