//! `v1 ConfigMap`.

use std::collections::BTreeMap;

use k8s_bundle::{ObjectName, Resource, Result};

use super::{named, suffixed};
use crate::contributor::Context;

/// The file of the configuration.
pub(super) const FILE: &str = "secretbridge.yaml";

/// The configuration: references to credentials, and none of them.
pub(crate) fn resource(context: Context<'_>) -> Result<Resource> {
    let data = BTreeMap::from([(FILE, context.served.config.as_str())]);
    Resource::new("v1", "ConfigMap", named(context, name(context)?)?)?.with_field("data", &data)
}

pub(super) fn name(context: Context<'_>) -> Result<ObjectName> {
    suffixed(context, "config")
}
