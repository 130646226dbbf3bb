//! What was written.

use std::collections::{BTreeMap, BTreeSet};

/// What was written: paths, each below a mount, and which fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    is_everything: bool,
    mounts: BTreeMap<String, BTreeMap<String, Fields>>,
}

/// Which fields of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fields {
    /// All, or it is not known which.
    All,
    /// These and no others.
    Named(BTreeSet<String>),
}

impl Changes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whatever is there may have changed.
    #[must_use]
    pub fn everything() -> Self {
        Self { is_everything: true, mounts: BTreeMap::new() }
    }

    /// And this: `mount` and `path` without a slash at either end.
    #[must_use]
    pub fn with(mut self, mount: &str, path: &str, fields: Fields) -> Self {
        self.add(mount, path, fields);
        self
    }

    /// And this: `mount` and `path` without a slash at either end.
    pub fn add(&mut self, mount: &str, path: &str, fields: Fields) {
        if self.is_everything {
            return;
        }
        let paths = self.mounts.entry(mount.to_owned()).or_default();
        match paths.get_mut(path) {
            Some(there) => there.join(fields),
            None => drop(paths.insert(path.to_owned(), fields)),
        }
    }

    /// Both.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        if self.is_everything || other.is_everything {
            return Self::everything();
        }
        let others = other.mounts.into_iter().flat_map(|(mount, paths)| {
            paths.into_iter().map(move |(path, fields)| (mount.clone(), path, fields))
        });
        others.fold(self, |all, (mount, path, fields)| all.with(&mount, &path, fields))
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_everything && self.mounts.is_empty()
    }

    /// How many paths; none when it is [everything](Self::everything).
    #[must_use]
    pub fn len(&self) -> usize {
        self.mounts.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.is_everything
    }

    /// What was written to this path.
    pub(crate) fn of(&self, mount: &str, path: &str) -> Option<&Fields> {
        self.mounts.get(mount)?.get(path)
    }

    /// What was written below a mount.
    pub(crate) fn below(&self, mount: &str) -> impl Iterator<Item = &str> {
        self.mounts.get(mount).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// The mounts that were written to.
    pub(crate) fn mounts(&self) -> impl Iterator<Item = &str> {
        self.mounts.keys().map(String::as_str)
    }
}

impl Fields {
    /// This field alone.
    #[must_use]
    pub fn one(name: impl Into<String>) -> Self {
        Self::Named(BTreeSet::from([name.into()]))
    }

    fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Named(names), Self::Named(others)) => names.extend(others),
            _ => *self = Self::All,
        }
    }

    /// Whether what the operator takes as `property` may be one of these, or a part of one.
    ///
    /// It takes a field of that name, and otherwise reads a path of gjson, whose first segment is the field:
    /// <https://github.com/tidwall/gjson/blob/master/SYNTAX.md>. What is more than names and full stops may be any field.
    pub(crate) fn may_be(&self, property: &str) -> bool {
        let Self::Named(names) = self else { return true };
        let is_plain = property.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/'));
        let first = property.split('.').next().unwrap_or_default();
        property.is_empty() || !is_plain || names.contains(property) || names.contains(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_twice_is_the_fields_of_both() {
        let mut changes = Changes::new().with("secret", "a", Fields::one("x"));
        changes.add("secret", "a", Fields::one("y"));
        assert_eq!(changes.of("secret", "a"), Some(&Fields::Named(["x".to_owned(), "y".to_owned()].into())));
        changes.add("secret", "a", Fields::All);
        changes.add("secret", "a", Fields::one("z"));
        assert_eq!((changes.of("secret", "a"), changes.len()), (Some(&Fields::All), 1));
        assert_eq!(changes.of("kv", "a"), None);
    }

    #[test]
    fn a_property_is_a_field_or_a_path_into_one_and_what_is_neither_may_be_any() {
        let fields = Fields::Named(["db".to_owned(), "tls.crt".to_owned()].into());
        for property in ["db", "db.user", "tls.crt", r"tls\.crt", "", "*", "d?", "@this", "a|db", "#(x)"] {
            assert!(fields.may_be(property), "{property}");
        }
        for property in ["user", "user.db", "tls", "tls.key", "dbx"] {
            assert!(!fields.may_be(property), "{property}");
        }
        assert!(Fields::All.may_be("user"));
    }
}
