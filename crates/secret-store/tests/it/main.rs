//! How stores behave, seen from outside.

mod wrapper_audited;
mod wrapper_cached;
mod wrapper_conformance;
mod wrapper_mount;
mod wrapper_order;
mod wrapper_read_only;
mod wrapper_retry;
mod wrapper_scoped;
