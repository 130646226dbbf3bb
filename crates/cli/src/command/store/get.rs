//! `secretbridge store get`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use secrecy::ExposeSecret as _;
use secret_store::{
    Detail, ErrorKind, FieldName, ReadOptions, Secret, SecretPath, SecretStore as _, SecretValue,
    SecretVersion, VALUE_FIELD, missing_field,
};
use serde::Serialize;

use crate::cli::ConfigArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::session::Session;

/// Print a value.
///
/// Into a pipe or a file go the bytes of the value and nothing else. On a terminal it is shown only with `--reveal`. With
/// `--output json`: all fields, or the one asked for; those that are not text in base64.
#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct GetArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where the secret is: `infrastructure/minio`.
    path: SecretPath,
    /// Which of its values; by default `value`, the field of a plain value.
    #[arg(long, short, value_name = "FIELD")]
    field: Option<FieldName>,
    /// Which version of the secret, where the store keeps several: the number that `store metadata` shows.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Show the value on a terminal.
    #[arg(long)]
    reveal: bool,
}

#[derive(Serialize)]
struct Shown<'a> {
    path: &'a SecretPath,
    fields: BTreeMap<&'a FieldName, ShownValue<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum ShownValue<'a> {
    /// What is text.
    Text(&'a str),
    /// What is not.
    Base64(String),
}

pub(super) async fn run(arguments: GetArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let is_terminal = io::stdout().is_terminal();
    if is_terminal && !arguments.reveal {
        return Err(Error::Usage {
            message: "the value would be shown: standard output is a terminal".to_owned(),
            help: "give --reveal to show it, or send it on: secretbridge store get PATH | COMMAND".to_owned(),
        });
    }
    let session = Session::open(&arguments.config.config, deadline, output).await?;
    let version = arguments.version.as_deref().map(SecretVersion::new);
    let options = version.map_or_else(ReadOptions::current, ReadOptions::version);
    let secret = session.store.read(&arguments.path, options).await?;
    if output.is_json() {
        return show_json(&arguments, &secret, output);
    }
    let value =
        field(&arguments.path, &secret, arguments.field.as_ref().map_or(VALUE_FIELD, FieldName::as_str))?;
    show(value, is_terminal, output)
}

fn field<'a>(path: &SecretPath, secret: &'a Secret, field: &str) -> Result<&'a SecretValue> {
    let value = secret.fields.get(field);
    value.ok_or_else(|| {
        let reason = missing_field(path, field, &secret.fields).detail().reason().to_owned();
        let detail = Detail::new("read", reason).at(path).help("name one of them with --field");
        secret_store::Error::new(ErrorKind::NotFound, detail).into()
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the user has asked for the value; it goes to stdout, unbuffered"
)]
fn show(value: &SecretValue, is_terminal: bool, output: Output) -> Result<()> {
    let bytes = value.expose_secret();
    output.bytes(bytes)?;
    // A shell's prompt would stand behind the value, as if it were part of it.
    if is_terminal && !bytes.ends_with(b"\n") { output.bytes(b"\n") } else { Ok(()) }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the user has asked for the values; they go to stdout, unbuffered"
)]
fn show_json(arguments: &GetArgs, secret: &Secret, output: Output) -> Result<()> {
    if let Some(name) = &arguments.field {
        field(&arguments.path, secret, name.as_str())?;
    }
    let wanted =
        secret.fields.iter().filter(|(name, _)| arguments.field.as_ref().is_none_or(|field| field == *name));
    let shown = wanted.map(|(name, value)| {
        let bytes = value.expose_secret();
        let text = core::str::from_utf8(bytes).map(ShownValue::Text);
        (name, text.unwrap_or_else(|_| ShownValue::Base64(STANDARD.encode(bytes))))
    });
    output.json(&Shown { path: &arguments.path, fields: shown.collect() })
}
