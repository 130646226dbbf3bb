//! Which `ExternalSecret` uses what was written.

use regex::Regex;

use crate::changes::Changes;
use crate::external_secret::{ExternalSecret, Find, RemoteRef, SourceRef, StoreRef};
use crate::stores::{StoreName, Stores};

/// Whether an `ExternalSecret` may read something that was written, through one of these stores.
#[must_use]
pub fn uses(external: &ExternalSecret, changes: &Changes, stores: &Stores) -> bool {
    let spec = &external.spec;
    let of_store = |source: Option<&SourceRef>, reads: &dyn Fn(&StoreName) -> bool| {
        let Some(store) = store_of(source, spec.secret_store_ref.as_ref()) else { return false };
        let kind = store.kind.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("SecretStore");
        stores
            .meant(kind, &store.name, &external.metadata.namespace)
            .any(|store| changes.is_everything() || reads(store))
    };
    let by_key = spec
        .data
        .iter()
        .any(|data| of_store(data.source_ref.as_ref(), &|store| reads_key(&data.remote_ref, store, changes)));
    by_key
        || spec.data_from.iter().any(|from| {
            of_store(from.source_ref.as_ref(), &|store| {
                from.extract.as_ref().is_some_and(|extract| reads_key(extract, store, changes))
                    || from.find.as_ref().is_some_and(|find| may_find(find, store, changes))
            })
        })
}

/// The store of an entry: its own, or the one of all. None where a generator makes the value.
fn store_of<'a>(source: Option<&'a SourceRef>, of_all: Option<&'a StoreRef>) -> Option<&'a StoreRef> {
    match source {
        Some(SourceRef { store_ref: Some(store), .. }) => Some(store),
        Some(SourceRef { generator_ref: Some(_), .. }) => None,
        _ => of_all,
    }
}

fn reads_key(reference: &RemoteRef, store: &StoreName, changes: &Changes) -> bool {
    let is_of_notes = reference.metadata_policy.as_deref() == Some("Fetch");
    mounts(store, changes).any(|mount| {
        paths(&reference.key, mount, store.mount().is_some()).into_iter().flatten().any(|path| {
            let written = changes.of(mount, path.trim_matches('/'));
            written.is_some_and(|fields| is_of_notes || fields.may_be(&reference.property))
        })
    })
}

/// The mounts that were written to and that a store reads from. One that names no mount may read from any.
fn mounts<'a>(store: &'a StoreName, changes: &'a Changes) -> impl Iterator<Item = &'a str> {
    changes.mounts().filter(|mount| store.mount().is_none_or(|own| own.trim_matches('/') == *mount))
}

/// What a key may mean below a mount. The operator takes the mount's name off its front, and `data/` behind it for version 2; not
/// where it asks for notes. A key of a store without a mount begins with the mount.
fn paths<'k>(key: &'k str, mount: &str, store_has_mount: bool) -> [Option<&'k str>; 3] {
    let below = key.trim_start_matches('/').strip_prefix(mount).and_then(|rest| rest.strip_prefix('/'));
    let data = below.and_then(|below| below.strip_prefix("data/"));
    [store_has_mount.then_some(key), below, data]
}

/// Whether a search may have a path that was written among its results. By tags, whatever is below its path may be: notes may have
/// changed, and which they were is not known.
fn may_find(find: &Find, store: &StoreName, changes: &Changes) -> bool {
    // The operator's regular expressions are Go's, which are much the same: what is not one here may match anything.
    let name = find.name.as_ref().and_then(|name| Regex::new(&name.regexp).ok());
    mounts(store, changes).any(|mount| {
        let folder = find.path.as_deref().unwrap_or_default();
        let folders = paths(folder, mount, true);
        changes.below(mount).any(|path| {
            let is_below = |folder: &str| {
                let folder = folder.trim_matches('/');
                folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            };
            folders.iter().flatten().any(|folder| is_below(folder))
                && name.as_ref().is_none_or(|name| name.is_match(path))
        })
    })
}
