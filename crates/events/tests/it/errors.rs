//! Logs that cannot be written.

use std::fs;
use std::os::unix::fs::symlink;

use events::Label;
use events::audit::{AuditError, AuditLog, ChainHash, Tail};

use crate::sample::{open, read};

fn told(error: &AuditError, directory: &std::path::Path) -> String {
    format!("{error}\nhelp: {}", error.help()).replace(&*directory.to_string_lossy(), "<dir>")
}

#[test]
fn a_full_disk_is_named_with_the_file_and_what_to_do() {
    let directory = tempfile::tempdir().expect("a directory");
    symlink("/dev/full", directory.path().join("acme.jsonl")).expect("a link");
    let error = open(directory.path()).append(&[read("a")]).expect_err("/dev/full is full");
    insta::assert_snapshot!(told(&error, directory.path()), @"
    cannot append to the audit log <dir>/acme.jsonl: No space left on device (os error 28)
    help: make room; the next append goes on after the line that was cut short
    ");
}

#[test]
fn a_file_in_place_of_the_directory_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("audit"), "").expect("a file");
    let error =
        AuditLog::open(directory.path().join("audit"), "acme", Label::new("a")).expect_err("no directory");
    insta::assert_snapshot!(told(&error, directory.path()), @"
    cannot create the directory of the audit log <dir>/audit/acme.jsonl: File exists (os error 17)
    help: something that is not a directory is in the way: move it, or choose another directory
    ");
}

#[test]
fn a_directory_in_place_of_the_log_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("acme.jsonl")).expect("a directory");
    let error = AuditLog::open(directory.path(), "acme", Label::new("a")).expect_err("no file");
    insta::assert_snapshot!(told(&error, directory.path()), @"
    cannot open the audit log <dir>/acme.jsonl: Is a directory (os error 21)
    help: a directory is in the way of the log: move it, or choose another place
    ");
}

#[test]
fn an_instance_cannot_lead_out_of_the_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    for instance in ["", ".", "..", "../acme", "a/b", "a\\b", "a\0b", "a\nb", ".hidden", &"a".repeat(201)] {
        let error = AuditLog::open(directory.path(), instance, Label::new("a")).expect_err(instance);
        assert!(matches!(error, AuditError::InvalidInstance { .. }), "{error}");
    }
    let error = AuditLog::open(directory.path(), "../acme", Label::new("a")).expect_err("a way out");
    insta::assert_snapshot!(told(&error, directory.path()), @r#"
    cannot open the audit log of instance "../acme": the name cannot be a file name
    help: name the instance with letters, digits, `-`, `_` and `.`, at most 200 of them, not starting with `.`
    "#);
    assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 0);
}

#[test]
fn a_large_file_that_is_no_log_is_not_appended_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("acme.jsonl");
    fs::write(&path, vec![b'x'; 80 << 20]).expect("a file");
    let error = open(directory.path()).append(&[read("a")]).expect_err("no log");
    assert!(matches!(error, AuditError::NotALog { .. }), "{error}");
    assert_eq!(fs::metadata(&path).expect("metadata").len(), 80 << 20);
}

#[test]
fn a_log_that_is_not_there_has_no_tail() {
    let directory = tempfile::tempdir().expect("a directory");
    let error = Tail::open(directory.path().join("acme.jsonl")).expect_err("no file");
    insta::assert_snapshot!(told(&error, directory.path()), @"
    cannot open the audit log <dir>/acme.jsonl: No such file or directory (os error 2)
    help: check the path; a log is created by the first command that writes to it
    ");
}

#[test]
fn a_hash_is_64_lower_case_digits() {
    let digits = "0123456789abcdef".repeat(4);
    assert_eq!(digits.parse::<ChainHash>().expect("a hash").to_string(), digits);
    for bad in ["", &digits[1..], &digits.to_uppercase(), &digits.replace('0', "g"), &format!("{digits}0")] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(bad.parse::<ChainHash>().expect_err(bad), @"a hash is 64 hexadecimal digits, lower case, as `audit verify` prints it");
        }
    }
}
