//! Keys that are not named one by one.

use std::fmt;

use k8s_bundle::{DataFrom, DataFromOrigin, Extract, Find, Regexp, Rewrite, SyncMode};
use secret_store::{FieldName, PathError, SecretPath};
use secret_template::Template;
use serde::{Serialize, Serializer};

use super::{PlanProblemKind, PlannedTemplate};
use crate::pattern::Pattern;

/// Keys of a Secret that are not named one by one: all fields of a path, all secrets of a name. Which they are is known when
/// the store is read.
///
/// `Display` says where they come from: `infrastructure/minio#*` for the fields of a path, `infrastructure/minio#config.*` for the
/// members of a field, `apps/** matching ^apps/db-` for what is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFrom {
    declared: DataFrom,
    pub(crate) origin: Origin,
    pub(crate) steps: Vec<Step>,
}

/// Where they come from, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Path {
        path: SecretPath,
        version: Option<String>,
        property: Option<FieldName>,
        /// As [`PlannedKey::read_index`](super::PlannedKey::read_index).
        read: usize,
    },
    Prefix {
        prefix: Option<SecretPath>,
        /// None only where a Secret is delivered by reference.
        pattern: Option<Pattern>,
        /// Where it is in [`Plan::prefixes`](super::Plan::prefixes).
        list: usize,
    },
    /// Only where a Secret is delivered by reference.
    Generator,
}

/// One step of rewriting names. None is kept of a Secret that is delivered by reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Regexp { pattern: Pattern, target: String },
    Transform(PlannedTemplate),
}

impl PlannedFrom {
    /// What was declared.
    #[must_use]
    pub fn declared(&self) -> &DataFrom {
        &self.declared
    }

    /// The path whose fields they are.
    #[must_use]
    pub fn path(&self) -> Option<&SecretPath> {
        match &self.origin {
            Origin::Path { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Plans one entry, with everything that is wrong with it.
    pub(super) fn new(declared: &DataFrom, mode: SyncMode) -> Result<Self, Vec<PlanProblemKind>> {
        let mut problems = Vec::new();
        let is_by_value = mode == SyncMode::BuildTime;
        let origin = match &declared.origin {
            DataFromOrigin::Extract(extract) => of_path(extract, &mut problems),
            DataFromOrigin::Find(find) => of_prefix(find, is_by_value, &mut problems),
            DataFromOrigin::Generator(_) => Some(Origin::Generator),
        };
        let steps = declared.rewrite.iter().filter(|_| is_by_value);
        let steps = steps.filter_map(|step| planned_step(step, &mut problems)).collect();
        match origin {
            Some(origin) if problems.is_empty() => Ok(Self { declared: declared.clone(), origin, steps }),
            _ => Err(problems),
        }
    }
}

fn of_path(extract: &Extract, problems: &mut Vec<PlanProblemKind>) -> Option<Origin> {
    let path = of_store(SecretPath::new(extract.key()), problems);
    let property = match extract.property() {
        Some(name) => Some(of_store(FieldName::new(name), problems)?),
        None => None,
    };
    let version = extract.version().map(ToOwned::to_owned);
    Some(Origin::Path { path: path?, version, property, read: usize::MAX })
}

fn of_prefix(find: &Find, is_by_value: bool, problems: &mut Vec<PlanProblemKind>) -> Option<Origin> {
    let prefix = find.path().map(|path| of_store(SecretPath::new(path), problems));
    let pattern = find.name().filter(|_| is_by_value).map(|name| pattern(name, problems));
    let prefix = match prefix {
        Some(prefix) => Some(prefix?),
        None => None,
    };
    let pattern = match pattern {
        Some(pattern) => Some(pattern?),
        None => None,
    };
    Some(Origin::Prefix { prefix, pattern, list: usize::MAX })
}

fn planned_step(step: &Rewrite, problems: &mut Vec<PlanProblemKind>) -> Option<Step> {
    match step {
        Rewrite::Regexp { source, target } => {
            let pattern = pattern(source, problems)?;
            Some(Step::Regexp { pattern, target: target.clone() })
        }
        Rewrite::Transform { template } => {
            let template = match Template::parse("transform", template) {
                Ok(template) => PlannedTemplate::new(template),
                Err(found) => {
                    problems.extend(found.into_iter().map(PlanProblemKind::Transform));
                    return None;
                }
            };
            problems.extend(template.unrendered().into_iter().map(PlanProblemKind::Transform));
            // The operator's engine has no other, and writes `<no value>` for it.
            let others = template.fields().filter(|field| *field != "value");
            problems.extend(others.map(|field| PlanProblemKind::TransformField { field: field.to_owned() }));
            Some(Step::Transform(template))
        }
        // Refused by the manifest already.
        Rewrite::Merge(_) => None,
    }
}

fn pattern(regexp: &Regexp, problems: &mut Vec<PlanProblemKind>) -> Option<Pattern> {
    let refused = |reason| problems.push(PlanProblemKind::Regexp { regexp: regexp.clone(), reason });
    Pattern::new(regexp).map_err(refused).ok()
}

fn of_store<T>(parsed: Result<T, PathError>, problems: &mut Vec<PlanProblemKind>) -> Option<T> {
    parsed.map_err(|error| problems.push(PlanProblemKind::Source(error))).ok()
}

impl fmt::Display for PlannedFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.declared.origin {
            DataFromOrigin::Extract(extract) => {
                f.write_str(extract.key())?;
                match extract.property() {
                    None => f.write_str("#*")?,
                    Some(property) => write!(f, "#{property}.*")?,
                }
                extract.version().map_or(Ok(()), |version| write!(f, "@{version}"))
            }
            DataFromOrigin::Find(find) => {
                match find.path() {
                    None => f.write_str("**")?,
                    Some(path) => write!(f, "{path}/**")?,
                }
                if let Some(name) = find.name() {
                    write!(f, " matching {name}")?;
                }
                for (index, (tag, value)) in find.tags().iter().enumerate() {
                    write!(f, "{} {tag}={value}", if index == 0 { " tagged" } else { "," })?;
                }
                Ok(())
            }
            DataFromOrigin::Generator(generator) => generator.fmt(f),
        }
    }
}

/// As it was declared.
impl Serialize for PlannedFrom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.declared.serialize(serializer)
    }
}
