//! What the server is asked for each operation.

use std::sync::Mutex;

use secret_store::provider::vault::VaultStore;
use secret_store::{
    ErrorKind, MetadataUpdate, Precondition, ReadOptions, Result, SecretFields, SecretStore as _,
    SecretValue, SecretVersion, VersionedStore as _, WriteOptions,
};
use test_kit::{field, path};

use super::auth_server::{Answer, Server, context, denied_by_policy, shown};
use super::kv_replies::{
    asked, changed, data, deleted, done, engines, mount, mount_v2, nothing, nothing_to_patch, other_version,
    secret, wants_version, written,
};

/// A store of a server that gives these answers in turn, after saying what is mounted.
pub(super) async fn playing(answers: Vec<Answer>, version: u8) -> (Server, VaultStore) {
    let answers = Mutex::new(answers.into_iter());
    let server = engines(move |asked| match asked.line.contains("/sys/internal/ui/mounts/") {
        true if version == 2 => mount_v2(),
        true => mount("secret", "kv", r#"{"version":"1"}"#),
        false => {
            answers.lock().unwrap().next().unwrap_or_else(|| (500, "{\"errors\":[\"no more\"]}".to_owned()))
        }
    });
    let (context, _) = context(&[("VAULT_TOKEN", "t")]);
    let store = server.bare_store("mount: secret", &context).await;
    (server, store)
}

pub(super) fn told<T: std::fmt::Debug>(server: &Server, answer: Result<T>) -> String {
    let answer = answer.map_or_else(|error| shown(&error), |answer| format!("{answer:?}"));
    let asked: Vec<_> =
        asked(server).iter().skip(1).map(|asked| format!("\n  {} {}", asked.line, asked.body)).collect();
    server.without_address(&format!("{answer}{}", asked.concat()))
}

async fn write(answers: Vec<Answer>, fields: SecretFields, options: WriteOptions) -> String {
    let (server, store) = playing(answers, 2).await;
    let answer = store.write(&path("a b/ü"), fields, options).await;
    told(&server, answer)
}

fn plain() -> SecretFields {
    SecretFields::plain("x\"y")
}

fn json(text: &str) -> SecretFields {
    SecretFields::new().with(field("o"), SecretValue::json(text))
}

fn at(version: &str) -> Precondition {
    Precondition::Version(SecretVersion::new(version))
}

#[tokio::test]
async fn replacing_is_one_request_unless_it_is_under_a_condition() {
    let replace = WriteOptions::replace;
    let absent = || replace().with_precondition(Precondition::Absent);
    let version = || replace().with_precondition(at("3"));
    insta::assert_snapshot!(
        [
            write(vec![written(1)], plain(), replace()).await,
            write(vec![written(1)], plain(), absent()).await,
            write(vec![changed(), secret("{}", 3)], plain(), absent()).await,
            write(vec![changed(), deleted(3), written(4)], plain(), absent()).await,
            write(vec![secret("{}", 3), written(4)], plain(), version()).await,
            write(vec![secret("{}", 4)], plain(), version()).await,
            write(vec![deleted(3)], plain(), version()).await,
            write(vec![denied_by_policy(), written(4)], plain(), version()).await,
            write(vec![], plain(), replace().with_precondition(at("no version"))).await,
            write(vec![wants_version(), nothing(), written(1)], plain(), replace()).await,
            write(
                vec![wants_version(), secret("{}", 3), changed(), secret("{}", 4), written(5)],
                plain(),
                replace()
            )
            .await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn merging_is_a_patch_unless_a_patch_would_do_something_else() {
    let merge = WriteOptions::merge;
    let before = || secret(r#"{"kept":1.5,"o":{"p":1}}"#, 3);
    insta::assert_snapshot!(
        [
            write(vec![written(4)], plain(), merge()).await,
            write(vec![written(4)], json("5432"), merge()).await,
            write(vec![nothing_to_patch(), written(1)], plain(), merge()).await,
            write(vec![deleted(3), written(4)], plain(), merge()).await,
            write(vec![nothing_to_patch(), changed(), written(2)], plain(), merge()).await,
            write(vec![written(4)], plain(), merge().with_precondition(at("3"))).await,
            write(vec![changed()], plain(), merge().with_precondition(at("3"))).await,
            write(vec![before(), written(4)], json(r#"{"q":null}"#), merge()).await,
            write(vec![before(), changed(), before(), written(5)], json("null"), merge()).await,
            write(
                vec![
                    (405, r#"{"errors":["1 error occurred:\n\t* unsupported operation\n\n"]}"#.to_owned()),
                    before(),
                    written(4)
                ],
                plain(),
                merge()
            )
            .await,
        ]
        .join("\n\n")
    );
}

#[tokio::test]
async fn what_the_engine_cannot_hold_is_refused_before_it_is_sent() {
    let bytes = SecretFields::plain(&b"\xff"[..]);
    let mut answers = Vec::new();
    for fields in [SecretFields::new(), bytes, json("12345678901234567890"), json("{"), json("\"text\"")] {
        answers.push(write(vec![], fields, WriteOptions::replace()).await);
    }
    insta::assert_snapshot!(answers.join("\n\n"));
}

#[tokio::test]
async fn version_1_knows_no_versions_and_merges_by_reading() {
    let (server, store) = playing(
        vec![data(r#"{"kept":1.50,"z":null}"#), done(), data(r#"{"kept":1.50}"#), nothing(), done(), done()],
        1,
    )
    .await;
    store.write(&path("a"), plain(), WriteOptions::merge()).await.unwrap();
    assert_eq!(store.read(&path("a"), ReadOptions::current()).await.unwrap().version, None);
    store.write(&path("b"), plain(), WriteOptions::merge()).await.unwrap();
    store.delete(&path("b")).await.unwrap();
    let capabilities = store.info().capabilities;
    assert!(!capabilities.check_and_set && !capabilities.history && !capabilities.binary);
    let absent = WriteOptions::replace().with_precondition(Precondition::Absent);
    let refused = [
        store.write(&path("a"), plain(), absent).await.map(drop),
        store.read(&path("a"), ReadOptions::version(SecretVersion::new("1"))).await.map(drop),
        store.undelete(&path("a"), &[1]).await,
        store.metadata(&path("a")).await.map(drop),
        store.update_metadata(&path("a"), MetadataUpdate::new()).await,
        store.delete_versions(&path("a"), &[1]).await,
        store.destroy(&path("a"), &[1]).await,
        store.remove(&path("a")).await,
    ]
    .map(|answer| answer.unwrap_err());
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Unsupported), "{refused:?}");
    let refused: Vec<_> = refused.iter().map(shown).collect();
    insta::assert_snapshot!(
        told::<()>(&server, Ok(())) + "\n" + &server.without_address(&refused.join("\n"))
    );
}

#[tokio::test]
async fn a_list_asks_once_for_each_folder_and_leaves_out_what_was_deleted() {
    let info = |deletion: &str, destroyed: bool| {
        format!(
            r#"{{"current_version":1,"versions":{{"1":{{"created_time":"","deletion_time":"{deletion}","destroyed":{destroyed}}}}}}}"#
        )
    };
    let top = format!(
        r#"{{"key_info":{{"a":{},"gone":{},"lost":{},"later":{},".hidden":{},"dir/":{{}},".git/":{{}}}},"keys":["a","gone","lost","later",".hidden","dir/",".git/"]}}"#,
        info("", false),
        info("2001-01-01T00:00:00Z", false),
        info("", true),
        info("2999-01-01T00:00:00Z", false),
        info("", false),
    );
    let below = format!(r#"{{"key_info":{{"b":{}}},"keys":["b"]}}"#, info("", false));
    let (server, store) = playing(vec![data(&top), data(&below)], 2).await;
    let list = store.list(None).await;
    insta::assert_snapshot!(told(&server, list));
}

#[tokio::test]
async fn a_server_without_detailed_lists_is_asked_for_the_metadata_of_each_secret() {
    let metadata = |deletion: &str| {
        data(&format!(
            r#"{{"current_version":1,"versions":{{"1":{{"created_time":"","deletion_time":"{deletion}","destroyed":false}}}}}}"#
        ))
    };
    let (context, _) = context(&[("VAULT_TOKEN", "t")]);
    let server = engines(move |asked| match asked.line.as_str() {
        "GET /v1/secret/detailed-metadata/dir?list=true" => other_version(),
        "GET /v1/secret/metadata/dir?list=true" => data(r#"{"keys":["a","gone","hidden"]}"#),
        "GET /v1/secret/metadata/dir/a" => metadata(""),
        "GET /v1/secret/metadata/dir/gone" => metadata("2001-01-01T00:00:00Z"),
        "GET /v1/sys/internal/ui/mounts/secret" => mount_v2(),
        _ => denied_by_policy(),
    });
    let store = server.bare_store("mount: secret", &context).await;
    let list = store.list(Some(&path("dir"))).await.unwrap();
    assert_eq!(list, [path("dir/a"), path("dir/hidden")]);
}

#[tokio::test]
async fn a_list_that_is_not_allowed_is_denied_and_one_of_nothing_is_empty() {
    let (server, store) = playing(vec![denied_by_policy(), denied_by_policy()], 2).await;
    let denied = told(&server, store.list(Some(&path("dir"))).await);
    let (server, store) = playing(vec![nothing()], 2).await;
    insta::assert_snapshot!(denied + "\n\n" + &told(&server, store.list(None).await));
}

#[tokio::test]
async fn without_a_mount_all_key_value_engines_are_listed() {
    let (context, _) = context(&[("VAULT_TOKEN", "t")]);
    let server = engines(|asked| match asked.line.as_str() {
        "GET /v1/sys/internal/ui/mounts" => data(
            r#"{"auth":{},"secret":{"one/":{"type":"kv","options":{"version":"1"}},"sys/":{"type":"system","options":null},"team/kv/":{"type":"kv","options":{"version":"2"}}}}"#,
        ),
        "GET /v1/one?list=true" => data(r#"{"keys":["z","z/"]}"#),
        "GET /v1/one/z?list=true" => data(r#"{"keys":["y"]}"#),
        "GET /v1/team/kv/detailed-metadata?list=true" => data(r#"{"keys":["a"],"key_info":{}}"#),
        _ => denied_by_policy(),
    });
    let store = server.bare_store("", &context).await;
    assert_eq!(store.list(None).await.unwrap(), ["one/z", "one/z/y", "team/kv/a"].map(path));
}
