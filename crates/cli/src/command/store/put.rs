//! `secretbridge store put`.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _, Read as _};
use std::time::Duration;

use clap::Args;
use force_sync::Fields;
use secret_store::{
    ErrorKind, FieldName, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore as _, SecretValue,
    SecretVersion, WriteMode, WriteOptions,
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::cli::ConfigArgs;
use crate::command::sync::AfterWriteArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::prompt::Terminal;
use crate::session::Session;

/// The longest value that is read from stdin, in bytes.
const LIMIT: usize = 16 * 1024 * 1024;

/// Write a value, from stdin or typed in.
///
/// The value is read from stdin, byte for byte; on a terminal it is asked for twice and not shown. It is never an
/// argument: other users of the machine see those, and shells keep them.
///
/// A field (`--field`) is set beside the fields that are there. Without a field, the secret becomes a plain value; one
/// that holds other fields is not replaced unless `--replace` says so.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct PutArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    /// Which of its values; by default `value`, the field of a plain value.
    #[arg(long, short, value_name = "FIELD")]
    field: Option<FieldName>,
    /// Keep the other fields; what `--field` does by itself.
    #[arg(long, conflicts_with_all = ["replace", "create_only"])]
    merge: bool,
    /// Drop the other fields; the file of a map stays a map, of this one field.
    #[arg(long)]
    replace: bool,
    /// Only when there is no secret at the path; otherwise end with exit code 9.
    #[arg(long)]
    create_only: bool,
    /// Only when this is the secret's version, where the store keeps several; otherwise end with exit code 9.
    #[arg(long, value_name = "VERSION", conflicts_with = "create_only")]
    if_version: Option<String>,
    /// Take one line end off the end of what is read from stdin.
    #[arg(long)]
    trim_newline: bool,
    /// Write a value that is empty; otherwise that is taken for a mistake.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    sync: AfterWriteArgs,
    /// Takes what people add out of habit, to explain instead of quoting it.
    #[arg(hide = true, num_args = 0.., value_parser = clap::value_parser!(OsString))]
    value: Vec<OsString>,
}

#[derive(Serialize)]
struct Put {
    path: SecretPath,
    field: FieldName,
    /// What `--if-version` and `store get --version` take; none where the store does not number its versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
}

impl fmt::Display for Put {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}, field {}", self.path, self.field)?;
        self.version.map_or(Ok(()), |version| write!(f, ", as version {version}"))
    }
}

pub(super) async fn run(arguments: PutArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let in_field = arguments.field.as_ref().is_some_and(|field| field.as_str().contains('='));
    if in_field || !arguments.value.is_empty() {
        return Err(Error::Usage {
            message:
                "a value is never given as an argument: the process list and the shell's history show those"
                    .to_owned(),
            help: format!(
                "leave it out to be asked for it, or pipe it: secretbridge store put {} < FILE\n\
                 if that was the value, it is in your shell's history now: remove it there, and change it",
                arguments.path
            ),
        });
    }
    let session = Session::open(&arguments.config.config, deadline, output).await?;
    let options = options(&arguments, &session, output).await?;
    let value = value(&arguments, output)?;
    let field = arguments.field.unwrap_or_else(FieldName::value);
    let fields = SecretFields::new().with(field.clone(), value);
    let written = match options.mode {
        WriteMode::Merge => Fields::one(field.as_str()),
        _ => Fields::All,
    };
    let version = session.store.write(&arguments.path, fields, options).await?;
    let has_history = session.store.info().capabilities.history;
    let version = version.as_str().parse().ok().filter(|_| has_history);
    let put = Put { path: arguments.path, field, version };
    arguments.sync.report(&put, &session, &put.path, written, output).await
}

async fn options(arguments: &PutArgs, session: &Session, output: Output) -> Result<WriteOptions> {
    if arguments.create_only {
        return Ok(WriteOptions::replace().with_precondition(Precondition::Absent));
    }
    let expected = arguments.if_version.as_deref().map(SecretVersion::new);
    let expected = expected.map_or(Precondition::None, Precondition::Version);
    if arguments.merge || (arguments.field.is_some() && !arguments.replace) {
        return Ok(WriteOptions::merge().with_precondition(expected));
    }
    if arguments.replace {
        return Ok(WriteOptions::replace().with_precondition(expected));
    }
    let precondition = match session.store.read(&arguments.path, ReadOptions::current()).await {
        Ok(secret) if secret.fields.as_plain().is_none() => {
            let names: Vec<_> = secret.fields.names().map(FieldName::as_str).collect();
            return Err(Error::WouldDropFields { path: arguments.path.clone(), fields: names.join(", ") });
        }
        Ok(secret) => secret.version.map_or(Precondition::None, Precondition::Version),
        Err(error) if error.kind() == ErrorKind::NotFound => Precondition::Absent,
        Err(error) => {
            output.note("nothing was written: give --replace to replace the secret without looking at it");
            return Err(error.into());
        }
    };
    let checks = session.store.info().capabilities.check_and_set;
    let precondition = match expected {
        Precondition::None if checks => precondition,
        expected => expected,
    };
    Ok(WriteOptions::replace().with_precondition(precondition))
}

fn value(arguments: &PutArgs, output: Output) -> Result<SecretValue> {
    let value = if io::stdin().is_terminal() {
        Terminal::new_value(&arguments.path)?
    } else {
        from_stdin(arguments.trim_newline, output)?
    };
    if value.is_empty() && !arguments.allow_empty {
        return Err(Error::Usage {
            message: "the value is empty: nothing was written".to_owned(),
            help: "check what comes before the pipe; give --allow-empty if it is meant".to_owned(),
        });
    }
    Ok(value)
}

fn from_stdin(trim_newline: bool, output: Output) -> Result<SecretValue> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = io::stdin().lock().take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(Error::io("read", "/dev/stdin".as_ref()))?;
    if bytes.len() > LIMIT {
        return Err(Error::Usage {
            message: format!("the value is larger than {LIMIT} bytes: nothing was written"),
            help: "a Kubernetes Secret holds at most 1048576 bytes".to_owned(),
        });
    }
    let line = bytes.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    match line {
        Some(line) if trim_newline => Ok(SecretValue::copied_from(line)),
        Some(_) => {
            output.note("the value ends with a newline, which is part of it; --trim-newline takes it off");
            Ok(SecretValue::from(bytes))
        }
        None => Ok(SecretValue::from(bytes)),
    }
}
