//! What is generated.

use std::time::Duration;

use bridge_contrib::{BridgeContributor, BridgeWorkload, Metrics, Served};
use k8s_bundle::{Contributor, KubernetesBundle, generate_onto, yaml};

const REMOTE: &str = "
enabled: true
image: registry.acme.lab/secretbridge:0.1.0
tls: { issuer: { name: homelab-ca } }
environment: secretbridge-environment
monitoring: { labels: { release: prometheus }, token: { name: metrics-token, key: token } }
";

const LOCAL: &str = "
enabled: true
image: registry.acme.lab/secretbridge:0.1.0
tls: { secret: bridge-tls }
credentials: secretbridge-credentials
clients: [external-secrets, tools]
";

const CONFIG: &str = "instance: acme\nstore:\n  provider: age\n  path: /var/lib/secretbridge/store\n";

fn workload(text: &str) -> BridgeWorkload {
    yaml::from_str(text).unwrap()
}

/// Every object, as it is written.
fn written(workload: BridgeWorkload, served: Served) -> String {
    let contributor: Box<dyn Contributor> = Box::new(BridgeContributor::new(workload, served));
    let bundle = generate_onto(KubernetesBundle::new(), &"dev".parse().unwrap(), &[contributor]).unwrap();
    let objects: Vec<_> =
        bundle.resources().iter().map(|resource| yaml::to_string(resource).unwrap()).collect();
    objects.join("---\n")
}

fn remote() -> Served {
    let mut served = Served::new("acme", CONFIG, 8200);
    served.store_ports = vec![8200];
    served
}

#[test]
fn a_store_on_a_server_is_served_by_two_pods_of_a_deployment() {
    insta::assert_snapshot!(written(workload(REMOTE), remote()));
}

#[test]
fn a_store_of_files_is_served_by_one_pod_of_a_stateful_set() {
    insta::assert_snapshot!(written(workload(LOCAL), Served::new("acme", CONFIG, 8200).local()));
}

#[test]
fn a_bridge_that_asks_the_api_server_may_do_just_that() {
    let mut served = remote();
    (served.reviews_tokens, served.touches_external_secrets) = (true, true);
    let written = written(workload(REMOTE), served);
    let rights: Vec<_> =
        written.split("---\n").filter(|object| object.contains("kind: ClusterRole")).collect();
    insta::assert_snapshot!(rights.join("---\n"));
    assert!(written.contains("automountServiceAccountToken: true"));
}

#[test]
fn a_bridge_that_touches_what_is_in_some_namespaces_has_a_role_in_each_and_none_elsewhere() {
    let mut served = remote();
    served.touches_external_secrets = true;
    served.touched_namespaces = vec!["bank".parse().unwrap(), "shop".parse().unwrap()];
    let written = written(workload(REMOTE), served);
    let rights: Vec<_> = written.split("---\n").filter(|object| object.contains("rbac.")).collect();
    insta::assert_snapshot!(rights.join("---\n"));
}

#[test]
fn prometheus_shows_what_it_is_asked_for() {
    let monitor = |more: &str, metrics| {
        let settings =
            format!("enabled: true\nimage: 'a:1'\ntls: {{ secret: t }}\nmonitoring: {{ {more} }}\n");
        let mut served = remote();
        served.metrics = metrics;
        let written = written(workload(&settings), served);
        let monitor = written.split("---\n").find(|object| object.contains("kind: ServiceMonitor")).unwrap();
        monitor.split_once("spec:").unwrap().1.to_owned()
    };
    insta::assert_snapshot!("with_nothing", monitor("", Metrics::Open));
    let shown = "token: { name: metrics, key: token }, client_certificate: prometheus-tls";
    insta::assert_snapshot!("with_a_token_and_a_certificate", monitor(shown, Metrics::Token));
}

#[test]
fn a_pod_is_given_the_time_that_the_bridge_takes_to_end() {
    let mut served = remote();
    served.drain_time = Duration::from_millis(60_500);
    assert!(written(workload(REMOTE), served).contains("terminationGracePeriodSeconds: 71\n"));
}

#[test]
fn a_store_that_is_logged_in_to_as_the_account_has_its_token() {
    let mut served = remote();
    served.logs_in_as_account = true;
    let written = written(workload(REMOTE), served);
    assert!(written.contains("automountServiceAccountToken: true") && !written.contains("kind: ClusterRole"));
}

#[test]
fn pods_are_made_anew_when_their_configuration_is_another() {
    let checksum = |config: &str| {
        let mut served = remote();
        config.clone_into(&mut served.config);
        let written = written(workload(REMOTE), served);
        written.lines().find(|line| line.contains("checksum/config")).unwrap().to_owned()
    };
    assert_eq!(checksum("a"), checksum("a"));
    assert_ne!(checksum("a"), checksum("b"));
}

#[test]
fn an_audit_log_that_stays_makes_a_stateful_set_of_any_number() {
    let text = format!("{REMOTE}replicas: 3\naudit: {{ size: 5Gi, storage_class: fast }}\n");
    let written = written(workload(&text), remote());
    assert!(written.contains("kind: StatefulSet") && written.contains("replicas: 3"));
    assert!(written.contains("storageClassName: fast") && written.contains("storage: 5Gi"));
    assert!(!written.contains("emptyDir"));
}

#[test]
fn a_probe_shows_no_certificate_so_it_asks_only_whether_somebody_listens() {
    let mut served = remote();
    served.needs_client_certificates = true;
    let text = REMOTE.replace("key: token }", "key: token }, client_certificate: prometheus-tls");
    let written = written(workload(&text), served);
    assert!(written.contains("tcpSocket") && !written.contains("httpGet"));
}

#[test]
fn a_workload_that_is_not_enabled_adds_nothing() {
    assert_eq!(written(workload("{}"), remote()), "");
}
