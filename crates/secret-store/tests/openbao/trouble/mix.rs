//! Hundreds of operations under faults that chance picks, beside a model of what the server may hold by then.

use std::collections::BTreeMap;

use secret_store::{
    Error, ErrorKind, Precondition, ReadOptions, SecretFields, SecretPath, SecretStore as _, WriteOptions,
};
use serde_json::json;
use test_kit::openbao::OpenBao;
use test_kit::proxy::{Answer, Fault, Proxy, Rule};
use test_kit::{block_on, field, path};

use super::{Troubled, ended, fault};

const OPERATIONS: usize = 150;
const PATHS: [&str; 4] = ["app/db", "app/web", "app/deep/er", "other"];

/// What a path may hold: more than one thing once an answer was lost. And how many versions it may have had.
#[derive(Debug)]
struct State {
    possible: Vec<Option<SecretFields>>,
    versions: (u64, u64),
}

#[derive(Debug)]
struct Model(BTreeMap<SecretPath, State>);

impl Model {
    fn of(initial: &SecretFields) -> Self {
        let state = |at: &str| match at {
            "app/db" => State { possible: vec![Some(initial.clone())], versions: (1, 1) },
            _ => State { possible: vec![None], versions: (0, 0) },
        };
        Self(PATHS.iter().map(|at| (path(at), state(at))).collect())
    }

    fn state(&mut self, at: &SecretPath) -> &mut State {
        self.0.get_mut(at).unwrap()
    }

    /// What an operation makes of each thing that may be there; `versions` of them.
    fn changed(
        &mut self,
        at: &SecretPath,
        said: Result<(), &Error>,
        versions: u64,
        change: impl Fn(Option<&SecretFields>) -> Option<SecretFields>,
    ) {
        let state = self.state(at);
        let after: Vec<_> = state.possible.iter().map(|before| change(before.as_ref())).collect();
        match said {
            Ok(()) => {
                state.possible = after;
                state.versions.0 += versions;
                state.versions.1 += versions;
            }
            // A refusal is an answer: nothing was done. But a delete is made again, and the one before it may have been.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && versions > 0 => {}
            Err(_) => {
                let new: Vec<_> = after.into_iter().filter(|it| !state.possible.contains(it)).collect();
                state.possible.extend(new);
                state.versions.1 += versions;
            }
        }
    }

    fn saw(&mut self, at: &SecretPath, seen: Option<&SecretFields>, what: &str) {
        let possible = &mut self.state(at).possible;
        assert!(possible.iter().any(|it| it.as_ref() == seen), "{what} {at}: what cannot be there, is");
        *possible = vec![seen.cloned()];
    }

    fn listed(&mut self, listed: &[SecretPath], what: &str) {
        for (at, state) in &mut self.0 {
            let is_listed = listed.contains(at);
            state.possible.retain(|it| it.is_some() == is_listed);
            assert!(!state.possible.is_empty(), "{what}: {at} is listed or not as it cannot be");
        }
    }
}

/// Every fault with a chance of its own; those that take a time-out to notice are rare.
fn inject(proxy: &Proxy, mount: &str) {
    let passing = [fault::slow(), fault::before_the_server(), fault::after_the_server()].concat();
    let lies =
        [Fault::Truncate, Fault::WrongLength(-5), Fault::Replace(Answer::html(200)), fault::forbidden()];
    let lies = lies.into_iter().chain(fault::not_found_by_somebody_else());
    for fault in passing.into_iter().chain(lies) {
        let one_in = match fault {
            Fault::DelayRequest(_) | Fault::DelayAnswer(_) | Fault::WrongLength(_) => 400,
            _ => 60,
        };
        proxy.inject(Rule::new(fault).under(&format!("/v1/{mount}")).one_in(one_in));
    }
}

