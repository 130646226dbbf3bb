//! Fields as a JSON object.
//!
//! No value passes through a type that is not wiped, and no error of the parser goes further than its position, as its text
//! may quote what was parsed.

mod read;
#[cfg(feature = "vault")]
mod same;
mod write;

#[cfg(feature = "file")]
pub(crate) use self::read::{Object, text};
pub(crate) use self::read::{ReadError, read};
#[cfg(feature = "vault")]
pub(crate) use self::same::{is_same, keeps_its_numbers};
#[cfg(feature = "vault")]
pub(crate) use self::write::COMPACT;
#[cfg(feature = "file")]
pub(crate) use self::write::{INDENTED, is_null, is_special, parse, quote};
pub(crate) use self::write::{WriteError, exposed, write};
