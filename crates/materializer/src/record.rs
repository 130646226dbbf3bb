//! One event for each Secret delivered.

use std::collections::BTreeSet;
use std::fmt;

use events::{Clock, DeliveryMode, Event, EventBus, Label, SecretMaterialized, Timestamp};
use k8s_bundle::{BundlePath, SecretId};

use crate::materialized::Made;
use crate::plan::{PlannedFrom, PlannedKey, PlannedSecret};

/// How many reasons are spelled out.
const SHOWN: usize = 3;

/// Secrets were delivered, and not every subscriber took the event that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotRecorded {
    /// The file that was written; none for Secrets by reference, which the rest of the bundle delivers.
    pub file: Option<BundlePath>,
    /// How many Secrets were delivered.
    pub delivered: usize,
    /// Those whose event was not taken by all, or may not have been, with what the bus said; at least one.
    pub unrecorded: Vec<(SecretId, String)>,
}

impl NotRecorded {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        "mend what keeps the event from being taken and build again: the same Secrets are delivered and recorded anew"
            .to_owned()
    }
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file} is written")?,
            None => f.write_str("the Secrets by reference are delivered")?,
        }
        write!(f, ", but {} of {} deliveries were not recorded:", self.unrecorded.len(), self.delivered)?;
        let reasons: BTreeSet<&str> = self.unrecorded.iter().map(|(_, reason)| reason.as_str()).collect();
        for &reason in reasons.iter().take(SHOWN) {
            let mut secrets = self.unrecorded.iter().filter(|(_, other)| other == reason);
            let first = secrets.next().map_or_else(String::new, |(secret, _)| secret.to_string());
            let more = secrets.count();
            let others = if more == 0 { String::new() } else { format!(" and {more} more") };
            write!(f, "\n  {first}{others}: {reason}")?;
        }
        if reasons.len() > SHOWN {
            write!(f, "\n  and {} other reasons", reasons.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for NotRecorded {}

/// Publishes one event for each Secret, in order and all at once. From the first one on that is not certainly taken, none
/// counts as taken.
///
/// With each comes what it was made of, where its plan does not say that.
pub(crate) async fn record<'a>(
    secrets: impl Iterator<Item = (&'a PlannedSecret, Option<Made>)>,
    mode: DeliveryMode,
    file: Option<&BundlePath>,
    bus: &dyn EventBus,
    clock: &dyn Clock,
) -> Result<usize, NotRecorded> {
    let at = clock.now();
    let (mut ids, mut events) = (Vec::new(), Vec::new());
    for (secret, made) in secrets {
        ids.push(secret.id());
        events.push(event(secret, made.as_ref(), mode, at));
    }
    let Err(error) = bus.publish_all(&events).await else { return Ok(ids.len()) };
    let reason = error.to_string();
    let unrecorded = ids.iter().skip(error.taken).map(|&id| (id.clone(), reason.clone())).collect();
    Err(NotRecorded { file: file.cloned(), delivered: ids.len(), unrecorded })
}

fn event(secret: &PlannedSecret, made: Option<&Made>, delivery: DeliveryMode, at: Timestamp) -> Event {
    let (fields, paths) = made.map_or_else(|| planned(secret), of_made);
    SecretMaterialized {
        at,
        namespace: secret.id().namespace.as_str().into(),
        name: secret.id().name.as_str().into(),
        mode: delivery,
        fields,
        paths,
    }
    .into()
}

/// Keys and paths.
type Parts = (Vec<Label>, Vec<Label>);

fn of_made(made: &Made) -> Parts {
    let keys = made.keys.iter().map(|key| key.as_str().into());
    (keys.collect(), made.paths.iter().map(Into::into).collect())
}

/// What the plan says of it.
fn planned(secret: &PlannedSecret) -> Parts {
    let from = secret.data_from().iter().filter_map(PlannedFrom::path);
    let mut paths: Vec<_> = secret.keys().iter().map(PlannedKey::path).chain(from).collect();
    paths.sort_unstable();
    paths.dedup();
    let keys = secret.known_keys().into_iter().map(|key| key.as_str().into());
    (keys.collect(), paths.into_iter().map(Into::into).collect())
}
