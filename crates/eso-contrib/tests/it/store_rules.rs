//! What the operator would refuse in a store, and what would never work, all at once.

use eso_contrib::api::{ClusterSecretStore, SecretStore, StoreSpec};
use eso_contrib::{Error, Result};
use k8s_bundle::{Resource, yaml};

fn spec(text: &str) -> StoreSpec {
    yaml::from_str(text).unwrap()
}

fn problems(result: Result<Resource>) -> String {
    match result {
        Err(Error::Resource { problems, .. }) => {
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        other => panic!("it was to be refused: {other:?}"),
    }
}

fn of_cluster(chart: &str, text: &str) -> String {
    let store = ClusterSecretStore::new("s".parse().unwrap(), spec(text));
    problems(store.to_resource(&chart.parse().unwrap()))
}

fn of_namespace(chart: &str, text: &str) -> String {
    let store = SecretStore::new("own".parse().unwrap(), "s".parse().unwrap(), spec(text));
    problems(store.to_resource(&chart.parse().unwrap()))
}

#[test]
fn a_store_of_one_namespace_reaches_into_no_other() {
    insta::assert_snapshot!(of_namespace("0.20.4", "
conditions: [{ namespaces: [a] }]
provider:
  vault:
    server: https://vault
    path: kv
    auth: { appRole: { roleRef: { name: a, key: b, namespace: other }, secretRef: { name: a, key: b, namespace: own } } }
    caProvider: { type: Secret, name: ca, key: ca.crt, namespace: other }
    tls: { certSecretRef: { name: a, namespace: other }, keySecretRef: { name: a } }
"));
    insta::assert_snapshot!(of_namespace(
        "0.20.4",
        "
provider:
  kubernetes:
    auth: { serviceAccount: { name: a, namespace: other } }
    server: { caProvider: { type: ConfigMap, name: ca, key: ca.crt, namespace: own } }
"
    ));
}

#[test]
fn a_store_of_the_cluster_says_where_its_secrets_are_where_the_operator_cannot_tell() {
    insta::assert_snapshot!(of_cluster(
        "0.20.4",
        "
provider:
  vault:
    server: https://vault
    path: kv
    auth: { tokenSecretRef: { name: a, key: b } }
    caProvider: { type: Secret, name: ca, key: ca.crt }
    tls: { certSecretRef: { name: a }, keySecretRef: { name: a } }
"
    ));
    insta::assert_snapshot!(of_cluster(
        "0.20.4",
        "
provider:
  webhook: { url: 'http://x', secrets: [{ name: remoteRef, secretRef: { name: a } }] }
"
    ));
    insta::assert_snapshot!(of_cluster(
        "0.20.4",
        "
provider:
  kubernetes: { auth: { token: { bearerToken: { name: a } } }, authRef: { name: a, key: b, namespace: c } }
"
    ));
    insta::assert_snapshot!(of_cluster(
        "0.20.4",
        "
provider:
  bitwardensecretsmanager:
    bitwardenServerSDKURL: http://sdk
    organizationID: ''
    projectID: p
    auth: { secretRef: { credentials: { name: a, key: b } } }
"
    ));
}

#[test]
fn every_login_has_what_it_needs() {
    let vault =
        |auth: &str| format!("{{ provider: {{ vault: {{ server: 'http://v', path: kv, auth: {auth} }} }} }}");
    let auths = [
        "{ tokenSecretRef: { name: a } }",
        "{ appRole: { secretRef: { name: a, key: b } } }",
        "{ appRole: { roleId: a, roleRef: { name: a, key: b }, secretRef: { name: a, key: b } } }",
        "{ kubernetes: { role: ' ', serviceAccountRef: { name: a }, secretRef: { name: a } } }",
        "{ userPass: { username: '', secretRef: { name: a } } }",
        "{ ldap: { username: '', secretRef: { name: a } } }",
        "{ jwt: {} }",
        "{ jwt: { kubernetesServiceAccountToken: { serviceAccountRef: { name: a }, expirationSeconds: 60 } } }",
        "{ cert: { clientCert: { name: a }, secretRef: { name: a } } }",
        "{ iam: { vaultRole: '', secretRef: { accessKeyIDSecretRef: { name: a }, secretAccessKeySecretRef: { name: a } } } }",
    ];
    let all: Vec<_> = auths.iter().map(|auth| of_cluster("1.3.2", &vault(auth))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_the_fields_say_together_is_looked_at() {
    insta::assert_snapshot!(of_cluster("0.20.4", "
refreshInterval: 1.5s
conditions:
  - namespaceRegexes: ['^a', '(b']
  - namespaceSelector: { matchExpressions: [{ key: a, operator: In }, { key: b, operator: Exists, values: [c] }] }
provider:
  vault:
    server: http://v
    version: v1
    checkAndSet: { required: true }
    tls: { certSecretRef: { name: a, key: b, namespace: c } }
    auth: { tokenSecretRef: { name: a, key: b, namespace: c } }
"));
    insta::assert_snapshot!(of_cluster(
        "0.20.4",
        "
provider: { fake: { data: [{ key: '', value: a }, { key: b, value: '' }], validationResult: 3 } }
"
    ));
}

#[test]
fn an_old_chart_is_told_every_field_that_it_lacks() {
    insta::assert_snapshot!(of_cluster(
        "0.10.0",
        "
provider: { vault: { server: 'http://v', path: kv, checkAndSet: { required: true } } }
"
    ));
    insta::assert_snapshot!(of_cluster(
        "0.10.0",
        "
provider:
  vault:
    server: http://v
    path: kv
    auth: { cert: { path: c, vaultRole: r, clientCert: { name: a, key: b }, secretRef: { name: a, key: b } } }
"
    ));
    insta::assert_snapshot!(of_cluster(
        "0.10.0",
        "
provider: { vault: { server: 'http://v', path: kv, auth: { gcp: { role: r } } } }
"
    ));
    insta::assert_snapshot!(of_cluster("0.10.0", "
provider: { webhook: { url: 'http://w', auth: { ntlm: { usernameSecret: { name: a, key: b, namespace: c }, passwordSecret: { name: a, key: b, namespace: c } } } } }
"));
    insta::assert_snapshot!(of_cluster(
        "0.10.0",
        "
provider:
  bitwardensecretsmanager:
    bitwardenServerSDKURL: https://sdk
    caProvider: { type: Secret, name: ca, key: ca.crt, namespace: c }
    organizationID: o
    projectID: p
    auth: { secretRef: { credentials: { name: a, key: b, namespace: c } } }
"
    ));
    insta::assert_snapshot!(of_cluster("0.16.1", "provider: { fake: { data: [], validationResult: 0 } }"));
}

#[test]
fn of_what_there_can_be_one_there_is_one() {
    let refusal = |text: &str| yaml::from_str::<StoreSpec>(text).unwrap_err().to_string();
    let refusals = [
        refusal("provider: {}"),
        refusal("provider: { aws: {} }"),
        refusal("provider: { fake: { data: [] }, webhook: { url: 'http://w' } }"),
        refusal("provider: { vault: { server: 'http://v', auth: {} } }"),
        refusal(
            "provider: { vault: { server: 'http://v', auth: { jwt: {}, tokenSecretRef: { name: a } } } }",
        ),
        refusal("provider: { vault: { server: 'http://root:hunter2@v' } }"),
        refusal("provider: { vault: { server: 'http://v', caBundle: hunter2 } }"),
        refusal("{ provider: { fake: { data: [] } }, refreshInterval: soon }"),
    ]
    .join("\n");
    assert!(!refusals.contains("hunter2"), "{refusals}");
    insta::assert_snapshot!(refusals);
}
