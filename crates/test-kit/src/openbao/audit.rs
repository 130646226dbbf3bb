//! What the server noted of the requests that it got.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// One request, as the server's audit log has it. Requests that the server refused are there as well; those of a sealed
/// server are not, nor those that need no token and name no mount (`sys/health`, `sys/seal-status`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditedRequest {
    /// `read`, `create`, `update`, `patch`, `delete`, `list`.
    pub operation: String,
    /// What follows `/v1/`.
    pub path: String,
    /// Which namespace it was in, without a slash at its end; empty for the root.
    pub namespace: String,
    /// From which port it came: as many different ones as there were connections.
    pub remote_port: u64,
}

/// The requests in an audit log, in order; answers are left out. A last line that is not whole yet is left out, too.
pub(super) fn requests(log: &Path) -> Vec<AuditedRequest> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["type"] == "request").map(|line| request(&line["request"])).collect()
}

fn request(request: &Value) -> AuditedRequest {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    AuditedRequest {
        operation: text(&request["operation"]),
        path: text(&request["path"]),
        namespace: text(&request["namespace"]["path"]).trim_end_matches('/').to_owned(),
        remote_port: request["remote_port"].as_u64().unwrap_or_default(),
    }
}
