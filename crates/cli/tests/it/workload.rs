//! The bridge as a workload of the cluster: what `build` makes of `k8s.bridge`.

use serde_json::Value;

use crate::sandbox::Sandbox;

const AGE: &str = "instance: acme
store: { provider: age, path: store, identities: [age.key] }
scope: prod
bridge:
  token: { source: BRIDGE_TOKEN, policies: [eso] }
  policies:
    eso: [{ path: secret/data/apps/*, capabilities: [read] }]
k8s:
  bridge:
    enabled: true
    image: registry.acme.lab/secretbridge:0.1.0
    tls: { issuer: { name: homelab-ca } }
    credentials: secretbridge-credentials
";

const VAULT: &str = "instance: acme
store: { provider: vault, address: 'https://bao.acme.lab', mount: kv, auth: { method: kubernetes, role: secretbridge } }
bridge: { listen: '127.0.0.1:9200', token: { source: { key: bridge/eso, property: token } } }
k8s:
  bridge:
    enabled: true
    image: registry.acme.lab/secretbridge:0.1.0
    tls: { issuer: { name: homelab-ca } }
    monitoring: {}
";

fn object(sandbox: &Sandbox, file: &str) -> Value {
    serde_yaml::from_str(&sandbox.text(&format!("out/k8s/secretbridge/{file}.yaml"))).unwrap()
}

/// The configuration that the pods get, taken by the program itself.
fn config_in_pod(sandbox: &Sandbox) -> String {
    let config = object(sandbox, "configmap-secretbridge-config");
    let text = config["data"]["secretbridge.yaml"].as_str().unwrap().to_owned();
    sandbox.write("in-pod.yaml", &text);
    sandbox.run(&["plan", "--config", "in-pod.yaml"]).ok();
    text
}

#[test]
fn a_store_of_files_becomes_one_pod_with_its_files_on_a_volume() {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", AGE);
    sandbox.private_folder("store");
    sandbox.run(&["build", "--out", "out", "--no-git-check"]).ok();
    assert_eq!(object(&sandbox, "statefulset-secretbridge")["spec"]["replicas"], 1);
    insta::assert_snapshot!(config_in_pod(&sandbox));
}

#[test]
fn a_store_on_a_server_becomes_two_pods_that_reach_it_and_log_in_as_themselves() {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", VAULT);
    sandbox.run(&["build", "--out", "out", "--no-git-check"]).ok();
    let deployment = object(&sandbox, "deployment-secretbridge");
    assert_eq!(deployment["spec"]["replicas"], 2);
    assert_eq!(deployment["spec"]["template"]["spec"]["automountServiceAccountToken"], true);
    let egress = &object(&sandbox, "networkpolicy-secretbridge")["spec"]["egress"][1]["ports"];
    assert_eq!(egress[0]["port"], 443);
    insta::assert_snapshot!(config_in_pod(&sandbox));
}

#[test]
fn what_is_wrong_with_the_workload_is_said_where_it_is() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "secretbridge.yaml",
        "instance: acme
store: { provider: file, path: store }
bridge:
  mounts:
    secret: {}
    other: { store: { provider: file, path: other } }
k8s:
  bridge:
    enabled: true
    replicas: 3
",
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]).stderr);
    sandbox.write(
        "secretbridge.yaml",
        "instance: acme
k8s:
  bridge: { enabled: true, replicas: 0, image: 'secretbridge:latest', tls: { issuer: { name: a }, secret: b }, audit: { size: 1Gb } }
",
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]).stderr);
    sandbox.write("secretbridge.yaml", "instance: acme\nk8s:\n  bridge: { enabled: true, replicas: 0 }\n");
    insta::assert_snapshot!(sandbox.run(&["plan"]).stderr);
}
