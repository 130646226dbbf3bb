//! Where in the configuration a Secret, a key of one, or another object is declared.

use std::ops::Range;

use k8s_bundle::{DataFrom, SecretManifest};

use super::load::Loaded;
use super::tree::Step;

/// The settings of run-time sync.
const RUNTIME_SYNC: [&str; 3] = ["k8s", "secrets", "runtime_sync"];

impl Loaded {
    /// The manifest at `index`, or its source of `key`. Contributors add manifests of their own, behind those of the
    /// configuration: they come from the settings of run-time sync.
    pub(crate) fn place_of(&self, index: usize, key: Option<&str>) -> Range<usize> {
        if index >= self.config.secrets.len() {
            return self.source.span_of(&runtime_sync(["token_source".into()]));
        }
        let manifest = [Step::from("secrets"), Step::from(index)];
        let Some(key) = key else {
            return self.source.scalar_span_of(&[&manifest[..], &["name".into()]].concat());
        };
        let long = [&manifest[..], &["data".into(), key.into()]].concat();
        let made = [&manifest[..], &["template".into(), "data".into(), key.into()]].concat();
        if let Some(found) = [long, made].iter().find(|path| self.source.has(path)) {
            return self.source.span_of(found);
        }
        let short = [&manifest[..], &["source".into()]].concat();
        self.source.scalar_span_of(&short)
    }

    /// A field of the manifest at `index`, such as `data_from[0].find`.
    pub(crate) fn place_of_field(&self, index: usize, field: &str) -> Range<usize> {
        let manifest = vec!["secrets".into(), index.into()];
        let path = self.within(manifest.clone(), field);
        if path == manifest { self.place_of(index, None) } else { self.source.scalar_span_of(&path) }
    }

    /// The way from `base` to `field`, as far as it is given. A key may have full stops in it: of several readings, the one
    /// with the longest key counts.
    fn within(&self, base: Vec<Step>, field: &str) -> Vec<Step> {
        let (mut path, mut rest) = (base, field);
        while !rest.is_empty() {
            let ends = rest.match_indices('.').map(|(at, _)| at).chain([rest.len()]).rev();
            let mut ways = ends.map(|end| ([&path[..], &step(&rest[..end])].concat(), end));
            match ways.find(|(way, _)| self.source.has(way)) {
                Some((way, end)) => (path, rest) = (way, rest[end..].trim_start_matches('.')),
                None => break,
            }
        }
        path
    }

    /// Every place where the Secret is declared; with a key, only those that declare this key, where any does.
    pub(crate) fn places_of(&self, namespace: &str, name: &str, key: Option<&str>) -> Vec<Range<usize>> {
        let declares = |manifest: &SecretManifest| {
            manifest.name().as_str() == name
                && manifest.namespaces().iter().any(|declared| declared.as_str() == namespace)
        };
        let secrets = self.config.secrets.iter().enumerate();
        let all: Vec<_> =
            secrets.filter(|(_, manifest)| declares(manifest)).map(|(index, _)| index).collect();
        let of_key = |key: &str| {
            let places: Vec<_> = all.iter().filter_map(|index| self.place_of_key(*index, key)).collect();
            // It comes out of a whole secret: nobody has written its name.
            if places.is_empty() {
                all.iter().map(|index| self.place_of_whole(*index)).collect()
            } else {
                places
            }
        };
        let places = match key {
            Some(key) => of_key(key),
            None => all.iter().map(|index| self.place_of(*index, None)).collect(),
        };
        // A Secret that is not declared is one that a contributor has added.
        if places.is_empty() { vec![self.place_of(usize::MAX, key)] } else { places }
    }

    /// Where the manifest at `index` says what is in `key`: by a source, or by a template.
    fn place_of_key(&self, index: usize, key: &str) -> Option<Range<usize>> {
        let is_made = |manifest: &SecretManifest| {
            manifest.template().is_some_and(|template| template.data.keys().any(|made| made.as_str() == key))
        };
        let says = self.declares(index, key) || self.config.secrets.get(index).is_some_and(is_made);
        says.then(|| self.place_of(index, Some(key)))
    }

