//! k8s-bundle
