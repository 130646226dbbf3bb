//! What a change of the file looks like.

use events::audit::{Problem, ProblemKind, Report, Verdict, VerifyOptions, verify};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::sample::{check_bytes, delivery, forged, lines_of, log_of, read};

fn five() -> Vec<u8> {
    log_of(&[read("a"), delivery("apps", "b"), read("c"), delivery("apps", "d"), read("e")])
}

fn five_but(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Report {
    let mut lines = lines_of(&five());
    change(&mut lines);
    check_bytes(&lines.concat())
}

fn lines_with_problems(report: &Report) -> Vec<u64> {
    report.problems.iter().filter_map(|problem| problem.line).collect()
}

#[test]
fn every_change_of_a_single_bit_is_found() {
    let log = log_of(&[read("a"), delivery("apps", "b"), read("c")]);
    for at in 0..log.len() {
        for bit in 0..8 {
            let mut changed = log.clone();
            changed[at] ^= 1 << bit;
            let report = check_bytes(&changed);
            assert_ne!(report.verdict(), Verdict::Intact, "bit {bit} of byte {at}:\n{report}");
        }
    }
}

#[test]
fn every_removal_of_a_single_byte_is_found() {
    let log = five();
    // Without its last newline a log says the same: that byte is no part of any record.
    for at in 0..log.len() - 1 {
        let mut changed = log.clone();
        changed.remove(at);
        let report = check_bytes(&changed);
        assert_ne!(report.verdict(), Verdict::Intact, "byte {at}:\n{report}");
    }
}

#[test]
fn an_altered_line_is_named() {
    let report =
        five_but(|lines| lines[2] = String::from_utf8_lossy(&lines[2]).replace("\"c\"", "\"x\"").into());
    insta::assert_snapshot!(report, @"
    damaged: 4 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 3: altered: its hash is that of other bytes
    ");
}

#[test]
fn an_altered_line_with_its_hash_computed_anew_is_found_by_the_next() {
    let report = five_but(|lines| lines[2] = forged(&lines[2], "\"c\"", "\"x\""));
    insta::assert_snapshot!(report, @"
    damaged: 5 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 4: record 4 does not follow record 3 as it stands before it: something there was removed, inserted, moved or rewritten
    ");
}

#[test]
fn a_removed_line_is_found() {
    let report = five_but(|lines| drop(lines.remove(2)));
    insta::assert_snapshot!(report, @"
    damaged: 4 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 3: record 4 does not follow record 2 as it stands before it: something there was removed, inserted, moved or rewritten
    ");
}

#[test]
fn lines_removed_from_the_beginning_are_found() {
    let report = five_but(|lines| drop(lines.drain(..2)));
    insta::assert_snapshot!(report, @"
    damaged: 3 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 1: record 3 does not begin a log: what was before it was removed or rewritten
    ");
}

#[test]
fn two_lines_swapped_are_found() {
    let report = five_but(|lines| lines.swap(1, 2));
    insta::assert_snapshot!(report, @"
    damaged: 5 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 2: record 3 does not follow record 1 as it stands before it: something there was removed, inserted, moved or rewritten
    line 3: record 2 does not follow record 3 as it stands before it: something there was removed, inserted, moved or rewritten
    line 4: record 4 does not follow record 2 as it stands before it: something there was removed, inserted, moved or rewritten
    ");
}

#[test]
fn a_line_twice_is_found() {
    let report = five_but(|lines| lines.insert(2, lines[1].clone()));
    insta::assert_snapshot!(report, @"
    damaged: 6 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 3: record 2 does not follow record 2 as it stands before it: something there was removed, inserted, moved or rewritten
    ");
}

#[test]
fn a_record_of_another_log_is_found() {
    let other = lines_of(&log_of(&[read("x"), read("y"), read("z")]));
    let other = forged(&other[2], "\"instance\":\"acme\"", "\"instance\":\"other\"");
    let report = five_but(|lines| lines.insert(2, other));
    insta::assert_snapshot!(report, @"
    damaged: 6 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 3: record 3 does not follow record 2 as it stands before it: something there was removed, inserted, moved or rewritten
    line 3: a record of another instance, other
    line 4: record 3 does not follow record 3 as it stands before it: something there was removed, inserted, moved or rewritten
    line 4: a record of another instance, acme
    ");
}

#[test]
fn text_between_records_is_found() {
    let report = five_but(|lines| lines.insert(3, b"nothing to see here\n".to_vec()));
    insta::assert_snapshot!(report, @"
    damaged: 5 records, head ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6
    line 4: not a record, and no record accounts for it
    ");
}

#[test]
fn all_problems_are_reported_at_once() {
    let report = five_but(|lines| {
        lines[0] = String::from_utf8_lossy(&lines[0]).replace("\"a\"", "\"x\"").into();
        lines[2] = b"\n".to_vec();
        lines.swap(3, 4);
    });
    insta::assert_snapshot!(report, @"
    damaged: 3 records, head f153172b9020b7a2b543665f61a30d960ce975c66b09159fc99feb74db2f654c
    line 1: altered: its hash is that of other bytes
    line 3: not a record, and no record accounts for it
    line 4: record 5 does not follow record 2 as it stands before it: something there was removed, inserted, moved or rewritten
    line 5: record 4 does not follow record 5 as it stands before it: something there was removed, inserted, moved or rewritten
    ");
    insta::assert_json_snapshot!(report.problems[0], @r#"
    {
      "line": 1,
      "problem": "altered"
    }
    "#);
}

#[test]
fn records_cut_off_the_end_are_found_by_an_anchor_and_by_nothing_else() {
    let log = five();
    let head = check_bytes(&log).head;
    let shorter = lines_of(&log)[..3].concat();
    assert_eq!(check_bytes(&shorter).verdict(), Verdict::Intact);

    let options = VerifyOptions { anchor: head };
    let report = verify(shorter.as_slice(), &options).expect("bytes in memory");
    insta::assert_snapshot!(report, @"
    damaged: 3 records, head 4bf56873944e857e4eb4072776683391b87ce9b67bf337230db15d4f768cccbd
    no record has the hash ac27dac2534833dd3e7d770e47731e0b106e58f7900f14b241a6b53f81978dc6: the log was cut off before it, or rewritten
    ");

    let grown =
        log_of(&[read("a"), delivery("apps", "b"), read("c"), delivery("apps", "d"), read("e"), read("f")]);
    let report = verify(grown.as_slice(), &options).expect("bytes in memory");
    assert_eq!(report.verdict(), Verdict::Intact, "an anchor holds for every later state of the log");
}

#[test]
fn a_file_that_is_no_log_is_read_to_its_end_in_little_memory() {
    let noise = vec![b'x'; (40 << 20) + 7];
    let mut log = five();
    log.extend_from_slice(&noise);
    log.push(b'\n');
    log.extend_from_slice(b"more");
    let report = check_bytes(&log);
    assert_eq!(report.records, 5);
    assert_eq!((report.torn, report.unfinished), (vec![6], Some(7)));
}

#[test]
fn an_empty_log_is_intact() {
    insta::assert_snapshot!(check_bytes(b""), @"intact: 0 records");
}

#[derive(Debug, Clone)]
enum Edit {
    Remove(Index),
    Repeat(Index, Index),
    Move(Index, Index),
    Forge(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        any::<Index>().prop_map(Edit::Remove),
        any::<(Index, Index)>().prop_map(|(from, to)| Edit::Repeat(from, to)),
        any::<(Index, Index)>().prop_map(|(from, to)| Edit::Move(from, to)),
        any::<Index>().prop_map(Edit::Forge),
    ]
}

proptest! {
    #[test]
    fn any_edit_of_lines_before_the_anchored_head_is_found(edits in proptest::collection::vec(edit(), 1..4)) {
        let log = five();
        let mut lines = lines_of(&log);
        for edit in edits {
            match edit {
                _ if lines.is_empty() => {}
                Edit::Remove(at) => drop(lines.remove(at.index(lines.len()))),
                Edit::Repeat(from, to) => {
                    let line = lines[from.index(lines.len())].clone();
                    lines.insert(to.index(lines.len() + 1), line);
                }
                Edit::Move(from, to) => {
                    let line = lines.remove(from.index(lines.len()));
                    lines.insert(to.index(lines.len() + 1), line);
                }
                Edit::Forge(at) => {
                    let at = at.index(lines.len());
                    lines[at] = forged(&lines[at], "2026", "2025");
                }
            }
        }
        let changed = lines.concat();
        prop_assume!(changed != log);
        let options = VerifyOptions { anchor: check_bytes(&log).head };
        let report = verify(changed.as_slice(), &options).expect("bytes in memory");
        prop_assert_eq!(report.verdict(), Verdict::Damaged);
    }
}

#[test]
fn a_problem_names_its_line_to_programs_too() {
    let report = five_but(|lines| drop(lines.remove(1)));
    assert_eq!(report.problems, [Problem { line: Some(2), kind: ProblemKind::Gap { seq: 3, after: 1 } }]);
    assert_eq!(lines_with_problems(&report), [2]);
}
