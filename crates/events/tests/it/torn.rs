//! Writers that were interrupted.

use std::fs::{self, OpenOptions};
use std::io::Write;

use events::audit::{Record, Verdict};

use crate::sample::{check, check_bytes, delivery, lines_of, log_of, open, read};

/// A log of these bytes in a directory of its own, as another process finds it.
fn left_behind(bytes: &[u8]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("acme.jsonl"), bytes).expect("a file");
    directory
}

#[test]
fn wherever_a_write_is_cut_short_the_next_record_accounts_for_it() {
    let log = log_of(&[read("a"), delivery("apps", "b"), read("c")]);
    for cut in 0..=log.len() {
        let kept = &log[..cut];
        let before = check_bytes(kept);
        assert!(before.problems.is_empty(), "cut at {cut}:\n{before}");

        let directory = left_behind(kept);
        let writer = open(directory.path());
        writer.append(&[read("next"), read("and another")]).expect("an append");
        let bytes = fs::read(writer.path()).expect("a log");
        assert!(bytes.starts_with(kept), "nothing is removed");
        let after = check_bytes(&bytes);
        assert_eq!(after.verdict(), Verdict::Intact, "cut at {cut}:\n{after}");
        assert_eq!(after.records, before.records + 2);
        let line_is_incomplete = before.verdict() == Verdict::Torn;
        assert_eq!(after.torn.len(), usize::from(line_is_incomplete), "cut at {cut}:\n{after}");
    }
}

#[test]
fn the_record_after_a_torn_line_says_so() {
    let log = log_of(&[read("a"), read("b")]);
    let directory = left_behind(&log[..log.len() - 100]);
    insta::assert_snapshot!(check(&directory.path().join("acme.jsonl")), @"
    torn: 1 record, head 93a04de994959d6a148f28a71cf711809ff3c2e92181902a2fa2842261063d8f
    line 2: incomplete: a writer was interrupted, or is writing now
    ");

    let writer = open(directory.path());
    writer.append(&[read("c")]).expect("an append");
    insta::assert_snapshot!(check(writer.path()), @"
    intact: 2 records, head ff6dda939c930a63eac63c79ee2f3d1eccdb81e926a83b1fe5aff15a1dd8b1ce
    line 2: incomplete: a writer was interrupted; the next record accounts for it
    ");
    let bytes = fs::read(writer.path()).expect("a log");
    let last: Record = serde_json::from_slice(&lines_of(&bytes)[2]).expect("a record");
    assert_eq!(last.seq, 2);
    assert!(last.after_torn.is_some());
}

#[test]
fn several_torn_lines_in_a_row_are_accounted_for_together() {
    let log = log_of(&[read("a"), read("b")]);
    let mut bytes = log[..log.len() - 100].to_vec();
    bytes.extend_from_slice(b"\n{\"seq\":2,\"inst");
    let directory = left_behind(&bytes);
    let writer = open(directory.path());
    writer.append(&[read("c")]).expect("an append");
    let report = check(writer.path());
    assert_eq!((report.verdict(), report.torn.as_slice()), (Verdict::Intact, [2, 3].as_slice()), "{report}");
}

#[test]
fn a_torn_line_that_is_changed_or_removed_later_is_found() {
    let log = log_of(&[read("a"), read("b")]);
    let directory = left_behind(&log[..log.len() - 100]);
    let writer = open(directory.path());
    writer.append(&[read("c")]).expect("an append");
    let lines = lines_of(&fs::read(writer.path()).expect("a log"));

    let mut changed = lines.clone();
    changed[1][20] ^= 1;
    insta::assert_snapshot!(check_bytes(&changed.concat()), @"
    damaged: 2 records, head ff6dda939c930a63eac63c79ee2f3d1eccdb81e926a83b1fe5aff15a1dd8b1ce
    line 2: not a record, and no record accounts for it
    ");

    let mut removed = lines;
    removed.remove(1);
    insta::assert_snapshot!(check_bytes(&removed.concat()), @"
    damaged: 2 records, head ff6dda939c930a63eac63c79ee2f3d1eccdb81e926a83b1fe5aff15a1dd8b1ce
    line 2: accounts for an incomplete line that is no longer there
    ");
}

#[test]
fn a_damaged_last_line_is_not_passed_off_as_torn() {
    let log = log_of(&[read("a"), read("b")]);
    let changed = String::from_utf8_lossy(&log).replace("\"b\"", "\"x\"");
    let directory = left_behind(changed.as_bytes());
    let writer = open(directory.path());
    writer.append(&[read("c")]).expect("an append");
    insta::assert_snapshot!(check(writer.path()), @"
    damaged: 2 records, head 96d591c4d0607ba58455fc5775663f9da2bb8830a7d9d4a5aefe008f7022a3ab
    line 2: altered: its hash is that of other bytes
    ");
}

#[test]
fn a_log_that_is_changed_between_two_appends_is_read_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let writer = open(directory.path());
    writer.append(&[read("a")]).expect("an append");
    let mut file = OpenOptions::new().append(true).open(writer.path()).expect("the log");
    file.write_all(b"{\"seq\":2,").expect("a write");
    writer.append(&[read("b")]).expect("an append");
    let report = check(writer.path());
    assert_eq!((report.verdict(), report.records, report.torn), (Verdict::Intact, 2, vec![2]));
}
