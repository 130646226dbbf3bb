//! The path of an object's file.

use super::OBJECTS_FOLDER;
use crate::BundlePath;
use crate::error::Result;
use crate::resource::Identity;

/// The folder of objects without a namespace. No namespace has this name: they have no underscores.
const CLUSTER_FOLDER: &str = "_cluster";
/// Room for the ending and for the name of a temporary file.
const STEM_MAX: usize = 200;

pub(super) fn path(identity: Identity<'_>) -> Result<BundlePath> {
    let folder = identity.namespace.unwrap_or(CLUSTER_FOLDER);
    BundlePath::new(format!("{OBJECTS_FOLDER}/{folder}/{}", name(identity)))
}

pub(super) fn name(identity: Identity<'_>) -> String {
    format!("{}.yaml", stem(identity))
}

/// `<kind>-<name>`. A name that a file system may not keep as it is (RBAC allows upper case and colons, and names may be
/// long) gets a checksum, so that different objects have different files on every system.
fn stem(identity: Identity<'_>) -> String {
    let exact = format!("{}-{}", identity.kind.to_ascii_lowercase(), identity.name);
    let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    if exact.len() <= STEM_MAX && exact.chars().all(is_safe) {
        return exact;
    }
    let readable: String =
        exact.chars().map(|c| if is_safe(c) { c } else { '_' }).take(STEM_MAX - 17).collect();
    format!("{readable}-{:016x}", fnv_1a(exact.as_bytes()))
}

/// FNV-1a, 64 bits: stable across versions and machines, which the standard library's hashers are not.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
