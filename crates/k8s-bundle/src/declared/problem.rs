//! What keeps manifests from becoming Secrets.

use core::fmt;
use std::collections::HashMap;

use crate::{
    AnnotationKey, CreationPolicy, DataKey, DeletionPolicy, GoDuration, LabelKey, LabelValue, MergePolicy,
    Namespace, ObjectName, PolicyProblem, RefreshPolicy, SecretManifest, SecretType, SecretTypeProblem,
    SourceRef, SyncMode,
};

/// One thing that is wrong with the manifests of one Secret.
///
/// What can be wrong is a [`DeclaredProblemKind`], or of a type of whoever delivers the Secrets and cannot deliver all of
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredProblem<K = DeclaredProblemKind> {
    /// The namespaces of the Secret that it holds for, sorted; at least one.
    pub namespaces: Vec<Namespace>,
    /// The name of the Secret.
    pub name: ObjectName,
    /// The key of the Secret, if it is about one.
    pub key: Option<DataKey>,
    /// The manifests that it is about, as positions from 0 in what was given.
    pub manifests: Vec<usize>,
    /// What is wrong.
    pub kind: K,
}

/// What is wrong; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeclaredProblemKind {
    /// One key has two sources.
    #[error("it comes from {first} and from {second}")]
    Sources {
        /// The source in the first manifest.
        first: Box<SourceRef>,
        /// The source in the other one.
        second: Box<SourceRef>,
    },
    /// One Secret has two types.
    #[error("its type is {first} and {second}")]
    Types {
        /// The type in the first manifest.
        first: SecretType,
        /// The type in the other one.
        second: SecretType,
    },
    /// One Secret is delivered by value and by reference.
    #[error("its sync mode is {first} and {second}")]
    SyncModes {
        /// The mode in the first manifest.
        first: SyncMode,
        /// The mode in the other one.
        second: SyncMode,
    },
    /// One Secret is immutable and is not.
    #[error("one manifest makes it immutable and the other does not")]
    Immutable,
    /// One Secret is to be refreshed at two intervals.
    #[error("its refresh interval is {first} and {second}")]
    RefreshIntervals {
        /// The interval in the first manifest that has one.
        first: GoDuration,
        /// The interval in the other one.
        second: GoDuration,
    },
    /// One Secret is to be refreshed at two kinds of time.
    #[error("its refresh policy is {first} and {second}")]
    RefreshPolicies {
        /// The policy in the first manifest that has one.
        first: RefreshPolicy,
        /// The policy in the other one.
        second: RefreshPolicy,
    },
    /// One Secret has two owners.
    #[error("its creation policy is {first} and {second}")]
    CreationPolicies {
        /// The policy in the first manifest that has one.
        first: CreationPolicy,
        /// The policy in the other one.
        second: CreationPolicy,
    },
    /// Two things are to become of one Secret.
    #[error("its deletion policy is {first} and {second}")]
    DeletionPolicies {
        /// The policy in the first manifest that has one.
        first: DeletionPolicy,
        /// The policy in the other one.
        second: DeletionPolicy,
    },
    /// One Secret comes from two stores.
    #[error("it comes from the stores {first} and {second}")]
    Stores {
        /// The store in the first manifest that names one.
        first: ObjectName,
        /// The store in the other one.
        second: ObjectName,
    },
    /// Workloads are to be restarted and not to be.
    #[error("one manifest says reload and another says not to")]
    Reload,
    /// What the manifests choose together excludes each other.
    #[error("{0}")]
    Policy(PolicyProblem),
    /// An annotation says the opposite of `reload`.
    #[error("its annotation {annotation} contradicts \"reload: {reload}\"")]
    ReloadContradicted {
        /// The annotation.
        annotation: AnnotationKey,
        /// What `reload` is.
        reload: bool,
    },
    /// One key has two templates, which may be long and are not repeated.
    #[error("it has two templates")]
    TemplateData,
    /// One label has two templates.
    #[error("its label {label} has two templates")]
    TemplateLabels {
        /// The label.
        label: LabelKey,
    },
    /// One annotation has two templates.
    #[error("its annotation {annotation} has two templates")]
    TemplateAnnotations {
        /// The annotation.
        annotation: AnnotationKey,
    },
    /// The values are to be keys of the Secret beside those of the templates, and are not to be.
    #[error("its template's merge policy is {first} and {second}")]
    MergePolicies {
        /// The policy of the first manifest with a template of keys.
        first: MergePolicy,
        /// The policy of the other one.
        second: MergePolicy,
    },
    /// One label is given literally and by a template.
    #[error("its label {label} is given in labels and by a template")]
    LabelTwice {
        /// The label.
        label: LabelKey,
    },
    /// One annotation is given literally and by a template.
    #[error("its annotation {annotation} is given in annotations and by a template")]
    AnnotationTwice {
        /// The annotation.
        annotation: AnnotationKey,
    },
    /// One label has two values.
    #[error("its label {label} is \"{first}\" and \"{second}\"")]
    Labels {
        /// The label.
        label: LabelKey,
        /// The value in the first manifest.
        first: LabelValue,
        /// The value in the other one.
        second: LabelValue,
    },
    /// One annotation has two values, which may be long and are not repeated.
    #[error("its annotation {annotation} has two values")]
    Annotations {
        /// The annotation.
        annotation: AnnotationKey,
    },
    /// A rule of the Secret's type is broken.
    #[error(transparent)]
    Type(SecretTypeProblem),
}

