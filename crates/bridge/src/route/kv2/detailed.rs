//! `<mount>/detailed-metadata/<folder>`: a list with the metadata of each name, which OpenBao has and Vault has not.

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use secret_store::{ErrorKind, VersionedStore};
use serde::Serialize;
use vault_api::kv2;

use super::super::{Call, listing, secret_path};
use super::metadata::on_the_wire;
use crate::api::{Failure, Reply};
use crate::mount::Mount;

/// How many are asked for at once.
const AT_ONCE: usize = 16;

#[derive(Serialize)]
struct Detailed {
    key_info: BTreeMap<String, Info>,
    keys: Vec<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Info {
    Secret(kv2::Metadata),
    Folder {},
}

/// Costs a read of the store's metadata for each secret of the folder.
pub(super) async fn list(mount: &Mount, call: Call<'_>, folder: &str) -> Result<Reply, Failure> {
    let store = mount.versioned()?;
    let keys = listing::keys(&*mount.store, folder).await?;
    let asked = stream::iter(keys).map(|key| info(store, folder, key)).buffered(AT_ONCE);
    // What was removed meanwhile is not in the list.
    let known: Vec<_> = asked.try_filter_map(|known| async { Ok(known) }).try_collect().await?;
    if known.is_empty() {
        return Err(Failure::not_found());
    }
    let keys = known.iter().map(|(key, _)| key.clone()).collect();
    Reply::data(call.request_id, &Detailed { key_info: known.into_iter().collect(), keys })
}

async fn info(
    store: &dyn VersionedStore,
    folder: &str,
    key: String,
) -> Result<Option<(String, Info)>, Failure> {
    if key.ends_with('/') {
        return Ok(Some((key, Info::Folder {})));
    }
    let path = if folder.is_empty() { secret_path(&key)? } else { secret_path(&format!("{folder}/{key}"))? };
    match store.metadata(&path).await {
        Ok(metadata) => Ok(Some((key, Info::Secret(on_the_wire(&metadata))))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
