//! What happened.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Label, Timestamp};

/// Something that happened to a secret.
///
/// Closed on purpose: every field is a name, a time, a number or an enum, so no event can carry a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A Kubernetes Secret was delivered, by value or by reference.
    SecretMaterialized(SecretMaterialized),
    /// A store was asked for something.
    SecretAccessed(SecretAccessed),
    /// The bridge has answered a request.
    RequestServed(RequestServed),
}

impl Event {
    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::SecretMaterialized(event) => event.at,
            Self::SecretAccessed(event) => event.at,
            Self::RequestServed(event) => event.at,
        }
    }
}

impl From<SecretMaterialized> for Event {
    fn from(event: SecretMaterialized) -> Self {
        Self::SecretMaterialized(event)
    }
}

impl From<SecretAccessed> for Event {
    fn from(event: SecretAccessed) -> Self {
        Self::SecretAccessed(event)
    }
}

impl From<RequestServed> for Event {
    fn from(event: RequestServed) -> Self {
        Self::RequestServed(event)
    }
}

/// A Kubernetes Secret was delivered: its manifest was written with values, or an `ExternalSecret` was written for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretMaterialized {
    /// When the file that delivers it was closed.
    pub at: Timestamp,
    /// The namespace of the Kubernetes Secret.
    pub namespace: Label,
    /// The name of the Kubernetes Secret.
    pub name: Label,
    /// By value or by reference.
    pub mode: DeliveryMode,
    /// The keys of the Kubernetes Secret, sorted.
    pub fields: Vec<Label>,
    /// The store paths that it was made from, sorted, each once.
    pub paths: Vec<Label>,
}

/// How a Kubernetes Secret is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeliveryMode {
    /// By value, in a manifest written by us.
    BuildTime,
    /// By reference, through an `ExternalSecret`.
    ExternalSecrets,
}

/// A store was asked for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretAccessed {
    /// When the store answered.
    pub at: Timestamp,
    /// Who asked, where that is known better than by the process: a token's accessor, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Label>,
    /// What was asked for.
    pub operation: Operation,
    /// The path asked for; for a list, the prefix, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Label>,
    /// The names of the fields that were read or written, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Label>,
    /// How it ended.
    pub outcome: Outcome,
    /// How long the store took. Written in whole microseconds.
    #[serde(rename = "duration_us", with = "micros")]
    pub duration: Duration,
}

/// The bridge has answered a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestServed {
    /// When the answer was ready.
    pub at: Timestamp,
    /// What the client was told that the request is called.
    pub request: Label,
    /// The address that it came from.
    pub remote: Label,
    /// Who asked: the id of the token, which is not the token. None where nobody has proven who asks: the audit log then says
    /// `anonymous`, and not who runs the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Label>,
    /// The method: `GET`.
    pub method: Label,
    /// The path of the API, without `/v1/`.
    pub path: Label,
    /// The names of the fields that were read or written, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Label>,
    /// The status of the answer.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took. Written in whole microseconds.
    #[serde(rename = "duration_us", with = "micros")]
    pub duration: Duration,
}

/// What a store was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operation {
    /// The fields of one path.
    Read,
    /// A new version of one path.
    Write,
    /// The removal of one path.
    Delete,
    /// The paths below a prefix.
    List,
    /// Deleted versions of one path, back.
    Undelete,
    /// The removal of versions of one path, for good.
    Destroy,
    /// What is known of one path beside its fields: its versions, and notes on it.
    ReadMetadata,
    /// A change of the notes on one path.
    WriteMetadata,
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was not done. The label is the error's category (`not-found`, `unavailable` …), never its text.
    Failed(Label),
}

mod micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_micros)
    }
}
