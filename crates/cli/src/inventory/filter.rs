//! Which rows are asked for.

use clap::Args;

use super::row::{How, Row};

/// Which rows are asked for; all of the conditions that are given hold.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Filter {
    /// Only Secrets in this namespace; may be given several times.
    #[arg(long, short, value_name = "NAMESPACE")]
    namespace: Vec<String>,
    /// Only what comes from this path or from below it, or may do so: what breaks when the path goes?
    #[arg(long, short, value_name = "PATH")]
    path: Option<String>,
    /// Only what goes through this store: `vault`, `ClusterSecretStore/vault`, or the provider of the configuration's store.
    #[arg(long, short, value_name = "STORE")]
    store: Option<String>,
}

impl Filter {
    pub(super) fn takes(&self, row: &Row) -> bool {
        let namespace = self.namespace.is_empty() || self.namespace.contains(&row.namespace);
        let path = self.path.as_deref().is_none_or(|path| may_come_from(row, path));
        let store = self.store.as_deref().is_none_or(|store| is_store(row, store));
        namespace && path && store
    }
}

fn may_come_from(row: &Row, asked: &str) -> bool {
    let asked = asked.trim_matches('/');
    match (row.source.how, &row.source.path) {
        // What looks for names anywhere, or further up, may find it; what is pushed under names of its own may be there.
        (How::Find | How::Value, None) => true,
        (How::Find, Some(path)) => is_within(path, asked) || is_within(asked, path),
        (_, Some(path)) => is_within(path, asked),
        (_, None) => false,
    }
}

/// By whole segments: `infrastructure/minio` is within `infrastructure`, and not within `infra`.
fn is_within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn is_store(row: &Row, asked: &str) -> bool {
    row.store
        .as_deref()
        .is_some_and(|store| store == asked || store.split_once('/').is_some_and(|(_, name)| name == asked))
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_path_is_within_its_whole_segments_alone() {
        assert!(is_within("infrastructure/minio", "infrastructure"));
        assert!(is_within("infrastructure", "infrastructure"));
        assert!(is_within("anything", ""));
        assert!(!is_within("infrastructure/minio", "infra"));
        assert!(!is_within("infrastructure", "infrastructure/minio"));
    }
}
