//! The pod.

use std::collections::BTreeMap;

use k8s_bundle::{ObjectName, Result};
use serde::Serialize;

use super::labels::{Labels, Selector};
use super::volume::{Mounted, Volume, mounts, place, volumes};
use super::{PORT, config_map, tls_secret};
use crate::contributor::Context;
use crate::{Image, Quantity, Tls};

/// A user and group that no image has a name for.
const NOBODY: u32 = 65532;

/// The bridge takes 3 s to be left, then the time to drain for what is under way; the rest is for telling the operator and for
/// the last lines of the log.
const BESIDE_DRAINING: u64 = 10;

#[derive(Serialize)]
pub(super) struct Template<'a> {
    metadata: TemplateMetadata<'a>,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct TemplateMetadata<'a> {
    labels: Labels<'a>,
    annotations: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    service_account_name: &'a ObjectName,
    automount_service_account_token: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    image_pull_secrets: Vec<Name<'a>>,
    security_context: PodSecurity,
    termination_grace_period_seconds: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topology_spread_constraints: Vec<Spread<'a>>,
    containers: [Container<'a>; 1],
    volumes: Vec<Volume>,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a ObjectName,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodSecurity {
    run_as_non_root: bool,
    run_as_user: u32,
    run_as_group: u32,
    fs_group: u32,
    fs_group_change_policy: &'static str,
    seccomp_profile: Seccomp,
}

#[derive(Serialize)]
struct Seccomp {
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spread<'a> {
    max_skew: u32,
    topology_key: &'static str,
    when_unsatisfiable: &'static str,
    label_selector: Selector<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Container<'a> {
    name: &'static str,
    image: &'a Image,
    args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env_from: Vec<EnvironmentOf<'a>>,
    ports: [Exposed; 1],
    startup_probe: Probe,
    liveness_probe: Probe,
    readiness_probe: Probe,
    resources: Bounds<'a>,
    security_context: ContainerSecurity,
    volume_mounts: Vec<Mounted>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnvironmentOf<'a> {
    secret_ref: Name<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exposed {
    name: &'static str,
    container_port: u16,
    protocol: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    #[serde(flatten)]
    action: Action,
    period_seconds: u32,
    failure_threshold: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Action {
    HttpGet {
        path: &'static str,
        port: &'static str,
        scheme: &'static str,
    },
    /// The kubelet has no certificate to show.
    TcpSocket {
        port: &'static str,
    },
}

#[derive(Serialize)]
struct Bounds<'a> {
    requests: Amounts<'a>,
    limits: Amounts<'a>,
}

#[derive(Serialize)]
struct Amounts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<&'a Quantity>,
    memory: &'a Quantity,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerSecurity {
    allow_privilege_escalation: bool,
    capabilities: Capabilities,
    read_only_root_filesystem: bool,
}

#[derive(Serialize)]
struct Capabilities {
    drop: [&'static str; 1],
}

/// A pod that is another one when the configuration is another one.
pub(super) fn template<'a>(context: Context<'a>, image: &'a Image, tls: &Tls) -> Result<Template<'a>> {
    let workload = context.workload;
    let spread = Spread {
        max_skew: 1,
        topology_key: "kubernetes.io/hostname",
        when_unsatisfiable: "ScheduleAnyway",
        label_selector: Selector::of(context),
    };
    let spec = Spec {
        service_account_name: &workload.name,
        automount_service_account_token: context.served.needs_account_token(),
        image_pull_secrets: workload.image_pull_secrets.iter().map(|name| Name { name }).collect(),
        security_context: PodSecurity {
            run_as_non_root: true,
            run_as_user: NOBODY,
            run_as_group: NOBODY,
            fs_group: NOBODY,
            fs_group_change_policy: "OnRootMismatch",
            seccomp_profile: Seccomp { r#type: "RuntimeDefault" },
        },
        termination_grace_period_seconds: to_end(context),
        topology_spread_constraints: (workload.replicas(context.served) > 1)
            .then_some(spread)
            .into_iter()
            .collect(),
        containers: [container(context, image)],
        volumes: volumes(context, tls_secret(context, tls)?)?,
    };
    let annotations = BTreeMap::from([("checksum/config", checksum(&context.served.config))]);
    Ok(Template { metadata: TemplateMetadata { labels: Labels::of(context), annotations }, spec })
}

/// In whole seconds.
fn to_end(context: Context<'_>) -> u64 {
    let drain = context.served.drain_time;
    drain.as_secs().saturating_add(u64::from(drain.subsec_nanos() > 0)).saturating_add(BESIDE_DRAINING)
}

fn container<'a>(context: Context<'a>, image: &'a Image) -> Container<'a> {
    let workload = context.workload;
    let config = format!("{}/{}", place::CONFIG, config_map::FILE);
    let environment = workload.environment.iter().map(|name| EnvironmentOf { secret_ref: Name { name } });
    let probe = |path, period_seconds, failure_threshold| {
        let action = if context.served.needs_client_certificates {
            Action::TcpSocket { port: PORT }
        } else {
            Action::HttpGet { path, port: PORT, scheme: "HTTPS" }
        };
        Probe { action, period_seconds, failure_threshold }
    };
    let memory = &workload.resources.memory;
    Container {
        name: "bridge",
        image,
        args: ["serve", "--config", &config, "--log-format", "json"].map(str::to_owned).to_vec(),
        env_from: environment.collect(),
        ports: [Exposed { name: PORT, container_port: context.served.port, protocol: "TCP" }],
        startup_probe: probe("/healthz", 1, 60),
        liveness_probe: probe("/healthz", 10, 3),
        readiness_probe: probe("/readyz", 2, 1),
        resources: Bounds {
            requests: Amounts { cpu: Some(&workload.resources.cpu), memory },
            limits: Amounts { cpu: None, memory },
        },
        security_context: ContainerSecurity {
            allow_privilege_escalation: false,
            capabilities: Capabilities { drop: ["ALL"] },
            read_only_root_filesystem: true,
        },
        volume_mounts: mounts(context),
    }
}

/// A change of the `ConfigMap` alone starts no pod anew.
fn checksum(config: &str) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(config.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
