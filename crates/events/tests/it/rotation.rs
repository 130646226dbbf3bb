//! Logs that are renamed, removed and cut back.

use std::fs::{self, OpenOptions};

use events::audit::{Verdict, VerifyOptions, verify};

use crate::sample::{check, open, read};

#[test]
fn after_a_rename_a_new_log_begins_and_names_the_head_of_the_old_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    let other = open(directory.path());
    log.append(&[read("a")]).expect("an append");
    other.append(&[read("b")]).expect("an append");
    let old = directory.path().join("acme.1.jsonl");
    fs::rename(log.path(), &old).expect("a rename");
    log.append(&[read("c")]).expect("an append");
    other.append(&[read("d")]).expect("an append");

    let new = check(log.path());
    assert_eq!((new.verdict(), new.records), (Verdict::Intact, 2));
    assert_eq!(new.continues, check(&old).head);
    let options = VerifyOptions { anchor: new.continues };
    let report = verify(fs::read(&old).expect("a log").as_slice(), &options).expect("bytes in memory");
    assert_eq!((report.verdict(), report.records), (Verdict::Intact, 2));
    insta::assert_snapshot!(new, @"
    intact: 2 records, head cb42def24f2f7c59bf3d535b9f59667ad4aa1e7595e6d45a87cb42514c5db12a
    continues a log that ended with 65b73e7fe1856cb083ca93d1778b4bcf9ebf6157f83619154317d1f5ef9a3b32
    ");
}

#[test]
fn a_removed_log_is_begun_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(&directory.path().join("audit"));
    log.append(&[read("a")]).expect("an append");
    let head = check(log.path()).head;
    fs::remove_dir_all(directory.path().join("audit")).expect("a removal");
    log.append(&[read("b")]).expect("an append");
    let report = check(log.path());
    assert_eq!((report.verdict(), report.records, report.continues), (Verdict::Intact, 1, head));
}

#[test]
fn a_log_emptied_in_place_begins_anew_and_names_the_lost_head() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&[read("a")]).expect("an append");
    let head = check(log.path()).head;
    OpenOptions::new().write(true).truncate(true).open(log.path()).expect("a truncation");
    log.append(&[read("b")]).expect("an append");
    let report = check(log.path());
    assert_eq!((report.verdict(), report.continues), (Verdict::Intact, head));
}

#[test]
fn a_log_cut_back_while_it_is_open_is_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = open(directory.path());
    log.append(&[read("a")]).expect("an append");
    let length = fs::metadata(log.path()).expect("metadata").len();
    log.append(&[read("b")]).expect("an append");
    OpenOptions::new().write(true).open(log.path()).and_then(|file| file.set_len(length)).expect("a cut");
    log.append(&[read("c")]).expect("an append");
    insta::assert_snapshot!(check(log.path()), @"
    damaged: 2 records, head 33f60d2677091f1415d5fa13ed50feb72ae6f205a47c528ff241ec3d22df1122
    line 2: written after the log had been cut back: the record 65b73e7fe1856cb083ca93d1778b4bcf9ebf6157f83619154317d1f5ef9a3b32 and others before it are gone
    ");
}
