//! A parsed template.

use core::fmt;

use semver::Version;

use crate::fields::Fields;
use crate::operator::{self, Build};
use crate::problem::{Position, TemplateProblem};
use crate::syntax::parse;
use crate::syntax::tree::Tree;

/// A template that was parsed; it holds no value.
#[derive(Clone)]
pub struct Template {
    name: String,
    text: String,
    tree: Tree,
    functions: Vec<FunctionUse>,
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
    /// All the problems that can be found without a value: each function that no version of the operator has, each
    /// variable that is not defined, and the first thing that is not syntax (what follows it has no meaning).
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<TemplateProblem>> {
        let parsed = parse::parse(name, text)?;
        let functions = parsed.functions.into_iter();
        let functions =
            functions.map(|(name, at)| FunctionUse { name, position: Position::of(text, at) }).collect();
        Ok(Self { name: name.to_owned(), text: text.to_owned(), tree: parsed.tree, functions })
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
        Fields::of(&self.tree)
    }

    /// Each call of a function, in the order of the text.
    #[must_use]
    pub fn functions(&self) -> &[FunctionUse] {
        &self.functions
    }

    /// The functions that the operator has and that are not rendered here, with the reason: a Secret with such a template
    /// can be delivered by reference alone.
    #[must_use]
    pub fn unrendered(&self) -> Vec<TemplateProblem> {
        let uses = self.functions.iter();
        uses.filter_map(|used| {
            let (build, _) = operator::find(&used.name)?;
            let reason = match build {
                Build::Rendered => return None,
                Build::Random => "it is random, so that each build would give other bytes",
                Build::Clock => "it asks the clock, so that each build would give other bytes",
                Build::Outside => "it asks the cluster or the network",
                Build::Absent => "secretbridge does not have it",
            };
            let message = format!("the function {:?} is the operator's alone: {reason}", used.name);
            let help = "let the operator render it, or keep the finished text in the store".to_owned();
            Some(TemplateProblem { position: used.position, message, help: Some(help) })
        })
        .collect()
    }

    /// The functions that the operator of this chart version does not have.
    #[must_use]
    pub fn missing_from(&self, chart: &Version) -> Vec<TemplateProblem> {
        let uses = self.functions.iter();
        uses.filter_map(|used| {
            let (_, charts) = operator::find(&used.name)?;
            let help = charts.lacking(chart)?;
            let message = format!("the operator of chart {chart} has no function {:?}", used.name);
            Some(TemplateProblem { position: used.position, message, help: Some(help) })
        })
        .collect()
    }

    #[cfg(feature = "render")]
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }
}

/// Shows the text, which is configuration.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("name", &self.name).field("text", &self.text).finish_non_exhaustive()
    }
}
