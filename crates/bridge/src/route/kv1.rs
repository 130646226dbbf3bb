//! Version 1 of the key/value engine: fields alone.

use secret_store::{ReadOptions, SecretFields, WriteOptions, json};
use vault_api::{Envelope, Raw, decode};

use super::{Call, Verb, listing, names, secret_path};
use crate::api::{Failure, Reply};
use crate::mount::Mount;

/// In how many seconds a client is told to read again: Vault's own.
const LEASE: u64 = 2_764_800;

pub(super) async fn serve(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    match call.verb {
        Verb::List => listing::list(&*mount.store, call.rest, call.request_id).await,
        Verb::Read if call.is_folder || call.rest.is_empty() => Err(Failure::no_name()),
        Verb::Read => read(mount, call).await,
        Verb::Write => write(mount, call).await,
        Verb::Delete => {
            mount.store.delete(&secret_path(call.rest)?).await?;
            Ok(Reply::done())
        }
        Verb::Patch => Err(Failure::unsupported_operation()),
    }
}

async fn read(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    let secret = mount.store.read(&secret_path(call.rest)?, ReadOptions::current()).await?;
    let data = super::kv2::encoded(&secret.fields)?;
    let data: Raw<'_> = decode(&data).map_err(|_| Failure::internal())?;
    let mut envelope = Envelope::new(call.request_id, Some(data));
    envelope.lease_duration = LEASE;
    Ok(Reply::read(envelope, secret.stale)?.with_fields(names(&secret.fields)))
}

async fn write(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    let path = secret_path(call.rest)?;
    let fields = match call.body.trim_ascii() {
        b"" | b"null" => SecretFields::new(),
        body => json::decode(body)
            .map_err(|error| Failure::bad_request(format!("failed to decode JSON input: {error}")))?,
    };
    if fields.is_empty() {
        return Err(Failure::bad_request("missing data fields"));
    }
    let written = names(&fields);
    let written_to = mount.store.write(&path, fields, WriteOptions::replace()).await;
    written_to.map_err(|error| super::kv2::in_the_way(error, None))?;
    Ok(Reply::done().with_fields(written))
}
