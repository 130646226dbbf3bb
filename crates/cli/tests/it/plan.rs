//! `secretbridge plan`.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn a_plan_reads_no_value_and_leaves_nothing() {
    let sandbox = Sandbox::homelab();
    // Without these, no value could be read.
    std::fs::remove_file(sandbox.join("age.key")).unwrap();
    std::fs::remove_dir_all(sandbox.join("store")).unwrap();
    assert_snapshot!(sandbox.run(&["plan"]).ok(), @"
    exit code 0
    --- stdout
    NAMESPACE                NAME                  TYPE                            MODE              KEY                     SOURCE
    acme-prod                acme-api-db           Opaque                          external-secrets  password                ACME_DB_PASSWORD
    acme-prod                registry-pull         kubernetes.io/dockerconfigjson  build-time        .dockerconfigjson       infrastructure/registry
    auth                     authelia-secrets      Opaque                          build-time        hmac-secret             authelia/oidc#hmac-secret
    auth                     authelia-secrets      Opaque                          build-time        oidc-key.pem            authelia/oidc#private-key
    auth                     authelia-secrets      Opaque                          build-time        session-secret          authelia/session-secret
    auth                     authelia-secrets      Opaque                          build-time        smtp-password           infrastructure/smtp
    auth                     authelia-secrets      Opaque                          build-time        storage-encryption-key  authelia/storage-encryption-key
    auth                     wildcard-acme-lab     kubernetes.io/tls               build-time        tls.crt                 infrastructure/wildcard-tls#tls.crt
    auth                     wildcard-acme-lab     kubernetes.io/tls               build-time        tls.key                 infrastructure/wildcard-tls#tls.key
    backups                  minio-credentials     Opaque                          build-time        rootPassword            infrastructure/minio#rootPassword
    backups                  minio-credentials     Opaque                          build-time        rootUser                infrastructure/minio#rootUser
    backups                  wildcard-acme-lab     kubernetes.io/tls               build-time        tls.crt                 infrastructure/wildcard-tls#tls.crt
    backups                  wildcard-acme-lab     kubernetes.io/tls               build-time        tls.key                 infrastructure/wildcard-tls#tls.key
    external-secrets-system  homelab-bridge-token  Opaque                          build-time        token                   BRIDGE_TOKEN
    gitlab                   gitlab-root           Opaque                          build-time        password                GITLAB_ROOT_PASSWORD
    gitlab                   wildcard-acme-lab     kubernetes.io/tls               build-time        tls.crt                 infrastructure/wildcard-tls#tls.crt
    gitlab                   wildcard-acme-lab     kubernetes.io/tls               build-time        tls.key                 infrastructure/wildcard-tls#tls.key
    monitoring               wildcard-acme-lab     kubernetes.io/tls               build-time        tls.crt                 infrastructure/wildcard-tls#tls.crt
    monitoring               wildcard-acme-lab     kubernetes.io/tls               build-time        tls.key                 infrastructure/wildcard-tls#tls.key

    9 Secrets by value (18 keys from 9 paths), 1 by reference (1 key)

    beside them, without any value:
      helmfile.yaml
      k8s/_cluster/clustersecretstore-homelab.yaml
      k8s/_cluster/kustomization.yaml
      k8s/acme-prod/externalsecret-acme-api-db.yaml
      k8s/acme-prod/kustomization.yaml
      k8s/kustomization.yaml
    ");
    assert!(!sandbox.exists("audit"));
    assert!(!sandbox.exists("out"));
}

#[test]
fn a_plan_can_be_read_by_programs() {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n");
    assert_snapshot!(sandbox.run(&["plan", "--output", "json"]).ok(), @r#"
    exit code 0
    --- stdout
    {
      "secrets": [
        {
          "namespace": "prod",
          "name": "db",
          "type": "Opaque",
          "sync_mode": "build-time",
          "immutable": false,
          "keys": [
            {
              "key": "value",
              "path": "PASSWORD",
              "field": "value"
            }
          ]
        }
      ],
      "paths": [
        "PASSWORD"
      ],
      "files": [],
      "warnings": []
    }
    "#);
}

#[test]
fn a_plan_of_nothing_says_so() {
    assert_snapshot!(Sandbox::with_secrets("").run(&["plan"]).ok(), @"
    exit code 0
    --- stdout
    no Secret is declared
    ");
}
