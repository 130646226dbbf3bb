//! Which keys names in the store become: `RewriteMap`, `ConvertKeys` and `ValidateKeys` in the operator's `esutils`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use k8s_bundle::ConversionStrategy;
use secret_template::Values;
use unicode_general_category::{GeneralCategory as Category, get_general_category};
use zeroize::Zeroizing;

use crate::plan::{PlannedTemplate, Step};

/// A name on its way to a key.
///
/// A name inside a value is a part of it: it is wiped, and not shown unless it becomes a key.
pub(super) struct Name {
    /// What messages call it: the name itself, or which member of a value it is.
    pub(super) shown: String,
    pub(super) text: Zeroizing<String>,
}

impl Name {
    /// A path, or a field of one.
    pub(super) fn of_store(name: &str) -> Self {
        Self { shown: format!("{name:?}"), text: Zeroizing::new(name.to_owned()) }
    }

    /// The member of a value that is at `index` by name.
    pub(super) fn of_value(index: usize, text: Zeroizing<String>) -> Self {
        Self { shown: format!("member {} by name", index + 1), text }
    }
}

/// What keeps names from becoming keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NameError {
    /// Two names become one key. Which of the two values the operator takes is left to chance, or it refuses.
    Collision { first: String, second: String },
    /// A template of a rewrite fails for a name.
    Transform { name: String, reason: String },
}

/// Does one step of rewriting after the other.
pub(super) fn rewrite<'n>(
    names: impl Iterator<Item = &'n mut Name>,
    steps: &[Step],
) -> Result<(), NameError> {
    let mut names: Vec<_> = names.collect();
    for step in steps {
        for name in &mut names {
            name.text = Zeroizing::new(match step {
                Step::Regexp { pattern, target } => pattern.replace_all(&name.text, target),
                Step::Transform(template) => transform(name, template)?,
            });
        }
        check_distinct(&names)?;
    }
    Ok(())
}

/// Writes what no key may have in another way.
pub(super) fn convert<'n>(
    names: impl Iterator<Item = &'n mut Name>,
    strategy: ConversionStrategy,
) -> Result<(), NameError> {
    let mut names: Vec<_> = names.collect();
    for name in &mut names {
        name.text = Zeroizing::new(converted(&name.text, strategy));
    }
    check_distinct(&names)
}

fn transform(name: &Name, template: &PlannedTemplate) -> Result<String, NameError> {
    let failed = |reason| NameError::Transform { name: name.shown.clone(), reason };
    let values: Values<'_> = [("value", name.text.as_bytes())].into_iter().collect();
    let rendered = template.template().render(&values);
    let rendered = rendered.map_err(|error| failed(format!("{}: {}", error.position, error.message)))?;
    let text = core::str::from_utf8(&rendered).map_err(|_| failed("it gives no UTF-8".to_owned()))?;
    Ok(text.to_owned())
}

fn check_distinct(names: &[&mut Name]) -> Result<(), NameError> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.text, &name.shown) {
            return Err(NameError::Collision { first: first.to_owned(), second: name.shown.clone() });
        }
    }
    Ok(())
}

fn converted(name: &str, strategy: ConversionStrategy) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        match strategy {
            _ if is_kept(c) => key.push(c),
            ConversionStrategy::Default => key.push('_'),
            ConversionStrategy::Unicode => _ = write!(key, "_U{:04x}_", u32::from(c)),
        }
    }
    key
}

/// Letters and digits of all alphabets, which the API server refuses afterwards unless they are ASCII.
fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    }
    matches!(
        get_general_category(c),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
            | Category::DecimalNumber
            | Category::LetterNumber
            | Category::OtherNumber
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the operator's `ConvertKeys` gives.
    #[test]
    fn names_are_converted_as_the_operator_does() {
        for (name, default, unicode) in [
            ("apps/db-1.x_y", "apps_db-1.x_y", "apps_U002f_db-1.x_y"),
            ("a b\u{301}é½", "a_b_é½", "a_U0020_b_U0301_é½"),
            ("🔑", "_", "_U1f511_"),
        ] {
            assert_eq!(converted(name, ConversionStrategy::Default), default);
            assert_eq!(converted(name, ConversionStrategy::Unicode), unicode);
        }
    }

    #[test]
    fn two_names_that_become_one_are_refused() {
        let mut names = [Name::of_store("a b"), Name::of_store("c"), Name::of_store("a/b")];
        let refused = convert(names.iter_mut(), ConversionStrategy::Default);
        let (first, second) = ("\"a b\"".to_owned(), "\"a/b\"".to_owned());
        assert_eq!(refused, Err(NameError::Collision { first, second }));
    }
}
