//! What is in a folder.

use secret_store::{SecretPath, SecretStore};
use vault_api::kv1::List;

use super::secret_path;
use crate::api::{Failure, Reply};

/// Answers a LIST of the folder `folder`; of the root when it is empty.
///
/// # Errors
/// 404 for a folder with nothing in it: there are no empty folders.
pub(super) async fn list(store: &dyn SecretStore, folder: &str, request_id: &str) -> Result<Reply, Failure> {
    Reply::data(request_id, &List { keys: keys(store, folder).await? })
}

/// The names in a folder, sorted; those of folders end in a slash.
///
/// # Errors
/// As [`list`].
pub(super) async fn keys(store: &dyn SecretStore, folder: &str) -> Result<Vec<String>, Failure> {
    let prefix = if folder.is_empty() { None } else { Some(secret_path(folder)?) };
    let paths = store.list(prefix.as_ref()).await?;
    let keys = directly_below(prefix.as_ref(), &paths);
    if keys.is_empty() { Err(Failure::not_found()) } else { Ok(keys) }
}

/// The names directly below `prefix`, sorted; those of folders end in a slash.
fn directly_below(prefix: Option<&SecretPath>, paths: &[SecretPath]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let skip = prefix.map_or(0, |prefix| prefix.as_str().len() + 1);
    for path in paths {
        let Some(rest) = path.as_str().get(skip..) else { continue };
        let key = match rest.find('/') {
            Some(end) => &rest[..=end],
            None => rest,
        };
        // Paths are sorted: those of one folder follow each other.
        if keys.last().is_none_or(|last| last != key) {
            keys.push(key.to_owned());
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_the_names_directly_below_it_and_one_may_be_both() {
        let paths = ["app", "app-1", "app/db", "app/web/tls", "z"].map(|path| SecretPath::new(path).unwrap());
        assert_eq!(directly_below(None, &paths), ["app", "app-1", "app/", "z"]);
        assert_eq!(directly_below(Some(&paths[0]), &paths[2..4]), ["db", "web/"]);
    }
}
