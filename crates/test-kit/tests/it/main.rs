//! What the kit promises.

mod conformance;