async fn mixed(version: u8, seed: u64) {
    let mut troubled = Troubled::new(version).await;
    let address = ([127, 0, 0, 1], crate::shared::dev().port()).into();
    troubled.proxy = Proxy::seeded(address, seed).await.unwrap();
    let settings = json!({
        "address": troubled.proxy.url(), "mount": troubled.mount, "request_timeout": super::REQUEST_TIMEOUT,
    });
    troubled.store =
        super::retrying(super::open(settings, OpenBao::DEV_TOKEN, &troubled.clock).await, &troubled.clock);
    inject(&troubled.proxy, &troubled.mount);
    let mut model = Model::of(&super::old(&troubled.canary));
    let mut random = fastrand::Rng::with_seed(seed);
    for number in 0..OPERATIONS {
        let at = path(PATHS[random.usize(..PATHS.len())]);
        let what = format!("seed {seed}, operation {number}");
        step(&troubled, &mut model, &mut random, &at, &what).await;
    }
    let faulted = troubled.proxy.requests().iter().filter(|seen| seen.faulted).count();
    assert!(faulted > OPERATIONS / 10, "only {faulted} requests had a fault");
    for at in PATHS.map(path) {
        match troubled.witness.read(&at, ReadOptions::current()).await {
            Ok(secret) => model.saw(&at, Some(&secret.fields), "in the end"),
            Err(error) if error.kind() == ErrorKind::NotFound => model.saw(&at, None, "in the end"),
            Err(error) => panic!("{error}"),
        }
        let (least, most) = model.state(&at).versions;
        let versions = troubled.current_version(at.as_str());
        let counts = version == 1 || (least..=most).contains(&versions);
        assert!(counts, "seed {seed}, {at}: {versions} versions, of {least} to {most} writes");
    }
}

async fn step(
    troubled: &Troubled,
    model: &mut Model,
    random: &mut fastrand::Rng,
    at: &SecretPath,
    what: &str,
) {
    let fault = &Fault::CutRequest;
    let store = &troubled.store;
    let name = ["password", "user"][random.usize(..2)];
    let fields = SecretFields::new().with(field(name), what);
    let kinds = if troubled.version == 1 { 5 } else { 6 };
    match random.usize(..kinds) {
        0 => {
            let said = ended(fault, store.write(at, fields.clone(), WriteOptions::replace())).await;
            model.changed(at, said.as_ref().map(|_| ()), 1, |_| Some(fields.clone()));
            said.err().inspect(|error| expect_no_conflict(troubled, error));
        }
        1 => {
            let said = ended(fault, store.write(at, fields.clone(), WriteOptions::merge())).await;
            let merged = |before: Option<&SecretFields>| {
                let mut all = before.cloned().unwrap_or_default();
                for (name, value) in fields.iter() {
                    all.insert(name.clone(), value.clone());
                }
                Some(all)
            };
            model.changed(at, said.as_ref().map(|_| ()), 1, merged);
            said.err().inspect(|error| expect_no_conflict(troubled, error));
        }
        2 if random.bool() => {
            let said = ended(fault, store.delete(at)).await;
            model.changed(at, said.as_ref().copied(), 0, |_| None);
            said.err().inspect(|error| expect_no_conflict(troubled, error));
        }
        3 => {
            if let Ok(listed) = ended(fault, store.list(None)).await {
                model.listed(&listed, what);
            }
        }
        5 => {
            // Nobody else writes: the version that was read is the current one, unless a write of ours may have been done.
            let Ok(read) = store.read(at, ReadOptions::current()).await else { return };
            model.saw(at, Some(&read.fields), what);
            let options =
                WriteOptions::replace().with_precondition(Precondition::Version(read.version.unwrap()));
            let said = ended(fault, store.write(at, fields.clone(), options)).await;
            model.changed(at, said.as_ref().map(|_| ()), 1, |_| Some(fields.clone()));
            said.err().inspect(|error| expect_no_conflict(troubled, error));
        }
        _ => match ended(fault, store.read(at, ReadOptions::current())).await {
            Ok(read) => model.saw(at, Some(&read.fields), what),
            Err(error) if error.kind() == ErrorKind::NotFound => model.saw(at, None, what),
            Err(error) => troubled.canary.assert_absent_in_error(&error),
        },
    }
}

fn expect_no_conflict(troubled: &Troubled, error: &Error) {
    troubled.canary.assert_absent_in_error(error);
    assert!(![ErrorKind::Conflict, ErrorKind::NotFound].contains(&error.kind()), "{error}");
}

#[test]
fn what_was_acknowledged_is_there_and_what_was_refused_is_not_in_version_1() {
    block_on(async {
        for seed in [1, 2] {
            mixed(1, seed).await;
        }
    });
}

#[test]
fn what_was_acknowledged_is_there_and_what_was_refused_is_not_in_version_2() {
    block_on(async {
        for seed in [3, 4, 5] {
            mixed(2, seed).await;
        }
    });
}
