//! What is wrong with one entry.

/// An entry of `data_from` that cannot be used, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", join(.problems))]
pub struct DataFromError {
    problems: Vec<DataFromProblem>,
}

impl DataFromError {
    pub(super) fn new(problems: Vec<DataFromProblem>) -> Self {
        Self { problems }
    }

    /// Every problem; at least one.
    #[must_use]
    pub fn problems(&self) -> &[DataFromProblem] {
        &self.problems
    }
}

/// One thing that is wrong with an entry of `data_from`; the numbers are positions in `rewrite`, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataFromProblem {
    /// Nothing says where the keys come from.
    #[error("no origin: give one of \"extract\", \"find\" and \"generator\"")]
    NoOrigin,
    /// More than one thing says where the keys come from.
    #[error("{} exclude each other: keep one, and make another entry of the other", quoted(.0))]
    SeveralOrigins(Vec<&'static str>),
    /// What is to be found is not said.
    #[error("\"find\" needs \"name\" or \"tags\": without them it says nothing of what is to be found")]
    FindAnything,
    /// A step of rewriting says not what to do, or says more than one thing.
    #[error("rewrite[{0}] needs exactly one of \"regexp\", \"transform\" and \"merge\"")]
    RewriteNotOne(usize),
    /// The merged object has no key to go to.
    #[error(
        "rewrite[{0}]: \"merge\" with \"strategy: JSON\" needs \"into\", the key that the merged object becomes"
    )]
    MergeIntoMissing(usize),
    /// A key is given that nothing goes to.
    #[error("rewrite[{0}]: \"into\" has no effect without \"strategy: JSON\"")]
    MergeIntoUnused(usize),
    /// `conversion_strategy` is given, and names are rewritten.
    #[error("\"conversion_strategy\" has no effect with \"rewrite\": keys are taken as they are rewritten")]
    ConversionUnused,
}

fn join(problems: &[DataFromProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" and ")
}
