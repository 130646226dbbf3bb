//! From manifests to a plan, without a value.

use k8s_bundle::{DeclaredProblemKind, SecretManifest, SyncMode};
use materializer::{Error, Plan, PlanProblemKind};

use crate::setup::{manifest, shown, simple};

/// The homelab of the documentation.
fn homelab() -> Vec<SecretManifest> {
    [
        manifest("gitlab-root", "gitlab").source("GITLAB_ROOT_PASSWORD").data_key("password"),
        manifest("minio-credentials", "backups")
            .data("rootUser", ("infrastructure/minio", "rootUser"))
            .data("rootPassword", ("infrastructure/minio", "rootPassword")),
        SecretManifest::builder("wildcard")
            .namespaces(["monitoring", "auth"])
            .secret_type("tls")
            .data("tls.crt", ("infrastructure/wildcard-tls", "tls.crt"))
            .data("tls.key", ("infrastructure/wildcard-tls", "tls.key")),
        manifest("authelia", "auth").label("app", "authelia").source("authelia/session").data_key("session"),
        manifest("authelia", "auth").source("infrastructure/smtp").data_key("smtp"),
        manifest("acme-api-db", "acme").sync_mode(SyncMode::ExternalSecrets).source("ACME_DB_PASSWORD"),
    ]
    .map(|manifest| manifest.build().unwrap())
    .into()
}

#[test]
fn a_plan_is_a_table_for_people() {
    insta::assert_snapshot!(Plan::new(&homelab()).unwrap(), @"
    NAMESPACE   NAME               TYPE               MODE              KEY           SOURCE
    acme        acme-api-db        Opaque             external-secrets  value         ACME_DB_PASSWORD
    auth        authelia           Opaque             build-time        session       authelia/session
    auth        authelia           Opaque             build-time        smtp          infrastructure/smtp
    auth        wildcard           kubernetes.io/tls  build-time        tls.crt       infrastructure/wildcard-tls#tls.crt
    auth        wildcard           kubernetes.io/tls  build-time        tls.key       infrastructure/wildcard-tls#tls.key
    backups     minio-credentials  Opaque             build-time        rootPassword  infrastructure/minio#rootPassword
    backups     minio-credentials  Opaque             build-time        rootUser      infrastructure/minio#rootUser
    gitlab      gitlab-root        Opaque             build-time        password      GITLAB_ROOT_PASSWORD
    monitoring  wildcard           kubernetes.io/tls  build-time        tls.crt       infrastructure/wildcard-tls#tls.crt
    monitoring  wildcard           kubernetes.io/tls  build-time        tls.key       infrastructure/wildcard-tls#tls.key

    5 Secrets by value (9 keys from 5 paths), 1 by reference (1 key)
    ");
}

#[test]
fn a_plan_is_json_for_programs() {
    let plan = Plan::new(&homelab()[3..]).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).unwrap(), @r#"
    {
      "secrets": [
        {
          "namespace": "acme",
          "name": "acme-api-db",
          "type": "Opaque",
          "sync_mode": "external-secrets",
          "immutable": false,
          "keys": [
            {
              "key": "value",
              "path": "ACME_DB_PASSWORD",
              "field": "value"
            }
          ]
        },
        {
          "namespace": "auth",
          "name": "authelia",
          "type": "Opaque",
          "sync_mode": "build-time",
          "immutable": false,
          "labels": {
            "app": "authelia"
          },
          "keys": [
            {
              "key": "session",
              "path": "authelia/session",
              "field": "value"
            },
            {
              "key": "smtp",
              "path": "infrastructure/smtp",
              "field": "value"
            }
          ]
        }
      ],
      "paths": [
        "authelia/session",
        "infrastructure/smtp"
      ]
    }
    "#);
}

#[test]
fn a_plan_of_nothing_says_so() {
    insta::assert_snapshot!(Plan::new([]).unwrap(), @"no Secret is declared");
}

