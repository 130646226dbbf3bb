//! The files of a bundle.

mod argocd;
mod file_name;
mod flux;
mod helmfile;
mod kustomization;
mod namespaces;
mod plain;
mod releases;
mod write;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::writer::PUBLIC_HEADER;
use crate::{BundlePath, Delivery, KubernetesBundle, Resource, yaml};

pub use write::WriteReport;

/// The folder of the objects; nothing else that is generated and freely viewable goes there.
pub const OBJECTS_FOLDER: &str = "k8s";
/// The file of the Helm releases, for [`Delivery::Helmfile`].
pub const HELMFILE: &str = "helmfile.yaml";
/// The script that installs and applies everything but the values, for [`Delivery::Plain`].
pub const APPLY_SCRIPT: &str = "apply.sh";
/// The folder of the objects for Flux, for [`Delivery::Flux`].
pub const FLUX_FOLDER: &str = "flux";
/// The folder of the objects for Argo CD, for [`Delivery::ArgoCd`].
pub const ARGOCD_FOLDER: &str = "argocd";
/// The one file with values. It is never among [`KubernetesBundle::files`].
pub const SECRETS_FILE: &str = "k8s/secrets.yaml";

/// Everything of a bundle that is freely viewable, as files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleFiles {
    files: BTreeMap<BundlePath, Vec<u8>>,
}

impl KubernetesBundle {
    /// The freely viewable files: one per object, `k8s/<namespace or _cluster>/<kind>-<name>.yaml`, a `kustomization.yaml` in
    /// each folder of `k8s` that lists what is in it, and the files of the bundle's [`delivery`](Self::delivery). Equal
    /// bundles give equal bytes.
    ///
    /// # Errors
    /// [`Error::SameFile`] for two objects of the same kind, namespace and name; [`Error::HelmConflict`];
    /// [`Error::InvalidObject`] for a Helm release that the form of delivery cannot take; [`Error::Yaml`].
    pub fn files(&self) -> Result<BundleFiles> {
        let mut layout = Layout::default();
        for resource in self.resources() {
            layout.add_object(resource)?;
        }
        for raw in self.raw() {
            for document in raw.documents() {
                let origin = format!("{} {} of {}", document.kind(), document.name(), raw.origin());
                let contents = format!("{PUBLIC_HEADER}{}", document.text()).into_bytes();
                layout.add(file_name::path(document.identity())?, origin, contents)?;
            }
        }
        let has_objects = !layout.files.is_empty();
        kustomization::of_objects(&mut layout)?;
        releases::check(self.helm_releases())?;
        match self.delivery() {
            Delivery::Plain => plain::add(&mut layout, self, has_objects)?,
            Delivery::Helmfile => helmfile::add(&mut layout, self.helm_releases())?,
            Delivery::Flux(flux) => flux::add(&mut layout, flux, self.helm_releases(), has_objects)?,
            Delivery::ArgoCd(argocd) => argocd::add(&mut layout, argocd, self.helm_releases(), has_objects)?,
        }
        Ok(BundleFiles { files: layout.files })
    }
}

impl BundleFiles {
    /// The files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&BundlePath, &[u8])> {
        self.files.iter().map(|(path, contents)| (path, contents.as_slice()))
    }

    /// The contents of one file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.iter().find(|(file, _)| file.as_str() == path).map(|(_, contents)| contents.as_slice())
    }
}

#[derive(Default)]
struct Layout {
    files: BTreeMap<BundlePath, Vec<u8>>,
    origins: BTreeMap<BundlePath, String>,
}

impl Layout {
    fn add(&mut self, path: BundlePath, origin: String, contents: Vec<u8>) -> Result<()> {
        if let Some(first) = self.origins.get(&path) {
            return Err(Error::SameFile { file: path, first: first.clone(), second: origin });
        }
        self.origins.insert(path.clone(), origin);
        self.files.insert(path, contents);
        Ok(())
    }

    /// An object of the cluster below `k8s`, in the folder of its namespace.
    fn add_object(&mut self, resource: &Resource) -> Result<()> {
        let origin = resource.to_string();
        let contents = public_yaml(&origin, resource)?;
        self.add(file_name::path(resource.identity())?, origin, contents)
    }

    /// An object of a form of delivery, in `folder`; returns the name of its file.
    fn add_to(&mut self, folder: &str, resource: &Resource) -> Result<String> {
        let origin = resource.to_string();
        let contents = public_yaml(&origin, resource)?;
        let name = file_name::name(resource.identity());
        self.add(BundlePath::new(format!("{folder}/{name}"))?, origin, contents)?;
        Ok(name)
    }

    fn add_yaml(&mut self, path: &str, value: &impl Serialize) -> Result<()> {
        let contents = public_yaml(path, value)?;
        self.add(path.parse()?, path.to_owned(), contents)
    }
}

/// `value` below the header.
fn public_yaml(what: &str, value: &impl Serialize) -> Result<Vec<u8>> {
    let mut contents = PUBLIC_HEADER.as_bytes().to_vec();
    yaml::append(&mut contents, value)
        .map_err(|source| Error::Yaml { what: format!("write {what}"), source })?;
    Ok(contents)
}
