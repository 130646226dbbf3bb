//! What comes first, and for which cluster.

use eso_contrib::{
    ClusterSecretStoreWithToken, DeclaredResources, ExternalSecrets, ExternalSecretsHelmRelease,
    RuntimeSyncRequired, Stores, contributors,
};
use k8s_bundle::{ClusterName, ClusterSelector, Contributor, KubernetesBundle, generate_onto};

use super::{DATABASE, cluster, generate, homelab, manifests};

#[test]
fn the_operator_comes_before_the_store_and_the_store_before_what_reads_it() {
    let contributors = contributors(&homelab("0.20.4"));
    let names: Vec<&str> = contributors.iter().map(|contributor| contributor.name()).collect();
    assert_eq!(
        names,
        [
            "external-secrets-required",
            "external-secrets-helm-release",
            "external-secrets-cluster-secret-store",
            "external-secrets-stores",
            "external-secrets-resources",
            "external-secrets"
        ]
    );
    let bundle = generate(&homelab("0.20.4"), DATABASE).unwrap();
    let kinds: Vec<&str> = bundle.resources().iter().map(k8s_bundle::Resource::kind).collect();
    assert_eq!(kinds, ["ClusterSecretStore", "ExternalSecret"]);
    assert_eq!(bundle.helm_releases()[0].chart_reference(), "external-secrets/external-secrets");
}

#[test]
fn every_contributor_is_for_all_clusters() {
    for contributor in contributors(&homelab("0.20.4")) {
        assert_eq!(contributor.target_cluster(), &ClusterSelector::All, "{}", contributor.name());
    }
}

#[test]
fn a_contributor_for_another_cluster_is_passed_over() {
    let config = homelab("0.20.4");
    let prod: ClusterName = "prod".parse().unwrap();
    let contributors: Vec<Box<dyn Contributor>> = vec![
        Box::new(RuntimeSyncRequired::new(&eso_contrib::RuntimeSync::off()).for_cluster(prod.clone())),
        Box::new(ExternalSecretsHelmRelease::new(&config).for_cluster(prod.clone())),
        Box::new(ClusterSecretStoreWithToken::new(&config).for_cluster(prod.clone())),
        Box::new(Stores::new(&config).for_cluster(prod.clone())),
        Box::new(DeclaredResources::new(&config).for_cluster(prod.clone())),
        Box::new(ExternalSecrets::new(&config).for_cluster(prod)),
    ];
    let declared = KubernetesBundle::with_secrets(manifests(DATABASE));
    assert_eq!(generate_onto(declared.clone(), &cluster(), &contributors).unwrap(), declared);
}
