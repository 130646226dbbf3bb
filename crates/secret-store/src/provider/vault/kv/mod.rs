//! The key/value secrets engine: paths, versions 1 and 2, and what its answers mean.
