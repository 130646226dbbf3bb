//! The files of a bundle.

mod file_name;
mod helmfile;

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::resource::Identity;
use crate::writer::PUBLIC_HEADER;
use crate::{BundlePath, BundleWriter, KubernetesBundle, Written, yaml};

/// The folder of the objects; nothing else that is generated and freely viewable goes there.
pub const OBJECTS_FOLDER: &str = "k8s";
/// The file of the Helm releases.
pub const HELMFILE: &str = "helmfile.yaml";
/// The one file with values. It is never among [`KubernetesBundle::files`].
pub const SECRETS_FILE: &str = "k8s/secrets.yaml";

/// Everything of a bundle that is freely viewable, as files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleFiles {
    files: BTreeMap<BundlePath, Vec<u8>>,
}

/// What writing a bundle changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct WriteReport {
    /// Files that are new or other than before.
    pub changed: Vec<BundlePath>,
    /// Files that were as they should be.
    pub unchanged: Vec<BundlePath>,
    /// Files of an earlier run that are no longer part of the bundle.
    pub removed: Vec<BundlePath>,
}

impl KubernetesBundle {
    /// The freely viewable files: one per object, `k8s/<namespace or _cluster>/<kind>-<name>.yaml`, and `helmfile.yaml` if
    /// there are Helm releases. Equal bundles give equal bytes.
    ///
    /// # Errors
    /// [`Error::SameFile`] for two objects of the same kind, namespace and name; [`Error::HelmConflict`];
    /// [`Error::Yaml`].
    pub fn files(&self) -> Result<BundleFiles> {
        let mut layout = Layout::default();
        for resource in self.resources() {
            let origin = resource.to_string();
            let mut contents = PUBLIC_HEADER.as_bytes().to_vec();
            yaml::append(&mut contents, resource)
                .map_err(|source| Error::Yaml { what: format!("write {origin}"), source })?;
            layout.add(resource.identity(), origin, contents)?;
        }
        for raw in self.raw() {
            for document in raw.documents() {
                let origin = format!("{} {} of {}", document.kind(), document.name(), raw.origin());
                let contents = format!("{PUBLIC_HEADER}{}", document.text()).into_bytes();
                layout.add(document.identity(), origin, contents)?;
            }
        }
        let mut files = layout.files;
        if let Some(contents) = helmfile::contents(self.helm_releases())? {
            files.insert(HELMFILE.parse()?, contents);
        }
        Ok(BundleFiles { files })
    }

    /// Writes [`files`](Self::files), and removes generated files of an earlier run that are no longer among them. Files
    /// without the header of generated ones are left alone, and so is the file with the values.
    ///
    /// # Errors
    /// As [`files`](Self::files), then as the writer.
    pub fn write_to(&self, writer: &dyn BundleWriter) -> Result<WriteReport> {
        self.files()?.write_to(writer)
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

    /// Writes them, and removes what an earlier run generated and this one does not.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_to(&self, writer: &dyn BundleWriter) -> Result<WriteReport> {
        let mut report = WriteReport::default();
        for (path, contents) in self.iter() {
            match writer.write(path, contents)? {
                Written::Unchanged => report.unchanged.push(path.clone()),
                Written::Created | Written::Updated => report.changed.push(path.clone()),
            }
        }
        for path in writer.list_generated(&OBJECTS_FOLDER.parse()?)? {
            if !self.files.contains_key(&path) && writer.remove(&path)? {
                report.removed.push(path);
            }
        }
        // At the top of the output, a helmfile of the user's own is no conflict as long as there is none of ours.
        let helmfile = HELMFILE.parse()?;
        if !self.files.contains_key(&helmfile) {
            match writer.remove(&helmfile) {
                Ok(true) => report.removed.push(helmfile),
                Ok(false) => {}
                Err(error) if error.kind() == ErrorKind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        report.removed.sort();
        Ok(report)
    }
}

#[derive(Default)]
struct Layout {
    files: BTreeMap<BundlePath, Vec<u8>>,
    origins: BTreeMap<BundlePath, String>,
}

impl Layout {
    fn add(&mut self, identity: Identity<'_>, origin: String, contents: Vec<u8>) -> Result<()> {
        let path = file_name::path(identity)?;
        if let Some(first) = self.origins.get(&path) {
            return Err(Error::SameFile { file: path, first: first.clone(), second: origin });
        }
        self.origins.insert(path.clone(), origin);
        self.files.insert(path, contents);
        Ok(())
    }
}
