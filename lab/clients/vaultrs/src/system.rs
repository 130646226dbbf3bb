//! The server itself, and tokens.

use std::collections::HashMap;

use vaultrs::api::token::requests::CreateTokenRequest;
use vaultrs::client::VaultClient;
use vaultrs::error::ClientError;
use vaultrs::sys::{self, ServerStatus};
use vaultrs::{kv2, token};

use crate::Settings;
use crate::judge::{done, equals, failed, holds, left_out, passed, refused};

pub const WRONG: &str = "s.wrongwrongwrong";

pub async fn server(settings: &Settings, root: &VaultClient) {
    if settings.get("SERVER") == "openbao" {
        left_out(
            "health and status, which the client cannot read: OpenBao says nothing of performance standbys",
        );
    } else {
        holds(
            "health",
            |it| it.initialized && !it.sealed && !it.standby && it.server_time_utc > 0,
            sys::health(root),
        )
        .await;
        holds("status", |it| matches!(it, ServerStatus::OK), sys::status(root)).await;
    }
    holds("mounts", |it| option(it["secret/"].options.as_ref()) == "2", sys::mount::list(root)).await;
    let one = sys::mount::get_configuration_of_a_secret_engine(root, "secret");
    holds("mounts: one", |it| it.mount_type == "kv" && option(it.options.as_ref()) == "2", one).await;
    if !settings.get("CA").is_empty() {
        let step = "TLS: without the certificate of the authority";
        let stranger = settings.client_that_believes(settings.get("TOKEN"), Vec::new());
        match sys::health(&stranger).await {
            Err(error @ ClientError::RestClientError { .. })
                if format!("{error:?}").contains("UnknownIssuer") =>
            {
                passed(step);
            }
            came => failed(step, "UnknownIssuer", &format!("{came:?}")),
        }
    }
}

fn option(options: Option<&HashMap<String, String>>) -> &str {
    options.and_then(|options| options.get("version")).map_or("", String::as_str)
}

pub async fn tokens(settings: &Settings, root: &VaultClient) {
    let has_root = |policies: &[String]| policies.iter().any(|policy| policy == "root");
    holds(
        "lookup of itself",
        |it| has_root(&it.policies) && it.expire_time.is_none(),
        token::lookup_self(root),
    )
    .await;
    let mut terms = CreateTokenRequest::builder();
    terms.policies(vec!["default".to_owned()]).ttl("1h").display_name("lab");
    terms.meta(HashMap::from([("made".to_owned(), "here".to_owned())]));
    let is_as_asked =
        |it: &vaultrs::api::AuthInfo| it.renewable && it.lease_duration == 3600 && it.token_type == "service";
    let Some(child) = holds("create", is_as_asked, token::new(root, Some(&mut terms))).await else { return };
    let (own, accessor) = (settings.client(&child.client_token), &child.accessor);
    let is_ours = |it: &vaultrs::api::token::responses::LookupTokenResponse| {
        it.display_name == "token-lab"
            && it.policies == ["default"]
            && (1..=3600).contains(&it.ttl)
            && it.meta.as_ref().is_some_and(|meta| meta["made"] == "here")
    };
    holds("lookup of another", is_ours, token::lookup(root, &child.client_token)).await;
    holds("lookup by accessor", |it| it.id.is_empty() && is_ours(it), token::lookup_accessor(root, accessor))
        .await;
    refused("lookup of a wrong one", 403, "bad token", token::lookup(root, WRONG)).await;
    refused(
        "lookup by an accessor that is none",
        400,
        "invalid accessor",
        token::lookup_accessor(root, "none"),
    )
    .await;
    let lasts = |it: &vaultrs::api::AuthInfo| it.lease_duration > 0 && it.renewable;
    holds("renew of another", lasts, token::renew(root, &child.client_token, Some("2h"))).await;
    holds("renew by accessor", lasts, token::renew_accessor(root, accessor, Some("2h"))).await;
    holds("renew of itself", lasts, token::renew_self(&own, None)).await;
    let read = kv2::read::<serde_json::Value>(&own, "secret", "vaultrs/app");
    refused("a token that may not read", 403, "permission denied", read).await;
    done("revoke of another", token::revoke(root, &child.client_token)).await;
    refused("revoke: it is not known after", 403, "permission denied", token::lookup_self(&own)).await;
    others(settings, root).await;
}

async fn others(settings: &Settings, root: &VaultClient) {
    let mut terms = CreateTokenRequest::builder();
    terms.policies(vec!["default".to_owned()]);
    let Ok(child) = token::new(root, Some(&mut terms)).await else { return };
    done("revoke by accessor", token::revoke_accessor(root, &child.accessor)).await;
    let own = settings.client(&child.client_token);
    refused("revoke by accessor: it is not known after", 403, "permission denied", token::lookup_self(&own))
        .await;
    let Some(orphan) = holds("create of an orphan", |it| it.orphan, token::new_orphan(root, None)).await
    else {
        return;
    };
    let own = settings.client(&orphan.client_token);
    equals("orphan: it is known", true, async { Ok(token::lookup_self(&own).await?.orphan) }).await;
    done("revoke of itself", token::revoke_self(&own)).await;
    refused("revoke of itself: it is not known after", 403, "permission denied", token::lookup_self(&own))
        .await;
    let Ok(child) = token::new(root, Some(&mut terms)).await else { return };
    done("revoke without its children", token::revoke_orphan(root, &child.client_token)).await;
    let nobody = settings.client(WRONG);
    refused("a wrong token", 403, "permission denied", token::lookup_self(&nobody)).await;
    refused("no token", 403, "permission denied", token::lookup_self(&settings.client(""))).await;
}
