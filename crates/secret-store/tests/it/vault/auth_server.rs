//! A server that a test plays: it answers what the test says, and keeps what it was asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use secret_store::provider::vault::{VaultConfig, VaultStore};
use secret_store::{Environment, Error, OpenContext, ReadOptions, SecretStore as _};
use test_kit::{FakeClock, path};

/// What the server was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// `POST /v1/auth/approle/login`
    pub(super) line: String,
    headers: HashMap<String, String>,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn is_for(&self, path: &str) -> bool {
        self.line.ends_with(path)
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.header("x-vault-token")
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.header("x-vault-namespace")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The request as a snapshot holds it.
    pub(super) fn shown(&self) -> String {
        let header = |name: &str| Some(format!("{name}: {}", self.header(name)?));
        let headers = ["x-vault-token", "x-vault-namespace"].into_iter().filter_map(header);
        let lines: Vec<_> =
            [self.line.clone()].into_iter().chain(headers).chain([self.body.clone()]).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

/// A status and a body. With the status 0, none: the connection is cut.
pub(super) type Answer = (u16, String);

type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

pub(super) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
}

impl Server {
    pub(super) fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, is_over) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::<AtomicBool>::default());
        let (all, over, script): (_, _, Arc<Script>) = (asked.clone(), is_over.clone(), Arc::new(script));
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (all, script) = (all.clone(), script.clone());
                thread::spawn(move || serve(stream, &all, &*script));
            }
        });
        Self { address, asked, is_over }
    }

    /// Everything that was asked, in order.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often something that ends in `path` was asked.
    pub(super) fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.is_for(path)).count()
    }

    /// What an answer of this server has in place of an address that is the same in each run.
    pub(super) fn without_address(&self, text: &str) -> String {
        text.replace(&self.address.to_string(), "SERVER")
    }

    /// A store of this server, with a token; `rest` is the rest of its configuration, in YAML.
    pub(super) async fn bare_store(&self, rest: &str, context: &OpenContext) -> VaultStore {
        let text = format!("address: http://{}\n{rest}", self.address);
        let config: VaultConfig = serde_yaml::from_str(&text).unwrap();
        config.open(context).await.unwrap()
    }

    /// A store with key/value secrets, version 1, at `secret`; `rest` is more of its configuration, in YAML.
    pub(super) fn config(&self, rest: &str) -> VaultConfig {
        let text = format!("address: http://{}\nmount: secret\nkv_version: 1\n{rest}", self.address);
        serde_yaml::from_str(&text).unwrap()
    }

    pub(super) async fn store(&self, rest: &str, context: &OpenContext) -> VaultStore {
        self.config(rest).open(context).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

fn serve(stream: TcpStream, all: &Mutex<Vec<Asked>>, script: &Script) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(asked) = next_request(&mut reader) {
        all.lock().unwrap().push(asked.clone());
        let (status, body) = script(&asked);
        if status == 0 {
            return;
        }
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn next_request(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let line = lines.first()?.trim_end_matches(" HTTP/1.1").to_owned();
    let header = |line: &String| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: HashMap<_, _> = lines[1..].iter().filter_map(header).collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { line, headers, body: core::str::from_utf8(&body).unwrap().to_owned() })
}

/// The answer to a log-in.
pub(super) fn token(token: &str, seconds: u64, renewable: bool) -> Answer {
    let auth = format!(
        r#"{{"client_token":"{token}","accessor":"a","policies":["default"],"token_policies":["default"],
            "metadata":null,"lease_duration":{seconds},"renewable":{renewable},"entity_id":"","token_type":"service",
            "orphan":true,"mfa_requirement":null,"num_uses":0}}"#
    );
    (200, format!(r#"{{"request_id":"1","lease_id":"","data":null,"auth":{auth}}}"#))
}

/// The answer to a look-up of a token that is good.
pub(super) fn good_token(seconds: u64, renewable: bool) -> Answer {
    let data = format!(
        r#"{{"id":"hidden","accessor":"a","ttl":{seconds},"renewable":{renewable},"type":"service","expire_time":null}}"#
    );
    (200, format!(r#"{{"request_id":"1","data":{data}}}"#))
}

/// The answer to a read.
pub(super) fn secret() -> Answer {
    (
        200,
        r#"{"request_id":"1","lease_id":"","lease_duration":0,"renewable":false,"data":{"value":"x"}}"#
            .to_owned(),
    )
}

/// The answer to a token that is not known, and to a stranger.
pub(super) fn denied() -> Answer {
    refused(403, "permission denied")
}

/// The answer to a token that a policy keeps from something.
pub(super) fn denied_by_policy() -> Answer {
    refused(403, r"1 error occurred:\n\t* permission denied\n\n")
}

pub(super) fn refused(status: u16, words: &str) -> Answer {
    (status, format!(r#"{{"errors":["{words}"]}}"#))
}

/// These environment variables and no others, and a clock that stands still.
pub(super) fn context(variables: &[(&str, &str)]) -> (OpenContext, FakeClock) {
    let clock = FakeClock::new();
    let context = OpenContext::new("/nowhere")
        .with_environment(Environment::fixed(variables.iter().copied()))
        .with_clock(Arc::new(clock.clone()));
    (context, clock)
}

pub(super) async fn read(store: &VaultStore, at: &str) -> Result<(), Error> {
    store.read(&path(at), ReadOptions::current()).await.map(drop)
}

/// The error as a person sees it, without the port that a server happens to have.
pub(super) fn shown(error: &Error) -> String {
    let text = format!("{}: {error}\n  help: {}", error.kind(), error.help().unwrap_or("none"));
    let mut parts = text.split("http://127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "http://SERVER" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// Returns once what goes on in the background has come so far; a test that waits in vain ends after a while.
pub(super) async fn until(is_done: impl Fn() -> bool) {
    for _ in 0..30_000 {
        if is_done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it did not come so far");
}
