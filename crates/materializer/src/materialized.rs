//! Secrets and their values, together for as long as it takes to write them.

use std::fmt;

use events::Timestamp;
use secrecy::ExposeSecret;
use secret_store::SecretValue;

use crate::check::{self, Values};
use crate::plan::{PlannedKey, PlannedSecret};
use crate::report::Finding;

/// Every Secret that is written by value, in the order of the plan, with the value of each of its keys.
pub(crate) struct Materialized<'a> {
    secrets: Vec<&'a PlannedSecret>,
    /// Of all secrets one after the other, in the order of their keys. Bytes, and not [`SecretValue`]s: each of those is two
    /// steps away in memory, and the values are passed over several times.
    values: Vec<&'a [u8]>,
}

/// One of them.
pub(crate) struct MaterializedSecret<'a> {
    pub(crate) planned: &'a PlannedSecret,
    values: &'a [&'a [u8]],
}

impl<'a> Materialized<'a> {
    pub(crate) fn new() -> Self {
        Self { secrets: Vec::new(), values: Vec::new() }
    }

    /// Adds a Secret with the values of its keys; one whose values are not all there is left out.
    pub(crate) fn push(
        &mut self,
        planned: &'a PlannedSecret,
        values: impl Iterator<Item = Option<&'a SecretValue>>,
    ) {
        let start = self.values.len();
        #[expect(
            clippy::disallowed_methods,
            reason = "to the checks and the encoder; Debug shows nothing of it"
        )]
        self.values.extend(values.flatten().map(ExposeSecret::expose_secret));
        if self.values.len() - start == planned.keys().len() {
            self.secrets.push(planned);
        } else {
            self.values.truncate(start);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.secrets.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = MaterializedSecret<'_>> {
        let mut rest = self.values.as_slice();
        self.secrets.iter().map(move |planned| {
            let (values, others) = rest.split_at(planned.keys().len());
            rest = others;
            MaterializedSecret { planned, values }
        })
    }

    /// What the values must look like: problems, and warnings.
    pub(crate) fn check(&self, now: Timestamp) -> (Vec<Finding>, Vec<Finding>) {
        let (mut problems, mut warnings) = (Vec::new(), Vec::new());
        for secret in self.iter().filter(MaterializedSecret::needs_check) {
            let planned = secret.planned;
            let found = check::check(planned.secret_type(), planned.id().name.as_str(), &secret.named(), now);
            let finding = |remark| Finding::new(planned.id(), remark);
            problems.extend(found.problems.into_iter().map(finding));
            warnings.extend(found.warnings.into_iter().map(finding));
        }
        (problems, warnings)
    }
}

impl<'a> MaterializedSecret<'a> {
    /// The keys and their values, sorted by key.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a PlannedKey, &'a [u8])> {
        self.planned.keys().iter().zip(self.values.iter().copied())
    }

    /// A type without rules and a size within the limit leave nothing to look at.
    fn needs_check(&self) -> bool {
        check::has_rules(self.planned.secret_type())
            || self.values.iter().map(|value| value.len()).sum::<usize>() > check::SIZE_MAX
    }

    fn named(&self) -> Values<'a> {
        Values::new(self.entries().map(|(key, value)| (key.key().as_str(), value)).collect())
    }
}

impl fmt::Debug for Materialized<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Materialized").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}
