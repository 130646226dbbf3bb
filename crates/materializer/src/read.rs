//! Reading what the plan needs, each path once.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;
use secret_store::{
    DEFAULT_CONCURRENCY, Detail, Error, ErrorKind, ReadOptions, Secret, SecretPath, SecretStore, SecretValue,
    SecretVersion,
};

use crate::compose::{Remarks, compose};
use crate::materialized::{Materialized, plain_value};
use crate::plan::{Origin, PathVersion, Plan, PlannedFrom, PlannedKey, PlannedSecret};

/// What the store answered.
pub(crate) struct Answers {
    /// In the order of [`Plan::paths`], then of [`Plan::versions`].
    planned: Vec<Result<Secret, Error>>,
    /// In the order of [`Plan::prefixes`].
    lists: Vec<Result<Vec<Found>, Error>>,
    /// What was found beyond the paths of the plan, sorted by path.
    found: Vec<(SecretPath, Result<Secret, Error>)>,
}

/// A path that was listed, and where its answer is, if anything wants it.
struct Found {
    path: SecretPath,
    answer: Option<Place>,
}

#[derive(Clone, Copy)]
enum Place {
    Planned(usize),
    Found(usize),
}

impl Answers {
    /// Lists each prefix of the plan once, then asks for all paths at once; what is `withheld` is not found. How many reads it has
    /// under way at a time is the store's business.
    pub(crate) async fn read(store: &dyn SecretStore, plan: &Plan, withheld: &[SecretPath]) -> Self {
        let lists = plan.prefixes().iter().map(|prefix| store.list(prefix.as_ref()));
        let mut lists: Vec<_> =
            stream::iter(lists.collect::<Vec<_>>()).buffered(DEFAULT_CONCURRENCY).collect().await;
        for list in lists.iter_mut().flatten() {
            list.retain(|path: &SecretPath| !withheld.iter().any(|withheld| path.is_within(withheld)));
        }
        let wanted = wanted(plan, &lists);
        let mut planned = if wanted.is_empty() {
            answered(store.read_many(plan.paths()).await, plan.paths())
        } else {
            let all: Vec<_> = plan.paths().iter().chain(&wanted).cloned().collect();
            answered(store.read_many(&all).await, &all)
        };
        let found: Vec<_> = wanted.into_iter().zip(planned.split_off(plan.paths().len())).collect();
        let versions = plan.versions().iter().map(|version| read_version(store, version));
        let versions = stream::iter(versions.collect::<Vec<_>>()).buffered(DEFAULT_CONCURRENCY);
        planned.extend(versions.collect::<Vec<_>>().await);
        let place = |path: SecretPath| {
            let answer = match plan.paths().binary_search(&path) {
                Ok(index) => Some(Place::Planned(index)),
                Err(_) => found.binary_search_by(|(other, _)| other.cmp(&path)).ok().map(Place::Found),
            };
            Found { path, answer }
        };
        let lists = lists.into_iter().map(|list| list.map(|paths| paths.into_iter().map(place).collect()));
        let lists = lists.collect();
        Self { planned, lists, found }
    }

