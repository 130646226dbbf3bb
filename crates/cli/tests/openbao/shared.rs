//! The server that the tests share, and folders whose store it is.

use std::sync::LazyLock;

use insta::Settings;
use test_kit::openbao::OpenBao;

use crate::sandbox::Sandbox;

static SERVER: LazyLock<OpenBao> = LazyLock::new(OpenBao::plain_on_disk);
static DEV: LazyLock<OpenBao> = LazyLock::new(OpenBao::dev);

/// A server with an audit log, which no test kills. Each test mounts an engine of its own.
pub(crate) fn server() -> &'static OpenBao {
    &SERVER
}

/// As a user of the guide has it: in dev mode, `secret` being an engine of version 2.
pub(crate) fn dev() -> &'static OpenBao {
    &DEV
}

/// A folder whose store is this mount of the shared server, seen by the administrator.
pub(crate) fn in_mount(mount: &str) -> Sandbox {
    at(server().address(), server().root_token(), mount, "")
}

/// The same at another address, such as that of a proxy. `secrets` follows in the configuration.
pub(crate) fn at(address: &str, token: &str, mount: &str, secrets: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let store = format!("store: {{ provider: vault, address: '{address}', mount: {mount} }}");
    sandbox.write("secretbridge.yaml", &format!("instance: acme\n{store}\n{secrets}"));
    sandbox.set("BAO_TOKEN", token);
    sandbox
}

/// A folder with this store, whose home is empty and whose environment has these variables.
pub(crate) fn with(store: &str, variables: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", &format!("instance: acme\nstore: {store}\n"));
    let home = sandbox.path().to_str().unwrap().to_owned();
    sandbox.set("HOME", &home);
    for (name, value) in variables {
        sandbox.set(name, value);
    }
    sandbox
}

/// Snapshots in which each server is at the same address.
pub(crate) fn settings() -> Settings {
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter(r"127\.0\.0\.1:\d+", "[server]");
    settings
}
