//! `<mount>/data/<path>`.

use http::StatusCode;
use secret_store::{
    Error, ErrorKind, Precondition, ReadOptions, Secret, SecretFields, SecretPath, SecretVersion,
    VersionInfo, VersionMetadata, WriteOptions, json,
};
use vault_api::header::MERGE_PATCH;
use vault_api::{Envelope, Raw, kv2};

use super::super::{Call, names, secret_path};
use super::body::Write;
use super::version_metadata;
use crate::api::{Failure, Reply, object};
use crate::mount::Mount;

/// How often a merge begins anew because somebody else wrote in between.
const ATTEMPTS: usize = 32;

pub(super) async fn read(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    match mount.store.read(&secret_path(path)?, options(call)?).await {
        Ok(secret) => {
            let metadata = version_metadata(info(&secret)?);
            let reply = Reply::secret(call.request_id, &secret.fields, &metadata, secret.stale)?;
            Ok(reply.with_fields(names(&secret.fields)))
        }
        Err(error) => gone(call, error, |metadata| kv2::Read { data: None, metadata }),
    }
}

/// Which version is asked for; zero and less are the current one, as for Vault.
pub(super) fn options(call: Call<'_>) -> Result<ReadOptions, Failure> {
    Ok(match call.query.number("version")? {
        Some(version) if version > 0 => ReadOptions::version(SecretVersion::new(version.to_string())),
        _ => ReadOptions::current(),
    })
}

pub(super) fn info(secret: &Secret) -> Result<&VersionInfo, Failure> {
    secret.info.as_deref().ok_or_else(Failure::internal)
}

/// The answer for a version that was deleted: 404, and which it was. For all else the failure.
pub(super) fn gone<T: serde::Serialize>(
    call: Call<'_>,
    error: Error,
    data: impl FnOnce(kv2::VersionMetadata) -> T,
) -> Result<Reply, Failure> {
    match error.gone() {
        Some(info) if error.kind() == ErrorKind::NotFound => {
            let envelope = Envelope::new(call.request_id, Some(data(version_metadata(info))));
            Ok(Reply::envelope(StatusCode::NOT_FOUND, &envelope)?.failed("not-found"))
        }
        _ => Err(error.into()),
    }
}

pub(super) async fn write(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    let path = secret_path(path)?;
    let body: Write<'_> = object(call.body)?;
    let fields = fields(body.data.ok_or_else(no_data)?)?;
    let written = names(&fields);
    let cas = body.cas()?;
    let precondition = match cas {
        None => Precondition::None,
        Some(cas) => precondition(mount, &path, cas).await?,
    };
    let options = WriteOptions::replace().with_precondition(precondition);
    let version = mount.store.write(&path, fields, options).await.map_err(|error| in_the_way(error, cas))?;
    answer(mount, call, &path, &version).await.map(|reply| reply.with_fields(written))
}

/// A conflict that is not one of versions: a store of files has no `app/db` where `app` is a secret.
pub(in super::super) fn in_the_way(error: Error, cas: Option<u64>) -> Failure {
    if error.kind() == ErrorKind::Conflict && cas.is_none() {
        // Not in the store's words, which name its own places.
        let message = "another secret is in the way: here, what is a secret has no secrets below it";
        return Failure { cause: Some(Box::new(error)), ..Failure::bad_request(message) };
    }
    error.into()
}

/// What must hold for a write over version `cas`, which may have been deleted; zero for that there never was one.
async fn precondition(mount: &Mount, path: &SecretPath, cas: u64) -> Result<Precondition, Failure> {
    let (current, is_gone) = match mount.store.read(path, ReadOptions::current()).await {
        Ok(secret) => (info(&secret)?.number, false),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            (error.gone().map_or(0, |gone| gone.number), true)
        }
        Err(error) => return Err(error.into()),
    };
    match is_gone {
        // What was read may be old by now: the store decides.
        false => Ok(Precondition::Version(SecretVersion::new(cas.to_string()))),
        true if current == cas => Ok(Precondition::Absent),
        true => Err(Failure::stale()),
    }
}

