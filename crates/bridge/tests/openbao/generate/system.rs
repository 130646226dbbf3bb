//! `sys/…`.

use super::Draw;
use crate::request::Request;

const HEALTH: [&str; 20] = [
    "",
    "?standbyok=true",
    "?standbyok",
    "?standbyok=x",
    "?perfstandbyok=1",
    "?activecode=299",
    "?activecode=404",
    "?activecode=x",
    "?activecode=",
    "?activecode=599",
    "?activecode=204",
    "?activecode=1000",
    "?activecode=-1",
    "?activecode=99",
    "?sealedcode=299",
    "?uninitcode=200",
    "?standbycode=x",
    "?drsecondarycode=299",
    "?performancestandbycode=x",
    "?activecode=200&activecode=500",
];

const OPEN: [&str; 4] = ["sys/seal-status", "sys/leader", "sys/init", "sys/health"];

const CLOSED: [&str; 16] = [
    "sys/mounts/secret",
    "sys/mounts/secret/",
    "sys/mounts/nope",
    "sys/mounts/secret/tune",
    "sys/internal/ui/mounts/secret",
    "sys/internal/ui/mounts/secret/",
    "sys/internal/ui/mounts/secret/a/b",
    "sys/internal/ui/mounts/kv/a",
    "sys/internal/ui/mounts/nope",
    "sys/internal/ui/mounts/nope/a",
    "sys/nope",
    "sys/",
    "sys",
    "sys/internal/ui/resultant-acl",
    "sys/host-info",
    "sys/auth",
];

const PATHS: [&str; 14] = [
    r#"{"path":"secret/data/a/a"}"#,
    r#"{"paths":["secret/data/x/a"]}"#,
    r#"{"paths":["secret/data/x/a","secret/data/x/b","kv/x"]}"#,
    r#"{"paths":["secret/data/x/b"]}"#,
    r#"{"paths":"secret/data/x/a,kv/x"}"#,
    r#"{"paths":[]}"#,
    "{}",
    "",
    "null",
    r#"{"paths":[""]}"#,
    r#"{"paths":[5]}"#,
    r#"{"path":"sys/mounts"}"#,
    r#"{"paths":["auth/token/lookup-self","secret/metadata/"]}"#,
    r#"{"paths":["secret/data/x/a","secret/data/x/a"]}"#,
];

pub(super) fn any(draw: &mut Draw) -> Request {
    let who = draw.of(&["root", "root", "reader", "editor", "nobody", "stranger"]);
    let request = match draw.rng.u8(..12) {
        0..=2 => {
            let method = draw.of(&["GET", "GET", "GET", "GET", "HEAD", "PUT", "DELETE"]);
            Request::new(method, format!("/v1/sys/health{}", draw.of(&HEALTH)), "")
        }
        3 | 4 => {
            let method = draw.of(&["GET", "GET", "GET", "HEAD", "LIST", "DELETE", "OPTIONS"]);
            Request::new(method, format!("/v1/{}", draw.of(&OPEN)), "")
        }
        5..=8 => {
            let method = draw.of(&["GET", "GET", "GET", "GET", "GET", "LIST", "DELETE", "PATCH"]);
            Request::new(method, format!("/v1/{}", draw.of(&CLOSED)), "")
        }
        9 | 10 => Request::new("POST", "/v1/sys/capabilities-self", draw.of(&PATHS)),
        _ => Request::new(draw.of(&["GET", "LIST", "PUT"]), "/v1/sys/capabilities-self", ""),
    };
    // Root could take what others need away.
    let is_change =
        matches!(request.method.as_str(), "DELETE" | "PATCH") && request.target.starts_with("/v1/sys/mounts");
    request.by(if is_change { "reader" } else { who })
}
