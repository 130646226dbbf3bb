//! `secretbridge inventory`.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// Two stores of the operator beside one of our own, and owners.
const STORES: &str = r"instance: acme
store: { provider: file, path: store }
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: 0.20.4
      stores:
        vault:
          default: true
          spec: { provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
        spare:
          namespaces: [team-a]
          spec: { provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, key: t } } } } }
secrets:
  - name: api
    namespace: team-a
    sync_mode: external-secrets
    annotations: { secretbridge.dev/owner: 'web | <b>team</b>', contact: a@acme.lab }
    labels: { team: web }
    data:
      password: { key: apps/api, property: password }
      user: { key: apps/api, property: user }
  - name: api
    namespace: team-b
    labels: { secretbridge.dev/owner: platform }
    source: apps/api-token
";

/// Everything by reference: templates, many keys at once, generators, and objects in the operator's own words.
const BY_REFERENCE: &str = r"instance: acme
k8s:
  secrets:
    runtime_sync:
      enabled: true
      stores:
        vault:
          default: true
          spec: { provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, namespace: s, key: t } } } } }
        teams:
          namespaces: [team-a]
          spec: { provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, key: t } } } } }
      resources:
        - kind: Password
          metadata: { name: initial, namespace: team-a }
          spec: { length: 32 }
        - kind: PushSecret
          metadata: { name: ca, namespace: team-a, labels: { secretbridge.dev/owner: security } }
          spec:
            secretStoreRefs: [{ name: vault, kind: ClusterSecretStore }]
            selector: { secret: { name: ca-key-pair } }
            data: [{ match: { secretKey: tls.crt, remoteRef: { remoteKey: infrastructure/ca, property: certificate } } }]
        - kind: ClusterExternalSecret
          metadata: { name: registry }
          spec:
            namespaceSelectors: [{ matchLabels: { tenant: 'true' } }]
            externalSecretSpec:
              refreshInterval: 15m
              secretStoreRef: { name: vault, kind: ClusterSecretStore }
              target: { name: registry-pull }
              dataFrom: [{ extract: { key: infrastructure/registry } }]
secrets:
  - name: s3
    namespace: team-a
    sync_mode: external-secrets
    store_ref: teams
    refresh_policy: OnChange
    data:
      user: { key: infrastructure/minio, property: user, version: 3 }
      password: { key: infrastructure/minio, property: password }
      spare: { key: infrastructure/minio, property: spare }
    template: { data: { s3.conf: '{{ .user }}:{{ .password }}', user: '{{ .user }}' } }
  - name: many
    namespace: team-a
    sync_mode: external-secrets
    refresh_interval: 24h
    data_from:
      - extract: { key: apps/many }
      - find: { path: apps, name: { regexp: ^db- } }
      - generator: { kind: Password, name: initial }
";

fn by_reference() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", BY_REFERENCE);
    sandbox
}

fn stores() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("secretbridge.yaml", STORES);
    sandbox
}

