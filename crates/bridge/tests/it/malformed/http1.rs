//! HTTP/1, not quite.

use fastrand::Rng;

use super::{Broken, ROOT, noise};

const TARGETS: [&str; 14] = [
    "/v1/secret/data/app",
    "http://b/v1/secret/data/app",
    "https://user:pass@b:8200/v1/secret/data/app?version=1",
    "b:443",
    "*",
    "/v1/secret/data/app#part",
    "//v1/secret/data/app",
    "/v1/secret/data/%00app",
    "/v1/secret/data/../data/app",
    "http://[::1",
    "/v1/secret/metadata/?list=true&list=x",
    "/\u{fc}",
    "",
    "/v1/secret/data/app HTTP/1.1\r\nX: y",
];

const METHODS: [&str; 10] = ["GET", "GET", "PUT", "POST", "PATCH", "LIST", "CONNECT", "get", "G T", "GÉT"];

/// Of which none is let in.
const HEADERS: [&str; 26] = [
    "X-Vault-Token: nobody-has-issued-this",
    "X-Vault-Token:",
    "X-Vault-Token: \0",
    "X-Vault-Token: \u{fc}",
    "Authorization: Bearer ",
    "Authorization: Bearer",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 18446744073709551616",
    "Content-Length: 9999999999999999",
    "Content-Length : 5",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: xchunked",
    "Expect: 100-continue",
    "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    "Connection: keep-alive, close, x",
    " folded: yes",
    "no colon",
    ": no name",
    "a\0b: c",
];

const BODIES: [&str; 12] = [
    "",
    "12345",
    "5\r\n12345\r\n0\r\n\r\n",
    "5\r\n123",
    "zz\r\n",
    "-1\r\n",
    "ffffffffffffffff\r\n",
    "fffffffffffffffff\r\n",
    "5;ext=\"\r\n12345\r\n",
    "5\r\n12345",
    "0\r\nTrailer: x\r\n",
    "\r\n\r\n",
];

pub(super) fn broken(rng: &mut Rng) -> Broken {
    let of = |rng: &mut Rng, choices: &[&'static str]| choices[rng.usize(..choices.len())];
    match rng.u8(..14) {
        // Cut somewhere, by one who goes or stays.
        0..=2 => {
            let mut bytes = request(rng).into_bytes();
            bytes.truncate(rng.usize(..=bytes.len()));
            let broken = Broken::whole(bytes);
            if rng.bool() { broken.and_stays() } else { broken }
        }
        // Some bytes are others.
        3..=5 => {
            let mut bytes = request(rng).into_bytes();
            for _ in 0..rng.usize(1..6) {
                let at = rng.usize(..bytes.len());
                bytes[at] = rng.u8(..);
            }
            Broken::whole(bytes)
        }
        // One after the other.
        6 => Broken::whole((0..rng.usize(2..30)).map(|_| request(rng)).collect::<String>()),
        7 => Broken::whole(format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(rng.usize(10_000..200_000)))),
        8 => Broken::whole(format!("GET / HTTP/1.1\r\n{}\r\n", "X-A: b\r\n".repeat(rng.usize(60..3000)))),
        9 => Broken::whole(format!(
            "GET / HTTP/1.1\r\nX-A: {}\r\n\r\n",
            "b".repeat(rng.usize(16_000..200_000))
        )),
        // Before there were headers.
        10 => Broken::whole(of(
            rng,
            &[
                "GET /v1/secret/data/app\r\n",
                "GET /\n\n",
                "GET\r\n\r\n",
                "\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
            ],
        )),
        // Not even the first line, by one who stays.
        11 => Broken::whole(of(rng, &["", "P", "PRI", "PRI * HTTP/2.0\r\n\r\nS", "G", "\r\n", "\0"]))
            .and_stays(),
        12 => within_a_body(rng),
        _ => Broken::whole(noise(rng, 3000)),
    }
}

fn request(rng: &mut Rng) -> String {
    let of = |rng: &mut Rng, choices: &[&'static str]| choices[rng.usize(..choices.len())];
    let version =
        of(rng, &["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP/2.0", "http/1.1", ""]);
    let mut text = format!("{} {} {version}\r\nHost: b\r\n", of(rng, &METHODS), of(rng, &TARGETS));
    for _ in 0..rng.usize(..4) {
        text.push_str(of(rng, &HEADERS));
        text.push_str(of(rng, &["\r\n", "\r\n", "\r\n", "\n", "\r"]));
    }
    text.push_str("\r\n");
    text.push_str(of(rng, &BODIES));
    text
}

/// A good request, in the body of one that is not let in: whoever reads it as a request of its own tells a value.
fn within_a_body(rng: &mut Rng) -> Broken {
    let inner = format!("GET /v1/secret/data/app HTTP/1.1\r\nHost: b\r\nX-Vault-Token: {ROOT}\r\n\r\n");
    let length = inner.len();
    let head = match rng.u8(..5) {
        0 => format!("Content-Length: {length}"),
        1 => format!("Content-Length: {length}\r\nContent-Length: {length}"),
        2 => format!("content-length:\t{length}\t"),
        3 => format!("Content-Length: {length}\r\nExpect: 100-continue"),
        _ => {
            let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{inner}\r\n0");
            return Broken::whole(format!(
                "POST /v1/secret/data/app HTTP/1.1\r\nHost: b\r\n{chunked}\r\n\r\n"
            ));
        }
    };
    Broken::whole(format!("POST /v1/secret/data/app HTTP/1.1\r\nHost: b\r\n{head}\r\n\r\n{inner}"))
}
