//! Notes and settings of secrets, and lists.

use super::Draw;
use crate::request::Request;

const NOTES: [&str; 22] = [
    r#"{"k":"v"}"#,
    r#"{"k":"w","l":"v"}"#,
    r#"{"k":"v"}"#,
    "{}",
    "null",
    "[]",
    r#""text""#,
    "5",
    r#"{"k":1}"#,
    r#"{"k":true}"#,
    r#"{"k":null}"#,
    r#"{"k":{}}"#,
    r#"{"k":["v"]}"#,
    r#"{"":"v"}"#,
    r#"{"k":""}"#,
    r#"{"ü":"ü"}"#,
    r#"{"k":"a\nb"}"#,
    r#"{"k\u0000":"v"}"#,
    r#"{"k":"v","k":"w"}"#,
    r#"{" k ":" v "}"#,
    r#"{"k":1.50}"#,
    r#"[{"k":"v"}]"#,
];

const NUMBERS: [&str; 15] =
    ["0", "1", "2", "5", "10", "\"3\"", "\"x\"", "\"\"", "-1", "1.5", "null", "true", "[]", "{}", "\"0x5\""];

const FLAGS: [&str; 12] =
    ["true", "false", "false", "\"true\"", "\"false\"", "\"x\"", "\"\"", "1", "0", "null", "[]", "\"T\""];

/// None ends within the test, unless it ends at once.
const DURATIONS: [&str; 26] = [
    "\"1h\"",
    "\"1h30m\"",
    "\"24h\"",
    "3600",
    "\"3600\"",
    "\"3600s\"",
    "\"1d\"",
    "\"0\"",
    "0",
    "\"0s\"",
    "\"-1s\"",
    "-1",
    "\"1.5h\"",
    "\"x\"",
    "\"\"",
    "null",
    "true",
    "[]",
    "{}",
    "3600.9",
    "\"1h1ms\"",
    "\"90m0.5s\"",
    "\"+1h\"",
    "\" 1h\"",
    "\"1H\"",
    "\"10000000h\"",
];

pub(super) fn any(draw: &mut Draw) -> Request {
    let target = format!("/v1/secret/metadata/{}", draw.path());
    match draw.rng.u8(..20) {
        0..=5 => Request::new("GET", target, ""),
        6..=10 => {
            let body = settings(draw);
            Request::new(draw.of(&["PUT", "POST"]), target, body)
        }
        11..=13 => {
            let body = settings(draw);
            let request = Request::new("PATCH", target, body);
            if draw.one_in(8) { request.with("type=application/json") } else { request }
        }
        14 => Request::new("DELETE", target, ""),
        15 | 16 => list(draw),
        17 => crowd(draw, target),
        _ => super::data::write(draw),
    }
}

fn settings(draw: &mut Draw) -> String {
    if draw.one_in(12) {
        return draw
            .of(&["", "null", "{}", "[]", "{bad", "5", r#"{"unknown":1}"#, r#"{"max_versions":1} trailing"#])
            .to_owned();
    }
    let number = draw.rng.usize(1..3);
    let mut settings: Vec<_> = (0..number)
        .map(|_| match draw.rng.u8(..10) {
            0..=4 => format!(r#""custom_metadata":{}"#, draw.of(&NOTES)),
            5 | 6 => format!(r#""max_versions":{}"#, draw.of(&NUMBERS)),
            7 => format!(r#""cas_required":{}"#, draw.of(&FLAGS)),
            8 => format!(r#""delete_version_after":{}"#, draw.of(&DURATIONS)),
            _ => format!(r#""metadata_cas_required":{}"#, draw.of(&FLAGS)),
        })
        .collect();
    // Not one of them twice.
    let name = |setting: &str| setting.split(':').next().unwrap_or_default().to_owned();
    settings.dedup_by_key(|setting| name(setting));
    format!("{{{}}}", settings.join(","))
}

/// Notes at and beyond their limits.
fn crowd(draw: &mut Draw, target: String) -> Request {
    let (names, name, value) =
        [(64, 4, 1), (65, 4, 1), (1, 128, 1), (1, 129, 1), (1, 4, 512), (1, 4, 513), (2, 200, 600)]
            [draw.rng.usize(..7)];
    let notes: Vec<_> =
        (0..names).map(|number| format!(r#""{number:0name$}":"{}""#, "v".repeat(value))).collect();
    let body = format!(r#"{{"custom_metadata":{{{}}}}}"#, notes.join(","));
    Request::new(draw.of(&["PUT", "PATCH"]), target, body)
}

fn list(draw: &mut Draw) -> Request {
    let folder = draw.folder.clone();
    let below = draw.of(&["", "/", "/deep", "/deep/", "/a", "/none", "/none/"]);
    let target = format!("/v1/secret/metadata/{folder}{below}");
    let query = draw.of(&[
        "list=1",
        "list=true",
        "list=TRUE",
        "list=x",
        "list=",
        "list=0",
        "list=false",
        "list=t",
        "list=2",
        "list=true&list=false",
    ]);
    match draw.rng.u8(..6) {
        0 | 1 => Request::new("LIST", target, ""),
        2..=4 => Request::new("GET", format!("{target}?{query}"), ""),
        _ => Request::new(draw.of(&["LIST", "GET"]), format!("/v1/secret/data/{folder}{below}?{query}"), ""),
    }
}
