//! No value in anything but the file.

use std::sync::Arc;

use k8s_bundle::{
    DataFrom, DecodingStrategy, Extract, Find, Rewrite, SecretManifest, SecretTemplate, SourceRef,
};
use materializer::{Error, Plan};
use secret_store::{FieldName, SecretFields, SecretValue};
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

/// A value that is decoded, taken apart, put together and rendered, and comes out as it was.
#[tokio::test]
async fn no_value_is_in_anything_that_a_success_leaves_however_it_was_made() {
    for canary in [Canary::random(), Canary::hostile()] {
        let text = canary.text();
        let object = serde_json::json!({ "inner": text, "deep": { "x": [text] } }).to_string();
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
        let fields = [("plain", text), ("object", object.as_str()), ("encoded", encoded.as_str())];
        let store = InMemorySecretStore::new().with_fields("app/a", fields);
        store.put(
            "app/json",
            SecretFields::new().with(FieldName::value(), SecretValue::json(object.as_str())),
        );
        let template = SecretTemplate::new()
            .with_data("conf".parse().unwrap(), "x = {{ .plain }} {{ .object | fromJson | toJson }}")
            .with_annotation("example.com/length".parse().unwrap(), "{{ len .plain }}")
            .with_merge_policy(k8s_bundle::MergePolicy::Merge);
        let encoded = SourceRef::try_from(("app/a", "encoded")).unwrap();
        let manifests = [manifest("made", "x")
            .data("decoded", encoded.with_decoding_strategy(DecodingStrategy::Base64))
            .data("json", "app/json")
            .data_from(Extract::new("app/a").unwrap())
            .data_from(Extract::new("app/a").unwrap().with_property("object").unwrap())
            .data_from(Find::by_name("^app/".parse().unwrap()))
            .template(template)
            .build()
            .unwrap()];
        let setup = Setup::new(store);
        let plan = Plan::new(&manifests).unwrap();
        let report = setup.materializer().materialize(&plan).await.unwrap();
        let data = crate::setup::data_of(&setup, "made");
        assert_eq!(data.len(), 10, "{:?}", data.keys());
        for (key, value) in &data {
            let is_there = key == "encoded"
                || canary.find(value).is_some()
                || canary.find(value.escape_ascii().to_string()).is_some();
            assert!(is_there, "{key}");
        }
        canary.assert_absent_in_debug(&report);
        canary.assert_absent("the report", serde_json::to_string(&report).unwrap());
        canary.assert_absent_in_debug(&plan);
        canary.assert_absent("the plan", plan.to_string());
        canary.assert_absent_in_debug(&setup.bus.events());
    }
}

/// Each way to fail alone, with a value that a parser could quote.
#[tokio::test]
async fn no_value_is_in_what_is_said_of_values_that_could_not_be_made() {
    let extract = || Extract::new("app").unwrap();
    let member = || extract().with_property("value").unwrap();
    let template = |text: &str| SecretTemplate::new().with_data("conf".parse().unwrap(), text);
    let decoded = |strategy| SourceRef::new("app").unwrap().with_decoding_strategy(strategy);
    let ways = [
        manifest("a", "x").data("key", decoded(DecodingStrategy::Base64)),
        manifest("a", "x").data("key", decoded(DecodingStrategy::Base64URL)),
        manifest("a", "x").data_from(extract().with_decoding_strategy(DecodingStrategy::Base64)),
        manifest("a", "x").data_from(member()),
        manifest("a", "x")
            .data_from(DataFrom::from(member()).with_rewrite(Rewrite::transform("{{ .value | fail }}"))),
        manifest("a", "x")
            .data_from(DataFrom::from(member()).with_rewrite(Rewrite::regexp("^".parse().unwrap(), "/"))),
        manifest("a", "x")
            .data("value", "app")
            .template(template("{{ .value | b64dec | fail }}{{ .value | fail }}")),
        manifest("a", "x")
            .data("value", "app")
            .template(template("{{ .value | fromJson | toString | fail }}")),
        manifest("a", "x").data("value", "app").template(template("{{ index .value 1000 }}{{ .value.x }}")),
        manifest("a", "x")
            .data("value", "app")
            .template(template("{{ atoi .value | add1 }}{{ fail .value }}")),
        manifest("a", "x").data("value", "app").template(template("{{ index . .value }}{{ fail .value }}")),
        manifest("a", "x")
            .data("value", "app")
            .template(template("{{ regexMatch .value \"x\" }}{{ fail .value }}")),
        manifest("a", "x").data("value", "app").template(template("{{ printf .value 1 }}{{ fail .value }}")),
        manifest("a", "x")
            .data("value", "app")
            .template(SecretTemplate::new().with_label("label".parse().unwrap(), "{{ .value }}!")),
        manifest("a", "x").data_from(Find::by_name("a".parse().unwrap())).secret_type("tls"),
    ];
    let name = |text: &str| serde_json::json!({ text: "x", format!("{text}/"): 1 }).to_string();
    for canary in [Canary::random(), Canary::hostile(), Canary::binary()] {
        // With a sign that no alphabet of Base64 has.
        let mut values = vec![[canary.bytes(), b"!"].concat()];
        if let Ok(text) = core::str::from_utf8(canary.bytes()) {
            values.push(name(text).into_bytes());
            values.push(format!("{{\"a\": \"{text}").into_bytes());
            values.push(format!("[\"{}\"]", text.escape_default()).into_bytes());
        }
        for (index, value) in values.iter().enumerate() {
            for way in &ways {
                let Ok(manifest) = way.clone().build() else { panic!("{way:?}") };
                let store = InMemorySecretStore::new().with("app", value.as_slice());
                let plan = match Plan::new([&manifest]) {
                    Ok(plan) => plan,
                    Err(error) => panic!("{error}"),
                };
                match Setup::new(store).materializer().materialize(&plan).await {
                    Err(error) => absent_in(&canary, &error),
                    // What is JSON can be taken apart.
                    Ok(_) => assert!(index > 0, "{manifest:?}"),
                }
            }
        }
    }
}
