//! Whose a Secret is.

use k8s_bundle::ObjectMeta;

/// The label or annotation that names the owner, unless the command line says another.
pub(crate) const OWNER: &str = "secretbridge.dev/owner";

/// The labels and annotations that name an owner, the most telling one first.
#[derive(Debug)]
pub(crate) struct OwnerKeys(Vec<String>);

impl OwnerKeys {
    /// These, or [`OWNER`] if there is none.
    pub(crate) fn new(keys: &[String]) -> Self {
        Self(if keys.is_empty() { vec![OWNER.to_owned()] } else { keys.to_vec() })
    }

    /// The first of them that is there: of one key, the annotation before the label.
    pub(super) fn find<'a>(
        &self,
        label: impl Fn(&str) -> Option<&'a str>,
        annotation: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<String> {
        let found = self.0.iter().find_map(|key| annotation(key).or_else(|| label(key)));
        found.map(str::to_owned)
    }

    /// The owner of an object that is no Secret.
    pub(super) fn of(&self, metadata: &ObjectMeta) -> Option<String> {
        let labels = |key: &str| {
            let found = metadata.labels.iter().find(|(label, _)| label.as_str() == key);
            found.map(|(_, value)| value.as_str())
        };
        let annotations = |key: &str| {
            let found = metadata.annotations.iter().find(|(annotation, _)| annotation.as_str() == key);
            found.map(|(_, value)| value.as_str())
        };
        self.find(labels, annotations)
    }
}
