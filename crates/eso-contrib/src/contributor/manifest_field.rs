//! What the operator has against an `ExternalSecret`, as something about the manifests that it was made from.

use k8s_bundle::{DataKey, DeclaredSecret, SecretId, SecretManifest};

use crate::api::{FieldProblem, FieldProblemKind};
use crate::error::{SecretProblem, SecretProblemKind};

/// What is wrong with a Secret as a whole.
pub(super) fn of_secret(kind: SecretProblemKind, declared: &DeclaredSecret<'_>) -> SecretProblem {
    let SecretId { namespace, name } = declared.id.clone();
    let manifests = declared.manifests.clone();
    SecretProblem { namespaces: vec![namespace], name, key: None, manifests, kind }
}

/// What is wrong with the source of a key: in the manifests that have the key.
pub(super) fn of_key(
    kind: SecretProblemKind,
    key: &DataKey,
    declared: &DeclaredSecret<'_>,
    manifests: &[SecretManifest],
) -> SecretProblem {
    let mut problem = of_secret(kind, declared);
    problem.key = Some(key.clone());
    problem.manifests.retain(|position| manifests[*position].data().contains_key(key));
    problem
}

/// What the operator has against a field of the `ExternalSecret` that was made of `declared`, whose lists are in the order
/// of the declaration: in the manifests that say something there.
pub(super) fn of_field(
    problem: FieldProblem,
    declared: &DeclaredSecret<'_>,
    manifests: &[SecretManifest],
) -> SecretProblem {
    let FieldProblem { field, kind } = problem;
    let field = field.strip_prefix("spec").unwrap_or(&field).trim_start_matches('.');
    let Place { field, key, says_so } = Place::of(field, declared, manifests);
    let kind = match (field.as_str(), kind) {
        ("type", FieldProblemKind::Rule { .. }) => SecretProblemKind::TypeRefused,
        (_, problem) => SecretProblemKind::Field { field, problem },
    };
    let mut problem = of_secret(kind, declared);
    problem.key = key;
    if problem.manifests.iter().any(|position| says_so(&manifests[*position])) {
        problem.manifests.retain(|position| says_so(&manifests[*position]));
    }
    problem
}

/// A field of manifests, and which manifests say something in it.
struct Place<'a> {
    field: String,
    key: Option<DataKey>,
    says_so: Box<dyn Fn(&SecretManifest) -> bool + 'a>,
}

impl<'a> Place<'a> {
    /// Of a field below `spec`.
    fn of(field: &str, declared: &'a DeclaredSecret<'_>, manifests: &[SecretManifest]) -> Self {
        if let Some((index, rest)) = entry(field, "data") {
            return Self::of_data(index, rest, declared);
        }
        if let Some((index, rest)) = entry(field, "dataFrom") {
            return Self::of_data_from(index, rest, declared, manifests);
        }
        let field = field.strip_prefix("target.").unwrap_or(field);
        match field.strip_prefix("template.") {
            Some("type") => Self::with("type".to_owned(), |_| true),
            Some(within) => Self::of_template(field, within),
            None => Self::of_whole(snake_case(field)),
        }
    }

    fn of_data(index: usize, rest: &str, declared: &DeclaredSecret<'_>) -> Self {
        let key = declared.data.keys().nth(index).map(|key| (*key).clone());
        let owned = key.clone();
        let says_so = move |manifest: &SecretManifest| {
            owned.as_ref().is_some_and(|key| manifest.data().contains_key(key))
        };
        let field = snake_case(rest.strip_prefix("remoteRef.").unwrap_or(rest));
        Self { key, ..Self::with(field, says_so) }
    }

    /// The entries are counted as in the first manifest that has this one.
    fn of_data_from(
        index: usize,
        rest: &str,
        declared: &'a DeclaredSecret<'_>,
        manifests: &[SecretManifest],
    ) -> Self {
        let wanted = declared.data_from.get(index).copied();
        let place =
            |&position: &usize| manifests[position].data_from().iter().position(|from| Some(from) == wanted);
        let index = declared.manifests.iter().find_map(place).unwrap_or(index);
        let rest = snake_case(&rest.replacen("sourceRef.generatorRef", "generator", 1));
        let dot = if rest.is_empty() { "" } else { "." };
        let says_so = move |manifest: &SecretManifest| {
            wanted.is_some_and(|wanted| manifest.data_from().contains(wanted))
        };
        Self::with(format!("data_from[{index}]{dot}{rest}"), says_so)
    }

    /// Keys, labels and annotations stand as they are.
    fn of_template(field: &str, within: &str) -> Self {
        let within = within.to_owned();
        Self::with(field.to_owned(), move |manifest| {
            let Some(template) = manifest.template() else { return false };
            let metadata = &template.metadata;
            match within.split_once('.') {
                Some(("data", key)) => template.data.contains_key(key),
                _ => match within.strip_prefix("metadata.").and_then(|within| within.split_once('.')) {
                    Some(("labels", key)) => metadata.labels.contains_key(key),
                    Some(("annotations", key)) => metadata.annotations.contains_key(key),
                    _ => true,
                },
            }
        })
    }

    fn of_whole(field: String) -> Self {
        let name = field.clone();
        Self::with(field, move |manifest| match name.as_str() {
            "refresh_policy" => manifest.refresh_policy().is_some(),
            "refresh_interval" => manifest.refresh_interval().is_some(),
            "creation_policy" => manifest.creation_policy().is_some(),
            "deletion_policy" => manifest.deletion_policy().is_some(),
            _ => true,
        })
    }

    fn with(field: String, says_so: impl Fn(&SecretManifest) -> bool + 'a) -> Self {
        Self { field, key: None, says_so: Box::new(says_so) }
    }
}

/// `3` and `a.b` of `list[3].a.b`.
fn entry<'a>(field: &'a str, list: &str) -> Option<(usize, &'a str)> {
    let (index, rest) = field.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}

/// The operator's `nullBytePolicy` is `null_byte_policy` in manifests.
fn snake_case(field: &str) -> String {
    let mut words = String::with_capacity(field.len());
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_the_words_of_manifests() {
        assert_eq!(snake_case("extract.nullBytePolicy"), "extract.null_byte_policy");
        assert_eq!(entry("dataFrom[12].rewrite[0].merge", "dataFrom"), Some((12, "rewrite[0].merge")));
        assert_eq!(entry("data[0]", "data"), Some((0, "")));
        assert_eq!(entry("dataFrom[0]", "data"), None);
    }
}
