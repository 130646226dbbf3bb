//! The programs, what each is given, and where it leaves the Secrets.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use k8s_bundle::{SecretManifest, SourceRef};

use super::server::{MOUNT, TOKEN};
use crate::Sample;

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Ours.
    pub secretbridge: PathBuf,
    /// `github.com/helmfile/vals`.
    pub vals: PathBuf,
    /// `github.com/argoproj-labs/argocd-vault-plugin`.
    pub argocd_vault_plugin: PathBuf,
}

/// One way to have a program deliver the sample.
#[derive(Debug, Clone)]
pub struct Contender {
    /// The command, and the form of what it is given where there are several.
    pub name: &'static str,
    program: PathBuf,
    arguments: Vec<&'static str>,
    input: String,
    folder: PathBuf,
}

/// What is given to the program, in the folder that it runs in.
const INPUT: &str = "secrets.yaml";
/// Where its standard output goes.
const OUTPUT: &str = "output.yaml";
/// The folder of ours.
const OURS: &str = "secretbridge";

impl Contender {
    /// All of them, each in a folder of its own below `folder`: ours, then the others, each in the form that its documentation
    /// begins with and in the one that costs it the fewest requests.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn all(programs: &Programs, sample: &Sample, folder: &Path) -> io::Result<[Self; 5]> {
        let Programs { secretbridge, vals, argocd_vault_plugin } = programs;
        let of = |place: &str, name, program: &Path, arguments: &[&'static str], input: String| {
            let folder = folder.join(place);
            fs::create_dir(&folder)?;
            fs::write(folder.join(INPUT), &input)?;
            let (program, arguments) = (program.to_owned(), arguments.to_vec());
            Ok::<_, io::Error>(Self { name, program, arguments, input, folder })
        };
        let eval = &["eval", "-f", INPUT];
        let generate = &["generate", INPUT];
        let documents = |secret: &dyn Fn(&SecretManifest) -> String| -> String {
            sample.manifests().iter().flat_map(|manifest| ["---\n".to_owned(), secret(manifest)]).collect()
        };
        let list = sample.manifests().iter().map(|manifest| refs(manifest).replace('\n', "\n  "));
        let list = list.fold(String::from("apiVersion: v1\nkind: List\nitems:"), |list, item| {
            list + "\n- " + item.trim_end()
        });
        Ok([
            of(OURS, "secretbridge build", secretbridge, &["build", "--config", INPUT], ours(sample))?,
            of("documents", "vals eval, a document for each", vals, eval, documents(&refs))?,
            of("list", "vals eval, one list of all", vals, eval, list)?,
            of(
                "keys",
                "argocd-vault-plugin, a path for each key",
                argocd_vault_plugin,
                generate,
                documents(&path_for_each_key),
            )?,
            of(
                "secrets",
                "argocd-vault-plugin, a path for each Secret",
                argocd_vault_plugin,
                generate,
                documents(&path_for_all_keys),
            )?,
        ])
    }

    /// The command, with the server at `address`. What a run before left behind is removed.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn command(&self, address: SocketAddr) -> io::Result<Command> {
        fs::remove_dir_all(&self.folder)?;
        fs::create_dir(&self.folder)?;
        fs::write(self.folder.join(INPUT), &self.input)?;
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env("HOME", &self.folder)
            .env("PATH", "/usr/bin:/bin")
            .env("VAULT_ADDR", format!("http://{address}"))
            .env("VAULT_TOKEN", TOKEN)
            .env("AVP_TYPE", "vault")
            .env("AVP_AUTH_TYPE", "token")
            .current_dir(&self.folder);
        Ok(command)
    }

    /// Whether it is what the others are compared with.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.folder.ends_with(OURS)
    }

    /// Where its standard output goes.
    #[must_use]
    pub fn output(&self) -> PathBuf {
        self.folder.join(OUTPUT)
    }

    /// Where the Secrets are after a run.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        if self.is_ours() { self.folder.join("out/k8s/secrets.yaml") } else { self.output() }
    }
}

fn ours(sample: &Sample) -> String {
    let store = format!("{{ provider: vault, mount: {MOUNT}, kv_version: 2 }}");
    let mut text = format!("instance: bench\nstore: {store}\nsecrets:\n");
    for manifest in sample.manifests() {
        let (name, namespace) = (manifest.name(), &manifest.namespaces()[0]);
        let _ = writeln!(text, "  - name: {name}\n    namespace: {namespace}\n    data:");
        for (key, source) in manifest.data() {
            let _ =
                writeln!(text, "      {key}: {{ key: {}, property: {} }}", source.key(), source.property());
        }
    }
    text
}

fn refs(manifest: &SecretManifest) -> String {
    let reference =
        |source: &SourceRef| format!("ref+vault://{MOUNT}/{}#/{}", source.key(), source.property());
    secret(manifest, "", reference)
}

fn path_for_each_key(manifest: &SecretManifest) -> String {
    let placeholder =
        |source: &SourceRef| format!("<path:{MOUNT}/data/{}#{}>", source.key(), source.property());
    secret(manifest, "", placeholder)
}

fn path_for_all_keys(manifest: &SecretManifest) -> String {
    let path = manifest.data().values().next().map_or("", SourceRef::key);
    let annotation = format!("  annotations: {{ avp.kubernetes.io/path: {MOUNT}/data/{path} }}\n");
    secret(manifest, &annotation, |source| format!("<{}>", source.property()))
}

/// A Secret whose values are to be put in by a program that knows what `reference` writes.
fn secret(manifest: &SecretManifest, metadata: &str, reference: impl Fn(&SourceRef) -> String) -> String {
    let (name, namespace) = (manifest.name(), &manifest.namespaces()[0]);
    let mut text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n{metadata}stringData:\n"
    );
    for (key, source) in manifest.data() {
        let _ = writeln!(text, "  {key}: {}", reference(source));
    }
    text
}
