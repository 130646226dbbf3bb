//! Traces of the bridge's requests, as a collector gets them.

use std::collections::BTreeMap;

use test_kit::Canary;

use crate::sandbox::Sandbox;
use crate::serve::Serving;
use crate::stand_in::{Asked, StandIn};

const TOKEN: &str = "the-first-token-of-the-tests";

/// A field of a message of Protocol Buffers: a number, or bytes, which may be a message.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message, by number: <https://protobuf.dev/programming-guides/encoding/>.
fn fields(mut message: &[u8]) -> Vec<(u64, Field<'_>)> {
    fn varint(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (first, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut all = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let field = match key & 7 {
            0 => Field::Number(varint(&mut message)),
            kind => {
                let length = match kind {
                    1 => 8,
                    5 => 4,
                    2 => usize::try_from(varint(&mut message)).unwrap(),
                    other => panic!("wire type {other}"),
                };
                let (bytes, rest) = message.split_at(length);
                message = rest;
                Field::Bytes(bytes)
            }
        };
        all.push((key >> 3, field));
    }
    all
}

fn messages(message: &[u8], number: u64) -> Vec<&[u8]> {
    let of_number = |(at, field)| match field {
        Field::Bytes(bytes) if at == number => Some(bytes),
        _ => None,
    };
    fields(message).into_iter().filter_map(of_number).collect()
}

fn number(message: &[u8], number: u64) -> u64 {
    let of_number = |(at, field)| match field {
        Field::Number(value) if at == number => Some(value),
        _ => None,
    };
    fields(message).into_iter().find_map(of_number).unwrap_or_default()
}

fn text(message: &[u8], at: u64) -> String {
    String::from_utf8_lossy(messages(message, at).first().copied().unwrap_or_default()).into_owned()
}

fn digits(message: &[u8], at: u64) -> String {
    hex::encode(messages(message, at)[0])
}

/// A span of `opentelemetry.proto.trace.v1`.
#[derive(Debug)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    kind: u64,
    status: u64,
    attributes: BTreeMap<String, String>,
}

fn attributes(message: &[u8], at: u64) -> BTreeMap<String, String> {
    let pair = |pair: &[u8]| {
        let value = messages(pair, 2)[0];
        let value = match messages(value, 1).first() {
            Some(text) => String::from_utf8_lossy(text).into_owned(),
            None => number(value, 3).to_string(),
        };
        (text(pair, 1), value)
    };
    messages(message, at).into_iter().map(pair).collect()
}

fn spans(exported: &[Asked]) -> Vec<Span> {
    let mut all = Vec::new();
    for asked in exported {
        for of_resource in messages(&asked.body, 1) {
            for of_scope in messages(of_resource, 2) {
                all.extend(messages(of_scope, 2).into_iter().map(|span| Span {
                    trace: digits(span, 1),
                    id: digits(span, 2),
                    parent: messages(span, 4).first().map(|_| digits(span, 4)).unwrap_or_default(),
                    name: text(span, 5),
                    kind: number(span, 6),
                    status: messages(span, 15).first().map(|status| number(status, 3)).unwrap_or_default(),
                    attributes: attributes(span, 9),
                }));
            }
        }
    }
    all
}

fn acme() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.private_folder("store");
    let head = "instance: acme\nstore: { provider: file, path: store }\n";
    sandbox.write("secretbridge.yaml", &format!("{head}bridge: {{ token: {{ source: BRIDGE_TOKEN }} }}\n"));
    sandbox.secret("BRIDGE_TOKEN", TOKEN);
    sandbox
}

