//! Which path feeds which key of which Secret, and how: the table that people would keep by hand.

mod declared;
mod external_secret;
mod feeds;
mod filter;
mod format;
mod owner;
mod push_secret;
mod resource;
mod row;
mod selector;
mod totals;

use std::collections::BTreeSet;

pub(crate) use filter::Filter;
pub(crate) use format::{markdown, mermaid, table};
pub(crate) use owner::OwnerKeys;
pub(crate) use row::Row;
pub(crate) use totals::Totals;

use k8s_bundle::KubernetesBundle;
use serde::Serialize;

use crate::config::Loaded;
use crate::error::Result;
use crate::prepare::Prepared;
use crate::warning::Warning;

/// Which path feeds which key of which Secret, and how. It is made of names alone: no store is opened for it.
#[derive(Debug, Serialize)]
pub(crate) struct Inventory<'a> {
    /// Sorted by namespace, Secret, key and source; none twice.
    pub(crate) rows: Vec<Row>,
    pub(crate) totals: Totals,
    warnings: &'a [Warning],
}

impl<'a> Inventory<'a> {
    /// Everything that is delivered for a configuration, as far as `filter` lets it through.
    pub(crate) fn of(
        loaded: &Loaded,
        prepared: &'a Prepared,
        owners: &OwnerKeys,
        filter: &Filter,
    ) -> Result<Self> {
        let rows = rows(loaded, &prepared.bundle, owners)?;
        let rows: Vec<_> = rows.into_iter().filter(|row| filter.takes(row)).collect();
        Ok(Self { totals: Totals::of(&rows), rows, warnings: &prepared.warnings })
    }
}

fn rows(loaded: &Loaded, bundle: &KubernetesBundle, owners: &OwnerKeys) -> Result<BTreeSet<Row>> {
    let declared = declared::rows(loaded, bundle, owners)?;
    let resources = resource::rows(loaded, bundle, owners)?;
    Ok(declared.into_iter().chain(resources).collect())
}

/// The names of the operator's stores that anything is read from or written to. What selects stores by their labels may mean
/// any of its kind.
pub(crate) fn stores_in_use(loaded: &Loaded, bundle: &KubernetesBundle) -> Result<BTreeSet<String>> {
    let rows = rows(loaded, bundle, &OwnerKeys::new(&[]))?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (kind, name) in rows.iter().filter_map(|row| row.store.as_deref()?.split_once('/')) {
        if name.starts_with('(') {
            let stores = bundle.resources().iter().filter(|resource| resource.kind() == kind);
            names.extend(stores.map(|store| store.metadata().name.to_string()));
        } else {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}
