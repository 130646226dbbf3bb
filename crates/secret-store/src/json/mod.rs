//! Fields as a JSON object, as Vault's API has them.
//!
//! No value passes through a type that is not wiped, and no error of the parser goes further than its position, as its text
//! may quote what was parsed.

mod patch;
mod public;
mod read;
#[cfg(feature = "vault")]
mod same;
mod write;

pub use self::patch::merge_patch;
pub use self::public::{DecodeError, EncodeError, decode, encode, encode_between};
#[cfg(feature = "file")]
pub(crate) use self::read::Object;
pub(crate) use self::read::{ReadError, has_half_a_pair, read, text};
#[cfg(feature = "vault")]
pub(crate) use self::same::{is_same, keeps_its_numbers};
#[cfg(any(feature = "file", feature = "vault"))]
pub(crate) use self::write::write;
pub(crate) use self::write::{COMPACT, WriteError, exposed, quote, write_between};
#[cfg(feature = "file")]
pub(crate) use self::write::{INDENTED, is_null, is_special, parse};
