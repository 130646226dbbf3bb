//! Which crate may depend on which. It stands here because the command line is the one crate above all the others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each crate of the workspace, and those below it: what it may depend on, tests aside.
const BELOW: &[(&str, &[&str])] = &[
    ("events", &[]),
    ("vault-api", &[]),
    ("secret-store", &["events", "vault-api"]),
    ("force-sync", &["events"]),
    ("bridge", &["force-sync", "secret-store", "events", "vault-api"]),
    ("secret-template", &[]),
    ("k8s-bundle", &[]),
    ("eso-contrib", &["k8s-bundle", "secret-template"]),
    ("bridge-contrib", &["k8s-bundle"]),
    ("materializer", &["secret-store", "secret-template", "k8s-bundle", "events"]),
    (
        "secretbridge",
        &[
            "bridge",
            "bridge-contrib",
            "force-sync",
            "materializer",
            "eso-contrib",
            "secret-store",
            "secret-template",
            "k8s-bundle",
            "events",
            "vault-api",
        ],
    ),
    ("test-kit", &["secret-store", "k8s-bundle", "events"]),
    // Never published, and nothing but measurements: all of it is a test.
    (
        "benches",
        &[
            "bridge",
            "materializer",
            "eso-contrib",
            "secret-store",
            "k8s-bundle",
            "events",
            "vault-api",
            "test-kit",
        ],
    ),
];

/// Everything that `secret-store` builds without its features: no HTTP, no TLS, no cryptography. A crate that is new
/// here is new for everyone who needs only the interface; it is added after a look at what it is.
const INTERFACE_BUILDS: &[&str] = &[
    "async-trait",
    "events",
    "fastrand",
    "futures",
    "futures-channel",
    "futures-core",
    "futures-io",
    "futures-macro",
    "futures-sink",
    "futures-task",
    "futures-util",
    "jiff",
    "jiff-core",
    "memchr",
    "pin-project-lite",
    "proc-macro2",
    "quote",
    "secret-store",
    "secrecy",
    "serde",
    "serde_core",
    "serde_derive",
    "shlex",
    "slab",
    "smallvec",
    "smol_str",
    "syn",
    "thiserror",
    "thiserror-impl",
    "tokio",
    "unicode-ident",
    "zeroize",
    "zeroize_derive",
];

#[test]
fn dependencies_point_downwards_only() {
    let mut wrong = Vec::new();
    for package in packages() {
        let Some((_, below)) = BELOW.iter().find(|(name, _)| *name == package.name) else {
            wrong.push(format!("{} has no row in this test: say what it may depend on", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.is_dev) {
            if !below.contains(&dependency.name.as_str()) {
                wrong.push(format!("{} depends on {}", package.name, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_is_about_a_crate_that_exists() {
    let there: BTreeSet<_> = packages().into_iter().map(|package| package.name).collect();
    let rows: BTreeSet<_> = BELOW.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(rows, there);
}

#[test]
fn the_rows_have_no_circle() {
    let mut placed = BTreeSet::new();
    while placed.len() < BELOW.len() {
        let free = BELOW.iter().filter(|(_, below)| below.iter().all(|name| placed.contains(name)));
        let next: BTreeSet<_> = free.map(|(name, _)| *name).collect();
        assert_ne!(next, placed, "the others depend on each other in a circle");
        placed = next;
    }
}

#[test]
fn for_its_tests_a_crate_takes_the_test_kit_by_path_or_what_is_below_it() {
    let mut wrong = Vec::new();
    for package in packages() {
        let below = BELOW.iter().find(|(name, _)| *name == package.name).map_or(&[][..], |(_, below)| below);
        for dependency in package.dependencies.iter().filter(|dependency| dependency.is_dev) {
            let is_test_kit = dependency.name == "test-kit";
            if !is_test_kit && !below.contains(&dependency.name.as_str()) {
                wrong.push(format!("the tests of {} depend on {}", package.name, dependency.name));
            }
            if is_test_kit && dependency.requirement != "*" {
                // With a version the crates could not be published: each would have to be there before the other.
                wrong.push(format!("{} asks for a version of the test-kit", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_interface_of_secret_store_builds_no_http_tls_or_cryptography() {
    let built = built_by("secret-store", "--no-default-features");
    let allowed: BTreeSet<_> = INTERFACE_BUILDS.iter().map(|name| (*name).to_owned()).collect();
    let new: Vec<_> = built.difference(&allowed).collect();
    assert!(
        new.is_empty(),
        "secret-store --no-default-features builds {new:?}, which this test does not list"
    );
    let gone: Vec<_> = allowed.difference(&built).collect();
    assert!(
        gone.is_empty(),
        "secret-store --no-default-features no longer builds {gone:?}: remove them here"
    );
}

#[test]
fn the_bundle_and_eso_crates_know_no_store_and_no_runtime() {
    for package in ["k8s-bundle", "eso-contrib"] {
        let built = built_by(package, "--all-features");
        for foreign in ["secret-store", "secrecy", "tokio", "futures", "async-trait", "kube", "k8s-openapi"] {
            assert!(!built.contains(foreign), "{package} builds {foreign}");
        }
    }
}

#[test]
fn secret_store_knows_no_kubernetes() {
    let built = built_by("secret-store", "--all-features");
    let kubernetes: Vec<_> =
        built.iter().filter(|name| name.starts_with("k8s") || name.starts_with("kube")).collect();
    assert!(kubernetes.is_empty(), "secret-store builds {kubernetes:?}");
}

#[test]
fn events_cannot_name_a_secret_type() {
    let built = built_by("events", "--all-features");
    for secret in ["secrecy", "zeroize", "secret-store"] {
        assert!(!built.contains(secret), "events builds {secret}");
    }
}

struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

/// A dependency on a crate of the workspace.
struct Dependency {
    name: String,
    is_dev: bool,
    requirement: String,
}

fn packages() -> Vec<Package> {
    let metadata = cargo(&["metadata", "--format-version=1", "--no-deps", "--offline"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages: Vec<_> = list(&metadata["packages"]).iter().map(package).collect();
    assert!(!packages.is_empty(), "cargo metadata lists the workspace");
    packages
}

fn package(package: &Value) -> Package {
    let root = workspace();
    let is_ours = |path: &str| Path::new(path).starts_with(&root);
    let dependencies = list(&package["dependencies"])
        .iter()
        .filter(|dependency| dependency["path"].as_str().is_some_and(is_ours))
        .map(|dependency| Dependency {
            name: text(&dependency["name"]),
            is_dev: dependency["kind"] == "dev",
            requirement: text(&dependency["req"]),
        });
    Package { name: text(&package["name"]), dependencies: dependencies.collect() }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The names of all crates that building `package` builds, its own included, build scripts and macros too.
fn built_by(package: &str, features: &str) -> BTreeSet<String> {
    let edges = "--edges=normal,build";
    let tree =
        cargo(&["tree", "--offline", edges, "--prefix=none", "--format={p}", "--package", package, features]);
    let built: BTreeSet<_> =
        tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(built.contains(package), "cargo tree begins with the package");
    built
}

fn cargo(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(workspace()).output().expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {}:\n{errors}", arguments.join(" "));
    str::from_utf8(&output.stdout).expect("cargo writes UTF-8").to_owned()
}

fn workspace() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    ours.ancestors().nth(2).expect("crates/cli is two levels below the workspace").to_owned()
}
