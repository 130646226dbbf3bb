//! What the bridge is, and how it is.

/// What the bridge says of itself. The same after a restart, and from every replica.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) version: String,
    pub(crate) cluster_name: String,
    pub(crate) cluster_id: String,
    pub(crate) storage_type: String,
    /// The accessor and the UUID of the method that takes tokens.
    pub(crate) token_method: (String, String),
}

/// Whether the bridge can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It can.
    Ready,
    /// It is about to end: it answers what comes, and wants no more.
    Draining,
    /// The store has no token for it yet, so that nobody can ask for anything.
    Uninitialized,
    /// The store cannot be asked.
    StoreUnavailable,
}
