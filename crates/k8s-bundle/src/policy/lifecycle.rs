//! What becomes of the Secret over time.

use crate::word::word_enum;

word_enum!(
    /// When the operator reads the sources again.
    RefreshPolicy {
        /// Every `refresh_interval`, and when the declaration changes; once, if the interval is 0. What the operator does
        /// when nothing is said.
        Periodic = "Periodic",
        /// When the declaration changes, and at no interval.
        OnChange = "OnChange",
        /// Never again after the Secret was made.
        CreatedOnce = "CreatedOnce",
    }
);

word_enum!(
    /// Who makes the Secret and owns it.
    CreationPolicy {
        /// The operator makes it and owns it: it goes when its declaration goes. What the operator does when nothing is said.
        Owner = "Owner",
        /// The operator adds keys to a Secret that somebody else makes, and makes none.
        Merge = "Merge",
        /// The operator makes it and does not own it: it stays when its declaration goes.
        Orphan = "Orphan",
        /// The operator reads the sources and makes nothing.
        None = "None",
        /// The operator adds keys to the Secret if there is one, and makes it if there is none.
        CreateOrMerge = "CreateOrMerge",
    }
);

impl CreationPolicy {
    /// Whether the Secret may hold keys that somebody else put there.
    #[must_use]
    pub fn shares_secret(self) -> bool {
        matches!(self, Self::Merge | Self::None | Self::CreateOrMerge)
    }
}

word_enum!(
    /// What becomes of the Secret when all its values are gone from the store.
    DeletionPolicy {
        /// It stays as it is, and the operator reports an error. What the operator does when nothing is said.
        Retain = "Retain",
        /// The operator deletes it, which must own it.
        Delete = "Delete",
        /// The operator removes the keys and keeps the Secret.
        Merge = "Merge",
    }
);