#[test]
fn each_request_is_a_span_below_the_clients_with_the_calls_of_the_store_below_it() {
    let collector = StandIn::start(|_| (200, String::new()));
    let mut sandbox = acme();
    let canary = sandbox.canary("hidden-name/db");
    let header_value = Canary::seeded(99);
    sandbox.set("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}", collector.address));
    sandbox.set("OTEL_EXPORTER_OTLP_HEADERS", &format!("x-key={}", header_value.text()));
    let serving = Serving::start(&sandbox, &["--log-level", "debug"]);
    let traceparent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let (status, body) = serving.ask_with(TOKEN, "GET", "/v1/secret/data/hidden-name/db", "", traceparent);
    assert_eq!(status, 200);
    let request_id = body.split(r#""request_id":""#).nth(1).unwrap()[..36].to_owned();
    assert_eq!(serving.ask(TOKEN, "GET", "/v1/secret/data/hidden-name/none", "").0, 404);
    assert_eq!(serving.ask(TOKEN, "GET", "/healthz", "").0, 200);
    let (ended, log) = serving.end();
    assert!(ended.success(), "{log}");
    let exported = collector.asked();
    assert!(!exported.is_empty(), "nothing was sent: {log}");
    for asked in &exported {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/traces"));
        assert_eq!(asked.header("content-type"), Some("application/x-protobuf"));
        assert_eq!(asked.header("x-key"), Some(header_value.text()));
        for canary in [&canary, &Canary::of(TOKEN), &Canary::of("hidden-name")] {
            canary.assert_absent("a trace", &asked.body);
        }
    }
    header_value.assert_absent("the log", &log);
    let resource = messages(messages(&exported[0].body, 1)[0], 1)[0];
    assert_eq!(attributes(resource, 1)["service.name"], "secretbridge");
    let spans = spans(&exported);
    let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let requests = named("GET /v1/secret/data/{path}");
    assert_eq!(requests.len(), 2, "{spans:#?}");
    let below = requests.iter().find(|span| span.trace == "4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
    assert_eq!((below.parent.as_str(), below.kind, below.status), ("00f067aa0ba902b7", 2, 0));
    let attribute = |name: &str| below.attributes.get(name).map(String::as_str);
    assert_eq!(attribute("http.request.method"), Some("GET"));
    assert_eq!(attribute("http.response.status_code"), Some("200"));
    assert_eq!(attribute("http.route"), Some("/v1/secret/data/{path}"));
    assert_eq!(attribute("secretbridge.mount"), Some("secret"));
    assert_eq!(attribute("secretbridge.operation"), Some("read"));
    assert_eq!(attribute("secretbridge.request_id"), Some(request_id.as_str()));
    let reads: Vec<_> = named("store read").into_iter().filter(|span| span.parent == below.id).collect();
    assert!(
        !reads.is_empty() && reads.iter().all(|span| span.trace == below.trace && span.kind == 3),
        "{spans:#?}"
    );
    let missing = named("store read").into_iter().any(|span| {
        span.attributes.get("error.type").is_some_and(|kind| kind == "not-found") && span.status == 0
    });
    assert!(missing, "{spans:#?}");
    assert!(spans.iter().all(|span| !span.name.contains("health")));
}

#[test]
fn a_collector_that_is_not_there_keeps_no_request_and_no_end() {
    let mut sandbox = acme();
    sandbox.set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces");
    let serving = Serving::start(&sandbox, &[]);
    assert_eq!(serving.ask(TOKEN, "GET", "/v1/secret/data/none", "").0, 404);
    let (ended, log) = serving.end();
    assert!(ended.success() && log.contains("traces were not sent to the collector"), "{log}");
}

#[test]
fn nothing_is_sent_where_the_environment_says_so() {
    let collector = StandIn::start(|_| (200, String::new()));
    for (name, value) in [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ] {
        let mut sandbox = acme();
        sandbox.set("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}", collector.address));
        sandbox.set(name, value);
        let serving = Serving::start(&sandbox, &[]);
        assert_eq!(serving.ask(TOKEN, "GET", "/v1/secret/data/none", "").0, 404);
        let (ended, log) = serving.end();
        assert!(ended.success(), "{log}");
        assert!(collector.asked().is_empty(), "{name}");
    }
}
