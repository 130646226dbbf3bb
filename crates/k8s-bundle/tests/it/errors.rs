//! Every error says what failed, where, and what to do next.

use std::io;
use std::path::PathBuf;

use k8s_bundle::{
    BundlePath, ContributorFailure, Error, KubernetesBundle, RawManifest, SecretManifest, yaml,
};

fn file() -> PathBuf {
    "out/k8s/secrets.yaml".into()
}

fn bundle_path() -> BundlePath {
    "k8s/shop/widget-db.yaml".parse().expect("a path")
}

fn every_error() -> Vec<Error> {
    let yaml_error = yaml::from_str::<bool>("a: [").expect_err("no YAML");
    let manifest = SecretManifest::builder("db").build().expect_err("incomplete");
    vec![
        Error::Name("A".parse::<k8s_bundle::Namespace>().expect_err("upper case")),
        Error::Manifest(manifest),
        Error::Yaml { what: "read extra.yaml".into(), source: yaml_error },
        Error::InvalidObject {
            object: "extra.yaml, document 2".into(),
            problem: "metadata.name is missing".into(),
        },
        RawManifest::parse(
            "extra.yaml",
            "{apiVersion: v1, kind: Secret, metadata: {name: db}, data: {a: Yg==}}",
        )
        .expect_err("values"),
        Error::SameFile {
            file: bundle_path(),
            first: "Widget shop/db".into(),
            second: "Widget db of mine.yaml".into(),
        },
        Error::HelmConflict {
            first: "Helm release tools/web".into(),
            second: "Helm release tools/db".into(),
            problem: "repository \"a\" is at two places".into(),
        },
        Error::Contributors {
            cluster: "dev".parse().expect("a name"),
            failures: vec![ContributorFailure {
                contributor: "eso".into(),
                error: "no chart version".into(),
            }],
        },
        BundlePath::new("../out").expect_err("leads out"),
        Error::Tracked { path: "out/it's here/secrets.yaml".into() },
        Error::NotIgnored { path: file() },
        Error::GitCheck { path: file(), problem: "cannot run git: not found".into() },
        Error::NotARegularFile { path: file(), found: "a symbolic link" },
        Error::OutsideRoot { path: file(), root: "out".into() },
        Error::NotGenerated { path: file() },
        Error::DiskFull { operation: "write", path: file(), source: io::ErrorKind::StorageFull.into() },
        Error::NotPermitted {
            operation: "replace",
            path: file(),
            source: io::ErrorKind::PermissionDenied.into(),
        },
        Error::Io { operation: "sync", path: file(), source: io::ErrorKind::Interrupted.into() },
    ]
}

#[test]
fn each_error_says_what_failed_and_what_to_do() {
    let text: Vec<_> = every_error()
        .iter()
        .map(|error| {
            let help = error
                .help()
                .map(|help| format!("\n  help: {}", help.replace('\n', "\n        ")))
                .unwrap_or_default();
            format!("[{:?}] {error}{help}", error.kind())
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    [Invalid] namespace "A" is not valid: 'A' at position 1 is not allowed there; allowed: lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters
    [Invalid] manifest "db": no namespace: give "namespace", or "namespaces" with at least one; no data: give "source" (one key), "data" with at least one key, or "data_from"
    [Invalid] cannot read extra.yaml: did not find expected node content at line 2 column 1, while parsing a flow node
    [Invalid] extra.yaml, document 2: metadata.name is missing
    [Refused] Secret db in extra.yaml, document 1 is a Secret: the bundle is freely viewable and takes no Secret with values
      help: declare it as a secret manifest, with a source in the store, and remove the values from the YAML
    [Conflict] Widget shop/db and Widget db of mine.yaml would both be k8s/shop/widget-db.yaml
      help: remove one of the two, or rename it
    [Conflict] Helm release tools/web and Helm release tools/db contradict each other: repository "a" is at two places
      help: give the two the same repository, or different names
    [Contributor] cluster dev: contributor eso: no chart version
    [Invalid] path "../out" is not valid in a bundle: a part of it is "." or ".."
    [Refused] out/it's here/secrets.yaml is tracked by Git: secret values must not be written there
      help: write to a directory that Git ignores, or run: git rm --cached -- 'out/it'\''s here/secrets.yaml'
            values committed earlier stay in the history: rotate them
    [Refused] out/k8s/secrets.yaml is not ignored by Git: a pattern lets it in
      help: take out the pattern that starts with `!`, which this shows: git check-ignore --verbose -- 'out/k8s/secrets.yaml'
    [Refused] cannot ask Git about out/k8s/secrets.yaml: cannot run git: not found
      help: install git, or mend the repository, or write to a directory outside of it
    [Refused] out/k8s/secrets.yaml is a symbolic link, not a regular file
      help: move out/k8s/secrets.yaml out of the way
    [Refused] out/k8s/secrets.yaml leads out of out through a symbolic link
      help: replace the link by a directory, or write to where it leads
    [Refused] out/k8s/secrets.yaml was not generated by secretbridge: it is left alone
      help: move out/k8s/secrets.yaml out of the way, or delete it by hand
    [Io] cannot write out/k8s/secrets.yaml: the disk is full
      help: make room and run again: the old file is untouched
    [Io] cannot replace out/k8s/secrets.yaml: permission denied
      help: check the owner and the mode: ls -ld 'out/k8s'
    [Io] cannot sync out/k8s/secrets.yaml: operation interrupted
    "#);
}

#[test]
fn messages_are_lower_case_without_a_full_stop() {
    for error in every_error() {
        let message = error.to_string();
        assert!(!message.ends_with(['.', '\n']), "{message}");
        let first = message.chars().next().expect("not empty");
        assert!(
            !first.is_uppercase()
                || ["Helm ", "Widget ", "Secret "].iter().any(|name| message.starts_with(name)),
            "{message}"
        );
    }
}

#[test]
fn errors_and_bundles_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    crosses::<KubernetesBundle>();
}
