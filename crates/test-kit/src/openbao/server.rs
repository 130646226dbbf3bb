//! A server and its life.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::net::TcpListener;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::Authority;
use super::client::output;
use super::process::{self, Process};

/// How long one waits for a server before it is asked again, and how often it is asked: 30 seconds in all, and more on a busy
/// machine. Only a server that does not come up gets there.
const PAUSE: Duration = Duration::from_millis(100);
const TIMES: u32 = 300;

/// An OpenBao server on loopback.
///
/// Its methods panic where the server does not do what it should: they are for tests.
pub struct OpenBao {
    program: PathBuf,
    port: u16,
    address: String,
    authority: Option<Authority>,
    is_on_disk: bool,
    root_token: Option<String>,
    unseal_key: Option<String>,
    // The process is dropped before the folder that it writes to.
    process: Option<Process>,
    folder: TempDir,
}

impl OpenBao {
    /// The root token of a [`dev`](Self::dev) server.
    pub const DEV_TOKEN: &'static str = "root";

    /// A server in dev mode: plain HTTP, all in memory, unsealed, ready. `secret` is a key/value engine of version 2.
    ///
    /// # Panics
    /// When there is no program, or it does not come up.
    #[must_use]
    pub fn dev() -> Self {
        let mut server = Self::create("http");
        server.root_token = Some(Self::DEV_TOKEN.to_owned());
        server.start_on_a_free_port();
        server.wait_until("it answers", &["token", "lookup"], &[0]);
        server
    }

    /// A server as one would run it: TLS 1.2 and 1.3 with a certificate for `127.0.0.1` and `localhost`, client certificates
    /// welcome and not needed, data and audit log on disk. Not yet initialised, and sealed.
    ///
    /// # Panics
    /// When there is no program, or it does not come up.
    #[must_use]
    pub fn secured() -> Self {
        let mut server = Self::create("https");
        let authority = Authority::new(server.folder(), "authority");
        let _ = authority.server("server", &["127.0.0.1", "localhost"]);
        server.authority = Some(authority);
        server.start_on_disk();
        server
    }

    /// As [`secured`](Self::secured), initialised and unsealed.
    ///
    /// # Panics
    /// When there is no program, or it does not come up.
    #[must_use]
    pub fn secured_and_unsealed() -> Self {
        let mut server = Self::secured();
        server.initialise();
        server.unseal();
        server
    }

    /// Plain HTTP, for a proxy to stand in front of it, with data and audit log on disk. Initialised and
    /// unsealed.
    ///
    /// # Panics
    /// When there is no program, or it does not come up.
    #[must_use]
    pub fn plain_on_disk() -> Self {
        let mut server = Self::create("http");
        server.start_on_disk();
        server.initialise();
        server.unseal();
        server
    }

    fn start_on_disk(&mut self) {
        self.is_on_disk = true;
        fs::create_dir(self.folder().join("data")).expect("the folder is empty");
        self.start_on_a_free_port();
        self.wait_until_sealed();
    }

    fn create(scheme: &str) -> Self {
        Self {
            program: process::program(),
            port: 0,
            address: scheme.to_owned(),
            authority: None,
            is_on_disk: false,
            root_token: None,
            unseal_key: None,
            process: None,
            folder: tempfile::tempdir().expect("there is room for a temporary folder"),
        }
    }

    /// Makes the keys and the root token. The server stays sealed.
    ///
    /// # Panics
    /// When the server refuses, for one because it was done before.
    pub fn initialise(&mut self) {
        let made = self.json(&["operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json"]);
        self.unseal_key = made["unseal_keys_b64"][0].as_str().map(str::to_owned);
        self.root_token = made["root_token"].as_str().map(str::to_owned);
    }

    /// Unseals the server, and waits until it serves.
    ///
    /// # Panics
    /// When it was never initialised, or does not come up.
    pub fn unseal(&self) {
        let key = self.unseal_key.as_deref().expect("initialise comes first");
        self.run(&["operator", "unseal", key]);
        self.wait_until("it serves", &["token", "lookup"], &[0]);
    }

