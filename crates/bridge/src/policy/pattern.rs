//! The path of a rule.

use std::cmp::Ordering;

/// The path of a rule: written out, or with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Without the `*` at its end.
    text: Box<str>,
    /// Whether anything may follow.
    is_prefix: bool,
    /// How many segments are `+`.
    any_segments: usize,
    /// Where the first wildcard is: the length, when there is none.
    literal: usize,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path {path:?} of a rule {rule}")]
pub struct PatternError {
    path: String,
    rule: &'static str,
}

impl Pattern {
    pub(super) fn new(path: &str) -> Result<Self, PatternError> {
        let fail = |rule| Err(PatternError { path: path.to_owned(), rule });
        // As Vault, which takes both.
        let text = path.strip_prefix('/').unwrap_or(path);
        if text.is_empty() {
            return fail("is empty");
        }
        if text.starts_with("v1/") {
            return fail("begins with v1/, which is no part of it");
        }
        if text.contains("+*") {
            return fail("has +*, of which nobody can say what it fits");
        }
        let (text, is_prefix) = match text.strip_suffix('*') {
            Some(text) => (text, true),
            None => (text, false),
        };
        if text.contains('*') {
            return fail("has a * that is not at its end");
        }
        let any_segments = text.split('/').filter(|segment| *segment == "+").count();
        let literal = if any_segments == 0 { text.len() } else { literal_part(text) };
        Ok(Self { text: text.into(), is_prefix, any_segments, literal })
    }

    /// Whether this is a path written out.
    pub(super) fn is_exact(&self) -> bool {
        !self.is_prefix && self.any_segments == 0
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn fits(&self, path: &str) -> bool {
        if self.any_segments == 0 {
            return if self.is_prefix { path.starts_with(&*self.text) } else { *self.text == *path };
        }
        let mut rest = path.split('/');
        let mut own = self.text.split('/').peekable();
        while let Some(segment) = own.next() {
            let Some(there) = rest.next() else { return false };
            let is_last = own.peek().is_none();
            if segment == "+" {
                // Nothing is no segment.
                if there.is_empty() {
                    return false;
                }
            } else if is_last && self.is_prefix {
                return there.starts_with(segment);
            } else if segment != there {
                return false;
            }
        }
        self.is_prefix || rest.next().is_none()
    }

    /// Whether this may fit a path below `mount`.
    pub(super) fn may_fit_below(&self, mount: &str) -> bool {
        let mut own = self.text.split('/').peekable();
        for segment in mount.split('/') {
            match own.next() {
                Some(part) if own.peek().is_none() && self.is_prefix => return segment.starts_with(part),
                Some("+") => {}
                Some(part) if part == segment => {}
                _ => return false,
            }
        }
        true
    }

    /// Which of two patterns that fit one path decides: the greater one.
    pub(super) fn specificity(&self, other: &Self) -> Ordering {
        self.literal
            .cmp(&other.literal)
            .then_with(|| other.is_prefix.cmp(&self.is_prefix))
            .then_with(|| other.any_segments.cmp(&self.any_segments))
            .then_with(|| self.text.len().cmp(&other.text.len()))
            .then_with(|| self.text.cmp(&other.text))
    }
}

/// How much of a text comes before its first segment that is `+`.
fn literal_part(text: &str) -> usize {
    let mut length = 0;
    for segment in text.split('/') {
        if segment == "+" {
            break;
        }
        length += segment.len() + 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pattern_fits_what_vault_says() {
        for (pattern, path, fits) in [
            ("secret/data/a", "secret/data/a", true),
            ("secret/data/a", "secret/data/ab", false),
            ("/secret/data/a", "secret/data/a", true),
            ("secret/data/*", "secret/data/a/b", true),
            ("secret/data/*", "secret/data/", true),
            ("secret/data/*", "secret/data", false),
            ("secret/data/a*", "secret/data/ab/c", true),
            ("*", "anything/at/all", true),
            ("secret/+/a", "secret/data/a", true),
            ("secret/+/a", "secret/data/x/a", false),
            ("secret/+/a", "secret//a", false),
            ("secret/+/a*", "secret/data/ab/c", true),
            ("secret/+", "secret/data", true),
            ("secret/+", "secret/data/a", false),
            ("+/data/+", "kv/data/x", true),
            ("secret/+/*", "secret/data/a/b", true),
            ("secret/a+b", "secret/a+b", true),
            ("secret/a+b", "secret/axb", false),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().fits(path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for path in ["", "/", "a*b", "**", "secret/+*", "v1/secret/data/a", "/v1/x"] {
            assert!(Pattern::new(path).is_err(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_fits_itself_with_its_wildcards_filled_in(
            segments in prop::collection::vec("[a-c]{1,2}|\\+", 1..5),
            is_prefix: bool,
            rest in "[a-c/]{0,6}",
        ) {
            let text = segments.join("/");
            prop_assume!(!(is_prefix && text.ends_with('+')));
            let pattern = Pattern::new(&format!("{text}{}", if is_prefix { "*" } else { "" })).unwrap();
            let path = text.replace('+', "xyz") + if is_prefix { &rest } else { "" };
            prop_assert!(pattern.fits(&path), "{:?} {}", pattern, path);
        }
    }
}
