//! What goes to stdout and stderr.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsFd as _;

use clap::ValueEnum;
use secret_store::Environment;
use serde::Serialize;

use crate::cli::Global;
use crate::error::{Error, Result};

/// How results and errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// Whether to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What goes to stdout and stderr: results on stdout, all else on stderr.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) format: Format,
    quiet: bool,
    /// Whether stderr takes colour.
    pub(crate) color: bool,
}

impl Output {
    pub(crate) fn new(global: Global) -> Self {
        let environment = Environment::process();
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let is_dumb = environment.get("TERM").is_some_and(|term| term == "dumb".into());
                io::stderr().is_terminal() && environment.get("NO_COLOR").is_none() && !is_dumb
            }
        };
        Self { format: global.output, quiet: global.quiet, color }
    }

    pub(crate) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// What was asked for.
    pub(crate) fn result<T: Serialize + Display>(self, result: &T) -> Result<()> {
        match self.format {
            Format::Text => self.text(&format!("{result}\n")),
            Format::Json => self.json(result),
        }
    }

    /// What was done; not with `--quiet`, unless somebody's program reads it.
    pub(crate) fn summary<T: Serialize + Display>(self, summary: &T) -> Result<()> {
        if self.quiet && !self.is_json() { Ok(()) } else { self.result(summary) }
    }

    pub(crate) fn json<T: Serialize>(self, result: &T) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(result).map_err(|error| Error::Stdout(error.into()))?;
        text.push(b'\n');
        self.bytes(&text)
    }

    pub(crate) fn text(self, text: &str) -> Result<()> {
        self.bytes(text.as_bytes())
    }

    /// These bytes and nothing else.
    #[expect(clippy::unused_self, reason = "whoever writes has an output")]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Result<()> {
        // Rust's own stdout keeps a copy of what it writes, and the bytes may be a secret.
        let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        stdout.and_then(|mut stdout| stdout.write_all(bytes)).map_err(Error::Stdout)
    }

    /// A word beside the result, for people.
    pub(crate) fn note(self, note: &str) {
        if !self.quiet && !self.is_json() {
            self.stderr(&format!("{note}\n"));
        }
    }

    /// There is nobody left to tell when stderr is closed.
    #[expect(clippy::unused_self, reason = "whoever writes has an output")]
    pub(crate) fn stderr(self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Whether a progress bar is of use.
    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && !self.is_json() && io::stderr().is_terminal()
    }
}
