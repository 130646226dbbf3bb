//! What is written is written, whatever the store says of it afterwards.

use events::Operation;
use secret_store::ErrorKind;
use serde_json::{Value, json};
use test_kit::Fault;

use crate::opened::opened;

#[tokio::test]
async fn who_has_written_is_told_so_also_where_the_store_does_not_tell_the_time_of_it() {
    for kind in [ErrorKind::PermissionDenied, ErrorKind::NotFound, ErrorKind::Unavailable] {
        let opened = opened(json!({})).await;
        opened.put("app", "first").await;
        opened.store.inner().inject(Fault::failing(kind).on(Operation::ReadMetadata));
        let (status, text) =
            opened.send("PUT", r#"/v1/secret/data/app {"data":{"password":"second"}}"#).await;
        let told: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &told["data"]["version"]), (200, &json!(2)), "{kind:?} {text}");
        assert_eq!(told["data"]["created_time"], "0001-01-01T00:00:00Z");
        opened.mend();
        assert!(opened.send("GET", "/v1/secret/data/app").await.1.contains("second"));
    }
}
