//! `secretbridge store rekey`.

use std::fmt;
use std::time::Duration;

use clap::Args;
use events::{Label, Operation, Outcome, PublishError, SecretAccessed};
use secret_store::provider::age::{RekeyOptions, RekeyReport};
use secret_store::{SecretPath, StoreConfig};
use serde::Serialize;

use crate::cli::ConfigArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::problems::Problems;
use crate::session::Session;

/// Encrypt again, to the recipients of now.
///
/// For age stores: after a change of `.age-recipients`, encrypts each secret to the recipients that are named there now.
/// One that was interrupted goes on where it was. An age file does not tell for whom it is, so every file is encrypted
/// again, also one whose recipients are the same; `--dry-run` shows them. A recipient who was removed keeps what they have
/// had, in Git's history for one: change the values as well.
#[derive(Debug, Args)]
pub(super) struct RekeyArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Only the secret at this path and those below it.
    prefix: Option<SecretPath>,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Rekeyed {
    dry_run: bool,
    #[serde(rename = "rekeyed")]
    secrets: Vec<RekeyedSecret>,
    unchanged: Vec<SecretPath>,
}

#[derive(Serialize)]
struct RekeyedSecret {
    path: SecretPath,
    recipients: Vec<String>,
    /// None of the recipients is one of the configured identities.
    locks_out: bool,
}

pub(super) async fn run(arguments: RekeyArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let RekeyArgs { config, prefix, dry_run } = arguments;
    let session = Session::open(&config.config, deadline, output).await?;
    let Some(StoreConfig::Age(age)) = &session.loaded.config.store else {
        return Err(Error::Usage {
            message: "only an age store can be encrypted again".to_owned(),
            help: "the store of this configuration is not encrypted to recipients".to_owned(),
        });
    };
    let store = age.open(&session.context).await?;
    let progress = session.progress.clone();
    let options = if dry_run { RekeyOptions::dry_run() } else { RekeyOptions::new() };
    let options = options.with_progress(move |now| progress.at(now.done, now.total));
    let report = session.progress.during(store.rekey(prefix.as_ref(), options)).await?;
    if !dry_run {
        record(&report, &session).await?;
    }
    let problems = Problems::of_rekey(&report, &session.loaded);
    output.summary(&Rekeyed::new(report, dry_run))?;
    problems.map_or(Ok(()), |problems| Err(problems.into()))
}

/// Notes each file that was written, or could not be: the store is used below what audits it.
async fn record(report: &RekeyReport, session: &Session) -> Result<()> {
    let done = report.rekeyed.iter().map(|secret| (&secret.path, Outcome::Ok));
    let failed =
        report.failed.iter().map(|(path, error)| (path, Outcome::Failed(Label::new(error.kind().as_str()))));
    for (path, outcome) in done.chain(failed) {
        let event = SecretAccessed {
            at: session.clock.now(),
            actor: None,
            operation: Operation::Write,
            path: Some(path.into()),
            fields: Vec::new(),
            outcome,
            duration: Duration::ZERO,
        };
        let not_recorded = |error: PublishError| {
            Error::NotRecorded(error.to_string(), "the secrets are encrypted anew all the same".to_owned())
        };
        session.bus.publish(&event.into()).await.map_err(not_recorded)?;
    }
    Ok(())
}

impl Rekeyed {
    fn new(report: RekeyReport, dry_run: bool) -> Self {
        let rekeyed = report.rekeyed.into_iter().map(|secret| RekeyedSecret {
            path: secret.path,
            recipients: secret.recipients.to_vec(),
            locks_out: secret.locks_out,
        });
        Self { dry_run, secrets: rekeyed.collect(), unchanged: report.unchanged }
    }
}

impl fmt::Display for Rekeyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for secret in &self.secrets {
            writeln!(f, "{} to {}", secret.path, secret.recipients.join(", "))?;
            if secret.locks_out {
                writeln!(f, "  none of them is a configured identity: it can no longer be read from here")?;
            }
        }
        let done = if self.dry_run { "to be encrypted anew" } else { "encrypted anew" };
        write!(f, "{done}: {}; were so already: {}", self.secrets.len(), self.unchanged.len())
    }
}
