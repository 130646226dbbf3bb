//! The server that the tests share, and folders whose store it is.

use std::sync::LazyLock;

use insta::Settings;
use test_kit::openbao::OpenBao;

use crate::sandbox::Sandbox;

static SERVER: LazyLock<OpenBao> = LazyLock::new(OpenBao::plain_on_disk);

/// A server with an audit log, which no test kills. Each test mounts an engine of its own.
pub(crate) fn server() -> &'static OpenBao {
    &SERVER
}

/// A folder whose store is this mount, seen by the administrator. `secrets` follows in the configuration.
pub(crate) fn in_mount(server: &OpenBao, mount: &str, secrets: &str) -> Sandbox {
    at(server.address(), server.root_token(), mount, secrets)
}

/// The same, at another address, such as that of a proxy, and for somebody else.
pub(crate) fn at(address: &str, token: &str, mount: &str, secrets: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let store = format!("store: {{ provider: vault, address: '{address}', mount: {mount} }}");
    sandbox.write("secretbridge.yaml", &format!("instance: acme\n{store}\n{secrets}"));
    sandbox.set("BAO_TOKEN", token);
    sandbox
}

/// Snapshots in which each server is at the same address.
pub(crate) fn settings() -> Settings {
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter(r"127\.0\.0\.1:\d+", "[server]");
    settings
}
