//! The wire types of Vault's and OpenBao's HTTP API, for a client and for a server.
//!
//! Each type has the field names, and which of them may be missing or `null`, as the server's own; reading is as tolerant
//! as the clients that people use, writing gives what those clients need. Sources: the API pages of Vault and OpenBao, and
//! the replies of OpenBao 2.4 and 2.7 that the tests hold.
//!
//! **No value is copied.** What may hold a secret or a token is a [`Raw`]: JSON text borrowed from the caller's buffer, which
//! the caller wipes. Its `Debug` shows nothing, and [`Malformed`], the one error, quotes nothing.
//!
//! ```
//! use vault_api::{Envelope, kv2};
//!
//! let body = br#"{"request_id":"1","data":{"data":{"password":"hunter2"},"metadata":{"version":3}}}"#;
//! let reply: Envelope<'_, kv2::Read<'_>> = vault_api::decode(body)?;
//! let read = reply.data.expect("the server has sent data");
//! assert_eq!(read.metadata.version, 3);
//! assert_eq!(format!("{:?}", read.data), "Some([redacted])");
//! # Ok::<(), vault_api::Malformed>(())
//! ```

pub mod auth;
pub mod duration;
mod envelope;
mod frame;
pub mod header;
pub mod kv1;
pub mod kv2;
mod lenient;
mod raw;
pub mod sys;
pub mod token;

pub use self::envelope::{Envelope, Errors, WrapInfo};
pub use self::raw::{JsonText, Malformed, Raw, decode, encode};