    /// Seals the server: it answers 503 until it is unsealed.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn seal(&self) {
        self.run(&["operator", "seal"]);
        self.wait_until_sealed();
    }

    /// Kills the server, as if the machine lost its power.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts a killed server again, at the same address and with the data that it had: a dev server had none, and another one is
    /// sealed until [`unseal`](Self::unseal).
    ///
    /// # Panics
    /// When it is running, or does not come up.
    pub fn start_again(&mut self) {
        assert!(self.process.is_none(), "kill comes first");
        self.start();
        if self.is_on_disk {
            self.wait_until_sealed();
        } else {
            self.wait_until("it answers", &["token", "lookup"], &[0]);
        }
    }

    /// Where the server is: `http://127.0.0.1:41234`, or `https://…`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The port on `127.0.0.1`.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The root token.
    ///
    /// # Panics
    /// When the server was not initialised.
    #[must_use]
    pub fn root_token(&self) -> &str {
        self.known_root_token().expect("initialise comes first")
    }

    /// Who signed the server's certificate; nobody for a dev server, which has none.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// The server's folder: certificates, logs, data. A test may put files of its own there.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the server said about itself so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    pub(super) fn known_root_token(&self) -> Option<&str> {
        self.root_token.as_deref()
    }

    pub(super) fn audit_log(&self) -> PathBuf {
        self.folder().join("audit.log")
    }

    /// What the server said, when it is not running any more: why, most likely.
    pub(super) fn log_if_ended(&self) -> String {
        if self.process.is_none() { "the server was killed".to_owned() } else { String::new() }
    }

    /// Somebody else may take a free port before the server does: then there is another one.
    fn start_on_a_free_port(&mut self) {
        let scheme = std::mem::take(&mut self.address);
        for _ in 0..5 {
            self.port = free_port();
            self.address = format!("{scheme}://127.0.0.1:{}", self.port);
            self.start();
            if self.comes_up() {
                return;
            }
        }
        panic!("the server does not come up:\n{}", self.log());
    }

    fn start(&mut self) {
        let log = OpenOptions::new().create(true).append(true).open(self.folder().join("log"));
        let log: File = log.expect("the folder can be written");
        let listen = format!("-dev-listen-address=127.0.0.1:{}", self.port);
        let token = format!("-dev-root-token-id={}", Self::DEV_TOKEN);
        let settings = self.folder().join("server.json");
        let arguments: Vec<&OsStr> = if self.is_on_disk {
            fs::write(&settings, self.settings()).expect("the folder can be written");
            vec![OsStr::new("server"), OsStr::new("-config"), settings.as_os_str()]
        } else {
            ["server", "-dev", "-dev-no-store-token", &listen, &token].map(OsStr::new).to_vec()
        };
        self.process = Some(Process::start(&self.program, &arguments, self.folder(), log));
    }

    fn settings(&self) -> String {
        let at = |file: &str| self.folder().join(file);
        let mut listener = json!({
            "address": format!("127.0.0.1:{}", self.port),
            "cluster_address": "127.0.0.1:0",
        });
        if self.authority.is_some() {
            listener["tls_cert_file"] = json!(at("server.pem"));
            listener["tls_key_file"] = json!(at("server-key.pem"));
        } else {
            listener["tls_disable"] = json!(true);
        }
        json!({
            "storage": { "raft": { "path": at("data"), "node_id": "only", "performance_multiplier": "1" } },
            "listener": [{ "tcp": listener }],
            "api_addr": self.address,
            "cluster_addr": format!("https://127.0.0.1:{}", free_port()),
            "audit": [{ "type": "file", "path": "audit", "options": { "file_path": at("audit.log") } }],
        })
        .to_string()
    }

    /// Whether the server accepts connections; not, when it ended.
    fn comes_up(&mut self) -> bool {
        let process = self.process.as_mut().expect("it was started");
        for _ in 0..TIMES {
            if process.has_ended() {
                return false;
            }
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            thread::sleep(PAUSE);
        }
        false
    }

    fn wait_until_sealed(&self) {
        self.wait_until("it is sealed", &["status"], &[2]);
    }

    /// Asks until the client ends with one of these statuses.
    pub(super) fn wait_until(&self, what: &str, arguments: &[&str], statuses: &[i32]) {
        for _ in 0..TIMES {
            let status = output(self.command().args(arguments), "").status.code();
            if status.is_some_and(|status| statuses.contains(&status)) {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("waited in vain until {what}:\n{}", self.log());
    }
}

/// Shows no token and no key.
impl fmt::Debug for OpenBao {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenBao").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The ports that are chosen from: below those that systems give to outgoing connections, of which tests open thousands, and of
/// which one may take a port before the server does.
const PORTS: Range<u16> = 16_000..32_000;

/// A port that is free, and the next one too: a dev server takes both.
fn free_port() -> u16 {
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let mut drawn = (0..1000).map(|_| fastrand::u16(PORTS));
    drawn.find(|port| is_free(*port) && is_free(port + 1)).expect("loopback has two free ports in a row")
}
