//! Who may do what: path globs and capabilities.
