//! The server itself: `sys/…`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lenient::or_default;
use crate::raw::Raw;

/// What `GET sys/seal-status` says, with no [`Envelope`](crate::Envelope) around it and no token asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as the server sends them")]
pub struct SealStatus {
    /// The kind of seal: `shamir`.
    #[serde(rename = "type", default)]
    pub seal_type: String,
    /// Whether the server has been initialised.
    pub initialized: bool,
    /// Whether it is sealed: then it answers nothing else.
    pub sealed: bool,
    /// How many shares of the key unseal it.
    #[serde(default)]
    pub t: u64,
    /// How many shares there are.
    #[serde(default)]
    pub n: u64,
    /// How many were given so far.
    #[serde(default)]
    pub progress: u64,
    /// What names the attempt to unseal that is under way.
    #[serde(default)]
    pub nonce: String,
    /// The server's version.
    #[serde(default)]
    pub version: String,
    /// When this version was built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_date: Option<String>,
    /// When this version was committed: newer servers of OpenBao say this instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_date: Option<String>,
    /// Whether the seal is being changed.
    #[serde(default)]
    pub migration: bool,
    /// The name of the cluster; not told while sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// What names the cluster; not told while sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// Whether the shares are for recovery, the seal being opened by another service.
    #[serde(default)]
    pub recovery_seal: bool,
    /// Where it stores: `raft`.
    #[serde(default)]
    pub storage_type: String,
}

/// What `GET sys/health` says, with no [`Envelope`](crate::Envelope) around it and no token asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as the server sends them")]
pub struct Health {
    /// Whether the server has been initialised.
    pub initialized: bool,
    /// Whether it is sealed.
    pub sealed: bool,
    /// Whether another of its cluster answers for it.
    #[serde(default)]
    pub standby: bool,
    /// Whether it is a standby that answers reads.
    #[serde(default)]
    pub performance_standby: bool,
    /// `disabled`, or what part it has in performance replication.
    #[serde(default)]
    pub replication_performance_mode: String,
    /// `disabled`, or what part it has in disaster recovery.
    #[serde(default)]
    pub replication_dr_mode: String,
    /// The server's clock, in seconds since 1970.
    #[serde(default)]
    pub server_time_utc: i64,
    /// The server's version.
    #[serde(default)]
    pub version: String,
    /// The name of the cluster; not told while sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// What names the cluster; not told while sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
}

/// What the server answers to the question where a path is mounted: the data of `GET sys/internal/ui/mounts/<path>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Where it is mounted, with a slash at its end: `secret/`. Its longest mount, when several are above a path.
    #[serde(default, deserialize_with = "or_default")]
    pub path: String,
    /// The kind of engine: `kv`.
    #[serde(rename = "type")]
    pub engine: String,
    /// `version` is `2` for versioned key/value secrets; anything else, or nothing, is version 1.
    #[serde(default)]
    pub options: Option<BTreeMap<String, String>>,
    /// For people.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// What names the mount for good.
    #[serde(default, deserialize_with = "or_default")]
    pub accessor: String,
    /// What names the mount for good.
    #[serde(default, deserialize_with = "or_default")]
    pub uuid: String,
    /// Whether it is left out of replication.
    #[serde(default, deserialize_with = "or_default")]
    pub local: bool,
    /// Whether its storage is wrapped by the seal.
    #[serde(default, deserialize_with = "or_default")]
    pub seal_wrap: bool,
}

/// All mounts that the token may do anything with: the data of `GET sys/internal/ui/mounts`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mounts {
    /// Engines of secrets, by where they are mounted, with a slash at the end; each without its own
    /// [`path`](Mount::path).
    #[serde(default, deserialize_with = "or_default")]
    pub secret: BTreeMap<String, Mount>,
    /// Ways to log in, likewise.
    #[serde(default, deserialize_with = "or_default")]
    pub auth: BTreeMap<String, Mount>,
}

/// What `POST sys/wrapping/lookup` is sent; `sys/wrapping/unwrap` takes the same, or the token as the request's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WrappingToken<'a> {
    /// The wrapping token: a JSON string; the request's own without one.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub token: Option<Raw<'a>>,
}

/// What `POST sys/wrapping/lookup` says of a wrapping token, using it up no more than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappingLookup {
    /// The path whose reply is wrapped.
    #[serde(default, deserialize_with = "or_default")]
    pub creation_path: String,
    /// When it was wrapped, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    pub creation_time: String,
    /// For how many seconds.
    #[serde(default, deserialize_with = "or_default")]
    pub creation_ttl: u64,
}
