//! What a `PushSecret` writes, and where: the other way round.

use eso_contrib::api::{DataTo, PushSecretSpec, PushStoreRef};

use super::external_secret::{generator_text, kind_text};
use super::row::{ALL_KEYS, Source};
use super::selector;

/// What is written to one place of one store.
#[derive(Debug)]
pub(super) struct Pushed {
    pub(super) key: String,
    pub(super) target: Source,
    pub(super) store: String,
}

/// The Secret that is pushed: its name, or in brackets what selects it or makes it.
pub(super) fn secret_text(spec: &PushSecretSpec) -> String {
    let secret = spec.selector.secret.as_ref();
    let name = secret.and_then(|secret| secret.name.as_ref()).map(ToString::to_string);
    let selected = || secret.and_then(|secret| secret.selector.as_ref()).map(selector::text);
    let generator = || spec.selector.generator_ref.as_ref().map(|it| format!("({})", generator_text(it)));
    name.or_else(selected).or_else(generator).unwrap_or_else(|| "(all)".to_owned())
}

/// Everything that is written.
pub(super) fn pushed(spec: &PushSecretSpec) -> Vec<Pushed> {
    let one_by_one = spec.data.iter().flat_map(|data| {
        let remote = &data.matched.remote_ref;
        let key = data.matched.secret_key.as_ref().map_or_else(|| ALL_KEYS.to_owned(), ToString::to_string);
        let target = Source::value(&remote.remote_key, remote.property.as_deref(), None);
        let stores = spec.secret_store_refs.iter();
        stores.map(move |store| Pushed { key: key.clone(), target: target.clone(), store: store_text(store) })
    });
    one_by_one.chain(spec.data_to.iter().map(|data| at_once(data, &spec.secret_store_refs))).collect()
}

/// Where keys go to secrets of their own names, the path is theirs.
fn at_once(data: &DataTo, stores: &[PushStoreRef]) -> Pushed {
    let expression = data.matched.as_ref().and_then(|matched| matched.regexp.as_ref());
    let store = data.store_ref.as_ref().or(stores.first()).map(store_text);
    Pushed {
        key: expression.map_or_else(|| ALL_KEYS.to_owned(), |expression| format!("({expression})")),
        target: Source { path: data.remote_key.clone(), ..Source::value("", None, None) },
        store: store.unwrap_or_else(|| "—".to_owned()),
    }
}

/// `ClusterSecretStore/vault`, or `ClusterSecretStore/(team=web)`.
fn store_text(store: &PushStoreRef) -> String {
    let name = store.name.as_ref().map(ToString::to_string);
    let selected = || store.label_selector.as_ref().map(selector::text);
    format!("{}/{}", kind_text(store.kind), name.or_else(selected).unwrap_or_default())
}
