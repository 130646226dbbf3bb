//! Brings up a cluster with GitLab in it, with secrets from wherever they are.

mod bootstrap;
mod gitlab;
mod json_file;

pub use bootstrap::{Bootstrap, Done};
pub use gitlab::Gitlab;
pub use json_file::JsonFileStore;
