//! `secretbridge serve`: a real process, asked over a real socket.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use test_kit::Canary;

use crate::sandbox::Sandbox;

const TOKEN: &str = "the-first-token-of-the-tests";

/// A bridge that runs; ended when it is dropped.
pub(crate) struct Serving {
    child: Child,
    address: String,
    /// What it said on stdout until it served.
    said: String,
}

impl Serving {
    pub(crate) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        Self::spawn(sandbox.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut said, mut lines) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
        while !said.contains("http://") {
            if lines.read_line(&mut said).unwrap() == 0 {
                let mut errors = String::new();
                child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
                panic!("it does not serve: {errors}");
            }
        }
        let address = said.split("http://").nth(1).unwrap();
        let address: String =
            address.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
        // What is left may be said later.
        child.stdout = None;
        while said.contains("in memory") && !said.contains("bao kv put") {
            lines.read_line(&mut said).unwrap();
        }
        Self { child, address, said }
    }

    pub(crate) fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        self.ask_with(token, method, path, body, "Accept: */*")
    }

    /// With one more header.
    pub(crate) fn ask_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &str,
        header: &str,
    ) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bridge\r\nX-Vault-Token: {token}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n{header}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    /// Ends it in order; returns how it ended, and what it logged.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap(), log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until the answer is as it is to be, for a minute at most.
fn eventually(mut ask: impl FnMut() -> bool, what: &str) {
    assert!(
        (0..1200).any(|_| ask() || {
            std::thread::sleep(Duration::from_millis(50));
            false
        }),
        "{what}"
    );
}

fn acme(bridge: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.private_folder("store");
    let head = "instance: acme\nstore: { provider: file, path: store }\n";
    sandbox.write("secretbridge.yaml", &format!("{head}{bridge}"));
    sandbox.secret("BRIDGE_TOKEN", TOKEN);
    sandbox
}

