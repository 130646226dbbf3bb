//! `secretbridge build`.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use k8s_bundle::{BundleWriter, Namespace, WriteReport};
use materializer::{Materializer, Report};
use secret_store::SecretPath;
use serde::Serialize;

use crate::cli::{ConfigArgs, OutArgs};
use crate::config::{Loaded, first_token, load};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::prepare::{Prepared, prepare};
use crate::session::Session;
use crate::warning::Warning;

/// Generate everything for the cluster and write the Secrets with their values.
///
/// `<out>/k8s/secrets.yaml` gets the values: mode 0600, ignored by Git, replaced as a whole or not at all. Everything else
/// in `<out>` holds no value and may be committed. While any secret is missing, nothing is written.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    out: OutArgs,
}

#[derive(Serialize)]
struct Built {
    out: PathBuf,
    /// The file with the values.
    secrets: Report,
    /// All other files.
    bundle: WriteReport,
    by_reference: usize,
    /// What may not be as it was meant; what is about values stands in `secrets`.
    warnings: Vec<Warning>,
    /// The form of delivery.
    delivery: &'static str,
    /// The namespaces that must exist before the commands run.
    namespaces: BTreeSet<Namespace>,
    /// The commands that deliver it.
    next: Vec<String>,
    #[serde(skip)]
    is_from_repository: bool,
}

pub(crate) async fn run(arguments: BuildArgs, deadline: Option<Duration>, output: Output) -> Result<()> {
    let BuildArgs { config, out } = arguments;
    let loaded = load(&config.config)?;
    let Prepared { files, plan, next, warnings, .. } = prepare(&loaded)?;
    let session = Session::of(loaded, deadline, output).await?;
    let writer: Arc<dyn BundleWriter> = Arc::new(out.writer());
    let materializer = Materializer::new(
        Arc::clone(&session.store),
        Arc::clone(&writer),
        Arc::clone(&session.bus),
        Arc::clone(&session.clock),
    )
    .with_withheld(withheld(&session.loaded));
    let materializing = |error| Error::materializing(error, &session.loaded);
    let secrets = session.progress.during(materializer.materialize(&plan)).await.map_err(materializing)?;
    let commands = next.commands(&out.out, &files, secrets.file.is_some());
    let written = tokio::task::spawn_blocking(move || files.write_to(&*writer)).await;
    let bundle = written.map_err(|_| Error::Internal)??;
    let by_reference = materializer.delivered_by_reference(&plan).await.map_err(materializing)?;
    session.sync_log().await?;
    for warning in &secrets.warnings {
        output.note(&format!("warning: {warning}\n  {}", warning.help));
    }
    Warning::note(&warnings, output);
    let (delivery, is_from_repository) = (next.form(), next.is_from_repository());
    let namespaces = next.namespaces;
    output.summary(&Built {
        out: out.out,
        secrets,
        bundle,
        by_reference,
        warnings,
        delivery,
        namespaces,
        next: commands,
        is_from_repository,
    })
}

/// What a bridge over the same store does not serve, so that the operator does not find it.
fn withheld(loaded: &Loaded) -> Vec<SecretPath> {
    loaded.config.bridge.withheld(first_token(&loaded.config).map(|token| token.source.key))
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { out, secrets, bundle, by_reference, namespaces, next, is_from_repository, .. } = self;
        match &secrets.file {
            Some(file) => writeln!(
                f,
                "wrote {} (mode 0600): {} by value, {} from {}",
                out.join(file).display(),
                count(secrets.secrets, "Secret"),
                count(secrets.keys, "key"),
                count(secrets.paths, "path"),
            )?,
            None if secrets.removed => {
                writeln!(f, "removed the file with values: no Secret is by value any more")?;
            }
            None => f.write_str("no Secret is by value\n")?,
        }
        let [changed, unchanged, removed] =
            [&bundle.changed, &bundle.unchanged, &bundle.removed].map(Vec::len);
        if changed + unchanged + removed > 0 {
            writeln!(
                f,
                "wrote the rest of {} (no values, safe to commit): {} by reference; {} changed, {unchanged} as before, \
                 {removed} removed",
                out.display(),
                count(*by_reference, "Secret"),
                count(changed, "file"),
            )?;
        }
        if next.is_empty() {
            return f.write_str("nothing to apply");
        }
        if !namespaces.is_empty() {
            let names: Vec<_> = namespaces.iter().map(AsRef::as_ref).collect();
            write!(f, "\nNamespaces that must exist: {}", names.join(", "))?;
        }
        let before = if *is_from_repository { " commit and push the output, then" } else { "" };
        write!(f, "\nNext:{before}")?;
        next.iter().try_for_each(|command| write!(f, "\n  {command}"))
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
