//! Choices that exclude each other.

use super::{CreationPolicy, DeletionPolicy, RefreshPolicy};

/// Choices of one Secret that exclude each other, or of which one has no effect beside the other.
///
/// The first three are rules of the operator: its webhook refuses `Delete` and `Merge` with some creation policies, and its
/// controller deletes nothing that it does not own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// The operator deletes no Secret that it does not own.
    #[error(
        "\"deletion_policy: Delete\" needs \"creation_policy: Owner\", not {0}: the operator deletes only what it owns"
    )]
    DeletionWithoutOwner(CreationPolicy),
    /// There is no Secret that keys could be removed from.
    #[error("\"deletion_policy: Merge\" has no effect with \"creation_policy: None\", which makes no Secret")]
    DeletionOfNothing,
    /// The operator adds no keys to an immutable Secret that is there.
    #[error(
        "\"immutable\" cannot be used with \"creation_policy: {0}\": the operator adds no keys to an immutable Secret that is there"
    )]
    ImmutableShared(CreationPolicy),
    /// An interval at which nothing would happen.
    #[error("\"refresh_interval\" has no effect with \"refresh_policy: {0}\"")]
    IntervalWithoutPeriod(RefreshPolicy),
}

/// The choices of one Secret that can exclude each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices {
    pub(crate) refresh_policy: Option<RefreshPolicy>,
    pub(crate) has_interval: bool,
    pub(crate) creation_policy: Option<CreationPolicy>,
    pub(crate) deletion_policy: Option<DeletionPolicy>,
    pub(crate) immutable: bool,
}

impl Choices {
    pub(crate) fn problems(self) -> impl Iterator<Item = PolicyProblem> {
        [self.of_deletion(), self.of_immutable(), self.of_interval()].into_iter().flatten()
    }

    fn of_deletion(self) -> Option<PolicyProblem> {
        let creation = self.creation_policy?;
        match self.deletion_policy? {
            DeletionPolicy::Delete if creation != CreationPolicy::Owner => {
                Some(PolicyProblem::DeletionWithoutOwner(creation))
            }
            DeletionPolicy::Merge if creation == CreationPolicy::None => {
                Some(PolicyProblem::DeletionOfNothing)
            }
            _ => None,
        }
    }

    fn of_immutable(self) -> Option<PolicyProblem> {
        let creation = self.creation_policy?;
        let is_added_to = matches!(creation, CreationPolicy::Merge | CreationPolicy::CreateOrMerge);
        (self.immutable && is_added_to).then_some(PolicyProblem::ImmutableShared(creation))
    }

    fn of_interval(self) -> Option<PolicyProblem> {
        let policy = self.refresh_policy?;
        let ignored = self.has_interval && policy != RefreshPolicy::Periodic;
        ignored.then_some(PolicyProblem::IntervalWithoutPeriod(policy))
    }
}
