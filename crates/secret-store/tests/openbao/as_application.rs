//! The conformance suite with the rights that a store needs, and not one more.

use std::net::{Ipv4Addr, SocketAddr};

use secret_store::provider::vault::VaultStore;
use serde_json::json;
use test_kit::conformance::Fixture;
use test_kit::openbao::OpenBao;
use test_kit::proxy::{Answer, Fault, Proxy, Rule};

use crate::shared::{dev, open_with_token, secured};

/// The token of somebody who may read, write and delete in one mount: no list, no metadata, not even a look at the token itself.
pub(crate) fn token(server: &OpenBao, mount: &str) -> String {
    let policy = server.policy(&if mount.starts_with("kv1") {
        format!(r#"path "{mount}/*" {{ capabilities = ["create", "read", "update", "delete"] }}"#)
    } else {
        format!(
            r#"path "{mount}/data/*" {{ capabilities = ["create", "read", "update", "patch", "delete"] }}"#
        )
    });
    server.token(&[&policy], &["-no-default-policy"])
}

async fn store(version: u8) -> VaultStore {
    let mount = secured().mount_kv(version);
    let token = token(secured(), &mount);
    open_with_token(secured(), json!({ "mount": mount, "kv_version": version }), &token).await
}

test_kit::conformance_suite!(version_2, async || Fixture::new(store(2).await).may_not_list().may_refuse());
test_kit::conformance_suite!(version_1, async || Fixture::new(store(1).await).may_not_list().may_refuse());

/// A way to the shared dev server on which nobody learns where which engine is. The server itself tells everybody who may do
/// anything in a mount; a gateway in front of it, or an older server, may not.
pub(crate) async fn without_preflight() -> Proxy {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, dev().port()));
    let proxy = Proxy::start(server).await.unwrap();
    let denied = Answer::new(403).body(r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#);
    proxy.inject(Rule::new(Fault::Reply(denied)).under("/v1/sys/internal/ui/mounts"));
    proxy
}

test_kit::conformance_suite!(version_2_without_preflight, async || {
    let (proxy, mount) = (without_preflight().await, dev().mount_kv(2));
    let settings = json!({ "address": proxy.url(), "mount": mount, "kv_version": 2 });
    let store = open_with_token(dev(), settings, &token(dev(), &mount)).await;
    Fixture::new(store).may_not_list().may_refuse().with_guard(proxy)
});
