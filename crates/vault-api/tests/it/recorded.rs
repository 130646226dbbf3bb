//! Replies that real servers have sent: OpenBao 2.4.0 and 2.7.2, asked the same.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use vault_api::{Envelope, Errors, Raw, decode, encode, kv1, kv2, sys, token};

/// What each server has answered, by version.
pub(crate) fn recorded(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/recorded");
    let mut versions: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    versions.sort();
    assert_eq!(versions.len(), 2, "two servers were asked");
    let body = |version: &Path| fs::read(version.join(name).with_extension("json")).unwrap();
    versions.iter().map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), body(path))).collect()
}

/// Reads a reply of each server as `T`, and writes it again: a field that a server sends and `T` does not know is one
/// that `drops` names.
fn round_trips<T: for<'a> Reply<'a>>(name: &str, drops: &[&str]) {
    for (version, body) in recorded(name) {
        let written = <T as Reply<'_>>::written(&body);
        let mut sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
        for field in drops {
            let (parent, field) = field.rsplit_once('/').unwrap();
            let parent = sent.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.remove(field);
        }
        let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(written, sent, "{name} of {version}");
    }
}

/// A type of reply, whatever it borrows.
trait Reply<'a> {
    fn written(body: &'a [u8]) -> Vec<u8>;
}

macro_rules! reply {
    ($($marker:ident => $type:ty),+ $(,)?) => {$(
        struct $marker;
        impl<'a> Reply<'a> for $marker {
            fn written(body: &'a [u8]) -> Vec<u8> {
                write_again::<$type>(body)
            }
        }
    )+};
}

fn write_again<'a, T: Deserialize<'a> + Serialize + Debug>(body: &'a [u8]) -> Vec<u8> {
    let reply: T = decode(body).unwrap();
    encode(&reply).unwrap().to_vec()
}

reply! {
    Plain => Envelope<'a, Raw<'a>>,
    Kv2Read => Envelope<'a, kv2::Read<'a>>,
    Kv2Write => Envelope<'a, kv2::VersionMetadata>,
    Kv2Metadata => Envelope<'a, kv2::Metadata>,
    List => Envelope<'a, kv1::List>,
    Mount => Envelope<'a, sys::Mount>,
    Lookup => Envelope<'a, token::Lookup<'a>>,
    WrappingLookup => Envelope<'a, sys::WrappingLookup>,
    SecretId => Envelope<'a, vault_api::auth::SecretId<'a>>,
    Failure => Errors,
}

#[test]
fn what_key_value_engines_say_is_read_and_written_as_they_say_it() {
    for name in ["kv2-read", "kv2-read-deleted", "kv2-read-destroyed", "kv2-read-null"] {
        round_trips::<Kv2Read>(name, &[]);
    }
    round_trips::<Kv2Write>("kv2-write", &[]);
    for name in ["kv2-metadata", "kv2-metadata-only"] {
        round_trips::<Kv2Metadata>(name, &[]);
    }
    round_trips::<List>("kv2-list", &[]);
    round_trips::<List>("kv1-list", &[]);
    round_trips::<Plain>("kv1-read", &[]);
    round_trips::<Plain>("kv2-asked-as-version-1", &[]);
}

#[test]
fn what_logins_and_tokens_say_is_read_and_written_as_they_say_it() {
    for name in ["login-approle", "login-userpass", "renew-self", "create-batch", "wrapped"] {
        round_trips::<Plain>(name, &[]);
    }
    for name in ["lookup-self", "lookup-self-batch", "lookup-self-root"] {
        round_trips::<Lookup>(name, &[]);
    }
    round_trips::<WrappingLookup>("wrapping-lookup", &[]);
    round_trips::<SecretId>("unwrap", &[]);
}

#[test]
fn of_a_mount_what_clients_ask_for_is_kept() {
    let drops = [
        "config",
        "deprecation_status",
        "external_entropy_access",
        "plugin_version",
        "running_plugin_version",
        "running_sha256",
    ]
    .map(|field| format!("/data/{field}"));
    let drops: Vec<_> = drops.iter().map(String::as_str).collect();
    for name in ["mount-kv1", "mount-kv2", "mount-kv1-without-version", "mount-transit"] {
        round_trips::<Mount>(name, &drops);
    }
}

#[test]
fn what_is_wrong_is_read_and_written_as_it_is_said() {
    for name in ["not-found", "kv2-cas", "mount-missing", "no-mount"] {
        round_trips::<Failure>(name, &[]);
    }
}

#[test]
fn what_a_server_says_of_itself_is_read() {
    for (version, body) in recorded("seal-status") {
        let status: sys::SealStatus = decode(&body).unwrap();
        assert!(status.initialized && !status.sealed, "{version}: {status:?}");
        assert_eq!((status.seal_type.as_str(), status.t, status.n), ("shamir", 1, 1), "{version}");
    }
    for (version, body) in recorded("health") {
        let health: sys::Health = decode(&body).unwrap();
        assert!(health.initialized && !health.sealed && !health.standby, "{version}: {health:?}");
        assert!(health.server_time_utc > 1_700_000_000, "{version}: {health:?}");
    }
}

#[test]
fn a_deleted_version_is_told_from_a_destroyed_one() {
    let read = |name: &str| {
        let (_, body) = recorded(name).remove(1);
        let reply: Envelope<'_, kv2::Read<'_>> = decode(&body).unwrap();
        let data = reply.data.unwrap();
        assert!(data.data.is_none(), "{name}");
        data.metadata
    };
    let (deleted, destroyed) = (read("kv2-read-deleted"), read("kv2-read-destroyed"));
    assert!(!deleted.deletion_time.is_empty() && !deleted.destroyed);
    assert!(destroyed.deletion_time.is_empty() && destroyed.destroyed);
}

#[test]
fn a_detailed_list_has_versions_of_secrets_and_none_of_folders() {
    for (version, body) in recorded("kv2-list-detailed") {
        let reply: Envelope<'_, kv2::DetailedList> = decode(&body).unwrap();
        let list = reply.data.unwrap();
        assert_eq!(list.keys, ["gone", "sub/", "x"], "{version}");
        assert_eq!(list.key_info["sub/"], kv2::KeyInfo::default(), "{version}");
        assert!(!list.key_info["gone"].versions[&1].deletion_time.is_empty(), "{version}");
        assert_eq!(list.key_info["x"].current_version, Some(1), "{version}");
    }
}

#[test]
fn values_and_tokens_are_not_shown() {
    for (name, secret) in [("login-approle", "\"s."), ("kv2-read", "text"), ("wrapped", "\"s.")] {
        let (_, body) = recorded(name).remove(1);
        assert!(str::from_utf8(&body).unwrap().contains(secret), "{name} holds it");
        let reply: Envelope<'_> = decode(&body).unwrap();
        let shown = format!("{reply:?}");
        assert!(shown.contains("[redacted]") && !shown.contains(secret), "{shown}");
    }
}

#[test]
fn mounts_are_told_by_where_they_are() {
    for (version, body) in recorded("mounts") {
        let reply: Envelope<'_, sys::Mounts> = decode(&body).unwrap();
        let mounts = reply.data.unwrap();
        let kind = |at: &str| mounts.secret[at].engine.as_str();
        assert_eq!(
            (kind("secret/"), kind("team/kv/"), kind("transit/")),
            ("kv", "kv", "transit"),
            "{version}"
        );
        assert_eq!(mounts.auth["token/"].engine, "token", "{version}");
    }
}