#[test]
fn dev_serves_a_store_in_memory_to_whoever_has_the_printed_token() {
    let serving = Serving::start(&Sandbox::new(), &["--dev"]);
    let token =
        serving.said.split("BAO_TOKEN=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let put = serving.ask(&token, "PUT", "/v1/secret/data/hello", r#"{"data":{"greeting":"hi"}}"#);
    assert_eq!(put.0, 200, "{put:?}");
    let (status, body) = serving.ask(&token, "GET", "/v1/secret/data/hello", "");
    assert!(status == 200 && body.contains(r#""data":{"greeting":"hi"}"#), "{status} {body}");
    assert_eq!(serving.ask("another", "GET", "/v1/secret/data/hello", "").0, 403);
    let (ended, log) = serving.end();
    assert!(ended.success(), "{log}");
    assert!(!log.contains(&token), "the token is in the log: {log}");
}

#[test]
fn what_is_in_the_store_is_served_audited_and_leaks_nowhere_else() {
    let mut sandbox = acme("bridge: { token: { source: BRIDGE_TOKEN } }\n");
    let canary: Canary = sandbox.canary("app/db");
    let serving = Serving::start(&sandbox, &["--log-level", "debug", "--log-format", "json"]);
    let (status, body) = serving.ask(TOKEN, "GET", "/v1/secret/data/app/db", "");
    assert!(status == 200 && canary.find(&body).is_some(), "{status}");
    for (method, path, status) in [
        ("GET", "/v1/secret/data/none", 404),
        ("GET", "/v1/secret/data/BRIDGE_TOKEN", 403),
        ("GET", "/v1/secret/data/secretbridge-system/signing-key", 403),
        ("GET", "/v1/secret/data/secretbridge-system/tokens", 403),
        ("GET", "/readyz", 200),
        ("GET", "/healthz", 200),
    ] {
        let answer = serving.ask(TOKEN, method, path, "");
        assert_eq!(answer.0, status, "{path}: {answer:?}");
    }
    let (_, listed) = serving.ask(TOKEN, "LIST", "/v1/secret/metadata/", "");
    assert!(listed.contains(r#""keys":["app/"]"#), "{listed}");
    let (ended, log) = serving.end();
    assert!(ended.success(), "{log}");
    let audit = sandbox.text("audit/acme.jsonl");
    for line in ["app/db", "secret/data/none", "secretbridge-system/signing-key"] {
        assert!(audit.contains(line), "{line} is not in the audit log: {audit}");
    }
    for text in [&log, &audit] {
        canary.assert_absent("log", text);
        Canary::of(TOKEN).assert_absent("log", text);
    }
    sandbox.run(&["audit", "verify"]).ok();
    let told = sandbox.run(&["audit", "tail"]).ok().out();
    assert!(told.contains("GET secret/data/app/db [value] from 127.0.0.1: 200 ok, "), "{told}");
    assert!(told.contains("GET secret/data/none from 127.0.0.1: 404 not-found, "), "{told}");
}

#[test]
fn a_token_that_is_replaced_in_the_store_is_taken_up_and_the_one_before_lives_on_for_a_while() {
    let sandbox = acme("bridge: { token: { source: BRIDGE_TOKEN }, tokens: { refresh: 1s } }\n");
    sandbox.secret("app", "1");
    let serving = Serving::start(&sandbox, &[]);
    let may = |token| serving.ask(token, "GET", "/v1/secret/data/app", "").0 == 200;
    assert!(may(TOKEN) && !may("the-second-token-of-the-tests"));
    sandbox.secret("BRIDGE_TOKEN", "the-second-token-of-the-tests");
    eventually(|| may("the-second-token-of-the-tests"), "the new token is taken up");
    assert!(may(TOKEN), "the one before is good for an hour");
}

#[test]
fn a_bridge_serves_its_scope_and_its_policies_and_no_more() {
    let sandbox = acme(
        "scope: acme\nbridge:\n  token: { source: BRIDGE_TOKEN, policies: [reader] }\n  policies:\n    reader: [{ path: \
         secret/data/apps/*, capabilities: [read] }]\n",
    );
    for (path, value) in
        [("acme/BRIDGE_TOKEN", TOKEN), ("acme/apps/a", "1"), ("acme/b", "1"), ("apps/other", "1")]
    {
        sandbox.secret(path, value);
    }
    let serving = Serving::start(&sandbox, &[]);
    let status = |method, path: &str| serving.ask(TOKEN, method, &format!("/v1/secret/{path}"), "").0;
    assert_eq!(status("GET", "data/apps/a"), 200);
    assert_eq!(status("GET", "data/apps/other"), 404);
    assert_eq!(status("GET", "data/b"), 403);
    assert_eq!(status("DELETE", "data/apps/a"), 403);
    assert_eq!(status("LIST", "metadata/apps"), 403);
    assert_eq!(status("GET", "data/../acme/b"), 400);
}

#[test]
fn what_is_wrong_with_the_bridge_is_said_at_its_place_and_nothing_is_served() {
    let sandbox = acme(
        "bridge:\n  token: { source: BRIDGE_TOKEN, policies: [reader] }\n  tokens: { ttl: 5s, max_ttl: 1s }\n  mounts: { sys: \
         {}, 'a//b': { version: 2 } }\n  policies: { root: [], w: [{ path: 'a/*b', capabilities: [read] }] }\n",
    );
    insta::assert_snapshot!("bad_settings", sandbox.run(&["serve", "--log-level", "error"]));
    let sandbox = acme("bridge: { listen: '0.0.0.0:8200', token: { source: BRIDGE_TOKEN } }\n");
    insta::assert_snapshot!("no_tls", sandbox.run(&["serve", "--log-level", "error"]));
    let sandbox = acme("");
    insta::assert_snapshot!("no_token", sandbox.run(&["serve", "--log-level", "error"]));
    let sandbox = acme("bridge: { token: { source: NONE } }\n");
    insta::assert_snapshot!("token_is_not_there", sandbox.run(&["serve", "--log-level", "error"]));
    let sandbox =
        acme("bridge: { token: { source: BRIDGE_TOKEN }, tls: { cert: none.crt, key: none.key } }\n");
    insta::assert_snapshot!("no_certificate", sandbox.run(&["serve", "--log-level", "error"]));
}
