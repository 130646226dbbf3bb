//! How a value is read, and what becomes of the Secret that it goes to: the choices of the External Secrets Operator,
//! under its own words.
//!
//! The meanings are those of <https://external-secrets.io/latest/api/externalsecret/> and
//! <https://external-secrets.io/latest/guides/ownership-deletion-policy/>.

mod lifecycle;
mod problem;
mod read;

pub use lifecycle::{CreationPolicy, DeletionPolicy, RefreshPolicy};
pub(crate) use problem::Choices;
pub use problem::PolicyProblem;
pub use read::{ConversionStrategy, DecodingStrategy, MetadataPolicy, NullBytePolicy};
