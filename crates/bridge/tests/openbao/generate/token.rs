//! `auth/token/…`.

use super::Draw;
use crate::request::Request;

const POLICIES: [&str; 16] = [
    r#"["reader"]"#,
    r#"["reader","maker"]"#,
    r#"["reader","reader"]"#,
    r#"["default"]"#,
    r#"["root"]"#,
    r#"["nope"]"#,
    r#"["reader","nope"]"#,
    "[]",
    "null",
    r#""reader""#,
    r#""reader,maker""#,
    r#"["READER"]"#,
    r#"[""]"#,
    "5",
    "[1]",
    "{}",
];

const TIMES: [&str; 14] = [
    "\"1h\"",
    "3600",
    "\"3600\"",
    "\"1h30m\"",
    "\"2d\"",
    "\"x\"",
    "\"\"",
    "\"-1h\"",
    "-5",
    "0",
    "null",
    "true",
    "\"100000h\"",
    "1.5",
];

/// Other words of the same body.
const MORE: [&str; 26] = [
    r#""meta":{"k":"v"}"#,
    r#""meta":{}"#,
    r#""meta":{"k":1}"#,
    r#""meta":"x""#,
    r#""meta":null"#,
    r#""metadata":{"k":"v"}"#,
    r#""display_name":"me""#,
    r#""display_name":"""#,
    r#""display_name":"a b/c!""#,
    r#""display_name":5"#,
    r#""renewable":false"#,
    r#""renewable":"x""#,
    r#""no_parent":true"#,
    r#""no_parent":"true""#,
    r#""no_default_policy":true"#,
    r#""num_uses":3"#,
    r#""num_uses":-1"#,
    r#""num_uses":"x""#,
    r#""period":"1h""#,
    r#""period":"x""#,
    r#""type":"service""#,
    r#""type":"batch""#,
    r#""type":"x""#,
    r#""id":"my-own-id""#,
    r#""entity_alias":"x""#,
    r#""unknown":1"#,
];

/// Whose token, or accessor.
const WHOSE: [&str; 8] = ["t0", "t0", "t1", "t1", "reader", "editor", "none", "t2"];

pub(super) fn any(draw: &mut Draw) -> Request {
    let whose = draw.of(&WHOSE);
    match draw.rng.u8(..20) {
        0..=5 => create(draw),
        6 | 7 => as_somebody(draw, "GET", "lookup-self", ""),
        8..=10 => about(draw, "lookup", whose),
        11 => about(draw, "lookup-accessor", whose),
        12 => {
            let body = increment(draw);
            let who = draw.of(&["t0", "t0", "t1", "stranger"]);
            Request::new("POST", "/v1/auth/token/renew-self", body).by(who)
        }
        // The tokens that others need stay as they are.
        13 | 14 => about(draw, "renew", if whose.starts_with('t') { whose } else { "none" }),
        15 => about(draw, "renew-accessor", if whose.starts_with('t') { whose } else { "none" }),
        16 => about(draw, draw_of_revoke(whose), if whose.starts_with('t') { whose } else { "t0" }),
        17 => about(draw, "revoke-accessor", if whose.starts_with('t') { whose } else { "none" }),
        18 => elsewhere(draw),
        _ => Request::new("POST", "/v1/auth/token/revoke-self", "").by("t0"),
    }
}

fn draw_of_revoke(whose: &str) -> &'static str {
    if whose == "t1" { "revoke-orphan" } else { "revoke" }
}

fn create(draw: &mut Draw) -> Request {
    let endpoint = draw.of(&["create", "create", "create", "create", "create-orphan"]);
    if draw.one_in(12) {
        let body = draw.of(&["", "null", "[]", "{bad", "{}", "5", r#"{"policies":["reader"]} trailing"#]);
        return Request::new("POST", format!("/v1/auth/token/{endpoint}"), body);
    }
    let mut words = vec![format!(r#""policies":{}"#, draw.of(&POLICIES))];
    if draw.one_in(2) {
        words.push(format!(r#""ttl":{}"#, draw.of(&TIMES)));
    }
    if draw.one_in(4) {
        words.push(format!(r#""explicit_max_ttl":{}"#, draw.of(&TIMES)));
    }
    if draw.one_in(2) {
        words.push(draw.of(&MORE).to_owned());
    }
    let body = format!("{{{}}}", words.join(","));
    let request = Request::new(draw.of(&["POST", "PUT"]), format!("/v1/auth/token/{endpoint}"), body);
    if draw.one_in(6) { request.by(draw.of(&["editor", "reader", "t0"])) } else { request }
}

fn as_somebody(draw: &mut Draw, method: &str, endpoint: &str, body: &str) -> Request {
    let who = draw.of(&["root", "t0", "t0", "t1", "reader", "stranger"]);
    Request::new(method, format!("/v1/auth/token/{endpoint}"), body).by(who)
}

fn increment(draw: &mut Draw) -> String {
    if draw.one_in(3) { String::new() } else { format!(r#"{{"increment":{}}}"#, draw.of(&TIMES)) }
}

fn about(draw: &mut Draw, endpoint: &str, whose: &str) -> Request {
    let (kind, word) =
        if endpoint.ends_with("accessor") { ("accessor", "accessor") } else { ("token", "token") };
    let body = match draw.rng.u8(..10) {
        0 => draw
            .of(&[
                "",
                "{}",
                "null",
                "{bad",
                r#"{"token":""}"#,
                r#"{"token":5}"#,
                r#"{"accessor":""}"#,
                r#"{"accessor":null}"#,
            ])
            .to_owned(),
        1 => format!(r#"{{"{word}":"{{{kind}:{whose}}}","increment":{}}}"#, draw.of(&TIMES)),
        // What is an accessor is no token.
        2 => format!(r#"{{"{word}":"{{accessor:{whose}}}"}}"#),
        _ => format!(r#"{{"{word}":"{{{kind}:{whose}}}"}}"#),
    };
    Request::new(draw.of(&["POST", "POST", "PUT"]), format!("/v1/auth/token/{endpoint}"), body)
}

fn elsewhere(draw: &mut Draw) -> Request {
    let endpoint = draw.of(&[
        "",
        "nope",
        "lookup",
        "lookup-self",
        "create",
        "renew-self",
        "accessors",
        "roles",
        "create/role",
    ]);
    let method = draw.of(&["GET", "LIST", "DELETE", "PATCH", "PUT"]);
    Request::new(method, format!("/v1/auth/token/{endpoint}"), "")
}
