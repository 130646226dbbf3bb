//! Writing the files, and removing what an earlier run left.

use super::{APPLY_SCRIPT, ARGOCD_FOLDER, BundleFiles, FLUX_FOLDER, HELMFILE, OBJECTS_FOLDER};
use super::{kustomization, plain};
use crate::error::{ErrorKind, Result};
use crate::{BundlePath, BundleWriter, KubernetesBundle, Written};

/// The folders with generated files, of every form of delivery.
const FOLDERS: [&str; 4] = [OBJECTS_FOLDER, plain::VALUES_FOLDER, FLUX_FOLDER, ARGOCD_FOLDER];
/// The generated files at the top of the output, of every form of delivery.
const TOP_FILES: [&str; 3] = [HELMFILE, APPLY_SCRIPT, kustomization::FILE];

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
    /// Writes [`files`](Self::files), and removes generated files of an earlier run that are no longer among them, those of
    /// another form of delivery included. Files without the header of generated ones are left alone, and so is the file
    /// with the values.
    ///
    /// # Errors
    /// As [`files`](Self::files), then as the writer.
    pub fn write_to(&self, writer: &dyn BundleWriter) -> Result<WriteReport> {
        self.files()?.write_to(writer)
    }
}

impl BundleFiles {
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
        for folder in FOLDERS {
            for path in writer.list_generated(&folder.parse()?)? {
                if !self.files.contains_key(&path) && writer.remove(&path)? {
                    report.removed.push(path);
                }
            }
        }
        for file in TOP_FILES {
            let path = file.parse()?;
            if !self.files.contains_key(&path) && remove_unless_of_the_user(writer, &path)? {
                report.removed.push(path);
            }
        }
        report.removed.sort();
        Ok(report)
    }
}

/// A file of the user's own at the top of the output is no conflict as long as there is none of ours.
fn remove_unless_of_the_user(writer: &dyn BundleWriter, path: &BundlePath) -> Result<bool> {
    match writer.remove(path) {
        Err(error) if error.kind() == ErrorKind::Refused => Ok(false),
        removed => removed,
    }
}