#[test]
fn the_example_is_listed_without_its_store() {
    let sandbox = Sandbox::homelab();
    // Without these, no value could be read.
    fs::remove_file(sandbox.join("age.key")).unwrap();
    fs::remove_dir_all(sandbox.join("store")).unwrap();
    assert_snapshot!(sandbox.run(&["inventory"]).ok(), @"
    exit code 0
    --- stdout
    NAMESPACE                SECRET                KEY                     SOURCE                           FIELD         DELIVERY          STORE                       REFRESH   TYPE                            DECLARED
    acme-prod                acme-api-db           password                ACME_DB_PASSWORD                 value         external-secrets  ClusterSecretStore/homelab  1h0m0s    Opaque                          secretbridge.yaml:65
    acme-prod                registry-pull         .dockerconfigjson       infrastructure/registry          value         build-time        age                         at build  kubernetes.io/dockerconfigjson  secretbridge.yaml:44
    auth                     authelia-secrets      hmac-secret             authelia/oidc                    hmac-secret   build-time        age                         at build  Opaque                          secretbridge.yaml:53
    auth                     authelia-secrets      oidc-key.pem            authelia/oidc                    private-key   build-time        age                         at build  Opaque                          secretbridge.yaml:54
    auth                     authelia-secrets      session-secret          authelia/session-secret          value         build-time        age                         at build  Opaque                          secretbridge.yaml:51
    auth                     authelia-secrets      smtp-password           infrastructure/smtp              value         build-time        age                         at build  Opaque                          secretbridge.yaml:57
    auth                     authelia-secrets      storage-encryption-key  authelia/storage-encryption-key  value         build-time        age                         at build  Opaque                          secretbridge.yaml:52
    auth                     wildcard-acme-lab     tls.crt                 infrastructure/wildcard-tls      tls.crt       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:38
    auth                     wildcard-acme-lab     tls.key                 infrastructure/wildcard-tls      tls.key       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:39
    backups                  minio-credentials     rootPassword            infrastructure/minio             rootPassword  build-time        age                         at build  Opaque                          secretbridge.yaml:32
    backups                  minio-credentials     rootUser                infrastructure/minio             rootUser      build-time        age                         at build  Opaque                          secretbridge.yaml:31
    backups                  wildcard-acme-lab     tls.crt                 infrastructure/wildcard-tls      tls.crt       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:38
    backups                  wildcard-acme-lab     tls.key                 infrastructure/wildcard-tls      tls.key       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:39
    external-secrets-system  homelab-bridge-token  token                   BRIDGE_TOKEN                     value         build-time        age                         at build  Opaque                          secretbridge.yaml:20
    gitlab                   gitlab-root           password                GITLAB_ROOT_PASSWORD             value         build-time        age                         at build  Opaque                          secretbridge.yaml:25
    gitlab                   wildcard-acme-lab     tls.crt                 infrastructure/wildcard-tls      tls.crt       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:38
    gitlab                   wildcard-acme-lab     tls.key                 infrastructure/wildcard-tls      tls.key       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:39
    monitoring               wildcard-acme-lab     tls.crt                 infrastructure/wildcard-tls      tls.crt       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:38
    monitoring               wildcard-acme-lab     tls.key                 infrastructure/wildcard-tls      tls.key       build-time        age                         at build  kubernetes.io/tls               secretbridge.yaml:39

    9 Secrets by value, 1 by reference; 10 paths in 2 stores
    ");
    assert!(!sandbox.exists("audit"), "nothing is read that would have to be noted");
    assert!(!sandbox.exists("out"));
}

#[test]
fn the_example_can_be_read_by_programs() {
    let sandbox = Sandbox::homelab();
    let said = sandbox.run(&["inventory", "--namespace", "gitlab", "--output", "json"]).ok();
    assert_snapshot!(said, @r#"
    exit code 0
    --- stdout
    {
      "rows": [
        {
          "namespace": "gitlab",
          "secret": "gitlab-root",
          "key": "password",
          "path": "GITLAB_ROOT_PASSWORD",
          "field": "value",
          "version": null,
          "source": "value",
          "delivery": "build-time",
          "store": "age",
          "refresh": null,
          "type": "Opaque",
          "owner": null,
          "declared": {
            "file": "secretbridge.yaml",
            "line": 25
          }
        },
        {
          "namespace": "gitlab",
          "secret": "wildcard-acme-lab",
          "key": "tls.crt",
          "path": "infrastructure/wildcard-tls",
          "field": "tls.crt",
          "version": null,
          "source": "value",
          "delivery": "build-time",
          "store": "age",
          "refresh": null,
          "type": "kubernetes.io/tls",
          "owner": null,
          "declared": {
            "file": "secretbridge.yaml",
            "line": 38
          }
        },
        {
          "namespace": "gitlab",
          "secret": "wildcard-acme-lab",
          "key": "tls.key",
          "path": "infrastructure/wildcard-tls",
          "field": "tls.key",
          "version": null,
          "source": "value",
          "delivery": "build-time",
          "store": "age",
          "refresh": null,
          "type": "kubernetes.io/tls",
          "owner": null,
          "declared": {
            "file": "secretbridge.yaml",
            "line": 39
          }
        }
      ],
      "totals": {
        "by_value": 2,
        "by_reference": 0,
        "pushed": 0,
        "paths": 2,
        "stores": 1
      },
      "warnings": []
    }
    "#);
    let other = sandbox.run(&["inventory", "--namespace", "gitlab", "--format", "json"]).ok();
    assert_eq!(said.out(), other.out());
}

#[test]
fn the_example_in_markdown_is_a_table() {
    assert_snapshot!(Sandbox::homelab().run(&["inventory", "--format", "markdown"]).ok(), @"
    exit code 0
    --- stdout
    | namespace | secret | key | source | field | delivery | store | refresh | type | declared |
    |---|---|---|---|---|---|---|---|---|---|
    | `acme-prod` | `acme-api-db` | `password` | `ACME_DB_PASSWORD` | `value` | `external-secrets` | `ClusterSecretStore/homelab` | `1h0m0s` | `Opaque` | `secretbridge.yaml:65` |
    | `acme-prod` | `registry-pull` | `.dockerconfigjson` | `infrastructure/registry` | `value` | `build-time` | `age` | at build | `kubernetes.io/dockerconfigjson` | `secretbridge.yaml:44` |
    | `auth` | `authelia-secrets` | `hmac-secret` | `authelia/oidc` | `hmac-secret` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:53` |
    | `auth` | `authelia-secrets` | `oidc-key.pem` | `authelia/oidc` | `private-key` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:54` |
    | `auth` | `authelia-secrets` | `session-secret` | `authelia/session-secret` | `value` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:51` |
    | `auth` | `authelia-secrets` | `smtp-password` | `infrastructure/smtp` | `value` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:57` |
    | `auth` | `authelia-secrets` | `storage-encryption-key` | `authelia/storage-encryption-key` | `value` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:52` |
    | `auth` | `wildcard-acme-lab` | `tls.crt` | `infrastructure/wildcard-tls` | `tls.crt` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:38` |
    | `auth` | `wildcard-acme-lab` | `tls.key` | `infrastructure/wildcard-tls` | `tls.key` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:39` |
    | `backups` | `minio-credentials` | `rootPassword` | `infrastructure/minio` | `rootPassword` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:32` |
    | `backups` | `minio-credentials` | `rootUser` | `infrastructure/minio` | `rootUser` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:31` |
    | `backups` | `wildcard-acme-lab` | `tls.crt` | `infrastructure/wildcard-tls` | `tls.crt` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:38` |
    | `backups` | `wildcard-acme-lab` | `tls.key` | `infrastructure/wildcard-tls` | `tls.key` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:39` |
    | `external-secrets-system` | `homelab-bridge-token` | `token` | `BRIDGE_TOKEN` | `value` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:20` |
    | `gitlab` | `gitlab-root` | `password` | `GITLAB_ROOT_PASSWORD` | `value` | `build-time` | `age` | at build | `Opaque` | `secretbridge.yaml:25` |
    | `gitlab` | `wildcard-acme-lab` | `tls.crt` | `infrastructure/wildcard-tls` | `tls.crt` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:38` |
    | `gitlab` | `wildcard-acme-lab` | `tls.key` | `infrastructure/wildcard-tls` | `tls.key` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:39` |
    | `monitoring` | `wildcard-acme-lab` | `tls.crt` | `infrastructure/wildcard-tls` | `tls.crt` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:38` |
    | `monitoring` | `wildcard-acme-lab` | `tls.key` | `infrastructure/wildcard-tls` | `tls.key` | `build-time` | `age` | at build | `kubernetes.io/tls` | `secretbridge.yaml:39` |

    9 Secrets by value, 1 by reference; 10 paths in 2 stores
    ");
}

#[test]
fn the_example_in_mermaid_is_a_flow_chart() {
    assert_snapshot!(Sandbox::homelab().run(&["inventory", "--format", "mermaid"]).ok(), @r#"
    exit code 0
    --- stdout
    flowchart LR
      subgraph gs0["ClusterSecretStore/homelab"]
        s0["ACME_DB_PASSWORD"]
      end
      subgraph gs1["age"]
        s1["BRIDGE_TOKEN"]
        s2["GITLAB_ROOT_PASSWORD"]
        s3["authelia/oidc"]
        s4["authelia/session-secret"]
        s5["authelia/storage-encryption-key"]
        s6["infrastructure/minio"]
        s7["infrastructure/registry"]
        s8["infrastructure/smtp"]
        s9["infrastructure/wildcard-tls"]
      end
      subgraph gn0["acme-prod"]
        n0["acme-api-db"]
        n1["registry-pull"]
      end
      subgraph gn1["auth"]
        n2["authelia-secrets"]
        n3["wildcard-acme-lab"]
      end
      subgraph gn2["backups"]
        n4["minio-credentials"]
        n5["wildcard-acme-lab"]
      end
      subgraph gn3["external-secrets-system"]
        n6["homelab-bridge-token"]
      end
      subgraph gn4["gitlab"]
        n7["gitlab-root"]
        n8["wildcard-acme-lab"]
      end
      subgraph gn5["monitoring"]
        n9["wildcard-acme-lab"]
      end
      s0 -.->|"password"| n0
      s1 -->|"token"| n6
      s2 -->|"password"| n7
      s3 -->|"hmac-secret, oidc-key.pem"| n2
      s4 -->|"session-secret"| n2
      s5 -->|"storage-encryption-key"| n2
      s6 -->|"rootPassword, rootUser"| n4
      s7 -->|".dockerconfigjson"| n1
      s8 -->|"smtp-password"| n2
      s9 -->|"tls.crt, tls.key"| n3
      s9 -->|"tls.crt, tls.key"| n5
      s9 -->|"tls.crt, tls.key"| n8
      s9 -->|"tls.crt, tls.key"| n9
    "#);
}

#[test]
fn the_same_configuration_gives_the_same_bytes() {
    let sandbox = Sandbox::homelab();
    for format in ["table", "json", "markdown", "mermaid"] {
        let [first, second] = [(); 2].map(|()| sandbox.run(&["inventory", "--format", format]).ok().stdout);
        assert!(first == second, "{format}");
    }
}

#[test]
fn each_row_names_its_store_and_its_owner() {
    assert_snapshot!(stores().run(&["inventory"]).ok(), @"
    exit code 0
    --- stdout
    NAMESPACE  SECRET  KEY       SOURCE          FIELD     DELIVERY          STORE                     REFRESH   TYPE    OWNER              DECLARED
    team-a     api     password  apps/api        password  external-secrets  ClusterSecretStore/vault  1h0m0s    Opaque  web | <b>team</b>  secretbridge.yaml:22
    team-a     api     user      apps/api        user      external-secrets  ClusterSecretStore/vault  1h0m0s    Opaque  web | <b>team</b>  secretbridge.yaml:23
    team-b     api     value     apps/api-token  value     build-time        file                      at build  Opaque  platform           secretbridge.yaml:27

    1 Secret by value, 1 by reference; 2 paths in 2 stores
    --- stderr
    warning: nothing uses the store spare (secretbridge.yaml:12)
      name it by store_ref where it is meant, or remove it
    ");
}

#[test]
fn everything_by_reference_is_listed() {
    assert_snapshot!(by_reference().run(&["inventory"]).ok(), @"
    exit code 0
    --- stdout
    NAMESPACE      SECRET         KEY      SOURCE                           FIELD        VERSION  DELIVERY          STORE                     REFRESH   TYPE    OWNER     DECLARED
    (tenant=true)  registry-pull  *        extract infrastructure/registry  *            —        external-secrets  ClusterSecretStore/vault  15m0s     Opaque  —         secretbridge.yaml:23
    team-a         ca-key-pair    tls.crt  infrastructure/ca                certificate  —        push-secret       ClusterSecretStore/vault  1h0m0s    —       security  secretbridge.yaml:17
    team-a         many           *        generate Password initial        —            —        external-secrets  —                         24h0m0s   Opaque  —         secretbridge.yaml:50
    team-a         many           *        find ^db- in apps                —            —        external-secrets  ClusterSecretStore/vault  24h0m0s   Opaque  —         secretbridge.yaml:49
    team-a         many           *        extract apps/many                *            —        external-secrets  ClusterSecretStore/vault  24h0m0s   Opaque  —         secretbridge.yaml:48
    team-a         s3             —        infrastructure/minio             spare        —        external-secrets  SecretStore/teams         OnChange  Opaque  —         secretbridge.yaml:41
    team-a         s3             s3.conf  infrastructure/minio             password     —        external-secrets  SecretStore/teams         OnChange  Opaque  —         secretbridge.yaml:40
    team-a         s3             s3.conf  infrastructure/minio             user         3        external-secrets  SecretStore/teams         OnChange  Opaque  —         secretbridge.yaml:39
    team-a         s3             user     infrastructure/minio             user         3        external-secrets  SecretStore/teams         OnChange  Opaque  —         secretbridge.yaml:39

    0 Secrets by value, 3 by reference, 1 pushed; 5 paths in 2 stores
    ");
}

#[test]
fn everything_by_reference_is_drawn() {
    assert_snapshot!(by_reference().run(&["inventory", "--format", "mermaid"]).ok(), @r##"
    exit code 0
    --- stdout
    flowchart LR
      subgraph gs0["ClusterSecretStore/vault"]
        s0["extract apps/many"]
        s1["extract infrastructure/registry"]
        s2["find #94;db- in apps"]
        s3["infrastructure/ca"]
      end
      subgraph gs1["SecretStore/teams"]
        s4["infrastructure/minio"]
      end
      subgraph gs2["generated"]
        s5["generate Password initial"]
      end
      subgraph gn0["(tenant=true)"]
        n0["registry-pull"]
      end
      subgraph gn1["team-a"]
        n1["ca-key-pair"]
        n2["many"]
        n3["s3"]
      end
      s0 -.->|"#42;"| n2
      s1 -.->|"#42;"| n0
      s2 -.->|"#42;"| n2
      n1 ==>|"tls.crt"| s3
      s4 -.->|"s3.conf, user"| n3
      s5 -.->|"#42;"| n2
    "##);
}

#[test]
fn everything_by_reference_can_be_read_by_programs() {
    assert_snapshot!(by_reference().run(&["inventory", "--format", "json", "--path", "apps/db-main"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "rows": [
        {
          "namespace": "team-a",
          "secret": "many",
          "key": "*",
          "path": "apps",
          "field": null,
          "version": null,
          "source": "find",
          "find": {
            "name": "^db-"
          },
          "delivery": "external-secrets",
          "store": "ClusterSecretStore/vault",
          "refresh": {
            "interval": "24h0m0s",
            "policy": "Periodic"
          },
          "type": "Opaque",
          "owner": null,
          "declared": {
            "file": "secretbridge.yaml",
            "line": 49
          }
        }
      ],
      "totals": {
        "by_value": 0,
        "by_reference": 1,
        "pushed": 0,
        "paths": 1,
        "stores": 1
      },
      "warnings": []
    }
    "#);
}

#[test]
fn an_owner_does_nothing_in_markdown_but_be_read() {
    assert_snapshot!(stores().run(&["inventory", "--format", "markdown", "--quiet"]).ok(), @"
    exit code 0
    --- stdout
    | namespace | secret | key | source | field | delivery | store | refresh | type | owner | declared |
    |---|---|---|---|---|---|---|---|---|---|---|
    | `team-a` | `api` | `password` | `apps/api` | `password` | `external-secrets` | `ClusterSecretStore/vault` | `1h0m0s` | `Opaque` | web &#124; &#60;b&#62;team&#60;/b&#62; | `secretbridge.yaml:22` |
    | `team-a` | `api` | `user` | `apps/api` | `user` | `external-secrets` | `ClusterSecretStore/vault` | `1h0m0s` | `Opaque` | web &#124; &#60;b&#62;team&#60;/b&#62; | `secretbridge.yaml:23` |
    | `team-b` | `api` | `value` | `apps/api-token` | `value` | `build-time` | `file` | at build | `Opaque` | `platform` | `secretbridge.yaml:27` |

    1 Secret by value, 1 by reference; 2 paths in 2 stores
    ");
}

#[test]
fn another_label_or_annotation_can_name_the_owner() {
    let sandbox = stores();
    let owners = |keys: &[&str]| {
        let options: Vec<_> = keys.iter().flat_map(|key| ["--owner-label", key]).collect();
        let said = sandbox.run(&[&["inventory", "--output", "json"], &options[..]].concat()).ok().json();
        let rows = said["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["owner"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(owners(&["contact"]), [r#""a@acme.lab""#, r#""a@acme.lab""#, "null"]);
    assert_eq!(owners(&["team", "secretbridge.dev/owner"]), [r#""web""#, r#""web""#, r#""platform""#]);
}

#[test]
fn what_breaks_when_a_path_goes_can_be_asked() {
    let sandbox = stores();
    let rows = |arguments: &[&str]| {
        let said = sandbox.run(&[&["inventory", "--output", "json"], arguments].concat()).ok().json();
        said["rows"].as_array().unwrap().len()
    };
    assert_eq!(rows(&[]), 3);
    assert_eq!(rows(&["--path", "apps/api"]), 2);
    assert_eq!(rows(&["--path", "apps/"]), 3);
    assert_eq!(rows(&["--path", "app"]), 0);
    assert_eq!(rows(&["--store", "vault"]), 2);
    assert_eq!(rows(&["--store", "ClusterSecretStore/vault", "--namespace", "team-b"]), 0);
    assert_eq!(rows(&["--store", "file"]), 1);
    assert_eq!(rows(&["--namespace", "team-a", "--namespace", "team-b"]), 3);
    assert_snapshot!(sandbox.run(&["inventory", "--path", "app", "--quiet"]).ok(), @"
    exit code 0
    --- stdout
    no Secret gets anything from there
    ");
}

#[test]
fn a_store_that_nothing_uses_is_a_warning_everywhere() {
    let sandbox = stores();
    sandbox.private_folder("store/apps");
    sandbox.secret("apps/api-token", "x");
    for command in ["plan", "build", "inventory"] {
        insta::allow_duplicates! { assert_snapshot!(sandbox.run(&[command]).ok().stderr, @"
        warning: nothing uses the store spare (secretbridge.yaml:12)
          name it by store_ref where it is meant, or remove it
        ") };
        let said = sandbox.run(&[command, "--output", "json"]).ok();
        assert_eq!(said.json()["warnings"][0]["line"], 12, "{said}");
        assert_eq!(said.stderr, "");
    }
}

#[test]
fn a_configuration_that_is_wrong_is_reported_as_by_a_plan() {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: db }]\n");
    let said = sandbox.run(&["inventory"]);
    assert_eq!(said.code, Some(3));
    assert_eq!(said.to_string(), sandbox.run(&["plan"]).to_string());
}
