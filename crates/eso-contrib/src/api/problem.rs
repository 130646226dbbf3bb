//! What the operator would refuse, field by field.

use core::fmt;

use k8s_bundle::Resource;
use secret_template::TemplateProblem;

use crate::error::{Error, Result};
use crate::{EsoVersion, Feature};

/// One thing that the operator of a version would refuse in a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The field, from `spec` on: `spec.target.deletionPolicy`.
    pub field: String,
    /// What is wrong there.
    pub kind: FieldProblemKind,
}

/// What is wrong with a field; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldProblemKind {
    /// The pinned chart does not have it yet.
    #[error("chart {pinned} has no {feature}; {} is the first that has", .feature.first_chart())]
    Unsupported {
        /// What is asked for.
        feature: Feature,
        /// The chart that is pinned.
        pinned: EsoVersion,
    },
    /// A rule of the operator's definition or of its webhook is broken.
    #[error("{rule}")]
    Rule {
        /// The rule, and how it is broken; never a value.
        rule: String,
    },
    /// The text of a template is wrong, or asks for a function that the pinned chart does not have.
    #[error(transparent)]
    Template(TemplateProblem),
    /// A template reads a field that nothing gives.
    #[error("it reads .{field}; {given}")]
    TemplateField {
        /// The field.
        field: String,
        /// What there is instead.
        given: &'static str,
    },
    /// No chart has a generator of that kind.
    #[error("no chart has the generator {kind}")]
    UnknownGenerator {
        /// The kind.
        kind: String,
    },
}

impl FieldProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Unsupported { .. } => {
                "remove it, or pin a chart that has it: k8s.secrets.runtime_sync.chart_version"
            }
            Self::Rule { .. } => "change the field: the operator would refuse it",
            Self::Template(problem) => problem.help.as_deref().unwrap_or("correct the template"),
            Self::TemplateField { .. } => "correct the template, or add to data what it reads",
            Self::UnknownGenerator { .. } => "write the kind as the operator does, such as Password or UUID",
        }
    }
}

/// `field: what is wrong`.
impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.kind)
    }
}

/// Collects what is wrong with a resource for the operator of one version, all of it, while its fields are walked.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    version: &'a EsoVersion,
    field: String,
    problems: Vec<FieldProblem>,
}

impl<'a> Checker<'a> {
    /// Starts at the field `spec`.
    pub(crate) fn new(version: &'a EsoVersion) -> Self {
        Self { version, field: "spec".to_owned(), problems: Vec::new() }
    }

    /// The chart that is checked for.
    pub(crate) fn version(&self) -> &'a EsoVersion {
        self.version
    }

    /// Looks into a field: `at("target", …)`, `at("data[3]", …)`.
    pub(crate) fn at(&mut self, field: &str, check: impl FnOnce(&mut Self)) {
        let len = self.field.len();
        self.field.push('.');
        self.field.push_str(field);
        check(self);
        self.field.truncate(len);
    }

    /// The field that is looked at needs this.
    pub(crate) fn needs(&mut self, feature: Feature) {
        if !feature.is_in(self.version) {
            let pinned = self.version.clone();
            self.report(FieldProblemKind::Unsupported { feature, pinned });
        }
    }

    /// The field that is looked at breaks a rule.
    pub(crate) fn refuse(&mut self, rule: impl Into<String>) {
        self.report(FieldProblemKind::Rule { rule: rule.into() });
    }

    /// Everything that was found.
    pub(crate) fn finish(self) -> Vec<FieldProblem> {
        self.problems
    }

    /// Everything that was found, as what is wrong with `resource`.
    ///
    /// # Errors
    /// [`Error::Resource`] if anything was.
    pub(crate) fn into_result(self, resource: &Resource) -> Result<()> {
        let problems = self.finish();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Resource { object: resource.to_string(), problems })
        }
    }

    /// The template that is looked at is wrong.
    pub(crate) fn report_template(&mut self, problem: TemplateProblem) {
        self.report(FieldProblemKind::Template(problem));
    }

    /// The field that is looked at has this problem.
    pub(crate) fn report(&mut self, kind: FieldProblemKind) {
        self.problems.push(FieldProblem { field: self.field.clone(), kind });
    }
}
