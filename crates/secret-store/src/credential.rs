//! Credentials in configuration: references, never literals.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::ExposeSecret as _;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::buffer::read_to_end;
use crate::{Detail, Error, ErrorKind, OpenContext, Result, SecretValue};

/// The longest credential, in bytes: an identity file with many keys still fits.
const LIMIT: usize = 1024 * 1024;

/// Where a credential is: exactly one of `env`, `file`, `command`.
///
/// ```yaml
/// passphrase: { env: AGE_PASSPHRASE }
/// passphrase: { file: /run/secrets/passphrase }
/// passphrase: { command: [pass, show, age] }
/// ```
/// A literal cannot be written, so a configuration file is never itself a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "Written"))]
#[non_exhaustive]
pub enum CredentialRef {
    /// The value of an environment variable.
    Env(String),
    /// The content of a file; a relative path is relative to the configuration file.
    File(PathBuf),
    /// What a program prints: the program and its arguments, run without a shell in the configuration's folder.
    Command(Vec<String>),
}

impl CredentialRef {
    /// Gets the credential; a line end at its end is not part of it. Blocks on files and programs.
    ///
    /// # Errors
    /// [`Unauthenticated`](Error::Unauthenticated) when the variable or file is not there or is empty, or the program
    /// fails. What a program printed is not shown.
    pub fn resolve(&self, context: &OpenContext) -> Result<SecretValue> {
        let value = match self {
            Self::Env(name) => context.environment.get(name).ok_or_else(|| {
                self.error("is not set", format!("set {name}, or name another variable in the configuration"))
            })?,
            Self::File(path) => self.read_file(&context.resolve(path))?,
            Self::Command(words) => self.run_command(words, &context.base_dir)?,
        };
        let value = trim_line_end(value);
        if value.is_empty() {
            return Err(self.error("is empty", "put the credential there, or name another place".to_owned()));
        }
        Ok(value)
    }

    fn read_file(&self, path: &Path) -> Result<SecretValue> {
        let read = || {
            let mut file = std::fs::File::open(path)?;
            let size = usize::try_from(file.metadata()?.len()).unwrap_or(LIMIT);
            read_to_end(&mut file, size, LIMIT)
        };
        let bytes = read().map_err(|error| {
            let help = format!("check that {} is there and that this user may read it", path.display());
            self.error(&format!("cannot be read: {error}"), help)
        })?;
        Ok(SecretValue::from(bytes))
    }

    fn run_command(&self, words: &[String], folder: &Path) -> Result<SecretValue> {
        let help = || {
            "run it by hand in the configuration's folder: it must print the credential and exit with 0"
                .to_owned()
        };
        let failed = |error: std::io::Error| self.error(&format!("cannot be run: {error}"), help());
        let (program, arguments) = words.split_first().ok_or_else(|| self.error("is empty", help()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::inherit())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(failed)?;
        let output = match child.stdout.take() {
            Some(mut stdout) => read_to_end(&mut stdout, 4096, LIMIT),
            None => Ok(Vec::new().into()),
        };
        let status = child.wait().map_err(failed)?;
        if !status.success() {
            return Err(self.error(&format!("ended with {status}"), help()));
        }
        output.map(SecretValue::from).map_err(failed)
    }

    fn error(&self, reason: &str, help: String) -> Error {
        Error::new(
            ErrorKind::Unauthenticated,
            Detail::new("get a credential", format!("{self} {reason}")).help(help),
        )
    }
}

/// The reference, as in an error: `environment variable TOKEN`. For a command only the program is shown: arguments might
/// be secret.
impl fmt::Display for CredentialRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(words) => write!(f, "command {}", words.first().map_or("", String::as_str)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the credential is copied without its line end into another SecretValue"
)]
fn trim_line_end(value: SecretValue) -> SecretValue {
    let bytes = value.expose_secret();
    match bytes.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        Some(line) => SecretValue::copied_from(line),
        None => value,
    }
}

impl<'de> Deserialize<'de> for CredentialRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(ReferenceVisitor)
    }
}

/// By hand, for an error that does not quote what was written in place of a reference: it may be the credential.
struct ReferenceVisitor;

impl ReferenceVisitor {
    fn literal<E: de::Error>() -> std::result::Result<CredentialRef, E> {
        Err(E::custom(
            "a credential itself cannot be written here (not shown); write where it is: {env: NAME}, {file: PATH} or \
             {command: [PROGRAM, ARGUMENT]}",
        ))
    }
}

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = CredentialRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reference: {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> std::result::Result<CredentialRef, M::Error> {
        let written = Written::deserialize(de::value::MapAccessDeserializer::new(map))?;
        CredentialRef::try_from(written).map_err(de::Error::custom)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> std::result::Result<CredentialRef, E> {
        Self::literal()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> std::result::Result<CredentialRef, E> {
        Self::literal()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> std::result::Result<CredentialRef, E> {
        Self::literal()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> std::result::Result<CredentialRef, E> {
        Self::literal()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> std::result::Result<CredentialRef, E> {
        Self::literal()
    }
}

/// A credential reference as it is written.
#[derive(Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename = "CredentialRef",
    expecting = "a reference: {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}"
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CredentialRef"))]
struct Written {
    /// The name of an environment variable that holds the credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<String>,
    /// A file that holds the credential; relative to the configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    /// A program and its arguments; it prints the credential. A text is split as a shell would, but no shell runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<CommandLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "a program and its arguments: a list of texts, or one text")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum CommandLine {
    Words(Vec<String>),
    Line(String),
}

impl TryFrom<Written> for CredentialRef {
    type Error = String;

    fn try_from(written: Written) -> std::result::Result<Self, String> {
        match written {
            Written { env: Some(name), file: None, command: None } => Ok(Self::Env(name)),
            Written { env: None, file: Some(path), command: None } => Ok(Self::File(path)),
            Written { env: None, file: None, command: Some(command) } => {
                let words = match command {
                    CommandLine::Words(words) => words,
                    CommandLine::Line(line) => {
                        shlex::split(&line).ok_or("a quote in the command does not end")?
                    }
                };
                if words.is_empty() {
                    Err("the command is empty".to_owned())
                } else {
                    Ok(Self::Command(words))
                }
            }
            _ => Err("a credential reference has exactly one of env, file and command".to_owned()),
        }
    }
}

impl From<CredentialRef> for Written {
    fn from(reference: CredentialRef) -> Self {
        let empty = Self { env: None, file: None, command: None };
        match reference {
            CredentialRef::Env(name) => Self { env: Some(name), ..empty },
            CredentialRef::File(path) => Self { file: Some(path), ..empty },
            CredentialRef::Command(words) => Self { command: Some(CommandLine::Words(words)), ..empty },
        }
    }
}
