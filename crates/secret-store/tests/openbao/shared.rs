//! The servers that the tests share, and stores at them.

use std::sync::LazyLock;

use secrecy::ExposeSecret as _;
use secret_store::provider::vault::{VaultConfig, VaultStore};
use secret_store::{
    Environment, OpenContext, ReadOptions, Result, SecretFields, SecretStore, SecretVersion, WriteOptions,
};
use serde_json::{Value, json};
use test_kit::openbao::OpenBao;
use test_kit::{field, path};

static DEV: LazyLock<OpenBao> = LazyLock::new(OpenBao::dev);
static SECURED: LazyLock<OpenBao> = LazyLock::new(OpenBao::secured_and_unsealed);

/// Plain HTTP, in memory. Each test mounts an engine of its own.
pub(crate) fn dev() -> &'static OpenBao {
    &DEV
}

/// TLS, on disk, with an audit log. Each test mounts an engine of its own.
pub(crate) fn secured() -> &'static OpenBao {
    &SECURED
}

/// The configuration of a store at this server, with these settings beside address and authority.
pub(crate) fn config(server: &OpenBao, settings: Value) -> VaultConfig {
    let mut config = json!({ "address": server.address(), "tls": {} });
    if let Some(authority) = server.authority() {
        config["tls"]["ca"] = json!(authority.certificate());
    }
    let Value::Object(settings) = settings else { panic!("settings are a map") };
    for (name, setting) in settings {
        match setting {
            Value::Object(inner) if name == "tls" => {
                for (name, setting) in inner {
                    config["tls"][name] = setting;
                }
            }
            _ => config[name] = setting,
        }
    }
    serde_json::from_value(config).unwrap()
}

/// A store with these settings. Files in them are in the server's folder; the environment is empty.
pub(crate) async fn open(server: &OpenBao, settings: Value) -> VaultStore {
    let context = OpenContext::new(server.folder()).with_environment(Environment::fixed::<&str, &str>([]));
    config(server, settings).open(&context).await.unwrap()
}

/// A store in this mount, whose token comes from the environment.
pub(crate) async fn open_with_token(server: &OpenBao, settings: Value, token: &str) -> VaultStore {
    let environment = Environment::fixed([("BAO_TOKEN", token)]);
    let context = OpenContext::new(server.folder()).with_environment(environment);
    config(server, settings).open(&context).await.unwrap()
}

/// One field of the current version, as text.
#[expect(clippy::disallowed_methods, reason = "the test compares it")]
pub(crate) async fn get(store: &dyn SecretStore, at: &str, name: &str) -> Result<String> {
    let secret = store.read(&path(at), ReadOptions::current()).await?;
    let value = secret.fields.get(name).unwrap_or_else(|| panic!("no field {name:?} at {at:?}"));
    Ok(str::from_utf8(value.expose_secret()).unwrap().to_owned())
}

/// Replaces what is there with one field.
pub(crate) async fn put(store: &dyn SecretStore, at: &str, name: &str, value: &str) -> Result<SecretVersion> {
    let fields = SecretFields::new().with(field(name), value);
    store.write(&path(at), fields, WriteOptions::replace()).await
}
