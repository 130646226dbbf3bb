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
use serde::Serialize;
pub(crate) use totals::Totals;

use crate::config::Loaded;
use crate::error::Result;
use crate::prepare::Prepared;

/// Which path feeds which key of which Secret, and how. It is made of names alone: no store is opened for it.
#[derive(Debug, Serialize)]
pub(crate) struct Inventory {
    /// Sorted by namespace, Secret, key and source; none twice.
    pub(crate) rows: Vec<Row>,
    pub(crate) totals: Totals,
}

impl Inventory {
    /// Everything that is delivered for a configuration, as far as `filter` lets it through.
    pub(crate) fn of(
        loaded: &Loaded,
        prepared: &Prepared,
        owners: &OwnerKeys,
        filter: &Filter,
    ) -> Result<Self> {
        let mut rows = declared::rows(loaded, &prepared.bundle, owners)?;
        rows.extend(resource::rows(loaded, &prepared.bundle, owners)?);
        let rows: BTreeSet<_> = rows.into_iter().filter(|row| filter.takes(row)).collect();
        let rows: Vec<_> = rows.into_iter().collect();
        Ok(Self { totals: Totals::of(&rows), rows })
    }
}
