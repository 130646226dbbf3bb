//! What only a store with numbered versions can do: it is used itself, below what audits it.

use std::time::Duration;

use clap::Args;
use events::{Label, Operation, Outcome, PublishError, SecretAccessed};
use secret_store::provider::vault::VaultStore;
use secret_store::{SecretPath, StoreConfig};

use crate::cli::ConfigArgs;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::session::Session;

/// Which versions.
#[derive(Debug, Args)]
pub(super) struct VersionArgs {
    /// The numbers of the versions, with commas between them: `2,3`.
    #[arg(long, value_name = "NUMBERS", required = true, value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) versions: Vec<u64>,
}

/// `version 2` or `versions 2, 3`, for people.
pub(super) fn listed(versions: &[u64]) -> String {
    let numbers = versions.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    format!("version{} {numbers}", if versions.len() == 1 { "" } else { "s" })
}

/// A session whose store has numbered versions.
#[derive(Debug)]
pub(super) struct Versioned {
    pub(super) session: Session,
    pub(super) store: VaultStore,
}

impl Versioned {
    pub(super) async fn open(
        config: &ConfigArgs,
        deadline: Option<Duration>,
        output: Output,
    ) -> Result<Self> {
        let session = Session::open(&config.config, deadline, output).await?;
        let Some(StoreConfig::Vault(vault)) = &session.loaded.config.store else {
            return Err(Error::Usage {
                message: format!("the {} keeps no versions", session.store.info().describe()),
                help: "a store of provider: vault does, in version 2 of its key/value engine".to_owned(),
            });
        };
        let store = vault.open(&session.context).await?;
        Ok(Self { session, store })
    }

    /// Waits for `work`, and notes how it ended.
    pub(super) async fn audited<T>(
        &self,
        operation: Operation,
        path: &SecretPath,
        work: impl Future<Output = secret_store::Result<T>>,
    ) -> Result<T> {
        let start = self.session.clock.monotonic();
        let answer = self.session.progress.during(work).await;
        let event = SecretAccessed {
            at: self.session.clock.now(),
            actor: None,
            operation,
            path: Some(path.into()),
            fields: Vec::new(),
            outcome: match &answer {
                Ok(_) => Outcome::Ok,
                Err(error) => Outcome::Failed(Label::new(error.kind().as_str())),
            },
            duration: self.session.clock.monotonic().saturating_sub(start),
        };
        let is_done = answer.is_ok();
        let not_recorded = |error: PublishError| {
            let help = if is_done { "it is done all the same" } else { "it was not done either" };
            Error::NotRecorded(error.to_string(), help.to_owned())
        };
        self.session.bus.publish(&event.into()).await.map_err(not_recorded)?;
        Ok(answer?)
    }
}
