//! Secrets, on mounts of both versions.

use std::collections::HashMap;

use serde_json::{Value, json};
use vaultrs::api::kv2::requests::{
    SetConfigurationRequest, SetSecretMetadataRequest, SetSecretRequestOptions,
};
use vaultrs::client::VaultClient;
use vaultrs::error::ClientError;
use vaultrs::{kv1, kv2};

use crate::Settings;
use crate::judge::{done, equals, gone, holds, left_out, refused};
use crate::system::WRONG;

const MOUNT: &str = "secret";
const CAS: &str = "check-and-set parameter did not match the current version";

async fn put(client: &VaultClient, path: &str, fields: Value) -> Result<u64, ClientError> {
    Ok(kv2::set(client, MOUNT, path, &fields).await?.version)
}

async fn put_over(client: &VaultClient, path: &str, fields: Value, cas: u32) -> Result<u64, ClientError> {
    Ok(kv2::set_with_options(client, MOUNT, path, &fields, SetSecretRequestOptions { cas }).await?.version)
}

pub async fn get(client: &VaultClient, path: &str) -> Result<Value, ClientError> {
    kv2::read(client, MOUNT, path).await
}

async fn get_version(client: &VaultClient, path: &str, version: u64) -> Result<Value, ClientError> {
    kv2::read_version(client, MOUNT, path, version).await
}

pub async fn list(client: &VaultClient, path: &str) -> Result<Vec<String>, ClientError> {
    kv2::list(client, MOUNT, path).await
}

pub async fn numbered(settings: &Settings, root: &VaultClient) {
    let fields =
        json!({ "user": "app", "password": "pass/wörd \"1\"", "list": [1, 2.5, true, null, { "a": "b" }] });
    refused("read: what is not there", 404, "", get(root, "vaultrs/app")).await;
    let set = kv2::set(root, MOUNT, "vaultrs/app", &fields);
    holds("set", |it| it.version == 1 && it.deletion_time.is_empty() && !it.destroyed, set).await;
    equals("read", fields, get(root, "vaultrs/app")).await;
    equals("set: again", 2, put(root, "vaultrs/app", json!({ "user": "two" }))).await;
    equals("set: with a condition", 3, put_over(root, "vaultrs/app", json!({ "user": "three" }), 2)).await;
    let stale = put_over(root, "vaultrs/app", json!({ "user": "x" }), 2);
    refused("set: with a condition that does not hold", 400, CAS, stale).await;
    refused("set: what is there", 400, CAS, put_over(root, "vaultrs/app", json!({ "user": "x" }), 0)).await;
    equals("set: what is not there", 1, put_over(root, "vaultrs/cas", json!({ "user": "x" }), 0)).await;
    equals("set: further down", 1, put(root, "vaultrs/deep/er/one", json!({ "a": "1" }))).await;
    equals("list", vec!["app".to_owned(), "cas".to_owned(), "deep/".to_owned()], list(root, "vaultrs")).await;
    refused("list: a folder that is not there", 404, "", list(root, "vaultrs/none")).await;
    equals("set: a name with spaces and more", 1, put(root, "vaultrs/names/a b&c ü@1", json!({ "a": "1" })))
        .await;
    equals("read: a name with spaces and more", json!({ "a": "1" }), get(root, "vaultrs/names/a b&c ü@1"))
        .await;
    let nobody = settings.client(WRONG);
    refused("read: with a wrong token", 403, "permission denied", get(&nobody, "vaultrs/app")).await;
    if settings.get("SERVER") != "openbao" {
        let nowhere = kv2::read::<Value>(root, "nowhere", "a");
        refused("read: a mount that is not there", 403, "no handler for route", nowhere).await;
        let mut change = SetConfigurationRequest::builder();
        change.max_versions(5_u64);
        let set = kv2::config::set(root, MOUNT, Some(&mut change));
        refused("configuration: it is not changed here", 405, "unsupported operation", set).await;
    }
    let is_usual = |it: &vaultrs::api::kv2::responses::ReadConfigurationResponse| {
        !it.cas_required && it.delete_version_after == "0s"
    };
    holds("configuration", is_usual, kv2::config::read(root, MOUNT)).await;
}

