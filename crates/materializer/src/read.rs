//! Reading what the plan needs, each path once, and telling what is missing from what could not be read.

use secret_store::{Detail, Error, ErrorKind, Secret, SecretPath, SecretStore};

use crate::materialized::Materialized;
use crate::not_ready::{Failed, Missing, MissingPart, Need, NotReady};
use crate::plan::{Plan, PlannedKey, PlannedSecret};
use crate::suggest::{Suggestions, nearest_field};

/// What the store answered, in the order of [`Plan::paths`].
pub(crate) struct Answers(Vec<Result<Secret, Error>>);

impl Answers {
    /// Asks the store once. How many reads it has under way at a time is the store's business.
    pub(crate) async fn read(store: &dyn SecretStore, plan: &Plan) -> Self {
        let mut answers = store.read_many(plan.paths()).await;
        let unanswered = |path: &SecretPath| {
            let detail = Detail::new("read", "the store gave fewer answers than it was asked for").at(path);
            Err(Error::new(ErrorKind::Unavailable, detail))
        };
        answers.extend(plan.paths().iter().skip(answers.len()).map(unanswered));
        Self(answers)
    }

    /// The Secrets whose values are all there.
    pub(crate) fn materialize<'a>(&'a self, plan: &'a Plan) -> Materialized<'a> {
        let mut materialized = Materialized::new();
        for secret in plan.by_value() {
            materialized.push(secret, secret.keys().iter().map(|key| self.value(key)));
        }
        materialized
    }

    fn value(&self, key: &PlannedKey) -> Option<&secret_store::SecretValue> {
        self.of(key).as_ref().ok()?.fields.get(key.field().as_str())
    }

    fn of(&self, key: &PlannedKey) -> &Result<Secret, Error> {
        &self.0[key.read_index()]
    }

    /// What is missing and what failed, into `not_ready`. The store is asked once more, for the paths that there are,
    /// when a whole secret is missing.
    pub(crate) async fn explain(&self, store: &dyn SecretStore, plan: &Plan, not_ready: &mut NotReady) {
        self.failed(plan, not_ready);
        for secret in plan.by_value() {
            for key in secret.keys() {
                if let Some(what) = self.missing(key) {
                    add(&mut not_ready.missing, secret, key, what);
                }
            }
        }
        not_ready.missing.sort_by(|a, b| a.path.cmp(&b.path));
        self.suggest(store, not_ready).await;
    }

    fn failed(&self, plan: &Plan, not_ready: &mut NotReady) {
        for (path, answer) in plan.paths().iter().zip(&self.0) {
            let Err(error) = answer else { continue };
            if error.kind() == ErrorKind::NotFound {
                continue;
            }
            let same = |other: &&mut Failed| {
                (other.error.kind(), other.error.detail().reason(), other.error.help())
                    == (error.kind(), error.detail().reason(), error.help())
            };
            match not_ready.failed.iter_mut().find(same) {
                Some(failed) => failed.paths.push(path.clone()),
                None => not_ready.failed.push(Failed { error: error.clone(), paths: vec![path.clone()] }),
            }
        }
    }

    fn missing(&self, key: &PlannedKey) -> Option<MissingPart> {
        match self.of(key) {
            Ok(secret) if secret.fields.get(key.field().as_str()).is_some() => None,
            Ok(secret) => {
                let fields: Vec<_> = secret.fields.names().cloned().collect();
                let nearest = nearest_field(key.field(), &fields);
                Some(MissingPart::Field { field: key.field().clone(), fields, nearest })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Some(MissingPart::Secret { nearest: Vec::new() })
            }
            Err(_) => None,
        }
    }

    async fn suggest(&self, store: &dyn SecretStore, not_ready: &mut NotReady) {
        let secrets = |missing: &&mut Missing| matches!(missing.what, MissingPart::Secret { .. });
        let wanted = not_ready.missing.iter_mut().filter(secrets).count();
        if wanted == 0 {
            return;
        }
        let paths = match store.list(None).await {
            Ok(paths) => paths,
            Err(error) => {
                not_ready.no_suggestions = Some(error);
                return;
            }
        };
        let suggestions = Suggestions::new(&paths, wanted);
        for missing in &mut not_ready.missing {
            if let MissingPart::Secret { nearest } = &mut missing.what {
                *nearest = suggestions.nearest(&missing.path);
            }
        }
    }
}

fn add(all: &mut Vec<Missing>, secret: &PlannedSecret, key: &PlannedKey, what: MissingPart) {
    let need = Need { secret: secret.id().clone(), key: key.key().clone(), source: key.source().clone() };
    match all.iter_mut().find(|missing| &missing.path == key.path() && missing.what == what) {
        Some(missing) => missing.needed_by.push(need),
        None => all.push(Missing { path: key.path().clone(), what, needed_by: vec![need] }),
    }
}
