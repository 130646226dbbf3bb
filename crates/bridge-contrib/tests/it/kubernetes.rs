//! Every object of Kubernetes' own is one that its types know: no field that they do not have, and none in another form.

use bridge_contrib::{BridgeContributor, BridgeWorkload, Served};
use k8s_bundle::{Contributor, KubernetesBundle, Resource, generate_onto, yaml};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{ConfigMap, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const SETTINGS: &str = "
enabled: true
image: registry.acme.lab/secretbridge:0.1.0
image_pull_secrets: [registry]
tls: { issuer: { name: homelab-ca } }
credentials: secretbridge-credentials
environment: secretbridge-environment
egress_ports: [389]
monitoring: { labels: { release: prometheus }, token: { name: metrics-token, key: token } }
";

fn resources(settings: &str, served: Served) -> Vec<Resource> {
    let workload: BridgeWorkload = yaml::from_str(settings).unwrap();
    let contributor: Box<dyn Contributor> = Box::new(BridgeContributor::new(workload, served));
    let bundle = generate_onto(KubernetesBundle::new(), &"dev".parse().unwrap(), &[contributor]).unwrap();
    bundle.resources().to_vec()
}

/// What the type makes of the object: a field that it does not know is gone.
fn through<T: DeserializeOwned + Serialize>(written: &Value) -> Value {
    let read: T = serde_json::from_value(written.clone()).unwrap();
    serde_json::to_value(read).unwrap()
}

#[test]
fn the_types_of_kubernetes_keep_every_field_as_it_is() {
    let mut asking = Served::new("acme", "instance: acme\n", 8200);
    (asking.reviews_tokens, asking.touches_external_secrets) = (true, true);
    asking.store_ports = vec![8200];
    let mut all = resources(SETTINGS, asking);
    all.extend(resources(SETTINGS, Served::new("acme", "instance: acme\n", 8200).local()));
    let claimed = format!("{SETTINGS}store: {{ claim: tree }}\naudit: {{ storage_class: fast }}\n");
    all.extend(resources(&claimed, Served::new("acme", "instance: acme\n", 8200).local()));
    let mut near = Served::new("acme", "instance: acme\n", 8200).local();
    (near.touches_external_secrets, near.touched_namespaces) = (true, vec!["shop".parse().unwrap()]);
    all.extend(resources(SETTINGS, near));
    let mut seen = 0;
    for resource in &all {
        let written = serde_json::to_value(resource).unwrap();
        let read = match resource.kind() {
            "Deployment" => through::<Deployment>(&written),
            "StatefulSet" => through::<StatefulSet>(&written),
            "ConfigMap" => through::<ConfigMap>(&written),
            "Service" => through::<Service>(&written),
            "ServiceAccount" => through::<ServiceAccount>(&written),
            "NetworkPolicy" => through::<NetworkPolicy>(&written),
            "PodDisruptionBudget" => through::<PodDisruptionBudget>(&written),
            "ClusterRole" => through::<ClusterRole>(&written),
            "ClusterRoleBinding" => through::<ClusterRoleBinding>(&written),
            "Role" => through::<Role>(&written),
            "RoleBinding" => through::<RoleBinding>(&written),
            // Of others' making.
            "Certificate" | "ServiceMonitor" => continue,
            other => panic!("{other} is not looked at"),
        };
        assert_eq!(read, written, "{resource}");
        seen += 1;
    }
    assert_eq!(seen, 9 + 5 + 5 + 7);
}