/// Merges into the current version, as RFC 7396 says.
pub(super) async fn patch(mount: &Mount, call: Call<'_>, path: &str) -> Result<Reply, Failure> {
    check_patch_type(call)?;
    let path = secret_path(path)?;
    let body: Write<'_> = object(call.body)?;
    let changes = body.data.ok_or_else(no_data)?;
    let cas = body.cas()?;
    let _turn = mount.lanes.turn(path.as_str()).await;
    if cas.is_none() && needs_cas(mount, &path).await? {
        return Err(Failure::bad_request("check-and-set parameter required for this call"));
    }
    for _ in 0..ATTEMPTS {
        let current = match mount.store.read(&path, ReadOptions::current()).await {
            Ok(current) => current,
            Err(error) if error.gone().zip(cas).is_some_and(|(gone, cas)| gone.number != cas) => {
                return Err(Failure::stale());
            }
            Err(error) => return gone(call, error, |metadata| metadata),
        };
        let number = info(&current)?.number;
        if cas.is_some_and(|cas| cas != number) {
            return Err(Failure::stale());
        }
        let merged = json::merge_patch(&current.fields, changes.json().as_bytes())
            .map_err(|error| not_fields(&error))
            .and_then(at_least_one)?;
        let written = names(&merged);
        let unchanged = Precondition::Version(SecretVersion::new(number.to_string()));
        let options = WriteOptions::replace().with_precondition(unchanged);
        match mount.store.write(&path, merged, options).await {
            Ok(version) => {
                let reply = answer(mount, call, &path, &version).await?;
                return Ok(reply.with_fields(written));
            }
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::unavailable("the secret is changed by others all the time: try again"))
}

/// Whether a merge has to say what it merges into. A store that may know and does not tell us is no reason to refuse one: the write
/// itself always says which version it replaces.
async fn needs_cas(mount: &Mount, path: &SecretPath) -> Result<bool, Failure> {
    match mount.versioned()?.metadata(path).await {
        Ok(metadata) => Ok(metadata.cas_required),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn delete(mount: &Mount, path: &str) -> Result<Reply, Failure> {
    mount.store.delete(&secret_path(path)?).await?;
    Ok(Reply::done())
}

/// # Errors
/// 400 without a content type and 415 for another one than a merge patch has.
pub(super) fn check_patch_type(call: Call<'_>) -> Result<(), Failure> {
    let Some(given) = call.content_type else { return Err(Failure::bad_request("mime: no media type")) };
    let media_type = given.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case(MERGE_PATCH) {
        Ok(())
    } else {
        Err(Failure::wrong_patch_type(media_type))
    }
}

/// What was written, as the store has it. It is written, whatever becomes of asking for its time and its notes: without them, who
/// wrote it is told its number.
async fn answer(
    mount: &Mount,
    call: Call<'_>,
    path: &SecretPath,
    version: &SecretVersion,
) -> Result<Reply, Failure> {
    let number = version.as_str().parse().map_err(|_| Failure::internal())?;
    let info = match mount.versioned()?.metadata(path).await {
        Ok(metadata) => {
            let written = metadata.versions.get(&number).cloned().unwrap_or_default();
            VersionInfo::new(number, written).with_notes(metadata.notes)
        }
        Err(error) => {
            let (request, help) = (call.request_id, error.help());
            tracing::warn!(request, %error, help, "written, and answered without the time and the notes");
            VersionInfo::new(number, VersionMetadata::default())
        }
    };
    Reply::data(call.request_id, &version_metadata(&info))
}

fn fields(data: Raw<'_>) -> Result<SecretFields, Failure> {
    json::decode(data.json().as_bytes()).map_err(|error| not_fields(&error)).and_then(at_least_one)
}

fn at_least_one(fields: SecretFields) -> Result<SecretFields, Failure> {
    if fields.is_empty() {
        return Err(Failure::bad_request("no data provided: a secret has at least one field here"));
    }
    Ok(fields)
}

fn not_fields(error: &json::DecodeError) -> Failure {
    Failure::bad_request(format!("error converting input for field \"data\": {error}"))
}

fn no_data() -> Failure {
    Failure::bad_request("no data provided")
}
