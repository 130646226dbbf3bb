//! The environment variables that people set for the `vault` and `bao` programs, in one table.

use crate::{Environment, SecretValue};

/// A setting that an environment variable gives where the configuration does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvironmentVariable {
    /// What it may be called: the first that is set, and is not empty, counts.
    pub names: &'static [&'static str],
    /// What it gives, in a sentence.
    pub meaning: &'static str,
}

impl EnvironmentVariable {
    /// The name and the value of the first that is set.
    pub(super) fn read(&self, environment: &Environment) -> Option<(&'static str, SecretValue)> {
        self.names.iter().find_map(|name| Some((*name, environment.get(name)?)))
    }

    const fn new(names: &'static [&'static str], meaning: &'static str) -> Self {
        Self { names, meaning }
    }
}

/// Every environment variable that the provider reads by itself; the configuration wins over each of them.
pub const ENVIRONMENT: &[EnvironmentVariable] = &[
    ADDRESS,
    TOKEN,
    NAMESPACE,
    CA_FILE,
    CA_TEXT,
    CA_FOLDER,
    CLIENT_CERTIFICATE,
    CLIENT_KEY,
    SERVER_NAME,
    CLIENT_TIMEOUT,
    SKIP_VERIFY,
    PROXY,
    HTTPS_PROXY,
    NO_PROXY,
];

pub(super) const ADDRESS: EnvironmentVariable =
    EnvironmentVariable::new(&["BAO_ADDR", "VAULT_ADDR"], "The server's address.");
pub(super) const TOKEN: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_TOKEN", "VAULT_TOKEN"],
    "The token, where no other way to log in is configured.",
);
pub(super) const NAMESPACE: EnvironmentVariable =
    EnvironmentVariable::new(&["BAO_NAMESPACE", "VAULT_NAMESPACE"], "The namespace of the secrets.");
pub(super) const CA_FILE: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CACERT", "VAULT_CACERT"],
    "A file of PEM certificates: who may have signed the server's certificate, instead of the system's authorities.",
);
pub(super) const CA_TEXT: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CACERT_BYTES", "VAULT_CACERT_BYTES"],
    "The same, as PEM text. Read when no file is named.",
);
pub(super) const CA_FOLDER: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CAPATH", "VAULT_CAPATH"],
    "The same, as a folder of files. Read when neither a file nor text is given.",
);
pub(super) const CLIENT_CERTIFICATE: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CLIENT_CERT", "VAULT_CLIENT_CERT"],
    "A file of PEM certificates: the one to show to the server, and its chain.",
);
pub(super) const CLIENT_KEY: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CLIENT_KEY", "VAULT_CLIENT_KEY"],
    "A file with the private key of that certificate, in PEM.",
);
pub(super) const SERVER_NAME: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_TLS_SERVER_NAME", "VAULT_TLS_SERVER_NAME"],
    "The name that the server's certificate must have, when it is not the address's host.",
);
pub(super) const CLIENT_TIMEOUT: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_CLIENT_TIMEOUT", "VAULT_CLIENT_TIMEOUT"],
    "How long the whole of one answer may take: seconds, or a duration such as 1m30s.",
);
pub(super) const SKIP_VERIFY: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY"],
    "Refused when it is true and the address is https: certificates are always checked.",
);
pub(super) const PROXY: EnvironmentVariable = EnvironmentVariable::new(
    &["BAO_PROXY_ADDR", "VAULT_PROXY_ADDR", "BAO_HTTP_PROXY", "VAULT_HTTP_PROXY"],
    "An HTTP proxy for an https address, whatever NO_PROXY says.",
);
pub(super) const HTTPS_PROXY: EnvironmentVariable =
    EnvironmentVariable::new(&["HTTPS_PROXY", "https_proxy"], "An HTTP proxy for an https address.");
pub(super) const NO_PROXY: EnvironmentVariable = EnvironmentVariable::new(
    &["NO_PROXY", "no_proxy"],
    "Hosts, domains and networks that HTTPS_PROXY is not for, with commas between them.",
);
