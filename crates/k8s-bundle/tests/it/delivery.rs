//! The files of each form of delivery: which there are, what is in them, and that two forms never stand side by side.

use std::collections::BTreeMap;
use std::fs;

use k8s_bundle::{
    ArgoCd, ArgoCdDestination, BundleFiles, BundlePath, Delivery, DirectoryWriter, Error, Flux, FluxSource,
    FluxSourceKind, HelmRelease, HelmRepository, KubernetesBundle, ObjectMeta, RawManifest, Resource,
    SECRETS_FILE, SecretManifest, is_public, yaml,
};
use proptest::prelude::*;
use serde_json::json;

fn flux() -> Delivery {
    let source = FluxSource::new(FluxSourceKind::GitRepository, "flux-system".parse().expect("a name"));
    Delivery::Flux(Flux::new(source, "./clusters/dev/out".parse().expect("a path")))
}

fn argocd() -> Delivery {
    let address = "https://git.example.com/team/cluster.git".parse().expect("an address");
    Delivery::ArgoCd(ArgoCd::new(address, "clusters/dev/out".parse().expect("a path")))
}

fn forms() -> [Delivery; 4] {
    [Delivery::Plain, Delivery::Helmfile, flux(), argocd()]
}

fn object(kind: &str, namespace: Option<&str>, name: &str) -> Resource {
    let mut meta = ObjectMeta::new(name.parse().expect("a name"));
    meta.namespace = namespace.map(|namespace| namespace.parse().expect("a namespace"));
    Resource::new("external-secrets.io/v1", kind, meta).expect("an object")
}

fn release(name: &str, repository: &str, url: &str) -> HelmRelease {
    HelmRelease::new(
        name.parse().expect("a name"),
        "tools".parse().expect("a namespace"),
        HelmRepository::new(repository, url),
        name,
        "1.2.3+4",
    )
}

fn bundle(delivery: Delivery) -> KubernetesBundle {
    let mut bundle = KubernetesBundle::new().with_delivery(delivery);
    for (name, namespace) in [("token", "tools"), ("db", "shop")] {
        let manifest = SecretManifest::builder(name).namespace(namespace).source("A").build();
        bundle.add_secret(manifest.expect("valid"));
    }
    bundle.add_resource(object("ClusterSecretStore", None, "store"));
    bundle.add_resource(object("ExternalSecret", Some("shop"), "api"));
    let operator = release("operator", "operators", "https://charts.example.com/it's").create_namespace(true);
    bundle.add_helm_release(operator.with_value("installCRDs", &true).expect("a value"));
    bundle.add_helm_release(release("cache", "registry", "oci://ghcr.io/example/charts"));
    bundle
}

/// All files but those below `k8s`, which do not depend on the form.
fn beside_the_objects(delivery: Delivery) -> String {
    let files = bundle(delivery).files().expect("files");
    let file =
        |(path, contents): (&BundlePath, &[u8])| format!("=== {path}\n{}", String::from_utf8_lossy(contents));
    files.iter().filter(|(path, _)| !path.as_str().starts_with("k8s/")).map(file).collect()
}

#[test]
fn plain_is_a_script_and_values() {
    insta::assert_snapshot!(beside_the_objects(Delivery::Plain));
}

#[test]
fn flux_gets_sources_releases_and_kustomizations_that_wait() {
    insta::assert_snapshot!(beside_the_objects(flux()));
}

#[test]
fn argo_cd_gets_applications_with_waves() {
    insta::assert_snapshot!(beside_the_objects(argocd()));
}

#[test]
fn the_objects_are_the_same_files_in_each_form() {
    let objects = |delivery| {
        let files = bundle(delivery).files().expect("files");
        let objects = files.iter().filter(|(path, _)| path.as_str().starts_with("k8s/"));
        objects.map(|(path, contents)| (path.clone(), contents.to_vec())).collect::<Vec<_>>()
    };
    let [plain, others @ ..] = forms().map(objects);
    assert_eq!(plain.len(), 5);
    assert!(others.iter().all(|other| *other == plain));
}

#[test]
fn a_bundle_with_nothing_to_apply_has_no_file_in_any_form() {
    for delivery in forms() {
        let mut bundle = KubernetesBundle::new().with_delivery(delivery);
        let manifest = SecretManifest::builder("db").namespace("shop").source("A").build().expect("valid");
        bundle.add_secret(manifest);
        assert_eq!(bundle.files().expect("files"), BundleFiles::default());
    }
}

#[test]
fn objects_without_charts_wait_for_none() {
    let mut bundle = KubernetesBundle::new().with_delivery(flux());
    bundle.add_resource(object("ExternalSecret", Some("shop"), "api"));
    let files = bundle.files().expect("files");
    let objects = files.get("flux/kustomization-secretbridge-objects.yaml").expect("the objects");
    assert!(!String::from_utf8_lossy(objects).contains("dependsOn"));
    assert!(!files.iter().any(|(path, _)| path.as_str().contains("charts")));
}

