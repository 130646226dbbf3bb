//! What is wrong with settings.

use bridge_contrib::{BridgeContributor, BridgeWorkload, Metrics, Served};
use k8s_bundle::{Contributor as _, KubernetesBundle, yaml};

fn problems(text: &str, served: &Served) -> Vec<String> {
    let workload: BridgeWorkload = yaml::from_str(text).unwrap();
    workload.problems(served).iter().map(|problem| format!("{problem} ({})", problem.help)).collect()
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let remote = Served::new("acme", "", 8200);
    insta::assert_snapshot!(problems("{ enabled: true, replicas: 0 }", &remote).join("\n"));
    assert!(problems("{ enabled: false, replicas: 0 }", &remote).is_empty());
}

#[test]
fn a_store_of_files_has_one_pod() {
    let text = "{ enabled: true, replicas: 2, image: 'a:1', tls: { secret: t } }";
    let local = Served::new("acme", "", 8200).local();
    insta::assert_snapshot!(problems(text, &local).join("\n"));
    assert!(problems(text, &Served::new("acme", "", 8200)).is_empty());
}

#[test]
fn a_monitor_that_would_be_refused_is_refused() {
    let problems = |monitoring: &str, metrics, needs_client_certificates| {
        let text = format!(
            "{{ enabled: true, image: 'a:1', tls: {{ secret: t }}, monitoring: {{ {monitoring} }} }}"
        );
        let mut served = Served::new("acme", "", 8200);
        (served.metrics, served.needs_client_certificates) = (metrics, needs_client_certificates);
        problems(&text, &served).join("\n")
    };
    insta::assert_snapshot!("nothing_to_show", problems("", Metrics::Token, true));
    insta::assert_snapshot!("no_metrics", problems("token: { name: a, key: b }", Metrics::Off, false));
    assert_eq!(problems("token: { name: a, key: b }, client_certificate: c", Metrics::Token, true), "");
    assert_eq!(problems("", Metrics::Open, false), "");
}

#[test]
fn what_cannot_be_generated_is_an_error_and_leaves_nothing() {
    let workload: BridgeWorkload = yaml::from_str("{ enabled: true }").unwrap();
    let mut bundle = KubernetesBundle::new();
    let error =
        BridgeContributor::new(workload, Served::new("acme", "", 8200)).contribute(&mut bundle).unwrap_err();
    assert!(error.to_string().contains("the workload has no `image`"), "{error}");
    assert_eq!(bundle, KubernetesBundle::new());
}
