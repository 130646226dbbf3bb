//! What OpenBao 2.7.2 answers to calls of its key/value engines: recorded, and shortened where nobody reads.

use super::auth_server::{Answer, Asked, Server, good_token};

/// The data of a reply, in its envelope.
pub(super) fn data(data: &str) -> Answer {
    (
        200,
        format!(
            r#"{{"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"data":{data},"wrap_info":null,"warnings":null,"auth":null}}"#
        ),
    )
}

pub(super) fn version(number: u64) -> String {
    format!(
        r#"{{"created_time":"2026-11-23T22:29:14.930548341Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":{number}}}"#
    )
}

/// A secret in version 2.
pub(super) fn secret(fields: &str, number: u64) -> Answer {
    data(&format!(r#"{{"data":{fields},"metadata":{}}}"#, version(number)))
}

pub(super) fn written(number: u64) -> Answer {
    data(&version(number))
}

/// A version that was deleted.
pub(super) fn deleted(number: u64) -> Answer {
    let version = version(number)
        .replace(r#""deletion_time":"""#, r#""deletion_time":"2026-11-23T22:29:15.263267973Z""#);
    (404, data(&format!(r#"{{"data":null,"metadata":{version}}}"#)).1)
}

/// A version that was destroyed.
pub(super) fn destroyed(number: u64) -> Answer {
    let version = version(number).replace("false", "true");
    (404, data(&format!(r#"{{"data":null,"metadata":{version}}}"#)).1)
}

pub(super) fn nothing() -> Answer {
    (404, r#"{"errors":[]}"#.to_owned())
}

/// A PATCH of what is not there.
pub(super) fn nothing_to_patch() -> Answer {
    (404, String::new())
}

pub(super) fn done() -> Answer {
    (204, String::new())
}

/// The connection is cut, and what was asked may have been done.
pub(super) fn lost() -> Answer {
    (0, String::new())
}

/// A call of version 1 on an engine of version 2.
pub(super) fn other_version() -> Answer {
    (
        404,
        r#"{"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"data":null,"wrap_info":null,"warnings":["Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the OpenBao CLI, use 'bao kv get' for this operation."],"auth":null}"#.to_owned(),
    )
}

pub(super) fn no_engine(asked: &Asked) -> Answer {
    let path = asked.line.split("/v1/").nth(1).unwrap();
    (404, format!(r#"{{"errors":["no handler for route \"{path}\". route entry not found."]}}"#))
}

pub(super) fn other_engine() -> Answer {
    (404, r#"{"errors":["1 error occurred:\n\t* unsupported path\n\n"]}"#.to_owned())
}

pub(super) fn denied_preflight() -> Answer {
    (403, r#"{"errors":["preflight capability check returned 403, please ensure client's policies grant access to path \"secret/\""]}"#.to_owned())
}

pub(super) fn changed() -> Answer {
    (400, r#"{"errors":["check-and-set parameter did not match the current version"]}"#.to_owned())
}

pub(super) fn wants_version() -> Answer {
    (400, r#"{"errors":["check-and-set parameter required for this call"]}"#.to_owned())
}

pub(super) fn refused_note() -> Answer {
    (
        400,
        r#"{"errors":["1 error occurred:\n\t* custom_metadata validation failed: value for key \"a\" contains unprintable characters\n\n"]}"#.to_owned(),
    )
}

/// What the server says of the engine at a path.
pub(super) fn mount(path: &str, engine: &str, options: &str) -> Answer {
    data(&format!(
        r#"{{"accessor":"kv_b23138e5","config":{{"default_lease_ttl":0,"force_no_cache":false,"max_lease_ttl":0}},"description":"","local":false,"options":{options},"path":"{path}/","seal_wrap":false,"type":"{engine}","uuid":"u"}}"#
    ))
}

pub(super) fn mount_v2() -> Answer {
    mount("secret", "kv", r#"{"version":"2"}"#)
}

/// A server of key/value engines, which knows the token and is asked about it when it pleases the store.
pub(super) fn engines(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |asked| if is_of_token(asked) { good_token(0, false) } else { script(asked) })
}

/// What the server was asked of its engines, in order.
pub(super) fn asked(server: &Server) -> Vec<Asked> {
    server.asked().into_iter().filter(|asked| !is_of_token(asked)).collect()
}

fn is_of_token(asked: &Asked) -> bool {
    asked.is_for("/auth/token/lookup-self")
}
