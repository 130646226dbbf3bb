//! Where in the configuration a Secret, or a key of one, is declared.

use std::ops::Range;

use k8s_bundle::SecretManifest;

use super::load::Loaded;
use super::tree::Step;

impl Loaded {
    /// The manifest at `index`, or its source of `key`. Contributors add manifests of their own, behind those of the
    /// configuration: they come from the settings of run-time sync.
    pub(crate) fn place_of(&self, index: usize, key: Option<&str>) -> Range<usize> {
        if index >= self.config.secrets.len() {
            return self.source.span_of(&[
                "k8s".into(),
                "secrets".into(),
                "runtime_sync".into(),
                "token_source".into(),
            ]);
        }
        let manifest = [Step::from("secrets"), Step::from(index)];
        let Some(key) = key else {
            return self.source.scalar_span_of(&[&manifest[..], &["name".into()]].concat());
        };
        let long = [&manifest[..], &["data".into(), key.into()]].concat();
        if self.source.has(&long) {
            return self.source.span_of(&long);
        }
        let short = [&manifest[..], &["source".into()]].concat();
        self.source.scalar_span_of(&short)
    }

    /// Every place where the Secret is declared; with a key, only those that declare this key.
    pub(crate) fn places_of(&self, namespace: &str, name: &str, key: Option<&str>) -> Vec<Range<usize>> {
        let declares = |manifest: &SecretManifest| {
            manifest.name().as_str() == name
                && manifest.namespaces().iter().any(|declared| declared.as_str() == namespace)
                && key.is_none_or(|key| manifest.data().keys().any(|declared| declared.as_str() == key))
        };
        let secrets = self.config.secrets.iter().enumerate();
        let places: Vec<_> = secrets
            .filter(|(_, manifest)| declares(manifest))
            .map(|(index, _)| self.place_of(index, key))
            .collect();
        // A Secret that is not declared is one that a contributor has added.
        if places.is_empty() { vec![self.place_of(usize::MAX, key)] } else { places }
    }
}