#[test]
fn what_is_set_is_in_the_objects_of_the_form() {
    let flux = "
form: flux
name: dev
namespace: gitops
source: { kind: OCIRepository, name: clusters, namespace: sources }
path: .
interval: 1h
";
    let argocd = "
form: argocd
name: dev
namespace: gitops
project: platform
repo_url: git@git.example.com:team/cluster.git
revision: v1
path: .
destination: { name: dev }
automated: false
";
    let read = |text| yaml::from_str::<Delivery>(text).expect("a delivery");
    let files = bundle(read(flux)).files().expect("files");
    let text = |path: &str| String::from_utf8_lossy(files.get(path).expect(path)).into_owned();
    insta::assert_snapshot!(text("flux/kustomization-dev-objects.yaml"));
    let files = bundle(read(argocd)).files().expect("files");
    let text = |path: &str| String::from_utf8_lossy(files.get(path).expect(path)).into_owned();
    insta::assert_snapshot!(text("argocd/application-dev-objects.yaml"));
}

#[test]
fn another_form_removes_the_files_of_the_one_before() {
    let directory = tempfile::tempdir().expect("a directory");
    let writer = DirectoryWriter::new(directory.path());
    let all_forms = forms();
    for before in &all_forms {
        for after in &all_forms {
            bundle(before.clone()).write_to(&writer).expect("writes");
            let files = bundle(after.clone()).files().expect("files");
            files.write_to(&writer).expect("writes");
            let written: Vec<_> = files.iter().map(|(path, _)| path.to_string()).collect();
            assert_eq!(found_below(directory.path()), written, "{} after {}", after.form(), before.form());
        }
    }
}

#[test]
fn files_of_the_user_stay_when_the_form_changes() {
    let directory = tempfile::tempdir().expect("a directory");
    let mine =
        ["helmfile.yaml", "apply.sh", "kustomization.yaml", "flux/mine.yaml", "values/tools/mine.yaml"];
    for file in mine {
        let path = directory.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
        fs::write(path, "mine\n").expect("writes");
    }
    bundle(argocd()).write_to(&DirectoryWriter::new(directory.path())).expect("writes");
    for file in mine {
        assert_eq!(fs::read_to_string(directory.path().join(file)).expect("reads"), "mine\n", "{file}");
    }
    let refused = bundle(flux()).write_to(&DirectoryWriter::new(directory.path()));
    assert!(matches!(refused, Err(Error::NotGenerated { .. })));
}

