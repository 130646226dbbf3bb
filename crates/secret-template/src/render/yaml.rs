//! YAML as the operator reads and writes it: `sigs.k8s.io/yaml`, which is YAML 1.1 by way of JSON.

pub(crate) mod read;
mod resolve;
pub(crate) mod write;
