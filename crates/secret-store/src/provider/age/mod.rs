//! A directory tree of files encrypted with [age](https://age-encryption.org): one file for each secret, fit for Git.
//!
//! ```
//! # tokio_test(async {
//! use secret_store::provider::age::{AgeConfig, GeneratedIdentity};
//! use secret_store::{OpenContext, SecretFields, SecretPath, SecretStore, SecretStoreExt, WriteOptions};
//! # use secrecy::ExposeSecret;
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! # let identity = GeneratedIdentity::generate(&events::SystemClock::new());
//! # std::fs::create_dir(folder.join("store"))?;
//! # std::fs::write(folder.join("age.key"), identity.text().expose_secret())?;
//!
//! std::fs::write(folder.join("store/.age-recipients"), identity.recipient())?;
//! let config = AgeConfig::new("store").with_identity("age.key");
//! let store = config.open(&OpenContext::new(folder)).await?;
//! let path = SecretPath::new("web/session-key")?;
//! store.write(&path, SecretFields::plain("correct horse"), WriteOptions::replace()).await?; // store/web/session-key.age
//! assert_eq!(store.read_field(&path, "value").await?, "correct horse".into());
//! # Ok(())
//! # });
//! # fn tokio_test(test: impl Future<Output = Result<(), Box<dyn std::error::Error>>>) {
//! #     tokio::runtime::Runtime::new().unwrap().block_on(test).unwrap();
//! # }
//! ```
//!
//! # The folder
//! | file | holds |
//! |---|---|
//! | `<path>.age` | a plain value: `age -d -i age.key <path>.age` prints exactly its bytes |
//! | `<path>.yaml.age`, `<path>.json.age` | a map of fields |
//! | `.age-recipients` | whom the files of this directory, and of those below, are encrypted to |
//! | `.age-rekey` | how far a [`rekey`](AgeStore::rekey) is that has not ended; holds no secret, not for Git |
//! | `.secretbridge.lock` | whose turn it is to write; not for Git |
//!
//! What a map may hold, which form a secret is written in, links, writes and crashes: all as in the tree of plain files, the
//! [`file`](super::file) provider. Two things differ. The ending keeps a secret and a directory apart, so a path can be a
//! secret and have secrets below it. And since the files are ciphertext, it does not matter who may read them.
//!
//! Files are read in age's binary and in its text form (ASCII armor), and written in the one that
//! [`AgeConfig::armor`] names.
//!
//! # Recipients
//! A write encrypts to the recipients in the nearest `.age-recipients` upwards, within the store: one a line, empty lines and
//! lines that start with `#` do not count. A recipient is `age1…` (also `age1tag1…`), an ssh public key (`ssh-ed25519`,
//! `ssh-rsa`), or, with the feature `age-plugin`, a plugin's. A line that is none of these fails the write: nothing is ever
//! encrypted to only some of the recipients. Where there is no such file, the recipients are those of the store's own
//! identities. They need not be among the recipients, but then the store cannot read what it has written, nor merge.
//!
//! [`AgeStore::rekey`] encrypts the files that are there to changed recipients. **It takes nothing back:** who was a recipient
//! can still decrypt every file that they have a copy of, and Git keeps them all. When somebody leaves, change the values.
//!
//! # Identities
//! An [`IdentityRef`] is a file, an environment variable or a program; what is there is age identities (any number), an
//! ssh private key, or an age identity file under a passphrase. Nothing is looked at before the first secret is read, and a
//! passphrase is asked for only when a file does not open without it, once. One that cannot be had does not matter as long as
//! another decrypts, so one configuration can serve a laptop and a build server.
//!
//! # passage
//! A [passage](https://github.com/FiloSottile/passage) store is opened as it is, and passage reads what is written to it:
//! ```yaml
//! store: { provider: age, path: ~/.passage/store, identities: [~/.passage/identities] }
//! ```
//!
//! # Errors
//! A file that no identity opens is [`Unauthenticated`](crate::Error::Unauthenticated), one that is damaged is
//! [`Corrupt`](crate::Error::Corrupt). Damage to the part of a header that belongs to a recipient cannot be told from a file for
//! somebody else, and is reported as such.
//!
//! # Security
//! - Seen without a key: the names of secrets, their number, the size of each to the byte, when it changed, and how many
//!   recipients of what types it has. The short tag of an ssh recipient tells whose key it is; X25519 recipients stay
//!   unknown.
//! - **age does not say who wrote a file.** Whoever can write to the folder and knows the recipients, which are public, can
//!   put another value in a secret's place, an old one back, or themselves into `.age-recipients`. Review both in Git as you
//!   review code.
//! - There is no protection against quantum computers: native post-quantum recipients (`age1pq1…`) are not supported. With the
//!   feature `age-plugin` they are, through the program `age-plugin-pq`.
//! - Decrypted values go into memory that is wiped. When encrypting, the age crate keeps up to 64 KiB of the value in a
//!   buffer that it does not wipe; a program that cares wipes all memory as it is freed, as `secretbridge` does.
//! - A plugin is a program from `PATH`, and gets its identities from the store. What it wants to show to people (a reminder to
//!   touch a key) is not shown; a PIN is asked for through the [`Prompt`](crate::Prompt).
//!
//! # Features
//! `age` (on by default): everything here. `age-plugin`: recipients and identities of `age-plugin-*` programs.

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
