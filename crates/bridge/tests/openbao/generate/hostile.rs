//! What no client means: paths that climb, other methods, headers of another kind, endpoints that are not there.

use super::Draw;
use crate::request::Request;

/// Behind `/v1/secret/`; `@` is the folder.
const PATHS: [&str; 44] = [
    "data/@%2Fa",
    "data/@/%61",
    "data/@/a%20b",
    "data/@/%C3%BC",
    "data/@/%C3%BC%20",
    "data/@/%ff",
    "data/@/%c3",
    "data/@/a%00",
    "data/@/a%0a",
    "data/@/%zz",
    "data/@/%",
    "data/@/a%2",
    "data/@/../a",
    "data/@/%2e%2e/a",
    "data/@/./a",
    "data/@//a",
    "data//@/a",
    "data/@/a//",
    "data/@/a/",
    "data/@/a%2f",
    "data/@/.",
    "data/@/..",
    "data/@/...",
    "data/@/.a",
    "data/@/a.",
    "data/@/a*b",
    "data/@/a+b",
    "data/@/a:b",
    "data/@/a@b",
    "data/@/-",
    "data/@/~a",
    "data/",
    "data",
    "metadata/",
    "subkeys/",
    "delete/",
    "destroy/",
    "undelete/",
    "@/a",
    "",
    "nope/@/a",
    "Data/@/a",
    "data/@/a;x=1",
    "data/@/%2F",
];

const ELSEWHERE: [&str; 13] = [
    "/v1/nope/@/a",
    "/v1/nope",
    "/v1/",
    "/v1",
    "/",
    "/v2/secret/data/@/a",
    "/v1/secrets/data/@/a",
    "/v1//secret/data/@/a",
    "/v1/secret",
    "/V1/secret/data/@/a",
    "/v1/cubbyhole/@/a",
    "/v1/auth/nope/login",
    "/v1/identity/entity",
];

const METHODS: [&str; 16] = [
    "GET", "GET", "GET", "PUT", "POST", "PATCH", "DELETE", "LIST", "HEAD", "OPTIONS", "TRACE", "get", "put",
    "SCAN", "FOO", "list",
];

const HEADERS: [&str; 14] = [
    "X-Vault-Namespace: team",
    "X-Vault-Namespace: team/web/",
    "X-Vault-Namespace: root",
    "X-Vault-Namespace: /",
    "X-Vault-Namespace: ",
    "X-Vault-Request: true",
    "X-Vault-Wrap-TTL: 60s",
    "X-Vault-Wrap-TTL: x",
    "X-Vault-Index: x",
    "X-Vault-Policy-Override: true",
    "X-Forwarded-For: 10.0.0.1",
    "X-HTTP-Method-Override: DELETE",
    "Accept: text/html",
    "Accept-Encoding: gzip",
];

pub(super) fn any(draw: &mut Draw) -> Request {
    let body = if draw.one_in(2) { r#"{"data":{"x":1}}"# } else { "" };
    let of_folder = |draw: &Draw, text: &str| text.replace('@', &draw.folder);
    match draw.rng.u8(..12) {
        0..=3 => {
            let path = draw.of(&PATHS);
            let target = format!("/v1/secret/{}", of_folder(draw, path));
            Request::new(draw.of(&["GET", "GET", "PUT", "LIST", "DELETE"]), target, body)
        }
        4 => {
            let target = draw.of(&ELSEWHERE);
            let target = of_folder(draw, target);
            Request::new(draw.of(&["GET", "GET", "PUT", "LIST", "DELETE"]), target, body)
        }
        5..=7 => {
            let target = format!("/v1/secret/data/{}", draw.path());
            Request::new(draw.of(&METHODS), target, body)
        }
        8 | 9 => {
            let header = draw.of(&HEADERS);
            Request::new("GET", format!("/v1/secret/data/{}", draw.path()), "").with(header)
        }
        10 => {
            let who = draw.of(&["nobody", "stranger"]);
            let request =
                Request::new(draw.of(&METHODS), format!("/v1/secret/data/{}", draw.path()), body).by(who);
            if who == "stranger" && draw.one_in(2) { request.with("bearer") } else { request }
        }
        _ => {
            let method = draw.of(&["GET", "PUT", "POST", "PATCH", "DELETE", "LIST"]);
            let body = if method == "GET" { "" } else { draw.of(&["", "{}", "{bad", "null"]) };
            Request::new(method, "/v1/secret/config", body)
        }
    }
}
