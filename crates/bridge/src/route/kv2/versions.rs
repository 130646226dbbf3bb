//! `<mount>/delete|undelete|destroy/<path>`.

use serde::Deserialize;
use vault_api::{Raw, kv2};

use super::super::{Call, secret_path};
use crate::api::{Failure, Reply, object};
use crate::mount::Mount;

pub(super) async fn delete(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let (store, path, versions) =
        (mount.versioned()?, secret_path(path)?, numbers(call, "No version number provided")?);
    store.delete_versions(&path, &versions).await?;
    Ok(Reply::done())
}

pub(super) async fn undelete(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let (store, path, versions) =
        (mount.versioned()?, secret_path(path)?, numbers(call, "No version number provided")?);
    store.undelete(&path, &versions).await?;
    Ok(Reply::done())
}

pub(super) async fn destroy(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let (store, path, versions) =
        (mount.versioned()?, secret_path(path)?, numbers(call, "no version number provided")?);
    store.destroy(&path, &versions).await?;
    Ok(Reply::done())
}

/// `none` is what is said when there are none: the one thing that Vault says in two ways.
fn numbers(call: Call<'_>, none: &'static str) -> Result<Vec<u64>, Failure> {
    #[derive(Default, Deserialize)]
    struct Body<'a> {
        #[serde(default, borrow)]
        versions: Option<Raw<'a>>,
    }
    let none = || Failure::bad_request(none);
    if object::<Body<'_>>(call.body)?.versions.is_none() {
        return Err(none());
    }
    let body: kv2::Versions = vault_api::decode(call.body).map_err(|_| {
        Failure::bad_request("error converting input for field \"versions\": not a list of numbers")
    })?;
    if body.versions.is_empty() { Err(none()) } else { Ok(body.versions) }
}
