//! Contributors run in order, see each other's work, and fail together.

use std::sync::Arc;

use k8s_bundle::object::NamespaceObject;
use k8s_bundle::{
    ClusterName, ClusterSelector, Contributor, ContributorError, Error, KubernetesBundle, SecretManifest,
    generate, generate_onto,
};

type Contribution = fn(&mut KubernetesBundle) -> Result<(), ContributorError>;

#[derive(Debug)]
struct Part {
    name: &'static str,
    target: ClusterSelector,
    enabled: bool,
    contribution: Contribution,
}

impl Contributor for Part {
    fn name(&self) -> &str {
        self.name
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.enabled
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        (self.contribution)(bundle)
    }
}

fn part(name: &'static str, target: &str, contribution: Contribution) -> Part {
    Part { name, target: target.parse().expect("a selector"), enabled: true, contribution }
}

fn dev() -> ClusterName {
    "dev".parse().expect("a name")
}

fn add_secret(bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
    bundle.add_secret(SecretManifest::builder("gitlab-root").namespace("gitlab").source("X").build()?);
    Ok(())
}

fn add_namespaces_of_secrets(bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
    let namespaces: Vec<_> =
        bundle.secrets().iter().flat_map(|manifest| manifest.namespaces().to_vec()).collect();
    for namespace in namespaces {
        bundle.add_resource(NamespaceObject::new(&namespace).to_resource()?);
    }
    Ok(())
}

#[test]
fn a_later_contributor_sees_what_an_earlier_one_added() {
    let secrets: Arc<dyn Contributor> = Arc::new(part("secrets", "*", add_secret));
    let namespaces: Arc<dyn Contributor> = Arc::new(part("namespaces", "*", add_namespaces_of_secrets));

    let in_order = generate(&dev(), &[secrets.clone(), namespaces.clone()]).expect("generates");
    assert_eq!(
        in_order.resources().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Namespace gitlab"]
    );

    let other_order = generate(&dev(), &[namespaces, secrets]).expect("generates");
    assert!(other_order.resources().is_empty(), "the order is the one of the slice");
}

#[test]
fn other_clusters_and_contributors_with_nothing_to_add_are_passed_over() {
    let disabled = Part { enabled: false, ..part("disabled", "*", add_secret) };
    let contributors: [Box<dyn Contributor>; 3] = [
        Box::new(part("prod-only", "prod", add_secret)),
        Box::new(disabled),
        Box::new(part("dev-only", "dev", add_secret)),
    ];
    let bundle = generate(&dev(), &contributors).expect("generates");
    assert_eq!(bundle.secrets().len(), 1);
}

#[test]
fn every_contributor_that_fails_is_named() {
    let contributors: [Box<dyn Contributor>; 3] = [
        Box::new(part("first", "*", |_| Err("no route to the chart".into()))),
        Box::new(part("second", "*", add_secret)),
        Box::new(part("third", "*", |_| {
            Ok(SecretManifest::builder("x").namespace("y").build().map(drop)?)
        })),
    ];
    let error = generate(&dev(), &contributors).expect_err("two fail");
    assert!(matches!(&error, Error::Contributors { failures, .. } if failures.len() == 2));
    insta::assert_snapshot!(error, @r#"cluster dev: contributor first: no route to the chart; contributor third: manifest "x": no data: give "source" (one key), "data" with at least one key, or "data_from""#);
}

#[test]
fn a_bundle_with_manifests_is_built_upon() {
    let manifest = SecretManifest::builder("a").namespace("b").source("C").build().expect("valid");
    let contributors: [Box<dyn Contributor>; 1] =
        [Box::new(part("namespaces", "*", add_namespaces_of_secrets))];
    let bundle =
        generate_onto(KubernetesBundle::with_secrets([manifest]), &dev(), &contributors).expect("generates");
    assert_eq!((bundle.secrets().len(), bundle.resources().len()), (1, 1));
}
