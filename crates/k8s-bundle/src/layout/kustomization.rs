//! Lists of files as kustomize reads them:
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/>.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Layout, OBJECTS_FOLDER};
use crate::error::Result;

/// The name by which kustomize finds the list of a folder. No object's file has it: those have a hyphen.
pub(super) const FILE: &str = "kustomization.yaml";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kustomization<'a> {
    api_version: &'static str,
    kind: &'static str,
    resources: Vec<&'a str>,
}

/// A list in each folder of objects, and one of those folders; none where there are no objects, which kustomize refuses.
pub(super) fn of_objects(layout: &mut Layout) -> Result<()> {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in layout.files.keys() {
        if let [_, folder, file] = path.as_str().split('/').collect::<Vec<_>>()[..] {
            folders.entry(folder.to_owned()).or_default().insert(file.to_owned());
        }
    }
    for (folder, files) in &folders {
        add(layout, &format!("{OBJECTS_FOLDER}/{folder}"), files.iter().map(String::as_str))?;
    }
    if folders.is_empty() {
        return Ok(());
    }
    add(layout, OBJECTS_FOLDER, folders.keys().map(String::as_str))
}

/// The list of `folder`, which is the top of the output if it is empty.
pub(super) fn add<'a>(
    layout: &mut Layout,
    folder: &str,
    resources: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let kustomization = Kustomization {
        api_version: "kustomize.config.k8s.io/v1beta1",
        kind: "Kustomization",
        resources: resources.collect(),
    };
    let path = if folder.is_empty() { FILE.to_owned() } else { format!("{folder}/{FILE}") };
    layout.add_yaml(&path, &kustomization)
}
