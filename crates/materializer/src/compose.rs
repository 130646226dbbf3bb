//! Secrets whose values are not those of the store as they are: decoded, taken from many, rendered.
//!
//! Every step follows the External Secrets Operator, as of 0.20.4, over its provider for Vault's KV version 2, and says where.
//! In its order (`GetProviderSecretData` and `ApplyTemplate` in `pkg/controllers/externalsecret`):
//!
//! 1. each entry of `data_from`: names and values ([`origin`]), the names rewritten, or else converted, and checked ([`name`]),
//!    the values decoded ([`decode`]); of one key in several entries, the last one counts;
//! 2. each key of `data`, decoded, before what `data_from` gave;
//! 3. the templates, over all of that.

mod decode;
mod finding;
mod json;
mod name;
mod origin;
mod sink;
mod template;
mod value;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use k8s_bundle::{DataFromOrigin, DataKey, DecodingStrategy};
use secret_store::SecretPath;
use zeroize::Zeroizing;

use self::finding::Findings;
use self::name::Name;
use self::origin::Named;
pub(crate) use self::template::Rendered;
pub(crate) use self::value::Value;
use crate::plan::{Origin, PlannedFrom, PlannedSecret};
use crate::read::Answers;
use crate::report::Finding;

/// A Secret with values of its own.
#[derive(Debug)]
pub(crate) struct Composed<'a> {
    /// Sorted by key.
    pub(crate) data: Vec<(DataKey, Value<'a>)>,
    /// Labels and annotations that were rendered.
    pub(crate) rendered: Rendered<'a>,
    /// The paths that it was made from, sorted, each once.
    pub(crate) paths: Vec<SecretPath>,
}

/// What there is to say of Secrets that were composed.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    pub(crate) problems: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
}

/// The Secret, unless something that it needs is missing or cannot be used. What is missing is not said here.
pub(crate) fn compose<'a>(
    secret: &'a PlannedSecret,
    answers: &'a Answers,
    remarks: &mut Remarks,
) -> Option<Composed<'a>> {
    let mut composer = Composer {
        secret,
        answers,
        values: BTreeMap::new(),
        paths: Vec::new(),
        findings: Findings::new(secret.id(), remarks),
        is_complete: true,
    };
    for from in secret.data_from() {
        composer.add_from(from);
    }
    composer.add_keys();
    composer.finish()
}

struct Composer<'a, 'r> {
    secret: &'a PlannedSecret,
    answers: &'a Answers,
    /// Each value, and the entry of `data_from` that it is of.
    values: BTreeMap<DataKey, (Value<'a>, Option<&'a PlannedFrom>)>,
    paths: Vec<SecretPath>,
    findings: Findings<'r>,
    is_complete: bool,
}