    /// The Secrets whose values are all there and can be used, and what there is to say of the others.
    pub(crate) fn materialize<'a>(&'a self, plan: &'a Plan) -> (Materialized<'a>, Remarks) {
        let (mut materialized, mut remarks) = (Materialized::new(), Remarks::default());
        for secret in plan.by_value() {
            let is_plain = secret.is_plain()
                && materialized
                    .push(secret, secret.keys().iter().map(|key| self.value(key).and_then(plain_value)));
            if !is_plain && let Some(composed) = compose(secret, self, &mut remarks) {
                materialized.push_composed(secret, composed);
            }
        }
        (materialized, remarks)
    }

    /// The value of a key, if the store has it.
    pub(crate) fn value(&self, key: &PlannedKey) -> Option<&SecretValue> {
        self.of(key.read_index()).as_ref().ok()?.fields.get(key.field().as_str())
    }

    /// The answer to a read of the plan.
    pub(crate) fn of(&self, read: usize) -> &Result<Secret, Error> {
        &self.planned[read]
    }

    /// What is below a prefix and matches, sorted by path; none if that could not be listed.
    pub(crate) fn matching<'a>(
        &'a self,
        from: &'a PlannedFrom,
    ) -> Option<impl Iterator<Item = (&'a SecretPath, &'a Result<Secret, Error>)>> {
        let Origin::Prefix { pattern: Some(pattern), list, .. } = &from.origin else { return None };
        let paths = self.lists[*list].as_ref().ok()?.iter();
        Some(paths.filter(|found| pattern.matches(found.path.as_str())).filter_map(|found| {
            let answer = match found.answer? {
                Place::Planned(index) => &self.planned[index],
                Place::Found(index) => &self.found[index].1,
            };
            Some((&found.path, answer))
        }))
    }

    /// The paths below a prefix; none if they could not be listed.
    pub(crate) fn listed(&self, list: usize) -> Option<impl Iterator<Item = &SecretPath>> {
        Some(self.lists[list].as_ref().ok()?.iter().map(|found| &found.path))
    }

    /// Everything that went wrong, with the path that it went wrong with.
    pub(crate) fn errors<'a>(
        &'a self,
        plan: &'a Plan,
    ) -> impl Iterator<Item = (Option<&'a SecretPath>, &'a Error)> {
        let paths = plan.paths().iter().chain(plan.versions().iter().map(|version| &version.path)).map(Some);
        let planned = paths.zip(self.planned.iter().map(Result::as_ref));
        let found = self.found.iter().map(|(path, answer)| (Some(path), answer.as_ref()));
        let lists = plan.prefixes().iter().map(Option::as_ref).zip(&self.lists);
        let lists = lists.filter_map(|(prefix, list)| Some((prefix, list.as_ref().err()?)));
        planned.chain(found).filter_map(|(path, answer)| Some((path, answer.err()?))).chain(lists)
    }

    /// How many reads were made.
    pub(crate) fn reads(&self) -> usize {
        self.planned.len() + self.found.len()
    }
}

/// The paths that match anything and are not read anyway, sorted, each once.
fn wanted(plan: &Plan, lists: &[Result<Vec<SecretPath>, Error>]) -> BTreeSet<SecretPath> {
    let mut wanted = BTreeSet::new();
    for from in plan.by_value().flat_map(PlannedSecret::data_from) {
        let Origin::Prefix { pattern: Some(pattern), list, .. } = &from.origin else { continue };
        let paths = lists[*list].iter().flatten();
        let paths = paths.filter(|path| pattern.matches(path.as_str()));
        wanted.extend(paths.filter(|path| plan.paths().binary_search(path).is_err()).cloned());
    }
    wanted
}

/// The answers, one for each path.
fn answered(mut answers: Vec<Result<Secret, Error>>, paths: &[SecretPath]) -> Vec<Result<Secret, Error>> {
    let unanswered = |path: &SecretPath| {
        let detail = Detail::new("read", "the store gave fewer answers than it was asked for").at(path);
        Err(Error::new(ErrorKind::Unavailable, detail))
    };
    answers.extend(paths.iter().skip(answers.len()).map(unanswered));
    answers.truncate(paths.len());
    answers
}

async fn read_version(store: &dyn SecretStore, version: &PathVersion) -> Result<Secret, Error> {
    let options = ReadOptions::version(SecretVersion::new(version.version.as_str()));
    let answer = store.read(&version.path, options).await;
    answer.map_err(|error| match error.kind() {
        ErrorKind::Unsupported if error.help().is_none() => {
            let reason = format!("version {}: {}", version.version, error.detail().reason());
            let help = "remove version from the source, or use a store that keeps old versions";
            let detail = Detail::new("read", reason).at(&version.path).help(help);
            Error::new(ErrorKind::Unsupported, detail.store(store.info().describe()))
        }
        _ => error,
    })
}
