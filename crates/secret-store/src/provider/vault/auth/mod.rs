//! How a token is had, one file for each method.

use serde::{Deserialize, Serialize};

/// How to log in. `method` names the method; the other fields are its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "method", rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum AuthConfig {}
