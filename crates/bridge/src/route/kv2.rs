//! Version 2 of the key/value engine.

mod body;
mod config;
mod data;
mod detailed;
mod metadata;
mod subkeys;
mod versions;

use std::collections::BTreeMap;

use events::Timestamp;
use secret_store::{SecretFields, VersionInfo, json};
use vault_api::kv2;
use zeroize::Zeroizing;

use super::{Call, Verb};
use crate::api::{Failure, Reply};
use crate::mount::Mount;

pub(super) use self::data::in_the_way;

pub(super) async fn serve(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    let (endpoint, path) = call.rest.split_once('/').unwrap_or((call.rest, ""));
    match (endpoint, call.verb) {
        ("data", Verb::Read) if !path.is_empty() => data::read(mount, call, path).await,
        // In a box: reads are most of what is asked, and the future of each is as large as the largest of these.
        _ => Box::pin(serve_others(mount, call, endpoint, path)).await,
    }
}

async fn serve_others(mount: &Mount, call: Call<'_>, endpoint: &str, path: &str) -> Result<Reply, Failure> {
    match (endpoint, call.verb) {
        ("metadata", Verb::List) => super::listing::list(&*mount.store, path, call.request_id).await,
        ("detailed-metadata", Verb::List) => detailed::list(mount, call, path).await,
        ("config", _) if path.is_empty() => config::serve(mount, call),
        ("data" | "metadata" | "delete" | "undelete" | "destroy" | "subkeys", _) if path.is_empty() => {
            Err(Failure::no_name())
        }
        ("data", Verb::Write) => data::write(mount, call, path).await,
        ("data", Verb::Patch) => data::patch(mount, call, path).await,
        ("data", Verb::Delete) => data::delete(mount, path).await,
        ("metadata", Verb::Read) => metadata::read(mount, call, path).await,
        ("metadata", Verb::Write) => metadata::write(mount, call, path).await,
        ("metadata", Verb::Patch) => metadata::patch(mount, call, path).await,
        ("metadata", Verb::Delete) => metadata::remove(mount, path).await,
        ("delete", Verb::Write) => versions::delete(mount, call, path).await,
        ("undelete", Verb::Write) => versions::undelete(mount, call, path).await,
        ("destroy", Verb::Write) => versions::destroy(mount, call, path).await,
        ("subkeys", Verb::Read) => subkeys::read(mount, call, path).await,
        ("data" | "delete" | "undelete" | "destroy" | "subkeys", _) => Err(Failure::unsupported_operation()),
        _ => Err(no_endpoint(call)),
    }
}

/// 400 for a path without `data/` and its like. Vault and OpenBao answer 404 with this as a warning, which the External Secrets
/// Operator, in a store of version 1, takes for a secret that is not there: a wrong `version` would remove Secrets.
fn no_endpoint(call: Call<'_>) -> Failure {
    let command = match call.verb {
        Verb::Read => "get",
        Verb::List => "list",
        Verb::Write => "put",
        Verb::Patch => "patch",
        Verb::Delete => "delete",
    };
    let message = format!(
        "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If \
         using the OpenBao CLI, use 'bao kv {command}' for this operation."
    );
    Failure { category: "no-route", ..Failure::bad_request(message) }
}

/// The fields as a JSON object.
///
/// # Errors
/// 400 with the name of a field that has no form in JSON.
pub(super) fn encoded(fields: &SecretFields) -> Result<Zeroizing<Vec<u8>>, Failure> {
    json::encode(fields).map_err(|error| Failure::bad_request(error.to_string()))
}

/// A version on the wire.
fn version_metadata(info: &VersionInfo) -> kv2::VersionMetadata {
    kv2::VersionMetadata {
        created_time: time(info.version.created),
        custom_metadata: notes(&info.notes),
        deletion_time: info.version.deleted.map(|at| at.to_string()).unwrap_or_default(),
        destroyed: info.version.destroyed,
        version: info.number,
    }
}

/// A time on the wire; where it is not known, Go's zero time, as clients expect a time.
fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |at| at.to_string())
}

/// Notes on the wire: null when there are none.
fn notes(notes: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
    (!notes.is_empty()).then(|| notes.clone())
}
