//! `v1 ServiceAccount`.

use k8s_bundle::{Resource, Result};

use super::metadata;
use crate::contributor::Context;

/// The account of the pods. Its token is in them only where they have a use for it.
pub(crate) fn resource(context: Context<'_>) -> Result<Resource> {
    Resource::new("v1", "ServiceAccount", metadata(context)?)?
        .with_field("automountServiceAccountToken", &context.served.needs_account_token())
}
