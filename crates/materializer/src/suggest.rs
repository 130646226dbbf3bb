//! What may have been meant by a name that is not there.

use std::collections::HashMap;

use secret_store::{FieldName, SecretPath};
use strsim::osa_distance;

/// How many are suggested.
const MOST: usize = 3;
/// How many comparisons by distance are made for one error; beyond, only names that are the same but for case and
/// separators, or lie elsewhere, are suggested.
const BUDGET: usize = 1_000_000;

/// Finds near paths among those that a store has.
pub(crate) struct Suggestions<'a> {
    paths: &'a [SecretPath],
    /// The paths as they are compared.
    normal: Vec<String>,
    alike: HashMap<String, Vec<usize>>,
    by_distance: bool,
}

impl<'a> Suggestions<'a> {
    /// For `wanted` paths to be looked up among `paths`.
    pub(crate) fn new(paths: &'a [SecretPath], wanted: usize) -> Self {
        let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, path) in paths.iter().enumerate() {
            alike.entry(normal(path.name())).or_default().push(index);
        }
        let normal = paths.iter().map(|path| normal(path.as_str())).collect();
        Self { paths, normal, alike, by_distance: paths.len().saturating_mul(wanted) <= BUDGET }
    }

    /// The nearest paths, best first, at most three.
    pub(crate) fn nearest(&self, wanted: &SecretPath) -> Vec<SecretPath> {
        let text = normal(wanted.as_str());
        let mut found: Vec<(usize, usize)> = Vec::new();
        for &index in self.alike.get(&normal(wanted.name())).into_iter().flatten() {
            // The same name elsewhere is as good as one wrong character.
            let distance = usize::from(self.normal[index] != text);
            found.push((distance, index));
        }
        if self.by_distance {
            let limit = limit(&text);
            for (index, path) in self.normal.iter().enumerate() {
                if path.len().abs_diff(text.len()) <= limit {
                    let distance = osa_distance(&text, path);
                    if distance <= limit {
                        found.push((distance, index));
                    }
                }
            }
        }
        best(found).into_iter().map(|index| self.paths[index].clone()).collect()
    }
}

/// The nearest field of a secret.
pub(crate) fn nearest_field(wanted: &FieldName, fields: &[FieldName]) -> Option<FieldName> {
    let names: Vec<_> = fields.iter().map(FieldName::as_str).collect();
    nearest_name(wanted.as_str(), &names).and_then(|name| FieldName::new(name).ok())
}

/// The nearest of a few names.
pub(crate) fn nearest_name<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    let text = normal(wanted);
    let limit = limit(&text);
    let near = names.iter().enumerate().map(|(index, name)| (osa_distance(&text, &normal(name)), index));
    let near = near.filter(|(distance, _)| *distance <= limit).collect();
    best(near).first().map(|&index| names[index])
}

fn best(mut found: Vec<(usize, usize)>) -> Vec<usize> {
    found.sort_unstable();
    let mut indexes: Vec<usize> = Vec::with_capacity(MOST);
    for (_, index) in found {
        if indexes.len() < MOST && !indexes.contains(&index) {
            indexes.push(index);
        }
    }
    indexes
}

/// One wrong character in three.
fn limit(text: &str) -> usize {
    (text.len() / 3).clamp(1, 4)
}

/// People mistake case and separators before anything else.
fn normal(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| if matches!(c, '_' | '.' | ' ') { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(texts: &[&str]) -> Vec<SecretPath> {
        texts.iter().map(|text| SecretPath::new(text).unwrap()).collect()
    }

    fn nearest(wanted: &str, there: &[&str]) -> Vec<String> {
        let there = paths(there);
        let suggestions = Suggestions::new(&there, 1);
        suggestions.nearest(&SecretPath::new(wanted).unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_slip_another_case_and_another_folder_are_near() {
        let there = ["GITLAB_ROOT_PASSWORD", "apps/minio", "gitlab/runner-token", "infrastructure/minio"];
        assert_eq!(nearest("GITLAB_ROOT_PASWORD", &there), ["GITLAB_ROOT_PASSWORD"]);
        assert_eq!(nearest("gitlab-root-password", &there), ["GITLAB_ROOT_PASSWORD"]);
        assert_eq!(nearest("minio", &there), ["apps/minio", "infrastructure/minio"]);
        assert_eq!(nearest("infrastructure/minoi", &there), ["infrastructure/minio"]);
    }

    #[test]
    fn what_is_far_is_not_suggested() {
        assert_eq!(nearest("ACME_DB_PASSWORD", &["GITLAB_ROOT_PASSWORD", "x"]), [""; 0]);
    }

    #[test]
    fn the_nearest_come_first_and_are_three() {
        let there = ["token-1", "token-2", "token-3", "token-4", "other/token-0"];
        assert_eq!(nearest("token-0", &there), ["token-1", "token-2", "token-3"]);
    }

    #[test]
    fn a_field_in_another_case_is_near() {
        let fields = ["rootPassword", "rootUser"].map(|name| FieldName::new(name).unwrap());
        assert_eq!(nearest_field(&FieldName::new("root_user").unwrap(), &fields), Some(fields[1].clone()));
        assert_eq!(nearest_field(&FieldName::new("value").unwrap(), &fields), None);
    }
}
