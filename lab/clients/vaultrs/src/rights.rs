//! What a policy allows, however the token was come by.

use serde_json::json;
use vaultrs::api::token::requests::CreateTokenRequest;
use vaultrs::auth::{approle, userpass};
use vaultrs::client::VaultClient;
use vaultrs::{kv2, sys, token};

use crate::Settings;
use crate::judge::{equals, holds, left_out, refused};
use crate::values::{get, list};

const DENIED: &str = "permission denied";

pub async fn policy(settings: &Settings, root: &VaultClient) {
    let policy = settings.get("POLICY");
    if policy.is_empty() {
        left_out("what a policy allows, as this server has none of its own");
        return;
    }
    let fields = json!({ "user": "db" });
    for path in ["vaultrs/open/db", "vaultrs/closed/db"] {
        let set = kv2::set(root, "secret", path, &fields);
        holds(&format!("set: {path}"), |it| it.version == 1, set).await;
    }
    let mut terms = CreateTokenRequest::builder();
    terms.policies(vec![policy.to_owned()]);
    let has_it = |it: &vaultrs::api::AuthInfo| it.policies.iter().any(|name| name == policy);
    let made = holds("create: with a policy", has_it, token::new(root, Some(&mut terms))).await;
    if let Some(made) = made {
        allowed("a policy", &settings.client(&made.client_token)).await;
    }
}

/// What the policy allows, and no more.
async fn allowed(how: &str, reader: &VaultClient) {
    let step = |what: &str| format!("{how}: what may {what}");
    equals(&step("be read"), json!({ "user": "db" }), get(reader, "vaultrs/open/db")).await;
    equals(&step("be listed"), vec!["db".to_owned()], list(reader, "vaultrs/open")).await;
    refused(&step("be read, and is not there"), 404, "", get(reader, "vaultrs/open/none")).await;
    refused(&step("not be read"), 403, DENIED, get(reader, "vaultrs/closed/db")).await;
    refused(&step("not be read, and is not there"), 403, DENIED, get(reader, "vaultrs/closed/none")).await;
    let other = json!({ "user": "x" });
    let set = kv2::set(reader, "secret", "vaultrs/open/db", &other);
    refused(&step("not be written"), 403, DENIED, set).await;
    refused(&step("not be deleted"), 403, DENIED, kv2::delete_latest(reader, "secret", "vaultrs/open/db"))
        .await;
    let destroy = kv2::destroy_versions(reader, "secret", "vaultrs/open/db", vec![1]);
    refused(&step("not be destroyed"), 403, DENIED, destroy).await;
    refused(&step("not be listed"), 403, DENIED, list(reader, "vaultrs")).await;
    refused(&step("not be asked for"), 403, DENIED, sys::mount::list(reader)).await;
}

pub async fn log_ins(settings: &Settings, root: &VaultClient) {
    let methods = sys::auth::list(root).await.unwrap_or_default();
    let policy = settings.get("POLICY");
    let has = |method: &str| methods.contains_key(method) && !policy.is_empty();
    let has_it = |it: &vaultrs::api::AuthInfo| it.policies.iter().any(|name| name == policy);
    let nobody = settings.client("");
    if has("approle/") {
        let id = settings.get("ROLE_ID");
        let log_in = approle::login(&nobody, "approle", id, settings.get("SECRET_ID"));
        if let Some(made) = holds("approle", has_it, log_in).await {
            allowed("approle", &settings.client(&made.client_token)).await;
        }
        let wrong = approle::login(&nobody, "approle", id, "wrong-wrong-wrong-wrong");
        refused("approle: a wrong secret id", 400, "invalid role or secret ID", wrong).await;
    } else {
        left_out("approle, which is not among the methods of this server");
    }
    if has("userpass/") {
        let name = settings.get("USERNAME");
        let log_in = userpass::login(&nobody, "userpass", name, settings.get("PASSWORD"));
        if let Some(made) = holds("userpass", has_it, log_in).await {
            allowed("userpass", &settings.client(&made.client_token)).await;
        }
        let wrong = userpass::login(&nobody, "userpass", name, "wrong-wrong");
        refused("userpass: a wrong password", 400, "invalid username or password", wrong).await;
    } else {
        left_out("userpass, which is not among the methods of this server");
    }
}
