//! age

mod config;
mod decrypt;
mod encrypt;
mod error;
mod generate;
mod header;
mod identity;
mod journal;
mod keyring;
mod locked;
#[cfg(feature = "age-plugin")]
mod plugin;
mod recipient;
mod rekey;
mod seal;
mod store;

pub use config::{AgeConfig, IdentityRef};
pub use generate::GeneratedIdentity;
pub use rekey::{RekeyOptions, RekeyProgress, RekeyReport, RekeyedSecret};
pub use store::AgeStore;
