//! What is delivered, what is reported, what is left out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cluster_bootstrap::{Bootstrap, Done, Gitlab};
use eso_contrib::{ExternalSecretsHelmRelease, RuntimeSync};
use events::DeliveryMode;
use k8s_bundle::{Contributor as _, SourceRef};
use test_kit::{Canary, FakeClock, InMemoryBundleWriter, InMemorySecretStore, RecordingEventBus};

struct Run {
    writer: Arc<InMemoryBundleWriter>,
    bus: RecordingEventBus,
    result: Result<Done, String>,
}

async fn run(bootstrap: &Bootstrap, store: InMemorySecretStore) -> Run {
    let (writer, bus) = (Arc::new(InMemoryBundleWriter::new()), RecordingEventBus::new());
    let clock = Arc::new(FakeClock::new());
    let result = bootstrap.run(Arc::new(store), writer.clone(), Arc::new(bus.clone()), clock).await;
    Run { writer, bus, result: result.map_err(|error| error.to_string()) }
}

fn by_value() -> Bootstrap {
    Bootstrap::new("dev".parse().unwrap(), Gitlab::new())
}

fn with_run_time_sync() -> Bootstrap {
    let sync = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN").unwrap());
    let gitlab = Gitlab::new().with_external_database();
    Bootstrap::new("dev".parse().unwrap(), gitlab).with_runtime_sync(sync)
}

#[tokio::test]
async fn a_value_in_the_store_is_in_the_file_in_base64() {
    let canary = Canary::hostile();
    let run = run(&by_value(), InMemorySecretStore::new().with("GITLAB_ROOT_PASSWORD", canary.value())).await;
    assert_eq!(run.result.unwrap().secrets.secrets, 1);
    let file = run.writer.file("k8s/secrets.yaml").unwrap();
    assert_eq!((file.mode, file.secret), (0o600, true));
    let text = run.writer.text("k8s/secrets.yaml");
    assert!(text.contains("name: gitlab-root"), "{text}");
    assert!(text.contains(&STANDARD.encode(canary.bytes())), "{text}");
}

#[tokio::test]
async fn a_missing_secret_is_named_in_the_error_and_nothing_is_written() {
    let run = run(&by_value(), InMemorySecretStore::new().with("GITLAB_ROOT_PASSWROD", "misspelt")).await;
    let error = run.result.unwrap_err();
    assert!(error.contains("GITLAB_ROOT_PASSWORD"), "{error}");
    assert!(run.writer.files().is_empty());
    assert!(run.bus.events().is_empty());
}

#[test]
fn without_run_time_sync_there_is_no_operator() {
    assert!(!ExternalSecretsHelmRelease::new(&RuntimeSync::off()).should_contribute());
    let bundle = by_value().bundle().unwrap();
    assert!(bundle.helm_releases().iter().all(|release| release.name != "external-secrets"));
    let bundle = with_run_time_sync().bundle().unwrap();
    assert!(
        bundle.helm_releases().iter().any(|release| release.name == "external-secrets"),
        "and with it there is"
    );
}

#[tokio::test]
async fn each_secret_is_one_event_by_value_or_by_reference() {
    let store = InMemorySecretStore::new().with("GITLAB_ROOT_PASSWORD", "1").with("BRIDGE_TOKEN", "2");
    let run = run(&with_run_time_sync(), store).await;
    assert!(run.result.is_ok(), "{:?}", run.result);
    let delivered = run.bus.materialized().into_iter().map(|event| (event.name.to_string(), event.mode));
    let mut delivered: Vec<_> = delivered.collect();
    delivered.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(
        delivered,
        [
            ("gitlab-database".to_owned(), DeliveryMode::ExternalSecrets),
            ("gitlab-root".to_owned(), DeliveryMode::BuildTime),
            ("homelab-bridge-token".to_owned(), DeliveryMode::BuildTime),
        ]
    );
}

#[tokio::test]
async fn a_value_is_in_the_one_file_and_nowhere_else() {
    let canary = Canary::random();
    let run = run(&by_value(), InMemorySecretStore::new().with("GITLAB_ROOT_PASSWORD", canary.value())).await;
    for (path, file) in run.writer.files() {
        assert_eq!(canary.find(&file.contents).is_some(), file.secret, "{path}");
    }
    canary.assert_absent_in_debug(&run.result);
    canary.assert_absent_in_debug(&run.bus.events());
    canary.assert_absent_in_debug(&run.writer);
}
