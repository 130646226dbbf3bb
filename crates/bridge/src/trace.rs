//! What a request is, for traces.

use tracing::Span;

use crate::api::{ApiPath, Query};
use crate::bridge::Bridge;
use crate::http::Request;
use crate::mount::{KvVersion, Mount};
use crate::route::Verb;

/// A client may make up any other.
const METHODS: [&str; 7] = ["GET", "HEAD", "LIST", "PUT", "POST", "PATCH", "DELETE"];

/// The API's own words: everything else in a path is a client's, such as the name of a secret or of a user, and is not traced.
const WORDS: [&str; 37] = [
    "accessor",
    "approle",
    "auth",
    "capabilities-self",
    "cert",
    "config",
    "create",
    "create-orphan",
    "data",
    "delete",
    "destroy",
    "health",
    "init",
    "internal",
    "jwt",
    "kubernetes",
    "leader",
    "login",
    "lookup",
    "lookup-accessor",
    "lookup-self",
    "metadata",
    "mounts",
    "renew",
    "renew-accessor",
    "renew-self",
    "revoke",
    "revoke-accessor",
    "revoke-orphan",
    "revoke-self",
    "seal-status",
    "subkeys",
    "sys",
    "token",
    "ui",
    "undelete",
    "userpass",
];

/// What a request is, without the name of a secret or of anything else that a client names: for traces, whose readers are others
/// than the audit log's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Described {
    /// The method; `HTTP` for one that the API does not know.
    pub method: &'static str,
    /// The path with place-holders: `/v1/secret/data/{path}`.
    pub route: String,
    /// The mount; none where the path is not below one.
    pub mount: Option<String>,
    /// What is to be done: `read`, `list`, `write`, `patch` or `delete`; none where that makes no sense.
    pub operation: Option<&'static str>,
}

impl Bridge {
    /// What a request is, without the names that are in it.
    #[must_use]
    pub fn describe(&self, request: &Request) -> Described {
        let path = request.path.strip_prefix("/v1/").and_then(|raw| ApiPath::decode(raw).ok());
        let path = path.as_ref().map_or("", ApiPath::as_str);
        let found = self.mounts.find(path);
        let verb = Verb::of(&request.method, Query::new(&request.query)).ok();
        Described {
            method: METHODS.into_iter().find(|known| *known == request.method.as_str()).unwrap_or("HTTP"),
            route: route(path, found),
            mount: found.map(|(mount, _)| mount.path.clone()),
            operation: verb.map(name),
        }
    }
}

/// Notes the request's id, which the audit log has too, on the span that it is answered in.
pub(crate) fn note(id: &str) {
    Span::current().record("secretbridge.request_id", id);
}

/// The path with a place-holder for what clients name.
fn route(path: &str, found: Option<(&Mount, &str)>) -> String {
    let Some((mount, rest)) = found else { return route_of_own(path) };
    let mut parts = rest.splitn(2, '/');
    let first = parts.next().unwrap_or_default();
    let is_own = mount.version == KvVersion::V2 && WORDS.contains(&first);
    match (is_own, parts.next()) {
        (true, None | Some("")) => format!("/v1/{}/{first}", mount.path),
        (true, Some(_)) => format!("/v1/{}/{first}/{{path}}", mount.path),
        (false, _) if rest.is_empty() => format!("/v1/{}", mount.path),
        (false, _) => format!("/v1/{}/{{path}}", mount.path),
    }
}

/// The same, of what is the API's own.
fn route_of_own(path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    if !matches!(first, "sys" | "auth") {
        return "/v1/{path}".to_owned();
    }
    // A token or an accessor may follow an old client's `lookup`.
    let own: Vec<_> = path.split('/').take_while(|word| WORDS.contains(word)).collect();
    let rest = if own.len() < path.split('/').count() { "/{name}" } else { "" };
    format!("/v1/{}{rest}", own.join("/"))
}

fn name(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "read",
        Verb::List => "list",
        Verb::Write => "write",
        Verb::Patch => "patch",
        Verb::Delete => "delete",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use test_kit::InMemorySecretStore;

    use crate::mount::Mounts;

    use super::*;

    fn mounts() -> Mounts {
        let mount = |path: &str, version| Mount {
            path: path.to_owned(),
            version,
            store: Arc::new(InMemorySecretStore::new()),
            accessor: String::new(),
            uuid: String::new(),
            description: String::new(),
            lanes: Arc::default(),
        };
        Mounts::new(vec![mount("secret", KvVersion::V2), mount("old/kv", KvVersion::V1)])
    }

    #[test]
    fn no_name_that_a_client_gave_is_in_a_route() {
        let mounts = mounts();
        let routes = [
            ("secret/data/app/db", "/v1/secret/data/{path}"),
            ("secret/data", "/v1/secret/data"),
            ("secret/metadata/", "/v1/secret/metadata"),
            ("secret/app/db", "/v1/secret/{path}"),
            ("secret", "/v1/secret"),
            ("old/kv/data/app", "/v1/old/kv/{path}"),
            ("elsewhere/data/app", "/v1/{path}"),
            ("", "/v1/{path}"),
            ("sys/health", "/v1/sys/health"),
            ("sys/internal/ui/mounts/secret/app", "/v1/sys/internal/ui/mounts/{name}"),
            ("auth/token/lookup-self", "/v1/auth/token/lookup-self"),
            ("auth/token/lookup/s.abc", "/v1/auth/token/lookup/{name}"),
            ("auth/userpass/login/alice", "/v1/auth/userpass/login/{name}"),
        ];
        for (path, expected) in routes {
            assert_eq!(route(path, mounts.find(path)), expected, "{path}");
        }
    }
}
