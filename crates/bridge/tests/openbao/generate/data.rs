//! Fields: read, written, merged, deleted, undeleted and destroyed.

use super::Draw;
use crate::request::Request;

const NAMES: [&str; 14] =
    ["x", "x", "x", "y", "y", "z", "X", "a b", "a.b", "ü", r"\u0078", "<&>", r#"q\"uote"#, "data"];

const VALUES: [&str; 38] = [
    r#""s""#,
    r#""t""#,
    r#""""#,
    r#""ü\u00fc\ud83d\ude00""#,
    r#""a\u0000b""#,
    r#""a\ud83d""#,
    r#"[1,{"n":"\ude00 b"}]"#,
    r#""<&>\u2028\u007f""#,
    r#""\/\b\f\t""#,
    "\"\u{2028}\"",
    "0",
    "1",
    "-5",
    "1.50",
    "1e5",
    "1E+5",
    "0.1e-7",
    "-0",
    "-0.0",
    "12345678901234567890123",
    "1e400",
    "0.30000000000000004",
    "true",
    "false",
    "null",
    "[]",
    "[1,\"x\",null,[{}]]",
    "{}",
    r#"{"n":1}"#,
    r#"{"n":{"m":null}}"#,
    r#"{"b":1,"a":{"d":[1],"c":2}}"#,
    r#"{"n":1,"n":2}"#,
    r#"{"":1}"#,
    "[ 1 , 2 ]",
    r#"{ "n" : 1 }"#,
    "1.0",
    "100000000000000000000",
    r#""1""#,
];

/// In the place of fields.
const NO_FIELDS: [&str; 7] = ["null", "[]", "[1]", r#""text""#, "5", "true", r#"[{"x":1}]"#];

/// In the place of a whole body.
const NO_BODY: [&str; 22] = [
    "",
    "null",
    "{}",
    "[]",
    "5",
    r#""text""#,
    "true",
    "{bad",
    r#"{"data":{"x":1}"#,
    r#"{"data":{"x":1}} trailing"#,
    r#"{"data":{"x":1}}{"data":{"x":2}}"#,
    r#"{"data":{"x":01}}"#,
    r#"{"data":{'x':1}}"#,
    r#"{"data":{"x":1,}}"#,
    "data=x&y=1",
    r#"{"DATA":{"x":1}}"#,
    r#"{"data":{"x":1},"unknown":5}"#,
    r#"{"x":1}"#,
    r#" {"data" : { "x" : 1 } } "#,
    "\u{feff}{}",
    r#"{"data":{"x":NaN}}"#,
    r#"{"data":{"x":"\x"}}"#,
];

const CAS: [&str; 22] = [
    "0",
    "0",
    "1",
    "1",
    "1",
    "2",
    "2",
    "3",
    "\"1\"",
    "\"0\"",
    "\"2\"",
    "\"x\"",
    "\"\"",
    "1.0",
    "1.5",
    "-1",
    "99",
    "null",
    "true",
    "[]",
    "{}",
    "99999999999999999999",
];

const TYPES: [&str; 7] = [
    "type=",
    "type=text/plain",
    "type=application/x-www-form-urlencoded",
    "type=multipart/form-data; boundary=x",
    "type=application/json; charset=utf-8",
    "type=application/merge-patch+json; charset=utf-8",
    "type=application/json-patch+json",
];

/// Numbers of versions in a body.
const VERSIONS: [&str; 30] = [
    "[1]",
    "[1]",
    "[2]",
    "[1,2]",
    "[2,1]",
    "[1,1]",
    "[\"1\"]",
    "[\"1\",2]",
    "\"1,2\"",
    "\"1\"",
    "\"2, 1\"",
    "1",
    "2",
    "[]",
    "null",
    "{}",
    "\"\"",
    "\"x\"",
    "[\"x\"]",
    "[1.5]",
    "[1.0]",
    "[-1]",
    "[0]",
    "[99]",
    "[true]",
    "[null]",
    "[[1]]",
    "true",
    "-1",
    "\"1,,2\"",
];

const ASKED_VERSIONS: [&str; 24] = [
    "0",
    "0",
    "1",
    "1",
    "1",
    "2",
    "2",
    "3",
    "-1",
    "99",
    "x",
    "1.5",
    "",
    "%31",
    "+1",
    "01",
    "0x1",
    "1_0",
    "99999999999999999999",
    "1&version=2",
    "1;x",
    "%",
    "true",
    "2",
];

pub(super) fn any(draw: &mut Draw) -> Request {
    match draw.rng.u8(..20) {
        0..=4 => write(draw),
        5..=9 => read(draw),
        10..=12 => merge(draw),
        13 => Request::new("DELETE", format!("/v1/secret/data/{}", draw.path()), ""),
        14..=18 => versions(draw),
        _ => subkeys(draw),
    }
}

pub(super) fn write(draw: &mut Draw) -> Request {
    let target = format!("/v1/secret/data/{}", draw.path());
    let method = draw.of(&["PUT", "POST"]);
    let body = if draw.one_in(6) { draw.of(&NO_BODY).to_owned() } else { body(draw) };
    let request = Request::new(method, target, body);
    if draw.one_in(15) { request.with(draw.of(&TYPES)) } else { request }
}

fn body(draw: &mut Draw) -> String {
    let data = if draw.one_in(12) { draw.of(&NO_FIELDS).to_owned() } else { fields(draw) };
    match draw.rng.u8(..6) {
        0..=2 => format!(r#"{{"data":{data}}}"#),
        3 => format!(r#"{{"options":{{"cas":{}}},"data":{data}}}"#, draw.of(&CAS)),
        4 => format!(r#"{{"data":{data},"options":{{"cas":{}}}}}"#, draw.of(&CAS)),
        _ => format!(
            r#"{{"data":{data},"options":{}}}"#,
            draw.of(&["{}", "null", "[]", "\"x\"", "5", r#"{"cas":1,"cas":2}"#])
        ),
    }
}

/// An object of up to four fields.
pub(super) fn fields(draw: &mut Draw) -> String {
    let number = if draw.one_in(20) { 0 } else { draw.rng.usize(1..5) };
    let names: Vec<_> = (0..number).map(|_| draw.of(&NAMES)).collect();
    // Seldom one that is there twice.
    let is_new = |at: usize| {
        names[..at].iter().all(|name| name.replace("\\u0078", "x") != names[at].replace("\\u0078", "x"))
    };
    let twice = draw.one_in(30);
    let fields: Vec<_> = (0..number)
        .filter(|at| twice || is_new(*at))
        .map(|at| format!(r#""{}":{}"#, names[at], draw.of(&VALUES)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn read(draw: &mut Draw) -> Request {
    let mut target = format!("/v1/secret/data/{}", draw.path());
    if draw.one_in(2) {
        target = format!("{target}?version={}", draw.of(&ASKED_VERSIONS));
    }
    Request::new(draw.of(&["GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "LIST"]), target, "")
}

fn merge(draw: &mut Draw) -> Request {
    let target = format!("/v1/secret/data/{}", draw.path());
    let body = if draw.one_in(8) { draw.of(&NO_BODY).to_owned() } else { body(draw) };
    let request = Request::new("PATCH", target, body);
    match draw.rng.u8(..12) {
        0 => request.with("type=application/json"),
        1 => request.with(draw.of(&TYPES)),
        _ => request,
    }
}

fn versions(draw: &mut Draw) -> Request {
    let action = draw.of(&["delete", "undelete", "undelete", "destroy"]);
    let target = format!("/v1/secret/{action}/{}", draw.path());
    let body = match draw.rng.u8(..10) {
        0 => draw.of(&NO_BODY).to_owned(),
        _ => format!(r#"{{"versions":{}}}"#, draw.of(&VERSIONS)),
    };
    Request::new(
        draw.of(&["PUT", "POST", "PUT", "POST", "PUT", "POST", "PUT", "GET", "DELETE", "LIST"]),
        target,
        body,
    )
}

fn subkeys(draw: &mut Draw) -> Request {
    let query = draw.of(&[
        "",
        "",
        "?depth=0",
        "?depth=1",
        "?depth=2",
        "?depth=-1",
        "?depth=x",
        "?version=1",
        "?version=1&depth=1",
    ]);
    let method = draw.of(&["GET", "GET", "GET", "GET", "LIST", "PUT", "DELETE"]);
    Request::new(method, format!("/v1/secret/subkeys/{}{query}", draw.path()), "")
}

/// The older engine.
pub(super) fn version_1(draw: &mut Draw) -> Request {
    let path = draw.path();
    let folder = draw.folder.clone();
    match draw.rng.u8(..16) {
        0..=5 => {
            let body = if draw.one_in(4) { draw.of(&NO_BODY).to_owned() } else { fields(draw) };
            Request::new(draw.of(&["PUT", "POST"]), format!("/v1/kv/{path}"), body)
        }
        6..=9 => Request::new("GET", format!("/v1/kv/{path}"), ""),
        10 => Request::new("LIST", format!("/v1/kv/{folder}"), ""),
        11 => Request::new("LIST", format!("/v1/kv/{folder}/"), ""),
        12 => Request::new("GET", format!("/v1/kv/{path}?list={}", draw.of(&["1", "true", "x", ""])), ""),
        13 => Request::new("DELETE", format!("/v1/kv/{path}"), ""),
        14 => Request::new("PATCH", format!("/v1/kv/{path}"), fields(draw)),
        _ => Request::new(draw.of(&["GET", "HEAD", "PUT"]), format!("/v1/kv/{path}/"), ""),
    }
}
