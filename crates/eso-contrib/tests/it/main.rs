//! The behaviour of the run-time path, through the public API alone.
#![expect(clippy::unwrap_used, reason = "what the tests are set up with is valid; a failure names its line")]

mod any_manifest;
mod by_reference;
mod chart;
mod config;
mod contradiction;
mod golden;
mod golden_files;
mod golden_kinds;
mod golden_stores;
mod kind_rules;
mod off;
mod order;
mod property;
mod refused;
mod resources;
#[cfg(feature = "schema")]
mod schema;
mod store_config;
mod store_keys;
mod store_rules;
mod stores;

use std::fmt::Write;

use eso_contrib::{RuntimeSync, contributors};
use k8s_bundle::{ClusterName, Error, KubernetesBundle, SecretManifest, SourceRef, generate_onto, yaml};

/// Run-time sync as in the homelab example, for one chart.
fn homelab(chart_version: &str) -> RuntimeSync {
    RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN").unwrap())
        .with_bridge_url("http://homelab-secret-bridge.acme.lab:8200".parse().unwrap())
        .with_chart_version(chart_version.parse().unwrap())
}

/// Manifests as a user writes them.
fn manifests(text: &str) -> Vec<SecretManifest> {
    yaml::from_str(text).unwrap()
}

fn cluster() -> ClusterName {
    "dev".parse().unwrap()
}

fn generate(config: &RuntimeSync, text: &str) -> Result<KubernetesBundle, Error> {
    generate_onto(KubernetesBundle::with_secrets(manifests(text)), &cluster(), &contributors(config))
}

/// All files of the bundle one after the other, each under its path.
fn all_files(bundle: &KubernetesBundle) -> String {
    let mut text = String::new();
    for (path, contents) in bundle.files().unwrap().iter() {
        writeln!(text, "=== {path}").unwrap();
        text.push_str(core::str::from_utf8(contents).unwrap());
    }
    text
}

/// The errors that the contributors of this crate return, with their help.
fn eso_error(result: Result<KubernetesBundle, Error>) -> String {
    let Err(Error::Contributors { failures, .. }) = result else { panic!("contributors were to fail") };
    let mut text = String::new();
    for failure in failures {
        let error = failure.error.downcast_ref::<eso_contrib::Error>().unwrap();
        writeln!(text, "{error}\nhelp: {}", error.help().unwrap_or_default()).unwrap();
    }
    text
}

const DATABASE: &str = "
- name: acme-api-db
  namespace: acme-prod
  sync_mode: external-secrets
  data: { password: ACME_DB_PASSWORD }
";
