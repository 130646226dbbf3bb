//! `sys/seal-status`, `sys/leader` and `sys/init`, with no token asked for.

use http::StatusCode;
use serde::Serialize;
use vault_api::sys::SealStatus;

use crate::api::{Failure, Reply};
use crate::state::{Condition, Server};

/// Sealed means that nothing can be read: the store behind the bridge is not available.
pub(crate) fn seal_status(server: &Server, condition: Condition) -> Result<Reply, Failure> {
    let status = SealStatus {
        seal_type: "shamir".to_owned(),
        initialized: condition != Condition::Uninitialized,
        sealed: matches!(condition, Condition::StoreUnavailable | Condition::Uninitialized),
        t: 1,
        n: 1,
        progress: 0,
        nonce: String::new(),
        version: server.version.clone(),
        build_date: None,
        commit_date: None,
        migration: false,
        cluster_name: Some(server.cluster_name.clone()),
        cluster_id: Some(server.cluster_id.clone()),
        recovery_seal: false,
        storage_type: server.storage_type.clone(),
    };
    Reply::envelope(StatusCode::OK, &status)
}

/// There is no leader: every replica answers everything.
pub(crate) fn leader() -> Result<Reply, Failure> {
    #[derive(Serialize)]
    #[expect(clippy::struct_field_names, reason = "as the server sends them")]
    struct Leader {
        ha_enabled: bool,
        is_self: bool,
        leader_address: &'static str,
        leader_cluster_address: &'static str,
        performance_standby: bool,
        performance_standby_last_remote_wal: u64,
    }
    let leader = Leader {
        ha_enabled: false,
        is_self: false,
        leader_address: "",
        leader_cluster_address: "",
        performance_standby: false,
        performance_standby_last_remote_wal: 0,
    };
    Reply::envelope(StatusCode::OK, &leader)
}

pub(crate) fn initialized(condition: Condition) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Init {
        initialized: bool,
    }
    Reply::envelope(StatusCode::OK, &Init { initialized: condition != Condition::Uninitialized })
}
