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
    monitoring: { token: { name: metrics-token, key: token } }
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
fn plain_files_on_the_volume_of_the_pod_are_its_group_s_too() {
    let sandbox = Sandbox::new();
    let text =
        AGE.replace("provider: age, path: store, identities: [age.key]", "provider: file, path: store");
    sandbox.write("secretbridge.yaml", &text);
    sandbox.private_folder("store");
    sandbox.run(&["build", "--out", "out", "--no-git-check"]).ok();
    assert!(config_in_pod(&sandbox).contains("readable_by_others: true\n"));
}

#[test]
fn the_bridge_in_a_pod_knows_whom_to_tell_and_may_do_so_there_alone() {
    let sandbox = Sandbox::new();
    let stores = |server: &str| {
        format!(
            "  secrets:
    runtime_sync:
      enabled: true
      stores:
        bridge:
          spec:
            provider:
              vault:
                server: {server}
                path: secret
                auth: {{ tokenSecretRef: {{ name: token, key: token, namespace: shop }} }}
"
        )
    };
    let bridge = "bridge:\n  force_sync: { namespaces: [shop] }\n  limits: { drain_time: 45s }\n";
    let text = AGE.replace("bridge:\n  token", &format!("{bridge}  token"));
    sandbox.write(
        "secretbridge.yaml",
        &format!("{text}{}", stores("https://secretbridge.secretbridge.svc.cluster.local:8200")),
    );
    sandbox.private_folder("store");
    sandbox.run(&["build", "--out", "out", "--no-git-check"]).ok();
    let in_pod: Value = serde_yaml::from_str(&config_in_pod(&sandbox)).unwrap();
    let told = serde_json::json!([{ "kind": "ClusterSecretStore", "name": "bridge", "mount": "secret" }]);
    assert_eq!(in_pod["bridge"]["force_sync"]["stores"], told);
    let pod = &object(&sandbox, "statefulset-secretbridge")["spec"]["template"]["spec"];
    assert_eq!(pod["terminationGracePeriodSeconds"], 55);
    let role = "out/k8s/shop/role-secretbridge-secretbridge-touches-external-secrets.yaml";
    assert!(
        sandbox.exists(role)
            && !sandbox.exists(
                "out/k8s/_cluster/clusterrole-secretbridge-secretbridge-touches-external-secrets.yaml"
            )
    );
    sandbox.write("secretbridge.yaml", &format!("{text}{}", stores("https://elsewhere:8200")));
    insta::assert_snapshot!(sandbox.run(&["plan"]).stderr);
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
