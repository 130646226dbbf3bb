//! A script for people who apply by hand: `helm` for the charts, `kubectl` for the objects.

use core::fmt::Write as _;

use super::{APPLY_SCRIPT, Layout, OBJECTS_FOLDER, SECRETS_FILE, releases};
use crate::error::Result;
use crate::writer::PUBLIC_HEADER;
use crate::{HelmRelease, KubernetesBundle};

/// The folder of the values of Helm releases.
pub(super) const VALUES_FOLDER: &str = "values";

const HEAD: &str = "\
# Installs the charts and applies the objects in the cluster that kubectl and helm are set to. Run it with: sh apply.sh
set -eu
CDPATH= cd -- \"$(dirname -- \"$0\")\"
";

const ENSURE_NAMESPACE: &str = "
ensure_namespace() {
    kubectl get namespace \"$1\" >/dev/null 2>&1 || kubectl create namespace \"$1\"
}
";

/// The script and the values, unless there is nothing to apply.
pub(super) fn add(layout: &mut Layout, bundle: &KubernetesBundle, has_objects: bool) -> Result<()> {
    if bundle.helm_releases().is_empty() && !has_objects {
        return Ok(());
    }
    let mut script = format!("{PUBLIC_HEADER}{HEAD}");
    let namespaces = bundle.namespaces_to_make();
    if !namespaces.is_empty() {
        script.push_str(ENSURE_NAMESPACE);
        script.extend(namespaces.iter().map(|name| format!("ensure_namespace {}\n", quoted(name.as_str()))));
    }
    for release in bundle.helm_releases() {
        let values = values_file(release);
        if let Some(file) = &values {
            layout.add_yaml(file, &release.values)?;
        }
        script.push('\n');
        script.push_str(&upgrade(release, values.as_deref()));
    }
    if has_objects {
        let _ = write!(script, "\nkubectl apply --server-side --kustomize {OBJECTS_FOLDER}\n");
    }
    script.push_str(&reminder());
    layout.add(APPLY_SCRIPT.parse()?, APPLY_SCRIPT.to_owned(), script.into_bytes())
}

/// In a folder of its namespace: two releases never have one file.
fn values_file(release: &HelmRelease) -> Option<String> {
    let file = || format!("{VALUES_FOLDER}/{}/{}.yaml", release.namespace, release.name);
    (!release.values.is_empty()).then(file)
}

/// `--wait` is also for the resource definitions that a chart brings: the objects come after it.
fn upgrade(release: &HelmRelease, values: Option<&str>) -> String {
    let name = quoted(release.name.as_str());
    let mut command = match releases::registry(release) {
        Some(registry) => {
            let chart = quoted(&format!("{}{registry}/{}", releases::OCI_SCHEME, release.chart));
            format!("helm upgrade --install {name} {chart}")
        }
        None => format!(
            "helm upgrade --install {name} {} \\\n    --repo {}",
            quoted(&release.chart),
            quoted(&release.repository.url)
        ),
    };
    let mut option = |text: String| {
        command.push_str(" \\\n    ");
        command.push_str(&text);
    };
    option(format!("--version {}", quoted(&release.version)));
    let create = if release.create_namespace { " --create-namespace" } else { "" };
    option(format!("--namespace {}{create}", quoted(release.namespace.as_str())));
    if let Some(file) = values {
        option(format!("--values {}", quoted(file)));
    }
    option("--wait\n".to_owned());
    command
}

fn reminder() -> String {
    format!(
        "
if [ -e {SECRETS_FILE} ]; then
    echo 'The Secrets with values are not applied by this script. Apply them with:'
    echo '  kubectl apply --server-side --filename {SECRETS_FILE}'
    echo \"in $PWD\"
fi
"
    )
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        for text in ["", "plain-1.2/x:y", "a b", "it's", "$(touch x)", "`x`", "a\"b", "*", "~", "a\\b", "a;b"]
        {
            let script = format!("printf '%s' {}", quoted(text));
            let output = std::process::Command::new("sh").args(["-c", &script]).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }
    }
}
