//! No value in anything but the file.

use std::sync::Arc;

use k8s_bundle::SecretManifest;
use materializer::{Error, Plan};
use test_kit::{Canary, FailingEventBus, Fault, FaultyStore, InMemorySecretStore};

use crate::setup::{Setup, manifest, simple};

/// One Secret of each type, every value of it a canary.
fn planted(canary: &Canary) -> (InMemorySecretStore, Vec<SecretManifest>) {
    let store = InMemorySecretStore::new();
    let typed = |name: &str, secret_type: &str, keys: &[&str]| {
        let mut builder = manifest(name, "kube-system").secret_type(secret_type);
        for key in keys {
            let path = format!("{name}/{}", key.trim_start_matches('.'));
            store.put(&path, secret_store::SecretFields::plain(canary.value()));
            builder = builder.data(key, path.as_str());
        }
        builder.build().unwrap()
    };
    let manifests = vec![
        typed("opaque", "Opaque", &["password"]),
        typed("tls", "tls", &["tls.crt", "tls.key"]),
        typed("registry", "dockerconfigjson", &[".dockerconfigjson"]),
        typed("login", "basic-auth", &["username", "password"]),
        typed("deploy", "ssh-auth", &["ssh-privatekey"]),
        typed(
            "bootstrap-token-07401b",
            "bootstrap-token",
            &["token-id", "token-secret", "expiration", "usage-bootstrap-signing", "auth-extra-groups"],
        ),
    ];
    (store, manifests)
}

fn canaries() -> [Canary; 7] {
    let inside =
        |before: &str, after: &str| Canary::of(format!("{before}{}{after}", Canary::random().text()));
    [
        Canary::random(),
        Canary::hostile(),
        Canary::binary(),
        // Far enough into each parser that its own message could quote it.
        inside("-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n"),
        inside("-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----\n"),
        inside(r#"{"auths": {"ghcr.io": {"auth": ""#, r#""}}}"#),
        inside(r#"{"auths": {"ghcr.io": ""#, r#""}}"#),
    ]
}

fn absent_in(canary: &Canary, error: &Error) {
    canary.assert_absent_in_error(error);
    canary.assert_absent("the help", error.help().unwrap_or_default());
}

#[tokio::test]
async fn no_value_is_in_anything_that_a_success_leaves_but_the_file() {
    for canary in canaries() {
        let (store, manifests) = planted(&canary);
        let setup = Setup::new(store);
        let plan = Plan::new(&manifests[..1]).unwrap();
        let materializer = setup.materializer();
        let report = materializer.materialize(&plan).await.unwrap();
        assert!(canary.find(setup.yaml().unwrap()).is_some(), "the value is in the file");
        canary.assert_absent_in_debug(&materializer);
        canary.assert_absent_in_debug(&report);
        canary.assert_absent("the report", serde_json::to_string(&report).unwrap());
        canary.assert_absent_in_debug(&plan);
        canary.assert_absent("the plan", plan.to_string());
        canary.assert_absent("the plan in JSON", serde_json::to_string(&plan).unwrap());
        canary.assert_absent_in_debug(&setup.bus.events());
        canary.assert_absent("the events", serde_json::to_string(&setup.bus.events()).unwrap());
    }
}

#[tokio::test]
async fn no_value_is_in_what_is_said_of_values_that_cannot_be_used() {
    for canary in canaries() {
        let (store, manifests) = planted(&canary);
        let error = Setup::new(store).refused(&manifests).await;
        let Error::NotReady(not_ready) = &error else { panic!("{error:?}") };
        assert!(not_ready.invalid.len() >= 6, "{error}");
        absent_in(&canary, &error);
    }
}

#[tokio::test]
async fn no_value_is_in_a_warning() {
    for canary in canaries() {
        let (store, manifests) = planted(&canary);
        let setup = Setup::new(store);
        let login: Vec<_> = manifests.into_iter().filter(|m| *m.name() == "login").collect();
        let report = setup.build(&login).await.unwrap();
        canary.assert_absent_in_debug(&report);
    }
}

#[tokio::test]
async fn no_value_is_in_an_error_of_the_store_the_file_or_the_bus() {
    for canary in canaries() {
        let (store, mut manifests) = planted(&canary);
        manifests.push(simple("gone", "opaque/pasword"));
        manifests.push(manifest("field", "x").source(("opaque/password", "other")).build().unwrap());
        let fault = Fault::failing(secret_store::ErrorKind::Corrupt).at("deploy/ssh-privatekey");
        let setup = Setup::faulty(FaultyStore::new(store).with(fault));
        absent_in(&canary, &setup.refused(&manifests).await);

        let plan = Plan::new(&manifests[..1]).unwrap();
        let bus = setup.with_bus(Arc::new(FailingEventBus::new()));
        absent_in(&canary, &bus.materialize(&plan).await.unwrap_err());

        std::fs::remove_file(setup.file()).unwrap();
        std::fs::create_dir(setup.file()).unwrap();
        absent_in(&canary, &setup.materializer().materialize(&plan).await.unwrap_err());
    }
}
