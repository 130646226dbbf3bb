//! Which `ExternalSecret` uses what was written.

use force_sync::{Changes, ExternalSecret, Fields, StoreName, Stores, uses};
use proptest::prelude::*;
use serde_json::{Value, json};

fn external(spec: &Value) -> ExternalSecret {
    let object = json!({ "metadata": { "name": "a", "namespace": "shop" }, "spec": spec });
    serde_json::from_value(object).unwrap()
}

fn stores() -> Stores {
    Stores::new([
        StoreName::cluster("homelab").at_mount("secret"),
        StoreName::namespaced("near").in_namespace("shop").at_mount("teams/kv"),
        StoreName::cluster("bare"),
    ])
}

fn through(store: &str, rest: &Value) -> ExternalSecret {
    let kind = if store == "near" { "SecretStore" } else { "ClusterSecretStore" };
    let mut spec = json!({ "secretStoreRef": { "kind": kind, "name": store } });
    spec.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    external(&spec)
}

fn data(key: &str) -> Value {
    json!({ "data": [{ "secretKey": "x", "remoteRef": { "key": key } }] })
}

fn find(find: &Value) -> Value {
    json!({ "dataFrom": [{ "find": find }] })
}

/// Whether it is told of a write to `apps/db` at that mount.
fn told(external: &ExternalSecret, mount: &str) -> bool {
    uses(external, &Changes::new().with(mount, "apps/db", Fields::All), &stores())
}

#[test]
fn a_key_is_meant_with_and_without_the_mount_in_front() {
    for key in ["apps/db", "secret/apps/db", "secret/data/apps/db", "/apps/db", "apps/db/"] {
        assert!(told(&through("homelab", &data(key)), "secret"), "{key}");
    }
    for key in ["teams/kv/apps/db", "teams/kv/data/apps/db"] {
        assert!(told(&through("near", &data(key)), "teams/kv"), "{key}");
    }
    for key in ["apps", "apps/db2", "apps/db/more", "data/apps/db", "other/apps/db", ""] {
        assert!(!told(&through("homelab", &data(key)), "secret"), "{key}");
    }
}

#[test]
fn without_a_mount_of_its_store_a_key_begins_with_it() {
    for key in ["secret/apps/db", "secret/data/apps/db"] {
        assert!(told(&through("bare", &data(key)), "secret"), "{key}");
    }
    assert!(told(&through("bare", &data("kv/apps/db")), "kv"));
    assert!(!told(&through("bare", &data("apps/db")), "secret"));
}

#[test]
fn a_write_to_another_mount_is_no_write_to_this_one() {
    assert!(!told(&through("homelab", &data("apps/db")), "kv"));
    assert!(!told(&through("near", &data("apps/db")), "secret"));
}

#[test]
fn only_stores_that_are_named_count_by_kind_name_and_namespace() {
    assert!(!told(&through("other", &data("apps/db")), "secret"));
    let mut spec = data("apps/db");
    spec["secretStoreRef"] = json!({ "name": "homelab" });
    assert!(!told(&external(&spec), "secret"), "without a kind it is a SecretStore");
    spec["secretStoreRef"] = json!({ "name": "near", "kind": "" });
    assert!(told(&external(&spec), "teams/kv"));
    let object = json!({ "metadata": { "name": "a", "namespace": "bank" }, "spec": spec });
    let elsewhere: ExternalSecret = serde_json::from_value(object).unwrap();
    assert!(!told(&elsewhere, "teams/kv"), "a SecretStore of another namespace");
    assert!(!told(&external(&data("apps/db")), "secret"), "no store at all");
}

#[test]
fn an_entry_may_have_a_store_of_its_own_and_a_generator_has_none() {
    let homelab = json!({ "storeRef": { "kind": "ClusterSecretStore", "name": "homelab" } });
    let mut spec = data("apps/db");
    spec["data"][0]["sourceRef"] = homelab.clone();
    assert!(told(&external(&spec), "secret"));
    spec["secretStoreRef"] = json!({ "kind": "ClusterSecretStore", "name": "homelab" });
    spec["data"][0]["sourceRef"]["storeRef"]["name"] = json!("other");
    assert!(!told(&external(&spec), "secret"), "its own counts");
    let generated = json!({ "dataFrom": [
        { "sourceRef": { "generatorRef": { "kind": "Password", "name": "p" } } },
    ] });
    let everything = Changes::everything();
    assert!(!uses(&through("homelab", &generated), &everything, &stores()));
    let extracted = json!({ "dataFrom": [{ "extract": { "key": "apps/db" }, "sourceRef": homelab }] });
    assert!(told(&external(&extracted), "secret"));
}

