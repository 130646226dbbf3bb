//! `secretbridge.yaml`: what it may hold, and reading it with every problem at once.

mod bridge;
mod delivery;
mod document;
mod error;
mod load;
mod mask;
mod message;
mod place;
mod problem;
mod read;
mod readers;
mod runtime_sync;
mod source;
mod tree;
mod vault;
mod workload;

pub(crate) use document::{Config, Instance};
pub(crate) use error::ConfigError;
#[cfg(test)]
pub(crate) use load::parse;
pub(crate) use load::{Loaded, load};
pub(crate) use message::nearest;
pub(crate) use problem::Problem;
pub(crate) use readers::{NAME_THEM, NONE_KNOWN};
pub(crate) use source::Source;
pub(crate) use workload::{first_token, served};
