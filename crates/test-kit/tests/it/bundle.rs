//! A bundle in memory is written as one on disk is.

use std::io;

use k8s_bundle::{BundlePath, BundleWriter as _, ErrorKind, PUBLIC_HEADER, SECRET_HEADER, Written};
use test_kit::{Canary, InMemoryBundleWriter};

fn at(path: &str) -> BundlePath {
    path.parse().unwrap()
}

fn public(text: &str) -> Vec<u8> {
    format!("{PUBLIC_HEADER}{text}").into_bytes()
}

#[test]
fn files_are_kept_with_their_modes() {
    let writer = InMemoryBundleWriter::new();
    let secret = format!("{SECRET_HEADER}kind: Secret\n");
    assert_eq!(writer.write(&at("k8s/a.yaml"), &public("a")).unwrap(), Written::Created);
    assert_eq!(writer.write(&at("k8s/a.yaml"), &public("a")).unwrap(), Written::Unchanged);
    assert_eq!(writer.write(&at("k8s/a.yaml"), &public("b")).unwrap(), Written::Updated);
    assert_eq!(writer.write_secret(&at("k8s/secrets.yaml"), secret.as_bytes()).unwrap(), Written::Created);
    let file = writer.file("k8s/secrets.yaml").unwrap();
    assert_eq!((file.mode, file.secret), (0o600, true));
    assert_eq!(writer.writes(), [at("k8s/a.yaml"), at("k8s/a.yaml"), at("k8s/secrets.yaml")]);
    assert_eq!(writer.list_generated(&at("k8s")).unwrap(), [at("k8s/a.yaml")], "without the one with values");
    assert!(writer.remove(&at("k8s/a.yaml")).unwrap());
    assert!(!writer.remove(&at("k8s/a.yaml")).unwrap());
}

#[test]
fn what_was_not_generated_is_left_alone() {
    let writer = InMemoryBundleWriter::new().with_file("k8s/mine.yaml", "mine");
    for error in [
        writer.write(&at("k8s/mine.yaml"), &public("a")).unwrap_err(),
        writer.remove(&at("k8s/mine.yaml")).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
    assert_eq!(writer.text("k8s/mine.yaml"), "mine");
    assert!(writer.list_generated(&at("k8s")).unwrap().is_empty());
}

#[test]
fn it_fails_where_it_is_told_to() {
    let writer = InMemoryBundleWriter::new()
        .failing_at("full.yaml", io::ErrorKind::StorageFull)
        .failing_at("denied.yaml", io::ErrorKind::PermissionDenied)
        .tracked_by_git("k8s/secrets.yaml");
    let errors = [
        writer.write(&at("full.yaml"), &public("a")).unwrap_err(),
        writer.write(&at("denied.yaml"), &public("a")).unwrap_err(),
        writer.check_secret(&at("k8s/secrets.yaml")).unwrap_err(),
        writer.write_secret(&at("k8s/secrets.yaml"), &public("a")).unwrap_err(),
    ];
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    cannot write full.yaml: the disk is full
    cannot write denied.yaml: permission denied
    k8s/secrets.yaml is tracked by Git: secret values must not be written there
    k8s/secrets.yaml is tracked by Git: secret values must not be written there
    ");
    assert!(writer.files().is_empty() && writer.writes().is_empty());
}

#[test]
fn debug_shows_no_value() {
    let (canary, writer) = (Canary::random(), InMemoryBundleWriter::new());
    writer.write_secret(&at("k8s/secrets.yaml"), canary.bytes()).unwrap();
    canary.assert_absent_in_debug(&writer);
    canary.assert_absent_in_debug(&writer.file("k8s/secrets.yaml"));
}
