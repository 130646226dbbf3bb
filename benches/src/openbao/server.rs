//! The server, in memory, with an audit log.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use secret_store::provider::vault::{KvVersion, VaultConfig};
use secret_store::{Environment, OpenContext, SecretFields, SecretPath, SecretStore as _, WriteOptions};
use tokio::runtime::Runtime;

use super::Seen;

/// The token that may do everything.
pub(super) const TOKEN: &str = "a-token-of-the-bench";
/// Where the key/value engine is.
pub(super) const MOUNT: &str = "secret";

/// An OpenBao server in development mode: in memory, unsealed, with version 2 of the key/value engine, plain HTTP on
/// loopback, and an audit log in a file. It ends with the value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    /// How much of the log was looked at.
    read: u64,
}

impl Server {
    /// Starts `program` with its log in `folder`.
    ///
    /// # Errors
    /// When it does not start; with what it had to say.
    pub fn start(program: &Path, folder: &Path) -> io::Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let configuration = folder.join("server.hcl");
        let (output, log) = (folder.join("server.log"), folder.join("audit.log"));
        // In the configuration, since the server refuses to make an audit device when it is asked to over its interface.
        let device = format!(
            "audit \"file\" \"requests\" {{\n  options {{ file_path = \"{}\" }}\n}}\n",
            log.display()
        );
        fs::write(&configuration, device)?;
        let said = File::create(&output)?;
        let child = Command::new(program)
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={TOKEN}"))
            .arg(format!("-dev-listen-address={address}"))
            .arg(format!("-config={}", configuration.display()))
            .env_clear()
            .env("HOME", folder)
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()?;
        let mut server = Self { child, address, log, read: 0 };
        // The last thing that it says once it is set up.
        while !fs::read_to_string(&output)?.contains("Root Token:") {
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("{status}: {}", fs::read_to_string(&output)?)));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts `secrets` into it.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn fill(&self, secrets: &[(SecretPath, SecretFields)]) -> io::Result<()> {
        let mut config = VaultConfig::default();
        config.address = Some(format!("http://{}", self.address));
        config.mount = Some(MOUNT.to_owned());
        config.kv_version = Some(KvVersion::V2);
        let context = OpenContext::new(".").with_environment(Environment::fixed([("BAO_TOKEN", TOKEN)]));
        Runtime::new()?
            .block_on(async {
                let store = config.open(&context).await?;
                for (path, fields) in secrets {
                    store.write(path, fields.clone(), WriteOptions::default()).await?;
                }
                Ok(())
            })
            .map_err(|error: secret_store::Error| io::Error::other(error))
    }

    /// What it was asked since this was called last.
    ///
    /// # Errors
    /// When its log cannot be read.
    pub fn seen(&mut self) -> io::Result<Seen> {
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::Start(self.read))?;
        let mut entries = String::new();
        self.read += log.read_to_string(&mut entries)? as u64;
        Ok(Seen::parse(&entries)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
