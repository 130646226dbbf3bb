//! Writes and deletes: done once or not at all, and said to be what they are.

use std::time::Duration;

use secret_store::{
    ErrorKind, Precondition, ReadOptions, Result, SecretFields, SecretStore, SecretVersion, WriteOptions,
};
use test_kit::proxy::{Answer, Fault, Rule};
use test_kit::{block_on, field, path};

use super::{Troubled, ended, fault, old, succeeded};

/// The ways to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Replace,
    Merge,
    ReplaceVersion,
    MergeVersion,
    Create,
}

const UNCONDITIONAL: &[Way] = &[Way::Replace, Way::Merge];
const ALL: &[Way] = &[Way::Replace, Way::Merge, Way::ReplaceVersion, Way::MergeVersion, Way::Create];

impl Way {
    /// An engine without versions knows no preconditions.
    fn of(version: u8) -> &'static [Self] {
        if version == 1 { UNCONDITIONAL } else { ALL }
    }

    fn has_precondition(self) -> bool {
        !UNCONDITIONAL.contains(&self)
    }

    fn options(self, current: Option<SecretVersion>) -> WriteOptions {
        match self {
            Self::Replace => WriteOptions::replace(),
            Self::Merge => WriteOptions::merge(),
            Self::ReplaceVersion => {
                WriteOptions::replace().with_precondition(Precondition::Version(current.unwrap()))
            }
            Self::MergeVersion => {
                WriteOptions::merge().with_precondition(Precondition::Version(current.unwrap()))
            }
            Self::Create => WriteOptions::replace().with_precondition(Precondition::Absent),
        }
    }
}

fn written() -> SecretFields {
    SecretFields::new().with(field("password"), "the new one")
}

