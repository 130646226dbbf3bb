//! Every field of every kind, as each chart has it.

use eso_contrib::Feature;
use eso_contrib::api::{
    ClusterExternalSecret, ClusterExternalSecretSpec, ExternalSecret, ExternalSecretSpec, GeneratorKind,
    Password, PasswordSpec, PushSecret, PushSecretSpec, Uuid, UuidSpec,
};
use k8s_bundle::{ObjectMeta, yaml};

use super::golden_files::{CHARTS, for_chart, golden};

fn metadata(name: &str) -> ObjectMeta {
    ObjectMeta::new(name.parse().unwrap())
        .in_namespace("acme".parse().unwrap())
        .with_label("team".parse().unwrap(), "web".parse().unwrap())
        .with_annotation("note".parse().unwrap(), "on {{ .Values }}")
}

fn cluster_metadata(name: &str) -> ObjectMeta {
    ObjectMeta::new(name.parse().unwrap())
}

fn read<T: serde::de::DeserializeOwned>(chart: &str, text: &str) -> T {
    yaml::from_str(&for_chart(chart, text)).unwrap()
}

const EXTERNAL_SECRET: &str = r#"
refreshPolicy: Periodic # since 0.16.0
refreshInterval: 90m
secretStoreRef: { name: vault, kind: ClusterSecretStore }
target:
  name: credentials
  creationPolicy: Orphan
  deletionPolicy: Merge
  immutable: true
  template:
    engineVersion: v2
    mergePolicy: Merge
    type: kubernetes.io/basic-auth
    metadata:
      labels: { user: "{{ .username }}" }
      annotations: { note: "{{ .username | upper }}" }
      finalizers: [acme.example/keep] # since 0.20.0
    data:
      s3.conf: |
        access_key = {{ .username }}
        secret_key = {{ .password }}
    templateFrom:
    - { configMap: { name: templates, items: [{ key: app.conf }, { key: all, templateAs: KeysAndValues }] } }
    - { secret: { name: templates, items: [{ key: app.conf, templateAs: Values }] }, target: Annotations }
    - { literal: "{{ .username }}: {{ .password }}", target: Labels }
data:
- secretKey: username
  remoteRef: { key: apps/acme, property: user }
- secretKey: password
  remoteRef:
    key: apps/acme
    property: password
    version: "3"
    conversionStrategy: Unicode
    decodingStrategy: Base64URL
    metadataPolicy: Fetch
  sourceRef: { storeRef: { name: tenants, kind: SecretStore } }
dataFrom:
- extract: { key: infrastructure/minio }
- extract:
    key: infrastructure/minio
    property: nested
    version: "2"
    conversionStrategy: Unicode
    decodingStrategy: Auto
    metadataPolicy: Fetch
  sourceRef: { storeRef: { name: tenants, kind: SecretStore } }
  rewrite:
  - regexp: { source: "(.*)", target: "minio-$1" }
  - transform: { template: "{{ .value | upper }}" }
  - merge: {} # since 0.20.4
  - merge: { into: all, priority: [a, b], conflictPolicy: Ignore, strategy: JSON } # since 0.20.4
  - merge: { priorityPolicy: IgnoreNotFound } # since 0.20.4
- find: { name: { regexp: ^apps/ } }
- find:
    path: apps
    tags: { team: web }
    conversionStrategy: Unicode
    decodingStrategy: Base64
- sourceRef: { generatorRef: { kind: Password, name: initial } }
- sourceRef: { generatorRef: { apiVersion: generators.external-secrets.io/v1alpha1, kind: UUID, name: id } }
"#;

const MANIFEST_TARGET: &str = r#"
secretStoreRef: { name: vault, kind: SecretStore }
target:
  name: app-config
  manifest: { apiVersion: v1, kind: ConfigMap }
  template:
    templateFrom:
    - { literal: "level: {{ .level }}", target: data.logging }
data:
- secretKey: level
  remoteRef: { key: apps/acme, property: level }
"#;

const MINIMAL: &str = r"
secretStoreRef: { name: vault }
dataFrom: [{ extract: { key: apps/acme } }]
";

const CLUSTER: &str = r"
externalSecretName: registry
externalSecretMetadata: { labels: { team: web }, annotations: { note: everywhere } }
namespaceSelectors:
- matchLabels: { tenant: 'true' }
- matchExpressions:
  - { key: team, operator: In, values: [a, b] }
  - { key: stage, operator: Exists }
namespaceSelector: { matchLabels: { tenant: 'true' } }
namespaces: [web, auth]
refreshTime: 30m
externalSecretSpec:
  secretStoreRef: { name: vault, kind: ClusterSecretStore }
  target: { creationPolicy: Merge }
  data: [{ secretKey: token, remoteRef: { key: infrastructure/registry, property: token } }]