impl DeclaredProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Sources { .. } => "keep one of the two sources, or give one of them another key",
            Self::Types { .. } => "give all manifests of the Secret the same type",
            Self::SyncModes { .. } => {
                "give all manifests of the Secret the same sync_mode, or one of them another name: a Secret has one owner"
            }
            Self::Immutable => "give all manifests of the Secret the same value of immutable",
            Self::RefreshIntervals { .. } => "keep one of the two values of refresh_interval",
            Self::RefreshPolicies { .. } => "keep one of the two values of refresh_policy",
            Self::CreationPolicies { .. } => "keep one of the two values of creation_policy",
            Self::DeletionPolicies { .. } => "keep one of the two values of deletion_policy",
            Self::Stores { .. } => {
                "keep one of the two values of store_ref, or give one of the manifests another name: a Secret has one store"
            }
            Self::Reload => "give all manifests of the Secret the same value of reload, or only one of them",
            Self::Policy(_) => "change one of the two fields: manifests of one Secret are merged",
            Self::ReloadContradicted { .. } => "remove the annotation: reload writes it",
            Self::MergePolicies { .. } => "give the templates of the Secret the same merge_policy",
            Self::LabelTwice { .. } | Self::AnnotationTwice { .. } => {
                "keep the literal value or the template"
            }
            Self::TemplateData | Self::TemplateLabels { .. } | Self::TemplateAnnotations { .. } => {
                "keep one of the two templates: manifests of one Secret are merged"
            }
            Self::Labels { .. } | Self::Annotations { .. } => {
                "keep one of the two values: manifests of one Secret are merged"
            }
            Self::Type(SecretTypeProblem::WrongName { .. } | SecretTypeProblem::WrongNamespace { .. }) => {
                "the cluster looks for such a Secret under that name alone"
            }
            Self::Type(_) => "add the key with its source, or change the type",
        }
    }
}

impl<K> DeclaredProblem<K> {
    /// What is wrong with one manifest in all of its namespaces. `position` is its position; `key` is the key that it is
    /// about.
    #[must_use]
    pub fn of_manifest(position: usize, manifest: &SecretManifest, key: Option<&DataKey>, kind: K) -> Self {
        let mut namespaces = manifest.namespaces().to_vec();
        namespaces.sort();
        let name = manifest.name().clone();
        Self { namespaces, name, key: key.cloned(), manifests: vec![position], kind }
    }

    /// The same problem, of a kind made from its own.
    #[must_use]
    pub fn map<L>(self, kind: impl FnOnce(K) -> L) -> DeclaredProblem<L> {
        let Self { namespaces, name, key, manifests, kind: own } = self;
        DeclaredProblem { namespaces, name, key, manifests, kind: kind(own) }
    }

    /// Sorts problems by the first manifest that they are about, then by Secret and key. What is wrong with the same manifests
    /// in several namespaces becomes one problem.
    #[must_use]
    pub fn together(problems: Vec<Self>) -> Vec<Self>
    where
        K: Eq,
    {
        let mut all: Vec<Self> = Vec::with_capacity(problems.len());
        // By all but the kind, which need not be hashed: few problems differ in it alone.
        let mut alike: HashMap<_, Vec<usize>> = HashMap::new();
        for problem in problems {
            let place = (problem.name.clone(), problem.key.clone(), problem.manifests.clone());
            let indices = alike.entry(place).or_default();
            if let Some(&same) = indices.iter().find(|&&index| all[index].kind == problem.kind) {
                all[same].namespaces.extend(problem.namespaces);
            } else {
                indices.push(all.len());
                all.push(problem);
            }
        }
        for problem in &mut all {
            problem.namespaces.sort();
            problem.namespaces.dedup();
        }
        all.sort_by(|a, b| a.place().cmp(&b.place()));
        all
    }

    fn place(&self) -> impl Ord {
        (self.manifests.first(), &self.name, &self.namespaces, &self.key)
    }
}

/// `namespace/name, key: what is wrong (manifest 1)`; manifests are counted from 1, as people do.
impl<K: fmt::Display> fmt::Display for DeclaredProblem<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, namespace) in self.namespaces.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{namespace}/{}", self.name)?;
        }
        if let Some(key) = &self.key {
            write!(f, ", key {key}")?;
        }
        write!(f, ": {}", self.kind)?;
        let numbers: Vec<_> = self.manifests.iter().map(|position| (position + 1).to_string()).collect();
        match numbers.as_slice() {
            [] => Ok(()),
            [one] => write!(f, " (manifest {one})"),
            several => write!(f, " (manifests {})", several.join(" and ")),
        }
    }
}
