//! `secretbridge audit tail`.

use std::io::ErrorKind;
use std::path::Path;

use clap::Args;
use events::audit::{Line, Record, Tail};
use events::{AuditError, DeliveryMode, Event, Label, Operation, Outcome, RequestServed, SystemClock};

use super::LogArgs;
use crate::error::{Error, Result};
use crate::output::Output;

/// Show the last lines of the log.
///
/// With `--output json`, one record a line, as the log has it.
#[derive(Debug, Args)]
pub(super) struct TailArgs {
    #[command(flatten)]
    log: LogArgs,
    /// How many lines.
    #[arg(long, short = 'n', value_name = "NUMBER", default_value_t = 20)]
    lines: usize,
    /// Go on with the lines that are written from now on.
    #[arg(long, short)]
    follow: bool,
}

pub(super) async fn run(arguments: &TailArgs, output: Output) -> Result<()> {
    let path = arguments.log.path()?;
    let mut tail = match Tail::open(&path) {
        Err(AuditError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => {
            return Err(Error::AuditGone(path));
        }
        opened => opened?,
    };
    for line in tail.last(arguments.lines)? {
        show(&line, &path, output)?;
    }
    if arguments.follow {
        let clock = SystemClock::new();
        loop {
            show(&tail.next(&clock).await?, &path, output)?;
        }
    }
    Ok(())
}

fn show(line: &Line, path: &Path, output: Output) -> Result<()> {
    match line {
        Line::Record(record) if output.is_json() => {
            let mut text = serde_json::to_vec(record).map_err(|error| Error::Stdout(error.into()))?;
            text.push(b'\n');
            output.bytes(&text)
        }
        Line::Record(record) => output.text(&format!("{}\n", in_words(record))),
        Line::Other(text) => {
            output.note(&format!("{}: not a record: {text}", path.display()));
            Ok(())
        }
    }
}

fn in_words(record: &Record) -> String {
    let what = match &record.event {
        Event::SecretMaterialized(event) => {
            let mode = match event.mode {
                DeliveryMode::BuildTime => "by value",
                DeliveryMode::ExternalSecrets => "by reference",
                _ => "in another way",
            };
            let (namespace, name) = (&event.namespace, &event.name);
            format!("deliver {namespace}/{name} [{}] {mode} from {}", join(&event.fields), join(&event.paths))
        }
        Event::SecretAccessed(event) => {
            let operation = match event.operation {
                Operation::Read => "read",
                Operation::Write => "write",
                Operation::Delete => "delete",
                Operation::List => "list",
                Operation::Undelete => "undelete",
                Operation::Destroy => "destroy",
                Operation::ReadMetadata => "read the metadata of",
                Operation::WriteMetadata => "write the metadata of",
                _ => "do something to",
            };
            let path = event.path.as_ref().map_or("all", Label::as_str);
            let (fields, outcome) = (bracketed(&event.fields), ended(&event.outcome));
            format!("{operation} {path}{fields}: {outcome}, {} µs", event.duration.as_micros())
        }
        Event::RequestServed(event) => {
            let (fields, outcome) = (bracketed(&event.fields), ended(&event.outcome));
            let RequestServed { method, path, remote, status, .. } = event;
            format!(
                "{method} {path}{fields} from {remote}: {status} {outcome}, {} µs",
                event.duration.as_micros()
            )
        }
        _ => "something else".to_owned(),
    };
    format!("{:>6}  {:.3}  {}  {what}", record.seq, record.event.at(), record.actor)
}

fn bracketed(fields: &[Label]) -> String {
    if fields.is_empty() { String::new() } else { format!(" [{}]", join(fields)) }
}

fn ended(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed(kind) => kind.as_str(),
        _ => "otherwise",
    }
}

fn join(labels: &[Label]) -> String {
    labels.iter().map(Label::as_str).collect::<Vec<_>>().join(", ")
}