pub async fn versions(settings: &Settings, root: &VaultClient) {
    let app = "vaultrs/app";
    refused("version: one that never was", 404, "", get_version(root, app, 99)).await;
    if settings.has_history() {
        equals("version: an older one", json!({ "user": "two" }), get_version(root, app, 2)).await;
        done("delete of versions", kv2::delete_versions(root, MOUNT, app, vec![2])).await;
        gone("delete of versions: it is gone", 2, get_version(root, app, 2)).await;
        done("undelete", kv2::undelete_versions(root, MOUNT, app, vec![2])).await;
        equals("undelete: it is back", json!({ "user": "two" }), get_version(root, app, 2)).await;
        done("destroy", kv2::destroy_versions(root, MOUNT, app, vec![2])).await;
        gone("destroy: it is gone", 2, get_version(root, app, 2)).await;
    } else {
        refused("version: an older one is not kept", 404, "", get_version(root, app, 2)).await;
        let other = "vaultrs/names/other";
        equals("set: for what follows", 1, put(root, other, json!({ "a": "1" }))).await;
        done("delete of versions", kv2::delete_versions(root, MOUNT, other, vec![1])).await;
        gone("delete of versions: it is gone", 1, get(root, other)).await;
        done("undelete", kv2::undelete_versions(root, MOUNT, other, vec![1])).await;
        gone("undelete: brings nothing back", 1, get(root, other)).await;
        equals("set: after that", 2, put(root, other, json!({ "a": "2" }))).await;
        done("destroy", kv2::destroy_versions(root, MOUNT, other, vec![2])).await;
        gone("destroy: it is gone", 2, get(root, other)).await;
    }
    let none = kv2::delete_versions(root, MOUNT, app, Vec::new());
    refused("delete of no versions", 400, "No version number provided", none).await;
    done("delete", kv2::delete_latest(root, MOUNT, app)).await;
    gone("delete: it is gone", 3, get(root, app)).await;
    equals("set: after it was deleted", 4, put(root, app, json!({ "user": "four" }))).await;
    done("delete of everything", kv2::delete_metadata(root, MOUNT, app)).await;
    refused("delete of everything: nothing is left", 404, "", kv2::read_metadata(root, MOUNT, app)).await;
}

pub async fn metadata(settings: &Settings, root: &VaultClient) {
    let path = "vaultrs/notes";
    let notes = HashMap::from([("owner".to_owned(), "lab".to_owned())]);
    let mut change = SetSecretMetadataRequest::builder();
    change.custom_metadata(notes.clone()).cas_required(true);
    if settings.has_history() {
        change.max_versions(3_u64).delete_version_after("12h");
    }
    done("metadata: set", kv2::set_metadata(root, MOUNT, path, Some(&mut change))).await;
    let is_set = |it: &vaultrs::api::kv2::responses::ReadSecretMetadataResponse| {
        it.cas_required && it.current_version == 0 && it.custom_metadata.as_ref() == Some(&notes)
    };
    holds("metadata: read", is_set, kv2::read_metadata(root, MOUNT, path)).await;
    let required = "check-and-set parameter required";
    refused("metadata: the condition is asked for", 400, required, put(root, path, json!({ "a": "1" })))
        .await;
    equals("metadata: with the condition", 1, put_over(root, path, json!({ "a": "1" }), 0)).await;
    holds(
        "metadata: with a version",
        |it| it.current_version == 1 && it.versions.len() == 1 && !it.versions["1"].destroyed,
        kv2::read_metadata(root, MOUNT, path),
    )
    .await;
    refused("metadata: of what is not there", 404, "", kv2::read_metadata(root, MOUNT, "vaultrs/none")).await;
}

pub async fn plain(settings: &Settings, root: &VaultClient) {
    let mount = settings.get("PLAIN");
    if mount.is_empty() {
        left_out("the mount of version 1, which this server has not");
        return;
    }
    let path = "vaultrs/app";
    let fields = HashMap::from([("user", "app"), ("password", "secret")]);
    let read = || kv1::get::<Value>(root, mount, path);
    refused("version 1: get what is not there", 404, "", read()).await;
    done("version 1: set", kv1::set(root, mount, path, &fields)).await;
    equals("version 1: get", json!({ "user": "app", "password": "secret" }), read()).await;
    let raw = kv1::get_raw(root, mount, path);
    holds("version 1: get, with its lease", |it| it.lease_duration == 2_764_800 && !it.renewable, raw).await;
    let keys = async { Ok(kv1::list(root, mount, "vaultrs").await?.data.keys) };
    equals("version 1: list", vec!["app".to_owned()], keys).await;
    let nothing = HashMap::<&str, &str>::new();
    refused("version 1: set nothing", 400, "missing data fields", kv1::set(root, mount, path, &nothing))
        .await;
    done("version 1: delete", kv1::delete(root, mount, path)).await;
    refused("version 1: it is gone", 404, "", read()).await;
    refused("version 1: a folder with nothing in it", 404, "", kv1::list(root, mount, "vaultrs")).await;
}
