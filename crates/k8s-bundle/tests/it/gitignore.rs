//! The file with values is ignored by Git, whatever stands in `.gitignore` already.

use std::fs;
use std::path::Path;

use k8s_bundle::{BundleWriter, DirectoryWriter, Error, GitCheck};

fn write_secret(root: &Path) -> Result<(), Error> {
    let writer = DirectoryWriter::new(root).git_check(GitCheck::Skip);
    writer.write_secret(&"k8s/secrets.yaml".parse()?, b"values").map(drop)
}

fn gitignore_after(before: Option<&str>) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join(".gitignore");
    if let Some(before) = before {
        fs::write(&file, before).expect("writes");
    }
    write_secret(directory.path()).expect("writes");
    let first = fs::read_to_string(&file).expect("reads");
    write_secret(directory.path()).expect("writes");
    assert_eq!(fs::read_to_string(&file).expect("reads"), first, "a second run adds nothing");
    first
}

#[test]
fn an_entry_is_made_where_there_is_no_file() {
    insta::assert_snapshot!(gitignore_after(None), @r"
    /k8s/secrets.yaml
    /k8s/.secrets.yaml.*.tmp
    /.secretbridge.lock
    ");
}

#[test]
fn a_bundle_without_values_leaves_nothing_that_git_would_add_but_its_files() {
    let directory = tempfile::tempdir().expect("a directory");
    super::tracked_paths::git(directory.path(), &["init", "--quiet"]);
    let writer = DirectoryWriter::new(directory.path());
    writer.write(&"k8s/a/b.yaml".parse().expect("a path"), b"x").expect("writes");
    let status =
        super::tracked_paths::git(directory.path(), &["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status, "?? .gitignore\n?? k8s/a/b.yaml\n");
}

#[test]
fn what_the_user_wrote_is_kept() {
    insta::assert_snapshot!(gitignore_after(Some("# mine\n*.log\n/k8s/secrets.yaml")), @r"
    # mine
    *.log
    /k8s/secrets.yaml
    /k8s/.secrets.yaml.*.tmp
    /.secretbridge.lock
    ");
}

#[test]
fn a_later_exception_does_not_bring_the_file_back() {
    let text = gitignore_after(Some("/k8s/secrets.yaml\n!*.yaml\n"));
    assert!(
        text.ends_with("!*.yaml\n/k8s/secrets.yaml\n/k8s/.secrets.yaml.*.tmp\n/.secretbridge.lock\n"),
        "{text}"
    );
}

#[test]
fn git_itself_agrees_that_nothing_of_it_can_be_added() {
    let directory = tempfile::tempdir().expect("a directory");
    super::tracked_paths::git(directory.path(), &["init", "--quiet"]);
    fs::write(directory.path().join(".gitignore"), "!*\n").expect("writes");
    write_secret(directory.path()).expect("writes");
    fs::write(directory.path().join("k8s/.secrets.yaml.1-0.tmp"), "left behind").expect("writes");
    let status =
        super::tracked_paths::git(directory.path(), &["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status, "?? .gitignore\n");
}

#[test]
fn a_pattern_nearer_to_the_file_that_brings_it_back_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    super::tracked_paths::git(directory.path(), &["init", "--quiet"]);
    fs::create_dir(directory.path().join("k8s")).expect("creates");
    fs::write(directory.path().join("k8s/.gitignore"), "!*.yaml\n").expect("writes");
    let file = "k8s/secrets.yaml".parse().expect("a path");
    let error =
        DirectoryWriter::new(directory.path()).write_secret(&file, b"values").expect_err("not ignored");
    assert!(matches!(error, Error::NotIgnored { .. }), "{error}");
    assert!(!directory.path().join("k8s/secrets.yaml").exists());
}

#[test]
fn a_gitignore_that_is_a_link_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink("/etc/hostname", directory.path().join(".gitignore")).expect("links");
    assert!(matches!(write_secret(directory.path()), Err(Error::NotARegularFile { .. })));
    assert!(!directory.path().join("k8s/secrets.yaml").exists());
}
