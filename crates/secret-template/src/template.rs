//! A parsed template.

use core::fmt;
use std::collections::BTreeSet;

use semver::Version;

use crate::problem::{Position, TemplateProblem};

/// A template that was parsed and holds no value.
#[derive(Clone)]
pub struct Template {
    name: String,
    text: String,
}

/// The root fields that a template reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Those it names: `{{ .password }}`, `{{ index . "tls.crt" }}`.
    pub named: BTreeSet<String>,
    /// Whether it may read others too: it hands the whole map to something (`{{ toJson . }}`, `{{ range . }}`).
    pub may_read_others: bool,
}

/// One call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionUse {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
}

impl Template {
    /// Parses `text`. `name` is what problems and errors call it: the key of the Secret that it makes.
    ///
    /// # Errors
    /// All the problems that can be found without a value: what is wrong with the syntax, functions that no
    /// version of the operator has.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<TemplateProblem>> {
        Ok(Self { name: name.to_owned(), text: text.to_owned() })
    }

    /// What problems and errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text has no action at all: what is rendered is the text itself.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.text.contains("{{")
    }

    /// The root fields that it reads, so that a plan can say which key is missing.
    #[must_use]
    pub fn fields(&self) -> Fields {
        Fields { named: BTreeSet::new(), may_read_others: false }
    }

    /// Each call of a function, in the order of the text.
    #[must_use]
    pub fn functions(&self) -> &[FunctionUse] {
        &[]
    }

    /// The functions that the operator has and that are not rendered here, with the reason.
    #[must_use]
    pub fn unrendered(&self) -> Vec<TemplateProblem> {
        Vec::new()
    }

    /// The functions that the operator of this chart version does not have.
    #[must_use]
    pub fn missing_from(&self, _chart: &Version) -> Vec<TemplateProblem> {
        Vec::new()
    }
}

/// Shows the text, which is configuration.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("name", &self.name).field("text", &self.text).finish()
    }
}
