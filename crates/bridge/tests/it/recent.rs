//! What the bridge remembers of what it was asked: how much of it, and for whom.

use serde_json::Value;

use crate::status::{ROOT, Watched, paths, watched};

async fn row(watched: &Watched, path: &str) -> Value {
    let mut told = watched.status().await;
    let rows = told["paths"]["rows"].as_array_mut().unwrap();
    let found = rows.iter_mut().find(|row| row["path"] == path);
    found.map(Value::take).unwrap_or_default()
}

#[tokio::test]
async fn the_rhythm_of_reads_is_found_and_a_read_that_is_missing_is_late() {
    let watched = watched("").await;
    watched.put("a").await;
    watched.get("a").await;
    assert_eq!(row(&watched, "secret/data/a").await["rhythm"], Value::Null, "one read is no rhythm");
    for _ in 0..5 {
        watched.wait(60);
        // One refresh may be several reads.
        watched.get("a").await;
        watched.get("a").await;
    }
    let seen = row(&watched, "secret/data/a").await;
    assert_eq!(seen["read"]["count"], 11);
    assert_eq!(
        seen["rhythm"],
        serde_json::json!({"interval_seconds": 60.0, "intervals": 5, "next": "2026-01-01T00:06:00Z", "late": false})
    );
    watched.wait(120);
    assert_eq!(row(&watched, "secret/data/a").await["rhythm"]["late"], false);
    watched.wait(1);
    assert_eq!(row(&watched, "secret/data/a").await["rhythm"]["late"], true);
    let told = watched.status().await;
    assert_eq!((&told["paths"]["late"], &told["paths"]["total"]), (&Value::from(1), &Value::from(1)));
}

#[tokio::test]
async fn what_fails_is_no_refresh() {
    use secret_store::ErrorKind;
    use test_kit::Fault;
    let watched = watched(r#", "cache": {"ttl": "0s"}"#).await;
    watched.put("a").await;
    for _ in 0..4 {
        watched.get("a").await;
        watched.wait(60);
    }
    watched.store.inject(Fault::failing(ErrorKind::Unavailable).at("a"));
    for _ in 0..3 {
        assert_eq!(watched.get("a").await, 503);
        watched.wait(60);
    }
    let seen = row(&watched, "secret/data/a").await;
    assert_eq!((&seen["read"]["count"], &seen["failed"]["count"]), (&Value::from(4), &Value::from(3)));
    assert_eq!(seen["failed"]["status"], 503);
    assert_eq!(seen["rhythm"]["late"], true, "whoever asks gets nothing: {seen}");
}

#[tokio::test]
async fn who_is_turned_away_has_read_nothing() {
    let watched = watched("").await;
    let shop = watched.token_for(r#""shop""#).await;
    watched.put("bank").await;
    for (token, method, target) in [
        (&*shop, "GET", "/v1/secret/data/bank"),
        (&shop, "GET", "/v1/secret/data/none"),
        ("wrong", "GET", "/v1/secret/data/a"),
        (ROOT, "GET", "/v1/elsewhere/a"),
        (ROOT, "GET", "/v1/secret/nonsense/a"),
        (ROOT, "GET", "/v1/sys/mounts"),
        (ROOT, "GET", "/v1/auth/token/lookup-self"),
    ] {
        watched.send(token, method, target, "").await;
    }
    let told = watched.status().await;
    assert_eq!(paths(&told), ["secret/data/bank"]);
    assert_eq!(told["paths"]["rows"][0]["read"], Value::Null);
    assert_eq!(told["paths"]["rows"][0]["written"]["count"], 1);
}

#[tokio::test]
async fn a_list_may_be_asked_for_in_two_ways_and_is_a_read() {
    let watched = watched("").await;
    watched.put("shop/a").await;
    watched.send(ROOT, "LIST", "/v1/secret/metadata/shop/", "").await;
    watched.send(ROOT, "GET", "/v1/secret/metadata/shop?list=true", "").await;
    assert_eq!(row(&watched, "secret/metadata/shop").await["read"]["count"], 2);
}

#[tokio::test]
async fn of_what_goes_wrong_the_newest_stays() {
    let watched = watched("").await;
    for n in 0..150 {
        watched.get(&format!("none/{n}")).await;
        watched.wait(1);
    }
    let told = watched.status().await;
    let errors = told["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 100);
    assert_eq!(
        (&errors[0]["path"], &errors[99]["path"]),
        (&"secret/data/none/149".into(), &"secret/data/none/50".into())
    );
}

#[tokio::test]
async fn strangers_cannot_push_out_what_went_wrong_in_truth() {
    use secret_store::ErrorKind;
    use test_kit::Fault;
    let watched = watched("").await;
    watched.store.inject(Fault::failing(ErrorKind::Unavailable).at("a"));
    watched.get("a").await;
    for n in 0..500 {
        watched.send("wrong", "GET", &format!("/v1/secret/data/{n}"), "").await;
    }
    let told = watched.status().await;
    let errors = told["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 101);
    assert!(errors.iter().any(|error| error["category"] == "unavailable"), "{told}");
}

#[tokio::test]
async fn the_same_trouble_again_is_counted_and_has_the_id_of_the_last() {
    let watched = watched("").await;
    watched.get("none").await;
    let first = watched.status().await["errors"][0].take();
    watched.wait(5);
    watched.get("other").await;
    watched.get("none").await;
    let told = watched.status().await;
    let again = &told["errors"][0];
    assert_eq!(told["errors"].as_array().unwrap().len(), 2);
    assert_eq!((&again["path"], &again["count"]), (&"secret/data/none".into(), &2.into()));
    assert_eq!((&again["first"], &first["first"]), (&first["last"], &"2026-01-01T00:00:00Z".into()));
    assert_eq!(again["last"], "2026-01-01T00:00:05Z");
    assert_ne!(again["request_id"], first["request_id"]);
}

#[tokio::test]
async fn a_filter_and_a_limit_narrow_what_is_told() {
    let watched = watched("").await;
    for path in ["shop/a", "shop/b", "bank/c"] {
        watched.get(path).await;
        watched.wait(1);
    }
    let told = watched.status_for(ROOT, "filter=SHOP").await;
    assert_eq!(paths(&told), ["secret/data/shop/b", "secret/data/shop/a"]);
    assert_eq!((&told["paths"]["total"], &told["paths"]["matching"]), (&3.into(), &2.into()));
    let told = watched.status_for(ROOT, "limit=1").await;
    assert_eq!(paths(&told), ["secret/data/bank/c"]);
    assert_eq!(told["paths"]["matching"], 3);
}
