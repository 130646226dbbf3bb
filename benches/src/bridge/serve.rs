//! `secretbridge serve`, in a folder of its own.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use secret_store::provider::age::AgeConfig;
use secret_store::{OpenContext, SecretFields, SecretPath, SecretStore as _, WriteOptions};
use tokio::runtime::Runtime;

use super::{Client, Process, ROOT};

/// The instance, and the part of the store that belongs to it.
const INSTANCE: &str = "bench";

/// A bridge that answers, with an audit log.
#[derive(Debug)]
pub struct Serve {
    /// The process.
    pub process: Process,
    address: SocketAddr,
    log: PathBuf,
}

/// Each request is counted, and none is refused.
const LIMIT: &str = "{ rate: 1000000, burst: 1000000 }";

/// An address of this machine that nobody listens at.
///
/// # Errors
/// As the system's.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}

impl Serve {
    /// Makes a store of age files in `folder`, which holds `secrets` and the first token, all within a scope.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn make_store(folder: &Path, secrets: &[(SecretPath, SecretFields)]) -> io::Result<String> {
        let (identity, store) = (Identity::generate(), folder.join("store"));
        fs::create_dir_all(&store)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "a throw-away identity, written where the store looks for it"
        )]
        private(&folder.join("age.key"))?.write_all(identity.to_string().expose_secret().as_bytes())?;
        private(&store.join(".age-recipients"))?.write_all(identity.to_public().to_string().as_bytes())?;
        let config = AgeConfig::new("store").with_identity("age.key");
        let scope: SecretPath = INSTANCE.parse().map_err(io::Error::other)?;
        let written = Runtime::new()?.block_on(async {
            let store = config.open(&OpenContext::new(folder)).await?;
            let token: SecretPath = format!("{INSTANCE}/BRIDGE_TOKEN").parse()?;
            store.write(&token, SecretFields::plain(ROOT), WriteOptions::default()).await?;
            for (path, fields) in secrets {
                store.write(&path.below(&scope)?, fields.clone(), WriteOptions::default()).await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
        written.map_err(io::Error::other)?;
        Ok("{ provider: age, path: store, identities: [age.key] }".to_owned())
    }

    /// Starts `program` over `store` (as the configuration has it), within a scope, with an audit log, and with the settings
    /// `more` of the bridge: lines that are indented by two spaces.
    ///
    /// # Errors
    /// When it does not start; with what it had to say.
    pub fn start(program: &Path, folder: &Path, store: &str, more: &str) -> io::Result<Self> {
        let address = free_address()?;
        let config = format!(
            "instance: {INSTANCE}\nscope: {INSTANCE}\nstore: {store}\naudit: {{ path: audit }}\nbridge:\n  listen: \
             {address}\n  token: {{ source: BRIDGE_TOKEN }}\n  limits: {{ per_address: {LIMIT}, per_token: {LIMIT} \
             }}\n{more}"
        );
        fs::write(folder.join("secretbridge.yaml"), config)?;
        Self::start_at(program, folder, address, &[])
    }

    /// Starts `program` again, at an address of its own, with these variables in its environment.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_at(
        program: &Path,
        folder: &Path,
        address: SocketAddr,
        environment: &[(&str, &str)],
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["serve", "--config", "secretbridge.yaml"])
            .arg(format!("--listen={address}"))
            .env_clear()
            .env("HOME", folder)
            .env("USER", "bench")
            .envs(environment.iter().copied())
            .current_dir(folder);
        let said = folder.join(format!("serve-{}.log", address.port()));
        let process = Process::start(&mut command, address, &said)?;
        Ok(Self { process, address, log: folder.join("audit").join(format!("{INSTANCE}.jsonl")) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its audit log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// One who may do everything.
    #[must_use]
    pub fn root(&self) -> Client {
        Client::new(self.address, ROOT)
    }
}

fn private(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}