    /// Where the manifest at `index` says which whole secrets are in it; its name where it does not.
    fn place_of_whole(&self, index: usize) -> Range<usize> {
        let whole = ["secrets".into(), index.into(), "data_from".into()];
        if self.source.has(&whole) { self.source.span_of(&whole) } else { self.place_of(index, None) }
    }

    /// Whether the manifest at `index` names a source of `key`.
    pub(crate) fn declares(&self, index: usize, key: &str) -> bool {
        let manifest = self.config.secrets.get(index);
        manifest.is_some_and(|manifest| manifest.data().keys().any(|declared| declared.as_str() == key))
    }

    /// The entry of `data_from`, in the first of these manifests that has it.
    pub(crate) fn place_of_data_from(&self, manifests: &[usize], entry: &DataFrom) -> Range<usize> {
        let found = manifests.iter().find_map(|index| {
            let manifest = self.config.secrets.get(*index)?;
            let entry = manifest.data_from().iter().position(|other| other == entry)?;
            Some(["secrets".into(), Step::from(*index), "data_from".into(), entry.into()])
        });
        match found {
            Some(entry) => self.source.span_of(&entry),
            None => self.place_of(manifests.first().copied().unwrap_or(usize::MAX), None),
        }
    }

    /// The field of one of the operator's objects, as a problem of it names both: `SecretStore apps/vault`,
    /// `spec.provider.vault.path`. Where the field is not given, the nearest thing around it.
    pub(crate) fn place_of_object(&self, object: &str, field: &str) -> Range<usize> {
        let (kind, id) = object.split_once(' ').unwrap_or((object, ""));
        let (namespace, name) = match id.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, id),
        };
        let resources = runtime_sync(["resources".into()]);
        let is_it = |item: &Vec<Step>| {
            let scalar = |path: &[&str]| {
                self.source.scalar(
                    &[&item[..], &path.iter().map(|key| Step::from(*key)).collect::<Vec<_>>()].concat(),
                )
            };
            scalar(&["kind"]) == Some(kind)
                && scalar(&["metadata", "name"]) == Some(name)
                && scalar(&["metadata", "namespace"]) == namespace
        };
        let items =
            (0..self.source.items(&resources)).map(|index| [&resources[..], &[index.into()]].concat());
        let store = runtime_sync(["stores".into(), name.into()]);
        let found = items.into_iter().find(is_it).or_else(|| {
            let is_store = matches!(kind, "SecretStore" | "ClusterSecretStore");
            (is_store && self.source.has(&store)).then_some(store)
        });
        match (found, namespace) {
            (Some(object), _) if field.is_empty() => self.source.span_of(&object),
            (Some(object), _) => self.source.scalar_span_of(&self.within(object, field)),
            (None, Some(namespace)) if kind == "ExternalSecret" => {
                self.places_of(namespace, name, None).into_iter().next().unwrap_or_default()
            }
            (None, _) => self.source.span_of(&runtime_sync([])),
        }
    }

    /// The store of that name among those of the operator.
    pub(crate) fn place_of_store(&self, name: &str, field: &str) -> Range<usize> {
        let store = runtime_sync(["stores".into(), name.into()]);
        if self.source.has(&store) {
            return self.source.span_of(&self.within(store, field));
        }
        self.source.span_of(&runtime_sync(["token_source".into()]))
    }
}

fn runtime_sync<const N: usize>(rest: [Step; N]) -> Vec<Step> {
    RUNTIME_SYNC.into_iter().map(Step::from).chain(rest).collect()
}

/// `data[3]` as steps: a key, and the items of lists within.
fn step(text: &str) -> Vec<Step> {
    let parts = text.split('[').map(|part| part.strip_suffix(']').unwrap_or(part));
    let steps = parts.enumerate().map(|(depth, part)| match part.parse() {
        Ok(index) if depth > 0 => Step::Index(index),
        _ => part.into(),
    });
    steps.collect()
}
