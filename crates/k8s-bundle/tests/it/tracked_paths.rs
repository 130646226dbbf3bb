//! Values are never written onto a path that Git tracks.

use std::fs;
use std::path::Path;
use std::process::Command;

use k8s_bundle::{BundlePath, BundleWriter, DirectoryWriter, Error, GitCheck};

/// Runs git there, apart from the configuration and the repository of whoever runs the tests.
pub(super) fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
        .args(arguments)
        .output()
        .expect("this test needs git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn secrets() -> BundlePath {
    "k8s/secrets.yaml".parse().expect("a path")
}

fn repository_with_tracked(file: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    git(directory.path(), &["init", "--quiet"]);
    let path = directory.path().join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
    fs::write(&path, "old").expect("writes");
    git(directory.path(), &["add", "--", file]);
    directory
}

#[test]
fn a_tracked_file_is_refused_and_untouched() {
    let repository = repository_with_tracked("out/k8s/secrets.yaml");
    let writer = DirectoryWriter::new(repository.path().join("out"));
    for result in [writer.check_secret(&secrets()), writer.write_secret(&secrets(), b"values").map(drop)] {
        let error = result.expect_err("tracked");
        assert!(matches!(error, Error::Tracked { .. }), "{error}");
        assert!(error.help().is_some_and(|help| help.contains("git rm --cached -- '")), "{:?}", error.help());
    }
    assert_eq!(fs::read(repository.path().join("out/k8s/secrets.yaml")).expect("reads"), b"old");
    assert!(!repository.path().join("out/.gitignore").exists(), "a refusal leaves nothing behind");
}

#[test]
fn a_tracked_file_that_was_deleted_is_refused_too() {
    let repository = repository_with_tracked("k8s/secrets.yaml");
    fs::remove_dir_all(repository.path().join("k8s")).expect("removes");
    let error = DirectoryWriter::new(repository.path()).check_secret(&secrets()).expect_err("tracked");
    assert!(matches!(error, Error::Tracked { .. }), "{error}");
}

#[test]
fn an_untracked_file_in_a_repository_is_written() {
    let repository = repository_with_tracked("README");
    DirectoryWriter::new(repository.path().join("out")).write_secret(&secrets(), b"values").expect("writes");
    assert_eq!(
        git(repository.path(), &["status", "--porcelain", "--untracked-files=all"]),
        "A  README\n?? out/.gitignore\n"
    );
}

#[test]
fn characters_that_are_patterns_for_git_are_taken_as_they_are() {
    let repository = repository_with_tracked("k8s/a.yaml");
    let writer = DirectoryWriter::new(repository.path());
    assert!(writer.check_secret(&"k8s/*.yaml".parse().expect("a path")).is_ok());
    assert!(writer.check_secret(&"k8s/[a].yaml".parse().expect("a path")).is_ok());
    assert!(writer.check_secret(&":(top)k8s/a.yaml".parse().expect("a path")).is_ok());
}

#[test]
fn a_link_to_the_output_directory_does_not_hide_the_repository() {
    let repository = repository_with_tracked("out/k8s/secrets.yaml");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let link = elsewhere.path().join("link");
    std::os::unix::fs::symlink(repository.path().join("out"), &link).expect("links");
    let error = DirectoryWriter::new(link).check_secret(&secrets()).expect_err("tracked");
    assert!(matches!(error, Error::Tracked { .. }), "{error}");
}

#[test]
fn a_repository_that_git_cannot_read_is_refused_unless_the_check_is_skipped() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join(".git"), "gitdir: /nowhere\n").expect("writes");
    let error =
        DirectoryWriter::new(directory.path()).write_secret(&secrets(), b"values").expect_err("broken");
    assert!(matches!(error, Error::GitCheck { .. }), "{error}");
    assert!(error.to_string().contains("/nowhere"), "{error}");
    assert!(!directory.path().join("k8s").exists());

    let writer = DirectoryWriter::new(directory.path()).git_check(GitCheck::Skip);
    writer.write_secret(&secrets(), b"values").expect("writes");
}
