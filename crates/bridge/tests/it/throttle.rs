//! How often one may guess.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use test_kit::FakeClock;

use crate::login::{Answer, Door, memory, settings, try_open};

fn approle() -> Value {
    json!({
        "approle": { "type": "approle", "roles": { "eso": { "secret_id": "logins/eso", "policies": ["eso"] } } },
        "userpass": { "type": "userpass", "users": { "alice": { "password": "logins/alice", "policies": ["eso"] } } },
    })
}

const HOME: [u8; 4] = [10, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [10, 0, 0, 2];

async fn guess(door: &Door, address: [u8; 4]) -> Answer {
    let body = json!({ "role_id": "eso", "secret_id": "a guess" });
    door.put_from(address, "auth/approle/login", &body).await
}

async fn log_in(door: &Door, address: [u8; 4]) -> Answer {
    let body = json!({ "role_id": "eso", "secret_id": "secret-id-of-eso-0123456789" });
    door.put_from(address, "auth/approle/login", &body).await
}

#[tokio::test]
async fn after_five_guesses_one_waits_with_the_right_secret_too() {
    let door = Door::open(approle(), memory()).await;
    for _ in 0..5 {
        assert_eq!(guess(&door, ELSEWHERE).await.status, 400);
    }
    let answer = log_in(&door, HOME).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (429, Some("5")));
    assert_eq!(answer.body, r#"{"errors":["too many failed logins: wait as long as Retry-After says"]}"#);
    // Others are let in.
    let alice = json!({ "password": "wonderland-1865" });
    assert_eq!(door.put_from(HOME, "auth/userpass/login/alice", &alice).await.status, 200);
    door.clock.advance(Duration::from_secs(5));
    assert_eq!(guess(&door, ELSEWHERE).await.status, 400);
    assert_eq!(log_in(&door, HOME).await.retry_after.as_deref(), Some("10"));
    door.clock.advance(Duration::from_secs(10));
    assert_eq!(log_in(&door, HOME).await.status, 200);
    for _ in 0..4 {
        assert_eq!(guess(&door, ELSEWHERE).await.status, 400);
    }
    assert_eq!(log_in(&door, ELSEWHERE).await.status, 200, "a success begins anew");
}

#[tokio::test]
async fn whoever_knows_the_name_of_a_role_cannot_keep_its_owner_out() {
    let door = Door::open(approle(), memory()).await;
    assert_eq!(log_in(&door, HOME).await.status, 200);
    for _ in 0..5 {
        guess(&door, ELSEWHERE).await;
    }
    assert_eq!(guess(&door, ELSEWHERE).await.status, 429);
    assert_eq!(log_in(&door, HOME).await.status, 200);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_answered_like_one_that_somebody_has() {
    let door = Door::open(approle(), memory()).await;
    let mut statuses = Vec::new();
    for name in ["alice", "nobody"] {
        for _ in 0..6 {
            let body = json!({ "password": "a guess" });
            statuses.push(door.put(&format!("auth/userpass/login/{name}"), &body).await.status);
        }
    }
    assert_eq!(statuses[..6], [400, 400, 400, 400, 400, 429]);
    assert_eq!(statuses[..6], statuses[6..]);
}

#[tokio::test]
async fn an_address_that_tries_many_names_waits_and_is_let_in_afterwards() {
    let door = Door::open(approle(), memory()).await;
    for number in 0..50 {
        let body = json!({ "role_id": format!("r{number}"), "secret_id": "a guess" });
        assert_eq!(door.put_from(ELSEWHERE, "auth/approle/login", &body).await.status, 400);
    }
    assert_eq!(log_in(&door, ELSEWHERE).await.status, 429);
    assert_eq!(log_in(&door, HOME).await.status, 200);
    door.clock.advance(Duration::from_secs(5));
    assert_eq!(log_in(&door, ELSEWHERE).await.status, 200);
}

#[tokio::test]
async fn what_is_malformed_is_not_counted() {
    let door = Door::open(approle(), memory()).await;
    for _ in 0..60 {
        assert_eq!(door.put_from(HOME, "auth/approle/login", &json!({ "role_id": "eso" })).await.status, 400);
    }
    assert_eq!(log_in(&door, HOME).await.status, 200);
}

#[tokio::test]
async fn the_limits_are_settings() {
    let mut config = settings(&approle());
    config["throttle"] = json!({ "failures": 0, "address_failures": 2, "first_wait": "1m" });
    let door = try_open(config, memory(), &Arc::new(FakeClock::new())).await.unwrap();
    for _ in 0..2 {
        assert_eq!(guess(&door, ELSEWHERE).await.status, 400);
    }
    assert_eq!(guess(&door, ELSEWHERE).await.retry_after.as_deref(), Some("60"));
    assert_eq!(log_in(&door, HOME).await.status, 200);
}
