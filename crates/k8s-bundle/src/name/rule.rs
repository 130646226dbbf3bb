//! The rules as functions of a text.

use super::NameProblem;

type Check = Result<(), NameProblem>;

pub(super) const SUBDOMAIN_MAX: usize = 253;
pub(super) const LABEL_MAX: usize = 63;
/// Helm stores a release as a Secret whose name adds a prefix and a suffix: `helm.sh/helm/v3/pkg/chartutil`.
pub(super) const RELEASE_MAX: usize = 53;

/// DNS-1123 subdomain.
pub(super) fn subdomain(text: &str) -> Check {
    dotted(text, SUBDOMAIN_MAX, is_lower_alphanumeric)
}

pub(super) fn release_name(text: &str) -> Check {
    dotted(text, RELEASE_MAX, is_lower_alphanumeric)
}

/// DNS-1123 label.
pub(super) fn label(text: &str) -> Check {
    at_most(text, LABEL_MAX)?;
    part(text, 0, is_lower_alphanumeric, |c| c == '-')
}

/// `IsConfigMapKey`, which Secrets share.
pub(super) fn data_key(text: &str) -> Check {
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    at_most(text, SUBDOMAIN_MAX)?;
    for (index, character) in text.chars().enumerate() {
        if !(character.is_ascii_alphanumeric() || is_inner(character)) {
            return Err(NameProblem::Character { character, position: index + 1 });
        }
    }
    if text == "." || text.starts_with("..") {
        return Err(NameProblem::Reserved);
    }
    Ok(())
}

/// `IsQualifiedName`.
pub(super) fn label_key(text: &str) -> Check {
    qualified(text, is_lower_alphanumeric)
}

/// `ValidateAnnotations` lower-cases the key before it applies `IsQualifiedName`.
pub(super) fn annotation_key(text: &str) -> Check {
    qualified(text, |c| c.is_ascii_alphanumeric())
}

/// `IsValidLabelValue`.
pub(super) fn label_value(text: &str) -> Check {
    if text.is_empty() {
        return Ok(());
    }
    at_most(text, LABEL_MAX)?;
    part(text, 0, |c| c.is_ascii_alphanumeric(), is_inner)
}

fn qualified(text: &str, prefix_end: fn(char) -> bool) -> Check {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if name.contains('/') {
        return Err(NameProblem::Slashes);
    }
    let mut offset = 0;
    if let Some(prefix) = prefix {
        dotted(prefix, SUBDOMAIN_MAX, prefix_end)?;
        offset = prefix.len() + 1;
    }
    at_most(name, LABEL_MAX)?;
    part(name, offset, |c| c.is_ascii_alphanumeric(), is_inner)
}

fn dotted(text: &str, max: usize, end: fn(char) -> bool) -> Check {
    at_most(text, max)?;
    let mut offset = 0;
    for piece in text.split('.') {
        part(piece, offset, end, |c| c == '-')?;
        offset += piece.chars().count() + 1;
    }
    Ok(())
}

fn part(text: &str, offset: usize, end: fn(char) -> bool, inner: fn(char) -> bool) -> Check {
    let last = text.chars().count();
    if last == 0 {
        return Err(NameProblem::Empty);
    }
    for (index, character) in text.chars().enumerate() {
        let at_an_end = index == 0 || index + 1 == last;
        if !(end(character) || (!at_an_end && inner(character))) {
            return Err(NameProblem::Character { character, position: offset + index + 1 });
        }
    }
    Ok(())
}

fn at_most(text: &str, max: usize) -> Check {
    if text.len() > max { Err(NameProblem::TooLong { actual: text.len(), max }) } else { Ok(()) }
}

fn is_lower_alphanumeric(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn is_inner(c: char) -> bool {
    matches!(c, '-' | '_' | '.')
}
