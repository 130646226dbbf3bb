//! wrk.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const SCRIPT: &str = include_str!("load.lua");
/// How many connections ask at once.
pub(super) const CONNECTIONS: u32 = 32;

/// The program that asks, and what it asks for.
#[derive(Debug)]
pub struct Wrk {
    program: PathBuf,
    script: PathBuf,
    paths: PathBuf,
    threads: usize,
}

/// What one run of it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Answers, good and bad.
    pub requests: u64,
    /// How long it asked.
    pub duration: Duration,
    /// Half of the answers took at most this long.
    pub median: Duration,
    /// 99 of 100 did.
    pub p99: Duration,
    /// All of them.
    pub most: Duration,
    /// Answers of 400 and more, connections that broke or were refused, and answers that did not come.
    pub errors: u64,
}

impl Wrk {
    /// `program`, which is to read the paths of the API `paths`, each as often as the others; its files are in `folder`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn new(program: &Path, folder: &Path, paths: &[String], threads: usize) -> io::Result<Self> {
        let (script, file) = (folder.join("load.lua"), folder.join("paths"));
        fs::write(&script, SCRIPT)?;
        fs::write(&file, paths.join("\n") + "\n")?;
        Ok(Self { program: program.to_owned(), script, paths: file, threads })
    }

    /// Asks the server at `address` for `seconds`, over 32 connections, with this token.
    ///
    /// # Errors
    /// When it does not run; with what it had to say.
    pub fn run(&self, address: SocketAddr, token: &str, seconds: u64) -> io::Result<Load> {
        let output = Command::new(&self.program)
            .arg(format!("--connections={CONNECTIONS}"))
            .arg(format!("--threads={}", self.threads))
            .arg(format!("--duration={seconds}s"))
            .arg("--script")
            .arg(&self.script)
            .arg(format!("http://{address}"))
            .arg("--")
            .arg(&self.paths)
            .arg(token)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let result = said.lines().find_map(|line| line.strip_prefix("RESULT "));
        let numbers: Vec<u64> = result.unwrap_or_default().split(' ').flat_map(str::parse).collect();
        let [requests, duration, median, p99, most, errors] = numbers[..] else {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("wrk: {}: {said}{errors}", output.status)));
        };
        let [duration, median, p99, most] = [duration, median, p99, most].map(Duration::from_micros);
        Ok(Load { requests, duration, median, p99, most, errors })
    }
}

impl Load {
    /// Answers in a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.duration.as_secs_f64()
    }
}
