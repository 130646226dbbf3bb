//! What is left to do after a build: the commands that deliver its files.

use std::collections::BTreeSet;
use std::path::Path;

use k8s_bundle::{
    APPLY_SCRIPT, ARGOCD_FOLDER, BundleFiles, Delivery, FLUX_FOLDER, HELMFILE, KubernetesBundle, Namespace,
    OBJECTS_FOLDER, SECRETS_FILE, SyncMode,
};

/// What the commands depend on.
#[derive(Debug)]
pub(crate) struct Next {
    form: &'static str,
    /// The namespaces that must exist before: nothing that is delivered makes them.
    pub(crate) namespaces: BTreeSet<Namespace>,
    /// The namespaces of Secrets by value that come with a chart.
    of_charts: BTreeSet<Namespace>,
}

impl Next {
    pub(crate) fn new(bundle: &KubernetesBundle) -> Self {
        // The script makes them itself.
        let is_script = *bundle.delivery() == Delivery::Plain && has_something_to_apply(bundle);
        let namespaces = if is_script { BTreeSet::new() } else { bundle.required_namespaces() };
        let by_value = bundle.secrets().iter().filter(|secret| secret.sync_mode() == SyncMode::BuildTime);
        let of_values: BTreeSet<_> =
            by_value.flat_map(|secret| secret.ids().map(|id| id.namespace)).collect();
        let releases = bundle.helm_releases().iter().filter(|release| release.create_namespace);
        let of_charts = releases.map(|release| release.namespace.clone());
        let of_charts = of_charts.filter(|namespace| of_values.contains(namespace)).collect();
        Self { form: bundle.delivery().form(), namespaces, of_charts }
    }

    /// The name of the form of delivery.
    pub(crate) fn form(&self) -> &'static str {
        self.form
    }

    /// Whether the files are applied from a repository, and must get there first.
    pub(crate) fn is_from_repository(&self) -> bool {
        matches!(self.form, "flux" | "argocd")
    }

    /// Charts first, since they bring the resource definitions; then the values, since a store may need one; then the rest.
    pub(crate) fn commands(&self, out: &Path, files: &BundleFiles, has_values: bool) -> Vec<String> {
        let has = |file: &str| files.get(file).is_some();
        let at = |file: &str| word(&out.join(file));
        let kustomize = |folder: &str| {
            let command = || format!("kubectl apply --server-side --kustomize {}", at(folder));
            has(&format!("{folder}/kustomization.yaml")).then(command)
        };
        let values =
            has_values.then(|| format!("kubectl apply --server-side --filename {}", at(SECRETS_FILE)));
        let from_repository = |folder| {
            let waits = self.of_charts.iter().filter(|_| has_values);
            let waits = waits.map(|name| format!("kubectl wait --for create namespace/{name} --timeout 10m"));
            kustomize(folder).into_iter().chain(waits).chain(values.clone()).collect()
        };
        match self.form {
            "plain" => {
                let script = has(APPLY_SCRIPT).then(|| format!("sh {}", at(APPLY_SCRIPT)));
                script.into_iter().chain(values).collect()
            }
            "flux" => from_repository(FLUX_FOLDER),
            "argocd" => from_repository(ARGOCD_FOLDER),
            _ => {
                let charts = has(HELMFILE).then(|| format!("helmfile --file {} apply", at(HELMFILE)));
                charts.into_iter().chain(values).chain(kustomize(OBJECTS_FOLDER)).collect()
            }
        }
    }
}

fn has_something_to_apply(bundle: &KubernetesBundle) -> bool {
    !(bundle.helm_releases().is_empty() && bundle.resources().is_empty() && bundle.raw().is_empty())
}

/// For a shell, so that the command can be pasted.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if text.chars().all(is_bare) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
