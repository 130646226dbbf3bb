//! What a Secret has once, and not every manifest says.

use super::merge::Group;
use super::{DeclaredProblem, DeclaredProblemKind, DeclaredSecret};
use crate::policy::Choices;
use crate::{
    AnnotationKey, CreationPolicy, DeletionPolicy, GoDuration, ObjectName, RefreshPolicy, SecretManifest,
    SecretTemplate, TemplateMetadata, reload,
};

/// What the manifests of a Secret choose together; what none of them says is nothing.
pub(super) struct Choice<'a> {
    pub(super) refresh_interval: Option<&'a GoDuration>,
    pub(super) refresh_policy: Option<RefreshPolicy>,
    pub(super) creation_policy: Option<CreationPolicy>,
    pub(super) deletion_policy: Option<DeletionPolicy>,
    pub(super) store_ref: Option<&'a ObjectName>,
    pub(super) reload: Option<bool>,
}

impl<'a> Group<'a> {
    pub(super) fn choices(&self, problems: &mut Vec<DeclaredProblem>) -> Choice<'a> {
        use DeclaredProblemKind as Kind;
        Choice {
            refresh_interval: self.one_of(SecretManifest::refresh_interval, problems, |&first, &second| {
                let differ = first.as_duration() != second.as_duration();
                differ.then(|| Kind::RefreshIntervals { first: first.clone(), second: second.clone() })
            }),
            refresh_policy: self.one_of(SecretManifest::refresh_policy, problems, |&first, &second| {
                (first != second).then_some(Kind::RefreshPolicies { first, second })
            }),
            creation_policy: self.one_of(SecretManifest::creation_policy, problems, |&first, &second| {
                (first != second).then_some(Kind::CreationPolicies { first, second })
            }),
            deletion_policy: self.one_of(SecretManifest::deletion_policy, problems, |&first, &second| {
                (first != second).then_some(Kind::DeletionPolicies { first, second })
            }),
            store_ref: self.one_of(SecretManifest::store_ref, problems, |&first, &second| {
                let differ = first != second;
                differ.then(|| Kind::Stores { first: first.clone(), second: second.clone() })
            }),
            reload: self.one_of(SecretManifest::reload, problems, |first, second| {
                (first != second).then_some(Kind::Reload)
            }),
        }
    }

    /// What the first manifest says that says anything, and where another one contradicts it.
    fn one_of<T>(
        &self,
        of: impl Fn(&'a SecretManifest) -> Option<T>,
        problems: &mut Vec<DeclaredProblem>,
        conflict: impl Fn(&T, &T) -> Option<DeclaredProblemKind>,
    ) -> Option<T> {
        let mut given = self.all().filter_map(|(position, manifest)| Some((position, of(manifest)?)));
        let (owner, first) = given.next()?;
        for (position, second) in given {
            if let Some(kind) = conflict(&first, &second) {
                problems.push(self.problem(None, vec![owner, position], kind));
            }
        }
        Some(first)
    }

    /// The templates of all manifests; their merge policy is that of those that make keys.
    pub(super) fn template(&self, problems: &mut Vec<DeclaredProblem>) -> Option<SecretTemplate> {
        use DeclaredProblemKind as Kind;
        let first = self.all().find_map(|(_, manifest)| manifest.template())?;
        let data = self.union_of(
            |manifest| Some(&manifest.template()?.data),
            problems,
            |key, _, _| (Some(key.clone()), Kind::TemplateData),
        );
        let labels = self.union_of(
            |manifest| Some(&manifest.template()?.metadata.labels),
            problems,
            |label, _, _| (None, Kind::TemplateLabels { label: label.clone() }),
        );
        let annotations = |manifest: &'a SecretManifest| Some(&manifest.template()?.metadata.annotations);
        let annotations = self.union_of(annotations, problems, |annotation, _, _| {
            (None, Kind::TemplateAnnotations { annotation: annotation.clone() })
        });
        let of_data = |manifest: &'a SecretManifest| {
            manifest
                .template()
                .filter(|template| !template.data.is_empty())
                .map(|template| template.merge_policy)
        };
        let merge_policy = self.one_of(of_data, problems, |&first, &second| {
            (first != second).then_some(Kind::MergePolicies { first, second })
        });
        Some(SecretTemplate {
            data: data.into_iter().map(|(key, text)| (key.clone(), text.clone())).collect(),
            metadata: TemplateMetadata {
                labels: labels.into_iter().map(|(key, text)| (key.clone(), text.clone())).collect(),
                annotations: annotations.into_iter().map(|(key, text)| (key.clone(), text.clone())).collect(),
            },
            merge_policy: merge_policy.unwrap_or(first.merge_policy),
            engine_version: first.engine_version,
        })
    }

    /// What is wrong with the whole, and with none of the manifests alone.
    pub(super) fn whole(
        &self,
        secret: &DeclaredSecret<'a>,
        reload: Option<bool>,
        problems: &mut Vec<DeclaredProblem>,
    ) {
        let mut add = |kind| problems.push(self.problem(None, self.positions(), kind));
        self.rules(secret).into_iter().map(DeclaredProblemKind::Type).for_each(&mut add);
        let choices = Choices {
            refresh_policy: secret.refresh_policy,
            has_interval: secret.refresh_interval.is_some(),
            creation_policy: secret.creation_policy,
            deletion_policy: secret.deletion_policy,
            immutable: secret.immutable,
        };
        choices.problems().map(DeclaredProblemKind::Policy).for_each(&mut add);
        let none = TemplateMetadata::default();
        let templates = secret.template.as_ref().map_or(&none, |template| &template.metadata);
        for label in templates.labels.keys().filter(|label| secret.labels.contains_key(label)) {
            add(DeclaredProblemKind::LabelTwice { label: label.clone() });
        }
        for annotation in templates.annotations.keys().filter(|key| secret.annotations.contains_key(key)) {
            add(DeclaredProblemKind::AnnotationTwice { annotation: annotation.clone() });
        }
        let Some(reload) = reload else { return };
        let literal = secret.annotations.iter().map(|(key, value)| (*key, *value));
        let templates = templates.annotations.iter().map(|(key, value)| (key, value.as_str()));
        let contradicted = |&(key, value): &(&AnnotationKey, &str)| reload::contradicts(reload, key, value);
        for (annotation, _) in literal.chain(templates).filter(contradicted) {
            add(DeclaredProblemKind::ReloadContradicted { annotation: annotation.clone(), reload });
        }
    }
}
