//! Bytes that are no requests, or are just not quite: they come from a seed, beside good requests on other connections, which are
//! answered all along. `SECRETBRIDGE_MALFORMED_SEED` repeats a run.

mod http1;
mod http2;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bridge::KvVersion;
use bridge::server::{Limits, Server, Tls, Transport};
use events::SystemClock;
use fastrand::Rng;
use futures::future::join_all;
use secret_store::provider::memory::MemoryStore;
use secret_store::{SecretFields, SecretStore as _, WriteOptions};
use test_kit::{field, path};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::api::{ROOT, api_over};
use crate::server::Authority;

/// What is in the store, and what nobody who breaks the protocol is told.
const VALUE: &str = "the-value-that-nobody-is-told";

/// How many broken connections there are at a time, and how often.
const AT_ONCE: usize = 12;
const ROUNDS: usize = 40;

/// Far longer than the server's own limits: who waits so long has met a connection that hangs.
const HANGS: Duration = Duration::from_secs(30);

/// The threads of these tests, so that a panic of theirs is told from one that another test means.
const THREADS: &str = "malformed";

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// What is sent, in parts, and whether the client then waits with its end open.
struct Broken {
    parts: Vec<Vec<u8>>,
    stays: bool,
}

impl Broken {
    fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        Self { parts: vec![bytes.into()], stays: false }
    }

    /// As one who sends no more and does not go.
    fn and_stays(mut self) -> Self {
        self.stays = true;
        self
    }
}

/// What it takes can be told only where nothing else runs: in a process of its own.
#[test]
fn no_bytes_end_the_server_or_keep_it_from_others() {
    if is_alone() {
        return alone();
    }
    let test = "malformed::no_bytes_end_the_server_or_keep_it_from_others";
    let mut itself = std::process::Command::new(std::env::current_exe().unwrap());
    let ran = itself.args(["--exact", test, "--nocapture"]).env(ALONE, "1").output().unwrap();
    let told = [String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)].concat();
    assert!(ran.status.success() && told.contains("1 passed"), "{told}");
}

/// Set in a process that runs one of these tests.
const ALONE: &str = "SECRETBRIDGE_MALFORMED_ALONE";

#[expect(clippy::disallowed_methods, reason = "how the tests run, is no setting of the product")]
fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

fn alone() {
    run(async |rng| {
        let address = serve(Transport::Loopback).await;
        let before = resident();
        for _ in 0..ROUNDS {
            let broken: Vec<_> = (0..AT_ONCE).map(|_| broken(rng)).collect();
            let told = join_all(broken.iter().map(|broken| tell(address, broken)));
            let ((), (), told) = futures::join!(good(address), good(address), told);
            for (broken, answer) in broken.iter().zip(told) {
                check(broken, &answer);
            }
        }
        let grown = resident().saturating_sub(before);
        assert!(grown < 128 << 20, "it has taken {grown} bytes more");
    });
}

#[test]
fn no_bytes_end_a_server_of_tls() {
    run(async |rng| {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
        let tls = Arc::new(Tls::open(authority.write(folder.path())).unwrap());
        let address = serve(Transport::Tls(tls)).await;
        for _ in 0..8 {
            let mut broken: Vec<_> = (0..AT_ONCE).map(|_| broken(rng)).collect();
            broken.push(Broken::whole(hello(rng)).and_stays());
            for (broken, answer) in
                broken.iter().zip(join_all(broken.iter().map(|broken| tell(address, broken))).await)
            {
                check(broken, &answer);
            }
            assert!(authority.get(address, None).await.is_some(), "others are answered");
        }
    });
}

fn run(test: impl AsyncFnOnce(&mut Rng)) {
    count_panics();
    #[expect(clippy::disallowed_methods, reason = "how the tests run, is no setting of the product")]
    let seed = std::env::var("SECRETBRIDGE_MALFORMED_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    #[expect(clippy::print_stdout, reason = "a run that fails can be repeated")]
    {
        println!("SECRETBRIDGE_MALFORMED_SEED={seed}");
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).thread_name(THREADS).enable_all().build().unwrap();
    runtime.block_on(test(&mut Rng::with_seed(seed)));
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "something has panicked");
}

/// A connection whose task panics is just closed: only a hook sees it.
fn count_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some(THREADS) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            before(panic);
        }));
    });
}

async fn serve(transport: Transport) -> SocketAddr {
    let store = Arc::new(MemoryStore::new(Arc::new(SystemClock::new())));
    let fields = SecretFields::new().with(field("value"), VALUE);
    store.write(&path("app"), fields, WriteOptions::replace()).await.unwrap();
    let bridge = Arc::new(api_over(KvVersion::V2, store).await.bridge);
    let mut limits = Limits::default();
    limits.header_time = Duration::from_millis(300);
    limits.body_time = Duration::from_millis(300);
    limits.body_bytes = 64 << 10;
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), transport, bridge, limits).await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.run(std::future::pending()));
    address
}

/// What comes back until the server closes.
async fn tell(address: SocketAddr, broken: &Broken) -> Vec<u8> {
    let exchange = async {
        let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
        let send = async {
            for part in &broken.parts {
                // The server may have closed already.
                let _ = writer.write_all(part).await;
                tokio::task::yield_now().await;
            }
            if !broken.stays {
                let _ = writer.shutdown().await;
            }
            writer
        };
        let mut answer = Vec::new();
        let (writer, _) = futures::join!(send, reader.read_to_end(&mut answer));
        drop(writer);
        answer
    };
    let answer = tokio::time::timeout(HANGS, exchange).await;
    answer
        .unwrap_or_else(|_| panic!("the server does not close a connection on which came {}", shown(broken)))
}

fn check(broken: &Broken, answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    assert!(!text.contains(VALUE), "{} was told the value: {text}", shown(broken));
    assert!(!text.contains("HTTP/1.1 500"), "{}: {text}", shown(broken));
    // Nobody sends what is answered to strangers here.
    assert!(!text.contains("HTTP/1.1 2"), "{}: {text}", shown(broken));
}

fn shown(broken: &Broken) -> String {
    let mut text = String::new();
    for part in &broken.parts {
        text.extend(part.iter().take(400).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from));
        text.push('|');
    }
    text
}

/// Some requests after each other on a connection, as they should be.
async fn good(address: SocketAddr) {
    let request = format!("GET /v1/secret/data/app HTTP/1.1\r\nHost: b\r\nX-Vault-Token: {ROOT}\r\n\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..3 {
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(b"\"auth\":null}") {
                assert!(
                    stream.read_buf(&mut answer).await.unwrap() > 0,
                    "{}",
                    String::from_utf8_lossy(&answer)
                );
            }
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(VALUE), "{answer}");
        }
    };
    tokio::time::timeout(HANGS, exchange).await.expect("a good request is answered");
}

fn broken(rng: &mut Rng) -> Broken {
    match rng.u8(..10) {
        0..=5 => http1::broken(rng),
        6..=8 => http2::broken(rng),
        _ => Broken::whole(hello(rng)),
    }
}

/// What may be the beginning of TLS, and is followed by anything.
fn hello(rng: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0x16, 3, 1, rng.u8(..4), rng.u8(..), 1, 0, rng.u8(..), rng.u8(..), 3, 3];
    bytes.extend(noise(rng, 200));
    bytes
}

fn noise(rng: &mut Rng, most: usize) -> Vec<u8> {
    let length = rng.usize(..=most);
    std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
}

/// What this process holds in memory, in bytes.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or_default() * 4096
}
