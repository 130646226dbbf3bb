//! When a run must be over.