#[test]
fn only_the_paths_of_secrets_by_value_are_read_and_each_once() {
    let plan = Plan::new(&homelab()).unwrap();
    let paths: Vec<_> = plan.paths().iter().map(secret_store::SecretPath::as_str).collect();
    assert_eq!(
        paths,
        [
            "GITLAB_ROOT_PASSWORD",
            "authelia/session",
            "infrastructure/minio",
            "infrastructure/smtp",
            "infrastructure/wildcard-tls"
        ]
    );
}

#[test]
fn the_order_of_the_manifests_does_not_matter() {
    let mut manifests = homelab();
    let plan = Plan::new(&manifests).unwrap();
    manifests.reverse();
    assert_eq!(Plan::new(&manifests).unwrap(), plan);
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    let manifests = [
        SecretManifest::builder("both").namespaces(["x", "y"]).source("A"),
        SecretManifest::builder("both")
            .namespaces(["y", "x"])
            .source("B")
            .sync_mode(SyncMode::ExternalSecrets),
        SecretManifest::builder("bad-paths").namespaces(["y", "x"]).data("a", "../up").data("b", "a//b"),
        manifest("no-key", "x").source("A").data_key("tls.crt").secret_type("tls"),
        manifest("reserved", "x").source("A").annotation("secretbridge.dev/source", "mine"),
        manifest("late", "x")
            .source("a//b")
            .annotation("secretbridge.dev/source", "mine")
            .sync_mode(SyncMode::ExternalSecrets),
    ]
    .map(|manifest| manifest.build().unwrap());
    let error = Plan::new(&manifests).unwrap_err();
    insta::assert_snapshot!(shown(&error), @r#"
    plan: the secrets cannot be planned:
      x/both, y/both: its sync mode is build-time and external-secrets (manifests 1 and 2)
      x/both, y/both, key value: it comes from A and from B (manifests 1 and 2)
      x/bad-paths, y/bad-paths, key a: its source "../up" has a segment that starts with a full stop (manifest 3)
      x/bad-paths, y/bad-paths, key b: its source "a//b" has an empty segment: no leading, trailing or double slash (manifest 3)
      x/no-key: type kubernetes.io/tls requires the key "tls.key" (manifest 4)
      x/reserved: its annotation secretbridge.dev/source is written by secretbridge itself (manifest 5)
      x/late, key value: its source "a//b" has an empty segment: no leading, trailing or double slash (manifest 6)

    help:
    give all manifests of the Secret the same sync_mode, or one of them another name: a Secret has one owner
    keep one of the two sources, or give one of them another key
    a path is segments joined by /, none empty or starting with a full stop; a field is any text of one line
    add the key with its source, or change the type
    remove it: it is written with the sources of the values
    "#);
}

#[test]
fn a_problem_says_which_manifests_it_is_about() {
    let error = Plan::new(&[simple("z", "Z"), simple("a", "A"), simple("a", "B")]).unwrap_err();
    let Error::Plan { problems } = error else { panic!("{error:?}") };
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.manifests, [1, 2]);
    assert_eq!(problem.key.as_ref().unwrap(), &"password");
    assert!(matches!(problem.kind, PlanProblemKind::Declared(DeclaredProblemKind::Sources { .. })));
}

#[test]
fn sources_that_make_the_annotation_too_large_are_a_problem() {
    let long =
        |index: usize| format!("{}/{index}", ["a".repeat(240), "b".repeat(240), "c".repeat(240)].join("/"));
    let mut builder = SecretManifest::builder("large").namespaces(["x", "y"]);
    for index in 0..400 {
        builder = builder.data(format!("key-{index}"), long(index).as_str());
    }
    insta::assert_snapshot!(Plan::new(&[builder.build().unwrap()]).unwrap_err(), @"
    the secrets cannot be planned:
      x/large, y/large: its annotations have 293802 bytes with the one that names its sources, and the API server takes 262144 (manifest 1)
    ");
}

#[test]
fn reload_becomes_an_annotation() {
    let manifest = manifest("a", "b").source("A").reload(true).build().unwrap();
    let plan = Plan::new([&manifest]).unwrap();
    assert_eq!(plan.secrets()[0].annotations()[k8s_bundle::RELOAD_MATCH], "true");
}