#[test]
fn a_search_is_told_when_it_may_find_it() {
    let found = [
        json!({ "name": { "regexp": ".*" } }),
        json!({ "name": { "regexp": "^apps/db$" } }),
        json!({ "name": { "regexp": "db" }, "path": "apps" }),
        json!({ "name": { "regexp": "(" } }),
        json!({ "path": "apps/" }),
        json!({ "path": "secret/apps" }),
        json!({ "tags": { "team": "a" } }),
        json!({}),
    ];
    for by in found {
        assert!(told(&through("homelab", &find(&by)), "secret"), "{by}");
    }
    for by in [
        json!({ "name": { "regexp": "^db" } }),
        json!({ "name": { "regexp": ".*" }, "path": "app" }),
        json!({ "path": "apps/db" }),
        json!({ "tags": { "team": "a" }, "path": "other" }),
    ] {
        assert!(!told(&through("homelab", &find(&by)), "secret"), "{by}");
    }
}

#[test]
fn a_field_that_was_not_written_is_not_told_unless_all_or_the_notes_are_read() {
    let one = Changes::new().with("secret", "apps/db", Fields::one("password"));
    let with = |reference: Value| {
        let external = through("homelab", &json!({ "data": [{ "secretKey": "x", "remoteRef": reference }] }));
        uses(&external, &one, &stores())
    };
    assert!(with(json!({ "key": "apps/db", "property": "password" })));
    assert!(with(json!({ "key": "apps/db" })));
    assert!(with(json!({ "key": "apps/db", "property": "owner", "metadataPolicy": "Fetch" })));
    assert!(!with(json!({ "key": "apps/db", "property": "user" })));
}

#[test]
fn what_an_api_server_leaves_out_or_sets_to_null_is_nothing() {
    for spec in [json!({}), json!({ "data": null, "dataFrom": null, "secretStoreRef": null })] {
        assert!(!told(&external(&spec), "secret"));
    }
    let bare: ExternalSecret =
        serde_json::from_value(json!({ "metadata": { "name": "a", "namespace": "b" } })).unwrap();
    assert!(!told(&bare, "secret"));
}

/// The address that the operator asks, as its Vault provider makes it of a key (`buildPath`), for version 2 of the engine.
fn asked(mount: Option<&str>, key: &str) -> String {
    let Some(mount) = mount else {
        if key.contains("/data/") {
            return key.to_owned();
        }
        let (first, rest) = key.split_once('/').unwrap_or((key, ""));
        return format!("{first}/data/{rest}");
    };
    let key = match key.strip_prefix(&format!("{mount}/")) {
        Some(below) => below.strip_prefix("data/").unwrap_or(below),
        None => key,
    };
    format!("{mount}/data/{key}")
}

fn segments(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["secret", "data", "apps", "db", "kv"]), count)
        .prop_map(|segments| segments.join("/"))
}

proptest! {
    #[test]
    fn whatever_the_operator_would_ask_for_is_told(
        mount in prop::sample::select(vec!["secret", "kv", "secret/kv", "data"]),
        store_has_mount: bool,
        key in segments(1..5),
    ) {
        let store = StoreName::cluster("homelab");
        let store = if store_has_mount { store.at_mount(mount) } else { store };
        let address = asked(store_has_mount.then_some(mount), &key);
        if let Some(path) = address.strip_prefix(&format!("{mount}/data/")).filter(|path| !path.is_empty()) {
            let changes = Changes::new().with(mount, path, Fields::All);
            prop_assert!(uses(&through("homelab", &data(&key)), &changes, &Stores::new([store])), "{address}");
        }
    }

    #[test]
    fn a_path_that_a_key_does_not_end_with_is_not_told(key in segments(1..5), path in segments(1..4)) {
        let changes = Changes::new().with("secret", &path, Fields::All);
        if uses(&through("homelab", &data(&key)), &changes, &stores()) {
            prop_assert!(key.ends_with(&path), "{key} {path}");
        }
    }

    #[test]
    fn nothing_that_may_stand_in_a_search_or_a_key_breaks_it(
        key in ".{0,40}", folder in ".{0,20}", regexp in ".{0,20}", path in ".{1,40}",
    ) {
        let mut spec = data(&key);
        spec["dataFrom"] = json!([{ "find": { "path": folder, "name": { "regexp": regexp } } }]);
        let _ = uses(&through("homelab", &spec), &Changes::new().with("secret", &path, Fields::All), &stores());
        prop_assert!(uses(&through("homelab", &spec), &Changes::everything(), &stores()));
    }
}
