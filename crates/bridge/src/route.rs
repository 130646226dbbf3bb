//! The paths of the API.

mod kv1;
mod kv2;
mod listing;
pub(crate) mod login;
pub(crate) mod sys;
pub(crate) mod token;

use events::Label;
use http::Method;
use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretPath};

use crate::api::{Failure, Query, Reply};
use crate::mount::{KvVersion, Mount};

/// A request to a mount, whose sender is known and may do this.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) verb: Verb,
    /// Below the mount, without a slash at its end.
    pub(crate) rest: &'a str,
    /// Whether there was a slash.
    pub(crate) is_folder: bool,
    pub(crate) query: Query<'a>,
    pub(crate) body: &'a [u8],
    /// The token that the request was sent with.
    pub(crate) token: &'a [u8],
    /// The content type of a patch, in full.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) request_id: &'a str,
}

/// What is to be done, as Vault sees methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Read,
    List,
    /// PUT and POST alike.
    Write,
    Patch,
    Delete,
}

impl Verb {
    /// LIST is a method, and a GET that asks for it.
    ///
    /// # Errors
    /// 405 for a method that means nothing here; 400 for a `list` that is neither true nor false.
    pub(crate) fn of(method: &Method, query: Query<'_>) -> Result<Self, Failure> {
        match method.as_str() {
            "GET" if query.flag("list")? => Ok(Self::List),
            "GET" => Ok(Self::Read),
            "LIST" => Ok(Self::List),
            "PUT" | "POST" => Ok(Self::Write),
            "PATCH" => Ok(Self::Patch),
            "DELETE" => Ok(Self::Delete),
            "HEAD" => Err(Failure::unsupported_operation()),
            _ => Err(Failure { message: None, ..Failure::unsupported_operation() }),
        }
    }
}

/// Answers a request to a mount.
pub(crate) async fn serve(mount: &Mount, call: Call<'_>) -> Result<Reply, Failure> {
    if call.is_folder && !call.rest.is_empty() && matches!(call.verb, Verb::Write | Verb::Patch) {
        return Err(Failure::bad_request("cannot write to a path ending in '/'"));
    }
    match mount.version {
        KvVersion::V1 => Box::pin(kv1::serve(mount, call)).await,
        KvVersion::V2 => kv2::serve(mount, call).await,
    }
}

/// Whether a write would change what is there, and not make it.
///
/// # Errors
/// As a read, but for that there is nothing.
pub(crate) async fn exists(mount: &Mount, call: Call<'_>) -> Result<bool, Failure> {
    let found = match (mount.version, call.rest.split_once('/')) {
        // What was deleted there is no more, also where the store remembers it.
        (KvVersion::V1, _) => {
            mount.store.read(&secret_path(call.rest)?, ReadOptions::current()).await.map(drop)
        }
        // Notes make a secret as well, and it is one for as long as there is anything of it.
        (KvVersion::V2, Some(("data" | "metadata", path))) => {
            mount.versioned()?.metadata(&secret_path(path)?).await.map(drop)
        }
        // Everything else changes something.
        (KvVersion::V2, _) => return Ok(true),
    };
    match found {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The path of a secret.
///
/// # Errors
/// 400 for what no store can hold.
fn secret_path(text: &str) -> Result<SecretPath, Failure> {
    SecretPath::new(text)
        .map_err(|error| Failure::bad_request(format!("the path of a secret {}", error.rule())))
}

fn names(fields: &SecretFields) -> Vec<Label> {
    fields.names().map(Label::from).collect()
}
