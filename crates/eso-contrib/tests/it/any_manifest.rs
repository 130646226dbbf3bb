//! Whatever a manifest says, for every chart: what comes out is what the chart has, or the reason why nothing does.

use eso_contrib::api::FieldProblemKind;
use eso_contrib::{Error, EsoVersion, ExternalSecrets, SecretProblemKind};
use k8s_bundle::{Contributor, KubernetesBundle, SecretManifest, SecretType, SyncMode, yaml};
use proptest::prelude::*;
use semver::Version;
use serde_yaml::Value;

use super::homelab;

/// One chart at least on each side of every change of what a manifest can ask for.
const CHARTS: [&str; 12] = [
    "0.10.0", "0.10.4", "0.15.1", "0.16.1", "0.18.1", "0.20.1", "0.20.4", "1.3.2", "2.2.0", "2.3.0", "2.8.0",
    "2.9.0",
];

proptest! {
    #[test]
    fn any_manifest_is_written_as_its_chart_has_it_or_the_reason_is_named(
        manifest in test_kit::strategy::manifest_of(SyncMode::ExternalSecrets),
        chart in prop::sample::select(&CHARTS[..]),
    ) {
        let store = manifest.store_ref().map_or_else(|| "homelab".parse().unwrap(), Clone::clone);
        let config = homelab(chart).with_store_name(store);
        let mut bundle = KubernetesBundle::with_secrets([manifest.clone()]);
        match ExternalSecrets::new(&config).contribute(&mut bundle) {
            Ok(()) => {
                prop_assert_eq!(bundle.resources().len(), manifest.ids().count());
                for resource in bundle.resources() {
                    let read: Value = yaml::from_str(&yaml::to_string(resource).unwrap()).unwrap();
                    prop_assert_eq!(&read["spec"], resource.field("spec").unwrap());
                    let wrong = wrong_for(&chart.parse().unwrap(), &read["spec"]);
                    prop_assert!(wrong.is_empty(), "{chart}: {wrong:?}");
                }
            }
            Err(error) => {
                let Some(Error::Secrets { problems }) = error.downcast_ref() else { panic!("{error}") };
                for problem in problems {
                    let reason = &problem.kind;
                    prop_assert!(is_reason(reason, chart, &manifest), "{chart}: {reason}");
                }
                prop_assert!(bundle.resources().is_empty());
            }
        }
    }
}

/// What stands in `spec` and that chart does not have, or does not stand there and the chart would fill in.
fn wrong_for(chart: &Version, spec: &Value) -> Vec<&'static str> {
    let since = |first: &str| *chart >= first.parse().unwrap();
    let data = list(&spec["data"]);
    let data_from = list(&spec["dataFrom"]);
    let target = &spec["target"];
    let extracts: Vec<_> =
        data.iter().map(|data| &data["remoteRef"]).chain(given(&data_from, "extract")).collect();
    let finds = given(&data_from, "find");
    let rewrites: Vec<_> = data_from.iter().flat_map(|from| list(&from["rewrite"])).collect();
    let merges = given(&rewrites, "merge");
    let uuid = data_from.iter().any(|from| from["sourceRef"]["generatorRef"]["kind"] == "UUID");
    let null_bytes = extracts.iter().chain(&finds).any(|remote| !remote["nullBytePolicy"].is_null());
    let spelt_out = |remotes: &[&Value], fields: &[&str]| {
        since("2.9.0") || remotes.iter().all(|remote| fields.iter().all(|field| remote[*field].is_string()))
    };
    let rules = [
        ("refreshPolicy is there", spec["refreshPolicy"].is_null() || since("0.16.0")),
        ("CreateOrMerge is there", target["creationPolicy"] != "CreateOrMerge" || since("2.8.0")),
        ("nullBytePolicy is there", !null_bytes || since("2.3.0")),
        ("a UUID is there", !uuid || since("0.10.3")),
        ("merge is there", merges.is_empty() || since("0.18.1")),
        (
            "priorityPolicy is not where it is known",
            merges.iter().all(|merge| merge["priorityPolicy"].is_string() == since("0.20.2")),
        ),
        (
            "strategies are missing",
            spelt_out(&extracts, &["conversionStrategy", "decodingStrategy", "metadataPolicy"]),
        ),
        ("strategies of find are missing", spelt_out(&finds, &["conversionStrategy", "decodingStrategy"])),
        ("refreshInterval is missing", spec["refreshInterval"].is_string()),
        (
            "policies are missing",
            target["creationPolicy"].is_string() && target["deletionPolicy"].is_string(),
        ),
        ("the template is missing", target["template"]["mergePolicy"].is_string()),
    ];
    rules.into_iter().filter(|(_, holds)| !holds).map(|(rule, _)| rule).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_sequence().cloned().unwrap_or_default()
}

/// The `field` of each that has one.
fn given<'a>(values: &'a [Value], field: &str) -> Vec<&'a Value> {
    values.iter().map(|value| &value[field]).filter(|value| !value.is_null()).collect()
}

/// Whether that chart, or what the manifest says, is a reason to refuse it.
fn is_reason(kind: &SecretProblemKind, chart: &str, manifest: &SecretManifest) -> bool {
    let chart: EsoVersion = chart.parse().unwrap();
    match kind {
        SecretProblemKind::Field { problem: FieldProblemKind::Unsupported { feature, .. }, .. } => {
            !feature.is_in(&chart)
        }
        // The texts of templates are any texts.
        SecretProblemKind::Field {
            problem: FieldProblemKind::Template(_) | FieldProblemKind::TemplateField { .. },
            ..
        } => manifest.template().is_some() || !manifest.data_from().is_empty(),
        SecretProblemKind::Field { problem: FieldProblemKind::Rule { rule }, .. } => {
            let is_long = manifest.name().as_str().len() > 92 && chart < "0.18.1".parse().unwrap();
            let any_text = manifest.template().is_some() || !manifest.data_from().is_empty();
            (is_long && rule.contains("its name has"))
                || (any_text && rule.contains("which server-side apply does not carry"))
                || (!manifest.data_from().is_empty() && rule.contains("off the path of what it finds there"))
        }
        SecretProblemKind::UnstablePath { path } => {
            path.split('/').any(|segment| matches!(segment, "" | "." | ".."))
        }
        // Fields whose keys are nobody's: the rules of the type, as they hold however the Secret is delivered.
        SecretProblemKind::Declared(_) => *manifest.secret_type() != SecretType::Opaque,
        _ => false,
    }
}
