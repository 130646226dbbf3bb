//! `sys/auth`: which ways there are to log in.

use std::collections::BTreeMap;

use serde::Serialize;

use super::mounts::twice;
use crate::api::{Failure, Reply};
use crate::auth::{AuthMount, Logins};
use crate::state::Server;

/// A way to log in, on the wire.
#[derive(Serialize)]
pub(super) struct ShownMethod<'a> {
    accessor: &'a str,
    config: Config,
    /// Not of tokens, which are no plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecation_status: Option<&'static str>,
    description: &'static str,
    external_entropy_access: bool,
    local: bool,
    /// There are none: null.
    options: (),
    plugin_version: &'static str,
    running_plugin_version: &'static str,
    running_sha256: &'static str,
    seal_wrap: bool,
    #[serde(rename = "type")]
    kind: &'a str,
    uuid: &'a str,
}

#[derive(Serialize)]
struct Config {
    default_lease_ttl: u64,
    force_no_cache: bool,
    max_lease_ttl: u64,
    token_type: &'static str,
}

/// Tokens, which are always there.
fn tokens(server: &Server) -> ShownMethod<'_> {
    let (accessor, uuid) = &server.token_method;
    ShownMethod {
        deprecation_status: None,
        description: "token based credentials",
        ..shown("token", accessor, uuid)
    }
}

fn shown<'a>(kind: &'a str, accessor: &'a str, uuid: &'a str) -> ShownMethod<'a> {
    ShownMethod {
        accessor,
        config: Config {
            default_lease_ttl: 0,
            force_no_cache: false,
            max_lease_ttl: 0,
            token_type: "default-service",
        },
        deprecation_status: Some("supported"),
        description: "",
        external_entropy_access: false,
        local: false,
        options: (),
        plugin_version: "",
        running_plugin_version: concat!("v", env!("CARGO_PKG_VERSION"), "+builtin.secretbridge"),
        running_sha256: "",
        seal_wrap: false,
        kind,
        uuid,
    }
}

fn of(method: &AuthMount) -> ShownMethod<'_> {
    shown(method.kind, &method.accessor, &method.uuid)
}

/// These, and tokens: also the half of `sys/internal/ui/mounts` that is about logging in.
pub(super) fn by_path<'m>(
    methods: impl Iterator<Item = &'m AuthMount>,
    server: &'m Server,
) -> BTreeMap<String, ShownMethod<'m>> {
    let methods = methods.map(|method| (format!("{}/", method.path), of(method)));
    methods.chain([("token/".to_owned(), tokens(server))]).collect()
}

/// `sys/auth`, and `sys/auth/<method>`.
///
/// # Errors
/// 400 when there is no such method.
pub(crate) fn methods(
    server: &Server,
    logins: &Logins,
    path: &str,
    request_id: &str,
) -> Result<Reply, Failure> {
    if path.is_empty() {
        return twice(request_id, &by_path(logins.iter(), server));
    }
    if path == "token" {
        return twice(request_id, &tokens(server));
    }
    let method = logins.iter().find(|method| method.path == path);
    let method = method.ok_or_else(|| Failure::bad_request(format!("No auth engine at {path}/")))?;
    twice(request_id, &of(method))
}
