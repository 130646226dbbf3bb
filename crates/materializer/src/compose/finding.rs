//! What there is to say of values that cannot be used. Nothing here quotes one.

use std::fmt::Display;

use k8s_bundle::{
    ANNOTATIONS_MAX, AnnotationKey, DataKey, DecodingStrategy, LabelKey, SecretId, SecretTypeProblem,
};
use secret_template::RenderError;

use super::Remarks;
use super::json::JsonError;
use super::name::NameError;
use super::origin::Unfit;
use crate::plan::{PlannedFrom, TemplatePlace};
use crate::report::Finding;

/// Collects what is found in the values of one Secret.
pub(super) struct Findings<'r> {
    secret: &'r SecretId,
    remarks: &'r mut Remarks,
    before: usize,
}

impl<'r> Findings<'r> {
    pub(super) fn new(secret: &'r SecretId, remarks: &'r mut Remarks) -> Self {
        let before = remarks.problems.len();
        Self { secret, remarks, before }
    }

    /// Whether there is a problem with this Secret.
    pub(super) fn any_problem(&self) -> bool {
        self.remarks.problems.len() > self.before
    }

    fn problem(&mut self, key: Option<&DataKey>, message: String, help: impl Into<String>) {
        let finding = self.finding(key, message, help);
        self.remarks.problems.push(finding);
    }

    fn finding(&self, key: Option<&DataKey>, message: String, help: impl Into<String>) -> Finding {
        Finding { secret: self.secret.clone(), key: key.map(ToString::to_string), message, help: help.into() }
    }

    pub(super) fn unfit(&mut self, key: Option<&DataKey>, source: &dyn Display, unfit: Unfit) {
        let (what, help) = match unfit {
            Unfit::NotAnObject => ("is JSON, but not an object".to_owned(), HELP_OBJECT),
            Unfit::NotText => {
                ("has a field that is not UTF-8, and what is found becomes JSON".to_owned(), HELP_TEXT)
            }
            Unfit::Json(JsonError::NotUtf8) => ("is not JSON: it is not UTF-8".to_owned(), HELP_OBJECT),
            Unfit::Json(JsonError::Syntax(at)) => {
                (format!("is not JSON from byte {} on", at + 1), HELP_OBJECT)
            }
            Unfit::Json(JsonError::TooDeep) => {
                ("has lists and objects that are too deep in each other".to_owned(), "flatten it")
            }
            Unfit::Json(JsonError::NumberTooLarge) => {
                ("has a number that is too large for 64 bits".to_owned(), "store it as a string")
            }
        };
        self.problem(key, format!("{source} {what}"), help);
    }

    pub(super) fn not_decoded(&mut self, key: &DataKey, source: &dyn Display, strategy: DecodingStrategy) {
        let what = match strategy {
            DecodingStrategy::Base64URL => "Base64 for URLs, with its padding",
            _ => "Base64, with its padding",
        };
        let help = "store it encoded, or change decoding_strategy: Auto takes as it is what is not encoded";
        self.problem(Some(key), format!("its value in {source} is not {what}"), help);
    }

    pub(super) fn name(&mut self, from: &PlannedFrom, error: NameError) {
        match error {
            NameError::Collision { first, second } => self.problem(
                None,
                format!("{first} and {second} of {from} become the same key"),
                "rewrite the names in another way: the operator would refuse, or take either",
            ),
            NameError::Transform { name, reason } => self.problem(
                None,
                format!("the template of a rewrite fails for {name} of {from}, {reason}"),
                "mend the template",
            ),
        }
    }

    /// A name from the store is shown, and what it became, unless it is part of a value.
    pub(super) fn no_key(&mut self, from: &PlannedFrom, shown: &str, key: &str) {
        let becomes = if shown.starts_with('"') { format!(" becomes {key:?}, which") } else { String::new() };
        let help = "make it one with rewrite: a key has at most 253 of A-Z a-z 0-9 - _ . and is no full stop";
        self.problem(None, format!("{shown} of {from}{becomes} is no key of a Secret"), help);
    }

    pub(super) fn no_keys(&mut self) {
        let help = "put a value there, or remove the Secret: the operator would make none";
        self.problem(None, "it has no key at all: what it is made from is empty".to_owned(), help);
    }

    pub(super) fn not_rendered(&mut self, key: Option<&DataKey>, place: &TemplatePlace, error: &RenderError) {
        let message = format!("{place}, {}: {}", error.position, error.message);
        self.problem(key, message, "mend the template, or the value that it reads");
    }

    pub(super) fn not_a_label(&mut self, label: &LabelKey) {
        let help =
            "make the template give at most 63 of A-Z a-z 0-9 - _ . with a letter or digit at both ends";
        self.problem(None, format!("the template of its label {label} gives no label value"), help);
    }

    pub(super) fn not_text(&mut self, annotation: &AnnotationKey) {
        let message = format!("the template of its annotation {annotation} gives no UTF-8");
        self.problem(None, message, "encode it: {{ … | b64enc }}");
    }

    pub(super) fn not_carried(&mut self, annotation: &AnnotationKey) {
        let message = format!(
            "the template of its annotation {annotation} gives a character that server-side apply does not carry"
        );
        self.problem(None, message, "encode it: {{ … | b64enc }}");
    }

    pub(super) fn annotations_too_large(&mut self, size: usize) {
        let message = format!(
            "its annotations have {size} bytes with those that are rendered, and the API server takes {ANNOTATIONS_MAX}"
        );
        self.problem(None, message, "split the Secret, or shorten its annotations");
    }

    pub(super) fn of_type(&mut self, problems: Vec<SecretTypeProblem>) {
        for problem in problems {
            self.problem(None, problem.to_string(), "rewrite the names, add the key, or change the type");
        }
    }

    pub(super) fn overridden(&mut self, key: &DataKey, earlier: &PlannedFrom, later: &PlannedFrom) {
        let message = format!("comes from {earlier} and from {later}, and the later one is taken");
        let help = "rewrite one of the names if both are meant to be there";
        let finding = self.finding(Some(key), message, help);
        self.remarks.warnings.push(finding);
    }
}

const HELP_OBJECT: &str = r#"store a JSON object there: {"NAME": "VALUE"}"#;
const HELP_TEXT: &str = "name its fields one by one in data, or store text there";
