//! What the bridge is measured beside.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;

use super::{Client, Process, ROOT, free_address};

/// An OpenBao server in development mode: in memory, unsealed, with version 2 of the key/value engine.
#[derive(Debug)]
pub struct OpenBao {
    /// The process.
    pub process: Process,
    address: SocketAddr,
    log: PathBuf,
}

impl OpenBao {
    /// Starts `program` in `folder`, with an audit log there if `audits`.
    ///
    /// # Errors
    /// When it does not start; with what it had to say.
    pub fn start(program: &Path, folder: &Path, audits: bool) -> io::Result<Self> {
        let address = free_address()?;
        fs::create_dir_all(folder)?;
        let (configuration, log) = (folder.join("server.hcl"), folder.join("audit.log"));
        // In the configuration, since the server refuses to make an audit device when it is asked to over its interface.
        let device = format!(
            "audit \"file\" \"requests\" {{\n  options {{ file_path = \"{}\" }}\n}}\n",
            log.display()
        );
        fs::write(&configuration, if audits { device.as_str() } else { "" })?;
        let mut command = Command::new(program);
        command
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={ROOT}"))
            .arg(format!("-dev-listen-address={address}"))
            .arg(format!("-config={}", configuration.display()))
            .env_clear()
            .env("HOME", folder);
        let process = Process::start(&mut command, address, &folder.join("server.log"))?;
        Ok(Self { process, address, log })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its audit log, where it has one.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// One who may do everything.
    #[must_use]
    pub fn root(&self) -> Client {
        Client::new(self.address, ROOT)
    }

    /// Makes a policy of these rules: paths, and what may be done there.
    ///
    /// # Errors
    /// When it is not taken.
    pub async fn policy(&self, name: &str, rules: &[(&str, &[&str])]) -> io::Result<()> {
        let mut policy = String::new();
        for (path, capabilities) in rules {
            let _ = writeln!(policy, "path \"{path}\" {{ capabilities = {capabilities:?} }}");
        }
        let body = serde_json::json!({ "policy": policy });
        self.root().post(&format!("/v1/sys/policies/acl/{name}"), &body).await.map(drop)
    }
}

/// One route of axum that has every answer ready, and does nothing but look it up by its path: no token, no policy, no log.
#[derive(Debug)]
pub struct BareAxum {
    /// The process.
    pub process: Process,
    address: SocketAddr,
}

impl BareAxum {
    /// Starts `program` with these answers, which it is given as a file in `folder`.
    ///
    /// # Errors
    /// When it does not start; with what it had to say.
    pub fn start(program: &Path, folder: &Path, answers: &[(String, Bytes)]) -> io::Result<Self> {
        let (address, file) = (free_address()?, folder.join("answers"));
        let mut written = BufWriter::new(File::create(&file)?);
        for (path, body) in answers {
            writeln!(written, "{path}")?;
            written.write_all(body)?;
            written.write_all(b"\n")?;
        }
        written.into_inner()?.sync_data()?;
        let mut command = Command::new(program);
        command.arg(address.to_string()).arg(file).env_clear();
        Ok(Self { process: Process::start(&mut command, address, &folder.join("axum.log"))?, address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