";

const PUSH: &str = r#"
refreshInterval: 10m
secretStoreRefs:
- { name: vault, kind: ClusterSecretStore }
- { name: tenants }
- { kind: ClusterSecretStore, labelSelector: { matchLabels: { team: web } } }
updatePolicy: IfNotExists
deletionPolicy: Delete
selector: { secret: { name: ca-key-pair } }
template:
  metadata:
    labels: { pushed: "true" }
    finalizers: [acme.example/keep] # since 0.20.0
  data: { bundle: "{{ index . \"tls.crt\" }}{{ index . \"ca.crt\" }}" }
data:
- match: { remoteRef: { remoteKey: infrastructure/ca } }
- match: { secretKey: tls.crt, remoteRef: { remoteKey: infrastructure/ca, property: certificate } }
  conversionStrategy: ReverseUnicode
  metadata: { apiVersion: kubernetes.external-secrets.io/v1alpha1, kind: PushSecretMetadata, spec: { sourceMergePolicy: Replace } }
"#;

const PUSH_GENERATED: &str = r"
secretStoreRefs: [{ name: vault, kind: ClusterSecretStore }]
selector: { generatorRef: { kind: Password, name: initial } }
data: [{ match: { secretKey: password, remoteRef: { remoteKey: apps/initial } } }]
";

const PUSH_SELECTED: &str = r"
secretStoreRefs: [{ name: vault, kind: ClusterSecretStore }]
selector: { secret: { selector: { matchLabels: { push: 'true' } } } }
";

const PASSWORD: &str = r"
length: 42
digits: 5
symbols: 6
symbolCharacters: -_$@
noUpper: true
allowRepeat: true
encoding: base64url # since 0.20.4
secretKeys: [first, second] # since 1.1.1
";

#[test]
fn an_external_secret_has_what_the_chart_has() {
    for chart in CHARTS {
        let version = chart.parse().unwrap();
        let mut all = vec![
            ExternalSecret::with_spec(metadata("all"), read(chart, EXTERNAL_SECRET)),
            ExternalSecret::with_spec(metadata("minimal"), read(chart, MINIMAL)),
        ];
        if Feature::TargetManifest.is_in(&version) {
            all.push(ExternalSecret::with_spec(metadata("manifest"), read(chart, MANIFEST_TARGET)));
        }
        let all: Vec<_> = all.iter().map(|secret| secret.to_resource(&version).unwrap()).collect();
        golden(chart, "externalsecret", &all);
    }
}

#[test]
fn a_cluster_external_secret_has_what_the_chart_has() {
    for chart in CHARTS {
        let version = chart.parse().unwrap();
        let everything: ClusterExternalSecretSpec = read(chart, CLUSTER);
        let everything = ClusterExternalSecret::with_spec(cluster_metadata("all"), everything);
        let spec: ExternalSecretSpec = read(chart, EXTERNAL_SECRET);
        let wrapped = ClusterExternalSecret::new("wrapped".parse().unwrap(), spec)
            .with_namespace("web".parse().unwrap());
        let all = [everything, wrapped].map(|secret| secret.to_resource(&version).unwrap());
        golden(chart, "clusterexternalsecret", &all);
    }
}

#[test]
fn a_push_secret_has_what_the_chart_has() {
    for chart in CHARTS {
        let version = chart.parse().unwrap();
        let push = |name: &str, text| {
            let spec: PushSecretSpec = read(chart, text);
            PushSecret::with_spec(metadata(name), spec).to_resource(&version).unwrap()
        };
        let mut all = vec![push("all", PUSH)];
        if Feature::PushFromGenerator.is_in(&version) {
            all.push(push("generated", PUSH_GENERATED));
        }
        if Feature::PushBySelector.is_in(&version) {
            all.push(push("selected", PUSH_SELECTED));
        }
        golden(chart, "pushsecret", &all);
    }
}

#[test]
fn generators_have_what_the_chart_has() {
    for chart in CHARTS {
        let version = chart.parse().unwrap();
        let everything: PasswordSpec = read(chart, PASSWORD);
        let everything = Password::with_spec(metadata("all"), everything).to_resource(&version).unwrap();
        let plain = Password::with_spec(metadata("plain"), PasswordSpec::default());
        let mut all = vec![everything, plain.to_resource(&version).unwrap()];
        if Feature::Generator(GeneratorKind::UUID).is_in(&version) {
            all.push(Uuid::with_spec(metadata("id"), UuidSpec::default()).to_resource(&version).unwrap());
        }
        golden(chart, "generator", &all);
    }
}
