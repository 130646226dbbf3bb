//! What holds for every manifest.

use k8s_bundle::{KubernetesBundle, SecretManifest, SyncMode, generate_onto, yaml};
use proptest::prelude::*;

use super::{cluster, homelab};

prop_compose! {
    /// Paths often start as the mount or the API's own segment does: that is where the operator takes something off.
    fn path()(
        start in prop::sample::select(vec!["", "secret/", "secret/secret/", "secret/data/", "data/", "secrets/"]),
        rest in "[ -.0-~]{1,8}(/[ -.0-~]{1,8}){0,2}",
    ) -> String {
        format!("{start}{rest}")
    }
}

prop_compose! {
    fn manifest()(
        data in prop::collection::btree_map("[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}", (path(), "[ -~]{1,8}"), 1..5),
        annotation in "([{}] ?|[ -~]){0,12}",
        refresh_seconds in 0_u32..200_000,
    ) -> SecretManifest {
        let builder = SecretManifest::builder("db").namespace("acme").sync_mode(SyncMode::ExternalSecrets);
        let builder = builder.annotation("note", annotation).refresh_interval(format!("{refresh_seconds}s"));
        data.iter()
            .fold(builder, |builder, (key, (path, field))| builder.data(key, (path.as_str(), field.as_str())))
            .build()
            .unwrap()
    }
}

proptest! {
    #[test]
    fn every_value_is_read_by_path_and_property(manifest in manifest(), chart in prop::sample::select(vec!["0.10.4", "0.20.4"])) {
        prop_assume!(manifest.data().values().all(|source| source.key().split('/').all(|part| !matches!(part, "." | ".."))));
        let bundle = KubernetesBundle::with_secrets([manifest.clone()]);
        let bundle = generate_onto(bundle, &cluster(), &eso_contrib::contributors(&homelab(chart))).unwrap();
        let written = yaml::to_string(bundle.resources().last().unwrap()).unwrap();
        let read: serde_yaml::Value = yaml::from_str(&written).unwrap();
        let data = read["spec"]["data"].as_sequence().unwrap();
        prop_assert_eq!(data.len(), manifest.data().len());
        for (entry, (key, source)) in data.iter().zip(manifest.data()) {
            prop_assert_eq!(entry["secretKey"].as_str(), Some(key.as_str()));
            prop_assert_eq!(entry["remoteRef"]["property"].as_str(), Some(source.property()));
            prop_assert_eq!(path_the_operator_reads(entry["remoteRef"]["key"].as_str().unwrap()), source.key());
        }
        let note = read["spec"]["target"]["template"]["metadata"]["annotations"]["note"].as_str().unwrap();
        prop_assert_eq!(rendered(note), manifest.annotations()["note"].as_str());
    }
}

/// `buildPath` in the operator's `pkg/provider/vault/client_get.go`, for a version 2 engine mounted at `secret`.
fn path_the_operator_reads(key: &str) -> &str {
    match key.strip_prefix("secret/") {
        Some(rest) => rest.strip_prefix("data/").unwrap_or(rest),
        None => key,
    }
}

/// What Go's `text/template` makes of a text whose only action prints opening braces.
fn rendered(mut template: &str) -> String {
    let mut out = String::new();
    while let Some((before, action)) = template.split_once("{{") {
        out.push_str(before);
        out.push_str("{{");
        template = action.strip_prefix(r#" "{{" }}"#).expect("the only action prints opening braces");
    }
    out + template
}
