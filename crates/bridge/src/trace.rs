//! What a request is, on the span that it is answered in.

use http::Method;
use tracing::Span;

use crate::api::Query;
use crate::http::Request;
use crate::mount::{KvVersion, Mount, Mounts};
use crate::route::Verb;

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

/// Notes what was asked on the span that it is answered in, if it has these fields: the route without names of secrets, the mount
/// and what is done, and the request's id, which the audit log has too.
pub(crate) fn note(id: &str, request: &Request, path: &str, mounts: &Mounts) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    let found = mounts.find(path);
    let route = route(path, found);
    let verb = Verb::of(&request.method, Query::new(&request.query));
    let method = if is_known(&request.method) { request.method.as_str() } else { "HTTP" };
    span.record("otel.name", format!("{method} {route}"));
    span.record("http.route", route);
    span.record("secretbridge.request_id", id);
    if let Some((mount, _)) = found {
        span.record("secretbridge.mount", mount.path.as_str());
    }
    if let Ok(verb) = verb {
        span.record("secretbridge.operation", name(verb));
    }
}

/// The path with a place-holder for what clients name.
fn route(path: &str, found: Option<(&Mount, &str)>) -> String {
    match found {
        Some((mount, rest)) => {
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
        None => {
            let first = path.split('/').next().unwrap_or_default();
            if !matches!(first, "sys" | "auth") {
                return "/v1/{path}".to_owned();
            }
            // A token or an accessor may follow an old client's `lookup`.
            let words = path.split('/').take_while(|word| WORDS.contains(word));
            let own: Vec<_> = words.collect();
            let rest = if own.len() < path.split('/').count() { "/{name}" } else { "" };
            format!("/v1/{}{rest}", own.join("/"))
        }
    }
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

/// A client may make up any other.
fn is_known(method: &Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD" | "LIST" | "PUT" | "POST" | "PATCH" | "DELETE")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use test_kit::InMemorySecretStore;

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
