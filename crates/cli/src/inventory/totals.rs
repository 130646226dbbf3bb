//! What the rows add up to.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::row::{Delivery, Row};

/// What the rows add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Totals {
    /// Secrets by value.
    by_value: usize,
    /// Secrets by reference; what selects namespaces counts once.
    by_reference: usize,
    /// Secrets that are pushed to a store.
    pushed: usize,
    /// Paths that are named, each once.
    paths: usize,
    /// Stores, each once.
    stores: usize,
}

impl Totals {
    pub(super) fn of(rows: &[Row]) -> Self {
        let secrets = |delivery| {
            let rows = rows.iter().filter(|row| row.delivery == delivery);
            rows.map(|row| (&row.namespace, &row.secret)).collect::<BTreeSet<_>>().len()
        };
        let paths: BTreeSet<_> = rows.iter().filter_map(|row| row.source.path.as_ref()).collect();
        let stores: BTreeSet<_> = rows.iter().filter_map(|row| row.store.as_ref()).collect();
        Self {
            by_value: secrets(Delivery::BuildTime),
            by_reference: secrets(Delivery::ExternalSecrets),
            pushed: secrets(Delivery::PushSecret),
            paths: paths.len(),
            stores: stores.len(),
        }
    }
}

/// `2 Secrets by value, 1 by reference; 3 paths in 2 stores`.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count =
            |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        write!(f, "{} by value, {} by reference", count(self.by_value, "Secret"), self.by_reference)?;
        if self.pushed > 0 {
            write!(f, ", {} pushed", self.pushed)?;
        }
        write!(f, "; {} in {}", count(self.paths, "path"), count(self.stores, "store"))
    }
}
