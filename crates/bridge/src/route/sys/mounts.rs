//! `sys/mounts` and `sys/internal/ui/mounts`: what is mounted where.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;
use vault_api::Envelope;

use super::auth::{self, ShownMethod};
use crate::api::{Failure, Reply};
use crate::auth::AuthMount;
use crate::mount::{KvVersion, Mount, Mounts};
use crate::state::Server;

/// A mount on the wire.
#[derive(Clone, Serialize)]
struct Shown<'a> {
    accessor: &'a str,
    config: Config,
    deprecation_status: &'static str,
    description: &'a str,
    external_entropy_access: bool,
    local: bool,
    options: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    plugin_version: &'static str,
    running_plugin_version: &'static str,
    running_sha256: &'static str,
    seal_wrap: bool,
    #[serde(rename = "type")]
    engine: &'static str,
    uuid: &'a str,
}

#[derive(Clone, Serialize)]
struct Config {
    default_lease_ttl: u64,
    force_no_cache: bool,
    max_lease_ttl: u64,
}

impl<'a> Shown<'a> {
    fn new(mount: &'a Mount) -> Self {
        let version = match mount.version {
            KvVersion::V1 => "1",
            KvVersion::V2 => "2",
        };
        Self {
            accessor: &mount.accessor,
            config: Config { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
            deprecation_status: "supported",
            description: &mount.description,
            external_entropy_access: false,
            local: false,
            options: BTreeMap::from([("version", version)]),
            path: None,
            plugin_version: "",
            running_plugin_version: concat!("v", env!("CARGO_PKG_VERSION"), "+builtin.secretbridge"),
            running_sha256: "",
            seal_wrap: false,
            engine: "kv",
            uuid: &mount.uuid,
        }
    }
}

/// A reply of the system backend repeats its data beside the envelope.
#[derive(Serialize)]
struct Twice<'a, T> {
    #[serde(flatten)]
    top: &'a T,
    #[serde(flatten)]
    envelope: Envelope<'a, &'a T>,
}

pub(super) fn twice(request_id: &str, data: &impl Serialize) -> Result<Reply, Failure> {
    Reply::envelope(StatusCode::OK, &Twice { top: data, envelope: Envelope::new(request_id, Some(data)) })
}

/// `sys/internal/ui/mounts/<path>`, which clients ask before the first read: what is mounted above a path.
pub(crate) fn preflight(mount: &Mount, request_id: &str) -> Result<Reply, Failure> {
    let path = Some(format!("{}/", mount.path));
    Reply::data(request_id, &Shown { path, ..Shown::new(mount) })
}

/// What is said of a path that nobody mounted, and of one that the token may do nothing with: the two are not to be told
/// apart.
pub(crate) fn no_preflight(path: &str) -> Failure {
    Failure::forbidden(format!(
        "preflight capability check returned 403, please ensure client's policies grant access to path \"{path}/\""
    ))
}

/// `sys/internal/ui/mounts`.
#[derive(Default, Serialize)]
struct Visible<'a> {
    auth: BTreeMap<String, ShownMethod<'a>>,
    secret: BTreeMap<String, Shown<'a>>,
}

/// `sys/internal/ui/mounts`: those that the caller may see, and tokens.
pub(crate) fn visible_mounts<'m>(
    server: &'m Server,
    mounts: impl Iterator<Item = &'m Mount>,
    methods: impl Iterator<Item = &'m AuthMount>,
    request_id: &str,
) -> Result<Reply, Failure> {
    Reply::data(request_id, &Visible { auth: auth::by_path(methods, server), secret: by_path(mounts) })
}

/// `sys/internal/ui/mounts` for who has no token.
pub(crate) fn no_visible_mounts(request_id: &str) -> Result<Reply, Failure> {
    Reply::data(request_id, &Visible::default())
}

fn by_path<'m>(mounts: impl Iterator<Item = &'m Mount>) -> BTreeMap<String, Shown<'m>> {
    mounts.map(|mount| (format!("{}/", mount.path), Shown::new(mount))).collect()
}

/// `sys/mounts`: all of them.
pub(crate) fn all_mounts(mounts: &Mounts, request_id: &str) -> Result<Reply, Failure> {
    twice(request_id, &by_path(mounts.iter()))
}

/// `sys/mounts/<mount>`.
///
/// # Errors
/// 400 when nothing is mounted there.
pub(crate) fn mount_config(mounts: &Mounts, path: &str, request_id: &str) -> Result<Reply, Failure> {
    let mount = mounts.iter().find(|mount| mount.path == path);
    let mount = mount.ok_or_else(|| Failure::bad_request(format!("No secret engine mount at {path}/")))?;
    twice(request_id, &Shown::new(mount))
}