/// What the server holds, and as which version; nothing, as version 0.
async fn truth(troubled: &Troubled, at: &str) -> (Option<SecretFields>, u64) {
    match troubled.witness.read(&path(at), ReadOptions::current()).await {
        Ok(_) => {
            let (fields, version) = troubled.truth(at).await;
            (Some(fields), version)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => (None, 0),
        Err(error) => panic!("{error}"),
    }
}

/// Writes under a fault of the first requests that change something, and compares what was said with what was done.
async fn write_once(troubled: &Troubled, fault: &Fault, times: usize, way: Way) -> Result<SecretVersion> {
    let at = path(&format!("app/written-{way:?}"));
    troubled.mend();
    let mut current = None;
    if way == Way::Create {
        troubled.forget(&at);
    } else {
        let written = troubled.witness.write(&at, old(&troubled.canary), WriteOptions::replace()).await;
        current = Some(written.unwrap());
    }
    let before = truth(troubled, at.as_str()).await;
    let after = match way {
        Way::Merge | Way::MergeVersion => written().with(field("user"), "ada"),
        _ => written(),
    };

    troubled.proxy.inject(Rule::new(fault.clone()).under(&troubled.data()).changes().times(times));
    let outcome = ended(fault, troubled.store.write(&at, written(), way.options(current))).await;

    let (holds, version) = truth(troubled, at.as_str()).await;
    let is_done = holds.as_ref() == Some(&after);
    assert!(is_done || holds == before.0, "{fault:?}, {way:?}: neither the old nor the new");
    if troubled.version == 2 {
        assert_eq!(version, before.1 + u64::from(is_done), "{fault:?}, {way:?}: not written once");
    } else {
        let reached = writes_that_reached_the_server(troubled);
        assert!(reached <= 1, "{fault:?}, {way:?}: written {reached} times");
    }
    match &outcome {
        Ok(said) => {
            assert!(is_done, "{fault:?}, {way:?}: said to be written, and is not");
            assert!(troubled.version == 1 || said.as_str() == version.to_string(), "{fault:?}, {way:?}");
        }
        Err(error) => {
            troubled.expect_honest(error, fault);
            assert_ne!(error.kind(), ErrorKind::Conflict, "{fault:?}, {way:?}: with whom? {error}");
        }
    }
    outcome
}

fn writes_that_reached_the_server(troubled: &Troubled) -> usize {
    let data = troubled.data();
    let requests = troubled.proxy.requests();
    let changes = ["POST", "PUT", "PATCH"];
    requests
        .iter()
        .filter(|seen| {
            seen.forwarded && changes.contains(&seen.method.as_str()) && seen.target.starts_with(&data)
        })
        .count()
}

async fn each_way(version: u8, faults: Vec<Fault>, is_required: impl Fn(Way) -> bool) {
    let troubled = Troubled::new(version).await;
    for fault in faults {
        for way in Way::of(version) {
            let outcome = write_once(&troubled, &fault, 1, *way).await;
            if is_required(*way) {
                outcome.unwrap_or_else(|error| panic!("{fault:?}, {way:?}: {error}"));
            }
        }
    }
}

#[test]
fn a_write_whose_answer_is_lost_was_done_once_in_version_1() {
    block_on(each_way(1, fault::after_the_server(), |_| true));
}

#[test]
fn a_write_whose_answer_is_lost_was_done_once_in_version_2() {
    block_on(each_way(2, fault::after_the_server(), |_| true));
}

#[test]
fn a_slow_write_is_a_write() {
    block_on(each_way(2, fault::slow(), |_| true));
}

#[test]
fn a_write_that_did_not_reach_the_server_is_done_once_or_not_in_version_1() {
    block_on(each_way(1, fault::before_the_server(), |_| false));
}

#[test]
fn a_write_that_did_not_reach_the_server_is_done_once_or_not_in_version_2() {
    block_on(each_way(2, fault::before_the_server(), |_| false));
}

#[test]
fn a_write_that_the_server_turned_away_is_made_again() {
    let turned_away = [429, 503, 412].map(|status| Fault::Reply(Answer::new(status)));
    block_on(each_way(2, turned_away.to_vec(), |way| !way.has_precondition()));
}

#[test]
fn a_write_whose_answer_makes_no_sense_was_done_once() {
    block_on(each_way(2, fault::not_to_be_believed(), |_| false));
}

#[test]
fn nobody_but_the_server_can_say_that_a_write_was_done() {
    let mut lies = fault::not_found_by_somebody_else();
    lies.push(Fault::Reply(Answer::html(200)));
    lies.push(Fault::Reply(Answer::new(200).body("{}")));
    lies.push(Fault::Reply(Answer::new(204).body("")));
    block_on(each_way(2, lies, |_| false));
}

#[test]
fn a_forbidden_write_is_forbidden_and_not_made_again() {
    block_on(async {
        let troubled = Troubled::new(2).await;
        for way in ALL {
            let error = write_once(&troubled, &fault::forbidden(), usize::MAX, *way).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{way:?}: {error}");
            assert_eq!(writes_that_reached_the_server(&troubled), 0);
        }
    });
}

#[test]
fn a_write_that_only_takes_a_field_away_is_not_taken_for_done() {
    block_on(async {
        let at = path("app/db");
        for version in [1, 2] {
            let troubled = Troubled::new(version).await;
            let less = SecretFields::new().with(field("user"), "ada");
            troubled.proxy.inject(Rule::new(Fault::CutRequest).under(&troubled.data()).changes().times(1));
            let written = troubled.store.write(&at, less.clone(), WriteOptions::replace()).await;
            succeeded(&Fault::CutRequest, async { written }).await;
            assert!(troubled.truth("app/db").await.0 == less, "the field is still there");
        }
    });
}

#[test]
fn a_write_that_arrives_after_its_writer_gave_up_is_not_joined_by_another() {
    block_on(async {
        for way in ALL {
            let troubled = Troubled::new(2).await;
            let late = Fault::DelayRequest(Duration::from_secs(4));
            // What was said is compared with what is there at that time: the late one may still be on its way.
            let at = path("app/db");
            let current = troubled.witness.read(&at, ReadOptions::current()).await.unwrap().version;
            let at = if *way == Way::Create { path("app/new") } else { at };
            let counted = troubled.current_version(at.as_str());
            troubled.proxy.inject(Rule::new(late.clone()).under(&troubled.data()).changes().times(1));
            let outcome = ended(&late, troubled.store.write(&at, written(), way.options(current))).await;
            let sent = || troubled.proxy.requests();
            while !sent().iter().filter(|seen| seen.faulted).all(|seen| seen.answered) {
                let answered = sent().iter().filter(|seen| seen.answered).count();
                ended(&late, troubled.proxy.answered(answered + 1)).await;
            }
            assert!(troubled.current_version(at.as_str()) <= counted + 1, "{way:?}: written twice");
            if let Err(error) = outcome {
                assert_ne!(error.kind(), ErrorKind::Conflict, "{way:?}: {error}");
            }
        }
    });
}

#[test]
fn a_delete_gets_over_what_passes_and_is_believed_only_of_the_server() {
    block_on(async {
        let at = path("app/db");
        let troubled = Troubled::new(2).await;
        let passing = [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat();
        let lies = [fault::not_to_be_believed(), fault::not_found_by_somebody_else()].concat();
        let lies = lies.into_iter().chain([Fault::Reply(Answer::html(200))]).map(|lie| (lie, false));
        for (fault, must_succeed) in passing.into_iter().map(|fault| (fault, true)).chain(lies) {
            troubled.inject(&fault, 1);
            let outcome = ended(&fault, troubled.store.delete(&at)).await;
            troubled.mend();
            let is_gone = matches!(
                troubled.witness.read(&at, ReadOptions::current()).await,
                Err(error) if error.kind() == ErrorKind::NotFound
            );
            assert!(is_gone || outcome.is_err(), "{fault:?}: said to be deleted, and is there");
            if must_succeed {
                succeeded(&fault, async { outcome }).await;
            } else if let Err(error) = outcome {
                troubled.expect_honest(&error, &fault);
            }
            troubled.witness.write(&at, old(&troubled.canary), WriteOptions::replace()).await.unwrap();
        }
    });
}
