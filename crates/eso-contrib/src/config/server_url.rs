//! The address of a server.

use core::fmt;
use core::str::FromStr;

use url::Url;

use crate::error::{Error, Result};

/// An `http` or `https` address without credentials, query and fragment. The text is kept as it was written.
///
/// ```
/// # use eso_contrib::ServerUrl;
/// assert!("https://bridge.acme.lab:8200".parse::<ServerUrl>().is_ok());
/// let refused = "http://root:hunter2@bridge:8200".parse::<ServerUrl>().unwrap_err().to_string();
/// assert!(!refused.contains("hunter2"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl(String);

impl ServerUrl {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that is one.
    pub(crate) fn literal(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host, in lower case and without the port.
    pub(crate) fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl FromStr for ServerUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match check(text) {
            Ok(()) => Ok(Self(text.to_owned())),
            Err(problem) => Err(Error::ServerUrl { problem }),
        }
    }
}

fn check(text: &str) -> core::result::Result<(), String> {
    // The parser repairs what the operator's HTTP client would not: spaces around, back-slashes, a slash too few or many.
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return Err("it does not start with http:// or https://".into());
    };
    if rest.starts_with('/') {
        return Err("it has no host".into());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("it has a space, a control character or a back-slash".into());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has a user name or a password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".into());
    }
    Ok(())
}

impl<'de> serde::Deserialize<'de> for ServerUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        k8s_bundle::yaml::from_text(deserializer)
    }
}

impl TryFrom<&str> for ServerUrl {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for ServerUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ServerUrl {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ServerUrl".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Scheme, host and port; no credentials",
            "format": "uri",
            "pattern": r"^https?://[^/\\\s@?#][^\\\s@?#]*$",
            "examples": ["http://homelab-secret-bridge.lab:8200"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_taken_as_they_are() {
        for text in [
            "http://homelab-secret-bridge.lab:8200",
            "https://10.0.0.2",
            "http://[fd00::1]:8200",
            "https://acme.lab/vault/",
            "http://localhost:80",
        ] {
            assert_eq!(text.parse::<ServerUrl>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_the_operators_client_would_stumble_over_is_refused() {
        for text in [
            "",
            "bridge:8200",
            "ftp://bridge",
            "HTTP://bridge",
            "http://",
            "http:///x",
            "http://bridge:99999",
            " http://bridge",
            "http://bridge\n",
            "http://bridge\\x",
            "http://bridge?token=x",
            "http://bridge#x",
            "http://a b",
            "http://user@bridge",
        ] {
            assert!(text.parse::<ServerUrl>().is_err(), "{text:?}");
        }
    }
}