impl<'a> Composer<'a, '_> {
    fn add_from(&mut self, from: &'a PlannedFrom) {
        let named = match &from.origin {
            Origin::Path { path, property, read, .. } => {
                self.paths.push(path.clone());
                let secret = self.answers.of(*read).as_ref().ok();
                let given = secret.and_then(|secret| match property {
                    None => Some(origin::fields(secret)),
                    Some(property) => secret.fields.get(property.as_str()).map(origin::members),
                });
                let source = || property.as_ref().map_or(path.to_string(), |field| format!("{path}#{field}"));
                given
                    .and_then(|given| given.map_err(|unfit| self.findings.unfit(None, &source(), unfit)).ok())
            }
            Origin::Prefix { .. } => self.found(from),
            Origin::Generator => None,
        };
        let Some(mut named) = named else {
            self.is_complete = false;
            return;
        };
        if let Err(error) = rename(&mut named, from) {
            self.findings.name(from, error);
            self.is_complete = false;
            return;
        }
        for (name, value) in named {
            self.add_named(name, value, from);
        }
    }

    /// What is below the prefix and matches, unless something of it could not be read. What was deleted since it was listed is
    /// passed over, as the operator does.
    fn found(&mut self, from: &'a PlannedFrom) -> Option<Vec<Named<'a>>> {
        let mut named = Vec::new();
        let mut is_whole = true;
        for (path, answer) in self.answers.matching(from)? {
            let Ok(secret) = answer else {
                is_whole &=
                    answer.as_ref().is_err_and(|error| error.kind() == secret_store::ErrorKind::NotFound);
                continue;
            };
            self.paths.push(path.clone());
            match origin::whole(path, secret) {
                Ok(found) => named.push(found),
                Err(unfit) => {
                    self.findings.unfit(None, path, unfit);
                    is_whole = false;
                }
            }
        }
        (is_whole && !named.is_empty()).then_some(named)
    }

    fn add_named(&mut self, name: Name, value: Value<'a>, from: &'a PlannedFrom) {
        let Name { shown, text } = name;
        let key = match into_key(text) {
            Ok(key) => key,
            Err(refused) => return self.findings.no_key(from, &shown, &refused),
        };
        let strategy = decoding(from);
        match decode::decode(strategy, value) {
            Ok(value) => self.insert(key, value, from),
            Err(decode::NotDecoded) => self.findings.not_decoded(&key, from, strategy),
        }
    }

    fn insert(&mut self, key: DataKey, value: Value<'a>, from: &'a PlannedFrom) {
        match self.values.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert((value, Some(from))),
            Entry::Occupied(mut entry) => {
                let (_, earlier) = entry.insert((value, Some(from)));
                if let Some(earlier) = earlier {
                    self.findings.overridden(entry.key(), earlier, from);
                }
            }
        }
    }

    fn add_keys(&mut self) {
        for key in self.secret.keys() {
            self.paths.push(key.path().clone());
            let Some(value) = self.answers.value(key) else {
                self.is_complete = false;
                continue;
            };
            let strategy = key.source().decoding_strategy;
            match origin::of_field(value) {
                Err(unfit) => self.findings.unfit(Some(key.key()), key.source(), unfit),
                Ok(value) => match decode::decode(strategy, value) {
                    Ok(value) => _ = self.values.insert(key.key().clone(), (value, None)),
                    Err(decode::NotDecoded) => self.findings.not_decoded(key.key(), key.source(), strategy),
                },
            }
        }
    }

    fn finish(mut self) -> Option<Composed<'a>> {
        if !self.is_complete || self.findings.any_problem() {
            return None;
        }
        if self.values.is_empty() {
            self.findings.no_keys();
            return None;
        }
        let values = self.values.into_iter().map(|(key, (value, _))| (key, value)).collect();
        let (data, rendered) = template::apply(self.secret, values, &mut self.findings);
        let keys: Vec<_> = data.keys().collect();
        if self.secret.is_open() {
            self.findings.of_type(self.secret.secret_type().check_keys(keys));
        }
        if self.findings.any_problem() {
            return None;
        }
        self.paths.sort_unstable();
        self.paths.dedup();
        Some(Composed { data: data.into_iter().collect(), rendered, paths: self.paths })
    }
}

/// Rewritten, or else converted.
fn rename(entries: &mut [Named<'_>], from: &PlannedFrom) -> Result<(), name::NameError> {
    let names = entries.iter_mut().map(|(name, _)| name);
    let conversion = match &from.declared().origin {
        _ if !from.steps.is_empty() => return name::rewrite(names, &from.steps),
        DataFromOrigin::Extract(extract) => extract.conversion_strategy(),
        DataFromOrigin::Find(find) => find.conversion_strategy(),
        DataFromOrigin::Generator(_) => return Ok(()),
    };
    name::convert(names, conversion)
}

fn decoding(from: &PlannedFrom) -> DecodingStrategy {
    match &from.declared().origin {
        DataFromOrigin::Extract(extract) => extract.decoding_strategy(),
        DataFromOrigin::Find(find) => find.decoding_strategy(),
        DataFromOrigin::Generator(_) => DecodingStrategy::None,
    }
}

/// The key, or the text that is none.
fn into_key(mut text: Zeroizing<String>) -> Result<DataKey, Zeroizing<String>> {
    if DataKey::allows(&text) {
        DataKey::new(core::mem::take(&mut *text)).map_err(|_| text)
    } else {
        Err(text)
    }
}
