//! Texts that a repository is found by. All of them are committed with the output.

use core::fmt;
use core::str::FromStr;

use crate::parse::deserialize_from_text;
use crate::{GoDuration, ObjectName};

/// A text that cannot be what it is given for. The text is not quoted: it may hold a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not valid: {problem}")]
pub struct DeliveryTextError {
    what: &'static str,
    problem: &'static str,
}

macro_rules! text_type {
    ($(#[$doc:meta])* $type:ident, $what:literal, $check:ident, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $type(String);

        impl $type {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = DeliveryTextError;

            fn from_str(text: &str) -> Result<Self, DeliveryTextError> {
                match plain(text).or_else(|| $check(text)) {
                    None => Ok(Self(text.to_owned())),
                    Some(problem) => Err(DeliveryTextError { what: $what, problem }),
                }
            }
        }

        deserialize_from_text!($type);

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "minLength": 1, "pattern": $pattern })
            }
        }
    };
}

text_type!(
    /// The address of a repository or server, without credentials: `https://git.example.com/team/cluster.git`,
    /// `git@git.example.com:team/cluster.git`, `https://kubernetes.default.svc`.
    ///
    /// ```
    /// # use k8s_bundle::RepositoryUrl;
    /// assert!("ssh://git@git.example.com/team/cluster.git".parse::<RepositoryUrl>().is_ok());
    /// let refused = "https://ci:hunter2@git.example.com/team/cluster.git".parse::<RepositoryUrl>().unwrap_err();
    /// assert!(!refused.to_string().contains("hunter2"));
    /// ```
    RepositoryUrl,
    "the address",
    credentials,
    r"^[^-\s\\][^\s\\]*$"
);
text_type!(
    /// A folder within a repository, relative to its root: `clusters/homelab/out`, or `.` for the root.
    ///
    /// ```
    /// # use k8s_bundle::RepositoryPath;
    /// assert_eq!("clusters/homelab/out".parse::<RepositoryPath>()?.join("k8s"), "clusters/homelab/out/k8s");
    /// assert_eq!(".".parse::<RepositoryPath>()?.join("k8s"), "k8s");
    /// assert!("../out".parse::<RepositoryPath>().is_err());
    /// # Ok::<_, k8s_bundle::DeliveryTextError>(())
    /// ```
    RepositoryPath,
    "the path in the repository",
    outside,
    r"^[^-/\s\\][^\s\\]*$"
);
text_type!(
    /// A branch, a tag or a commit: `main`, `v1.2.0`, `HEAD`.
    GitRevision,
    "the revision",
    nothing,
    r"^[^-\s\\][^\s\\]*$"
);

text_type!(
    /// How often Flux looks: a duration of hours, minutes, seconds and milliseconds, such as `10m` or `1h30m`.
    FluxInterval,
    "the interval",
    no_interval,
    r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"
);

/// `10m`.
impl Default for FluxInterval {
    fn default() -> Self {
        Self("10m".to_owned())
    }
}

/// `HEAD`: the default branch.
impl Default for GitRevision {
    fn default() -> Self {
        Self("HEAD".to_owned())
    }
}

impl RepositoryPath {
    /// The path of `file` below the folder.
    #[must_use]
    pub fn join(&self, file: &str) -> String {
        let parts = self.0.split('/').chain(file.split('/')).filter(|part| !matches!(*part, "" | "."));
        parts.collect::<Vec<_>>().join("/")
    }
}

/// What no such text may be: some of them become arguments of `git`.
fn plain(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.starts_with('-') {
        return Some("it starts with a hyphen");
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    text.contains(odd).then_some("it has a space, a control character or a backslash")
}

fn credentials(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.split_once("://")?;
    let (user, _) = rest.split(['/', '?', '#']).next().unwrap_or_default().rsplit_once('@')?;
    let is_login = user.contains(':') || matches!(scheme, "http" | "https");
    is_login.then_some("it has credentials, which the output would show")
}

fn outside(text: &str) -> Option<&'static str> {
    if text.starts_with('/') {
        return Some("it starts with a slash: it is relative to the root of the repository");
    }
    text.split('/').any(|part| part == "..").then_some("a part of it is \"..\"")
}

/// What Flux takes is less than what Go does: <https://fluxcd.io/flux/components/kustomize/kustomizations/#interval>.
fn no_interval(text: &str) -> Option<&'static str> {
    let whole = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |number: &str| match number.split_once('.') {
        Some((before, after)) => whole(before) && whole(after),
        None => whole(number),
    };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".msh".contains(&byte));
    let numbers = text.split(['m', 's', 'h']).filter(|number| !number.is_empty());
    let duration = text.parse::<GoDuration>().ok().filter(|_| is_plain && numbers.clone().all(is_number));
    match duration {
        Some(duration) if !duration.as_duration().is_zero() => None,
        _ => Some("write it as \"30s\", \"10m\" or \"1h30m\""),
    }
}

fn nothing(_: &str) -> Option<&'static str> {
    None
}

/// A string with something in it.
pub(super) fn nonempty<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = <Option<String> as serde::Deserialize>::deserialize(deserializer)?;
    match text.as_deref().and_then(plain) {
        None => Ok(text),
        Some(problem) => Err(serde::de::Error::custom(format!("the name is not valid: {problem}"))),
    }
}

#[expect(clippy::expect_used, reason = "the literal is a name")]
pub(super) fn default_name() -> ObjectName {
    ObjectName::new("secretbridge").expect("a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_login_are_taken() {
        for text in [
            "https://git.example.com/team/cluster.git",
            "git@git.example.com:team/cluster.git",
            "ssh://git@git.example.com:2222/team/cluster.git",
            "https://git.example.com/@team/cluster",
            "oci://ghcr.io/team/cluster",
        ] {
            assert_eq!(text.parse::<RepositoryUrl>().expect("an address").as_str(), text);
        }
    }

    #[test]
    fn an_address_with_credentials_is_refused_and_not_quoted() {
        for text in [
            "https://ci:hunter2@git.example.com/x",
            "https://hunter2@git.example.com/x",
            "ssh://git:hunter2@git.example.com/x",
            "http://a@b:hunter2@git.example.com",
        ] {
            let error = text.parse::<RepositoryUrl>().expect_err("credentials").to_string();
            assert!(error.contains("credentials") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_interval_is_what_flux_takes() {
        for text in ["10m", "1h30m", "0.5s", "500ms", "1h0m0s"] {
            assert!(text.parse::<FluxInterval>().is_ok(), "{text:?}");
        }
        for text in ["", "0", "0s", "10", "+1h", ".5s", "1.s", "10us", "5ns", "1 h", "hourly", "-1m"] {
            assert!(text.parse::<FluxInterval>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_that_leaves_the_repository_is_refused() {
        for text in ["", "/out", "../out", "a/../../b", "a b", "-x", "a\\b", "a\n"] {
            assert!(text.parse::<RepositoryPath>().is_err(), "{text:?}");
        }
        for (text, joined) in [("./a/b/", "a/b/k8s"), ("a", "a/k8s"), (".", "k8s"), ("./", "k8s")] {
            assert_eq!(text.parse::<RepositoryPath>().expect("a path").join("k8s"), joined);
        }
    }
}