/// The public files, sorted.
fn found_below(root: &std::path::Path) -> Vec<String> {
    let (mut folders, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("lists").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if is_public(&fs::read(&entry).expect("reads")) {
                found.push(entry.strip_prefix(root).expect("below").display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn releases_that_a_form_cannot_tell_apart_are_an_error() {
    let mut elsewhere = release("operator", "operators", "https://charts.example.com/it's");
    elsewhere.namespace = "other".parse().expect("a namespace");
    let errors = [flux(), argocd()].map(|delivery| {
        let mut bundle = bundle(delivery);
        bundle.add_helm_release(elsewhere.clone());
        bundle.files().expect_err("one name").to_string()
    });
    insta::assert_snapshot!(errors.join("\n"));
    for delivery in [Delivery::Plain, Delivery::Helmfile] {
        let mut bundle = bundle(delivery);
        bundle.add_helm_release(elsewhere.clone());
        assert!(bundle.files().is_ok());
    }
}

#[test]
fn a_text_that_helm_would_take_for_an_option_is_refused() {
    let mut odd = [(); 4].map(|()| release("operator", "operators", "https://charts.example.com"));
    odd[0].chart = "--post-renderer=/tmp/x".to_owned();
    odd[1].version = "1.2.3 --debug".to_owned();
    odd[2].repository.url = String::new();
    odd[3].repository.name = "a\nb".to_owned();
    for delivery in forms() {
        for release in &odd {
            let mut bundle = KubernetesBundle::new().with_delivery(delivery.clone());
            bundle.add_helm_release(release.clone());
            assert!(matches!(bundle.files(), Err(Error::InvalidObject { .. })), "{release:?}");
        }
    }
}

#[test]
fn a_name_that_is_too_long_for_a_label_is_refused() {
    let Delivery::ArgoCd(argocd) = argocd() else { panic!("Argo CD") };
    let long = Delivery::ArgoCd(argocd.with_name("x".repeat(60).parse().expect("a name")));
    assert!(matches!(bundle(long).files(), Err(Error::InvalidObject { .. })));
}

#[test]
fn a_delivery_that_makes_no_sense_is_refused() {
    for text in [
        "form: kapp",
        "{ form: plain, path: x }",
        "{ form: flux, path: x }",
        "{ form: flux, path: x, source: { kind: HelmRepository, name: x } }",
        "{ form: flux, path: x, source: { kind: Bucket, name: x }, interval: 0s }",
        "{ form: argocd, path: /x, repo_url: 'https://a' }",
        "{ form: argocd, path: x, repo_url: 'https://me:hunter2@a' }",
        "{ form: argocd, path: x, repo_url: 'https://a', destination: {} }",
        "{ form: argocd, path: x, repo_url: 'https://a', destination: { name: a, server: 'https://b' } }",
    ] {
        let error = yaml::from_str::<Delivery>(text).expect_err(text).to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let by_name = "{ form: argocd, path: x, repo_url: 'https://a', destination: { name: a } }";
    let Ok(Delivery::ArgoCd(argocd)) = yaml::from_str(by_name) else { panic!("Argo CD") };
    assert_eq!(argocd.destination, ArgoCdDestination::Name("a".to_owned()));
}

#[test]
fn the_namespaces_to_make_are_those_that_nothing_makes() {
    let mut bundle = bundle(Delivery::Plain);
    let namespaces = |bundle: &KubernetesBundle| {
        bundle.required_namespaces().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    // Of the two releases in `tools`, one makes it.
    assert_eq!(namespaces(&bundle), ["shop"]);
    bundle.add_resource(object("ExternalSecret", Some("default"), "api"));
    assert_eq!(namespaces(&bundle), ["shop"]);
    let raw = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
    bundle.add_raw(RawManifest::parse("shop.yaml", raw).expect("valid"));
    assert!(namespaces(&bundle).is_empty());
}

/// The files that kustomize would read, starting at `folder`.
fn reachable(files: &BundleFiles, folder: &str, found: &mut BTreeMap<String, usize>) {
    let path = format!("{folder}/kustomization.yaml");
    *found.entry(path.clone()).or_default() += 1;
    let text = core::str::from_utf8(files.get(&path).expect("a list")).expect("text");
    let list: serde_json::Value = yaml::from_str(text).expect("YAML");
    assert_eq!(list["kind"], "Kustomization");
    assert_eq!(list["apiVersion"], "kustomize.config.k8s.io/v1beta1");
    assert_eq!(list.as_object().expect("a map").len(), 3);
    let resources = list["resources"].as_array().expect("a list");
    assert!(!resources.is_empty());
    for resource in resources.iter().map(|resource| resource.as_str().expect("a string")) {
        let path = format!("{folder}/{resource}");
        if files.get(&path).is_some() {
            *found.entry(path).or_default() += 1;
        } else {
            reachable(files, &path, found);
        }
    }
}

fn form() -> impl Strategy<Value = Delivery> {
    prop::sample::select(forms().to_vec())
}

/// With namespaces that YAML 1.1 takes for other things than names.
fn objects() -> impl Strategy<Value = Vec<(Option<String>, String)>> {
    let namespace = prop_oneof![
        Just(None),
        prop::sample::select(vec!["n", "no", "on", "123", "1e3", "null", "shop"])
            .prop_map(|name| Some(name.to_owned())),
    ];
    prop::collection::btree_set((namespace, "[a-z][a-z0-9-]{0,8}[a-z]"), 1..12)
        .prop_map(|objects| objects.into_iter().collect())
}

proptest! {
    #[test]
    fn every_object_is_listed_once_and_the_values_nowhere(form in form(), objects in objects()) {
        let mut bundle = KubernetesBundle::new().with_delivery(form);
        for (namespace, name) in &objects {
            bundle.add_resource(object("ExternalSecret", namespace.as_deref(), name));
        }
        // Even an object whose name sounds like it.
        bundle.add_resource(object("Secrets", None, "yaml"));
        let files = bundle.files().expect("files");
        let mut found = BTreeMap::new();
        reachable(&files, "k8s", &mut found);
        let below: BTreeMap<_, _> = files
            .iter()
            .filter(|(path, _)| path.as_str().starts_with("k8s/"))
            .map(|(path, _)| (path.to_string(), 1))
            .collect();
        prop_assert_eq!(&found, &below);
        prop_assert!(!found.contains_key(SECRETS_FILE));
        let lists = files.iter().filter(|(path, _)| path.file_name() == "kustomization.yaml");
        for (path, contents) in lists {
            let text = String::from_utf8_lossy(contents);
            prop_assert!(!text.contains("secrets.yaml"), "{path}");
        }
    }

    #[test]
    fn every_file_of_a_form_is_yaml_with_the_header(form in form(), value in "\\PC{0,20}") {
        let mut bundle = bundle(form);
        let more = release("more", "operators", "https://charts.example.com/it's");
        bundle.add_helm_release(more.with_value("value", &json!({ "any": value })).expect("a value"));
        for (path, contents) in bundle.files().expect("files").iter() {
            prop_assert!(is_public(contents), "{path}");
            let text = core::str::from_utf8(contents).expect("text");
            if path.as_str() != "apply.sh" {
                prop_assert!(yaml::from_str::<serde_json::Value>(text).is_ok(), "{path}: {text}");
            }
        }
    }
}
