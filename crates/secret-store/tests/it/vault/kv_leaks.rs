//! Values do not turn up where they have no business, whatever the server answers.

use std::sync::Arc;

use secret_store::{
    ReadOptions, SecretFields, SecretStore as _, SecretValue, VersionedStore as _, WriteOptions,
};
use test_kit::{Canary, FakeClock, field, path};

use super::auth_server::{context, refused};
use super::kv_replies::{changed, data, deleted, engines, lost, mount_v2, nothing, secret, written};

#[tokio::test]
async fn a_value_is_in_no_error_and_no_debug() {
    for canary in [Canary::random(), Canary::hostile()] {
        let quoted = serde_json::to_string(canary.text()).unwrap();
        let read = format!(r#"{{"value":{quoted}}}"#);
        let answers = [
            secret(&read, 1),
            (200, secret(&read, 1).1.replace("\"version\"", "\"other\"")),
            (200, secret(&read, 1).1[..120].to_owned()),
            secret(&format!("[{quoted}]"), 1),
            secret(&format!(r#"{{"":{quoted}}}"#), 1),
            secret(&format!(r#"{{"a":{quoted},"a":{quoted}}}"#), 1),
            secret(&read.replace("\"}", "\\ud800\"}"), 1),
            data(&read),
            data(&quoted),
            (404, read.clone()),
            (500, read.clone()),
            (503, "{\"errors\":[\"Vault is sealed\"]}".to_owned()),
            refused(403, "permission denied"),
            written(1),
            changed(),
            deleted(1),
            nothing(),
            lost(),
        ];
        for (number, answer) in answers.into_iter().enumerate() {
            let server = engines(move |asked| {
                if asked.line.contains("/sys/internal/ui/mounts/") { mount_v2() } else { answer.clone() }
            });
            let (context, _) = context(&[("VAULT_TOKEN", "t")]);
            let context = context.with_clock(Arc::new(FakeClock::self_advancing()));
            let store = server.bare_store("mount: secret", &context).await;
            let at = path("a");
            let fields =
                SecretFields::plain(canary.text()).with(field("o"), SecretValue::json(quoted.as_bytes()));
            let list = store.list(None).await.map(drop);
            let outcomes = [
                store
                    .read(&at, ReadOptions::current())
                    .await
                    .map(|secret| canary.assert_absent_in_debug(&secret)),
                store.write(&at, SecretFields::plain(canary.text()), WriteOptions::replace()).await.map(drop),
                store.write(&at, SecretFields::plain(canary.text()), WriteOptions::merge()).await.map(drop),
                store.write(&at, fields, WriteOptions::replace()).await.map(drop),
                store.delete(&at).await,
                list,
                store.metadata(&at).await.map(drop),
            ];
            for error in outcomes.into_iter().filter_map(Result::err) {
                canary.assert_absent(&format!("answer {number}"), error.help().unwrap_or_default());
                canary.assert_absent_in_error(&error);
            }
            canary.assert_absent_in_debug(&store);
        }
    }
}
