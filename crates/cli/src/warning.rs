//! What may not be as it was meant, and does not stop anything.

use std::fmt;

use k8s_bundle::KubernetesBundle;
use serde::Serialize;

use crate::config::Loaded;
use crate::error::Result;
use crate::inventory::stores_in_use;
use crate::output::Output;

/// What may not be as it was meant, and what to do then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Warning {
    message: String,
    help: String,
    file: String,
    line: usize,
}

impl Warning {
    /// Says these on stderr; programs have them in the result.
    pub(crate) fn note(warnings: &[Self], output: Output) {
        for warning in warnings {
            output.note(&warning.to_string());
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, help, file, line } = self;
        write!(f, "warning: {message} ({file}:{line})\n  {help}")
    }
}

/// The stores of the operator that nothing is read from and nothing is written to.
pub(crate) fn unused_stores(loaded: &Loaded, bundle: &KubernetesBundle) -> Result<Vec<Warning>> {
    let config = &loaded.config.k8s.secrets.runtime_sync;
    let stores = eso_contrib::unused_stores(config, bundle.secrets());
    let used = stores_in_use(loaded, bundle)?;
    let unused = stores.into_iter().filter(|store| !used.contains(store.as_str()));
    let warnings = unused.map(|store| {
        let place = loaded.place_of_store(store.as_str(), "");
        Warning {
            message: format!("nothing uses the store {store}"),
            help: "name it by store_ref where it is meant, or remove it".to_owned(),
            file: loaded.source.path().display().to_string(),
            line: loaded.source.position(place.start).line,
        }
    });
    Ok(warnings.collect())
}
