//! Names of headers, in lower case as HTTP/2 has them, and what a few of them are set to.

/// The token of the request.
pub const TOKEN: &str = "x-vault-token";

/// The namespace that the path of the request is in.
pub const NAMESPACE: &str = "x-vault-namespace";

/// Set to `true` by every client: a server can ask for it, so that a browser cannot be made to send a request.
pub const REQUEST: &str = "x-vault-request";

/// Asks for the reply to be wrapped, for this long: `60s`.
pub const WRAP_TTL: &str = "x-vault-wrap-ttl";

/// The state of storage that a reply was made from, or that a request must see at least.
pub const INDEX: &str = "x-vault-index";

/// What to do when a server has not seen that state yet: `forward-active-node`.
pub const INCONSISTENT: &str = "x-vault-inconsistent";

/// The host that has answered, where the server is set to tell.
pub const HOSTNAME: &str = "x-vault-hostname";

/// The node of a Raft cluster that has answered, where the server is set to tell.
pub const RAFT_NODE_ID: &str = "x-vault-raft-node-id";

/// The content type of every reply, with nothing after it: some clients compare the whole of it.
pub const JSON: &str = "application/json";

/// The content type that a PATCH must have (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
