//! Secrets and their values, together for as long as it takes to write them.

use std::fmt;

use events::Timestamp;
use k8s_bundle::DataKey;
use secret_store::{SecretPath, SecretValue, ValueKind};

use crate::check::{self, Values};
use crate::compose::{Composed, Rendered};
use crate::expose::exposed;
use crate::plan::PlannedSecret;
use crate::report::Finding;

/// Every Secret that is written by value, in the order of the plan, with the value of each of its keys.
pub(crate) struct Materialized<'a> {
    secrets: Vec<(&'a PlannedSecret, Form<'a>)>,
    /// Of all plain Secrets one after the other, in the order of their keys. Bytes, and not [`SecretValue`]s: each of those
    /// is two steps away in memory, and the values are passed over several times.
    values: Vec<&'a [u8]>,
}

enum Form<'a> {
    /// Its values are those of its keys.
    Plain,
    Composed(Box<Composed<'a>>),
}

/// One of them.
pub(crate) struct MaterializedSecret<'m> {
    pub(crate) planned: &'m PlannedSecret,
    values: &'m [&'m [u8]],
    composed: Option<&'m Composed<'m>>,
}

/// What a Secret was made of that its plan does not say.
pub(crate) struct Made {
    pub(crate) keys: Vec<DataKey>,
    pub(crate) paths: Vec<SecretPath>,
}

/// The bytes of a value that is delivered as it is: anything but a list or an object, which the operator would write anew.
pub(crate) fn plain_value(value: &SecretValue) -> Option<&[u8]> {
    let bytes = exposed(value);
    let is_plain = value.kind() != ValueKind::Json || !matches!(bytes.first(), Some(b'{' | b'['));
    is_plain.then_some(bytes)
}

impl<'a> Materialized<'a> {
    pub(crate) fn new() -> Self {
        Self { secrets: Vec::new(), values: Vec::new() }
    }

    /// Adds a Secret with the values of its keys. One whose values are not all there is left out: then the answer is `false`.
    pub(crate) fn push(
        &mut self,
        planned: &'a PlannedSecret,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> bool {
        let start = self.values.len();
        self.values.extend(values.flatten());
        let is_whole = self.values.len() - start == planned.keys().len();
        if is_whole {
            self.secrets.push((planned, Form::Plain));
        } else {
            self.values.truncate(start);
        }
        is_whole
    }

    /// Adds a Secret with values of its own.
    pub(crate) fn push_composed(&mut self, planned: &'a PlannedSecret, composed: Composed<'a>) {
        self.secrets.push((planned, Form::Composed(Box::new(composed))));
    }

    pub(crate) fn len(&self) -> usize {
        self.secrets.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = MaterializedSecret<'_>> {
        let mut rest = self.values.as_slice();
        self.secrets.iter().map(move |(planned, form)| match form {
            Form::Plain => {
                let (values, others) = rest.split_at(planned.keys().len());
                rest = others;
                MaterializedSecret { planned, values, composed: None }
            }
            Form::Composed(composed) => MaterializedSecret { planned, values: &[], composed: Some(composed) },
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

    /// What each Secret was made of, without its values; none for one that its plan says all of.
    pub(crate) fn made(&self) -> Vec<Option<Made>> {
        let made = |form: &Form<'_>| match form {
            Form::Plain => None,
            Form::Composed(composed) => Some(Made {
                keys: composed.data.iter().map(|(key, _)| key.clone()).collect(),
                paths: composed.paths.clone(),
            }),
        };
        self.secrets.iter().map(|(_, form)| made(form)).collect()
    }
}

impl<'m> MaterializedSecret<'m> {
    /// The keys and their values, sorted by key.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'m str, &'m [u8])> {
        // Of one Secret, one of the two is empty.
        let plain = self.planned.keys().iter().zip(self.values.iter().copied());
        let composed = self.composed.into_iter().flat_map(|composed| &composed.data);
        plain
            .map(|(key, value)| (key.key().as_str(), value))
            .chain(composed.map(|(key, value)| (key.as_str(), value.bytes())))
    }

    /// Labels and annotations beside those of the plan.
    pub(crate) fn rendered(&self) -> Option<&'m Rendered<'m>> {
        self.composed.map(|composed| &composed.rendered)
    }

    /// A type without rules and a size within the limit leave nothing to look at.
    fn needs_check(&self) -> bool {
        check::has_rules(self.planned.secret_type())
            || self.entries().map(|(_, value)| value.len()).sum::<usize>() > check::SIZE_MAX
    }

    fn named(&self) -> Values<'m> {
        Values::new(self.entries().collect())
    }
}

impl fmt::Debug for Materialized<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Materialized").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}
