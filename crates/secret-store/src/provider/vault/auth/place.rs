//! Where to log in.

use std::fmt;

use crate::provider::vault::address::ApiPath;
use crate::{Detail, Error, ErrorKind, Result};

/// Where a method is enabled, and as whom it logs in.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    /// `approle`.
    pub(super) method: &'static str,
    /// Where it is enabled, when it is not at its own name.
    pub(super) mount: Option<&'a str>,
    /// In which namespace, when it is not that of the secrets.
    pub(super) namespace: Option<&'a str>,
    /// As whom, when the configuration says it: `role web`.
    pub(super) who: Option<String>,
    /// What to look at when the server refuses.
    pub(super) advice: &'static str,
}

impl Place<'_> {
    pub(super) fn mount(&self) -> &str {
        self.mount.map_or(self.method, |mount| mount.trim_matches('/'))
    }

    /// What is below the mount: `login`.
    pub(super) fn path(&self, below: &str) -> ApiPath {
        ApiPath::fixed("auth").join(self.mount()).join(below)
    }

    pub(super) fn check(&self) -> Result<()> {
        let wrong = |field: &str, reason: &str, help: String| {
            let reason = format!("the {field} of the method {} {reason}", self.method);
            Err(Error::new(ErrorKind::Invalid, Detail::new("open", reason).help(help)))
        };
        let example = format!("write the name that `auth list` shows, without `auth/`: {}", self.method);
        if let Some(below) = self.mount().strip_prefix("auth/") {
            let help = format!("write what follows `auth/`: {below}");
            return wrong("mount", &format!("is {:?}: `auth/` is put before it", self.mount()), help);
        }
        if !is_path(self.mount()) {
            return wrong("mount", "is empty, or has empty parts or dots for parts", example);
        }
        if let Some(namespace) = self.namespace
            && !is_path(namespace.trim_matches('/'))
        {
            let help = "write its whole path, such as team/web, or leave it out".to_owned();
            return wrong("namespace", "is empty, or has empty parts or dots for parts", help);
        }
        Ok(())
    }
}

fn is_path(text: &str) -> bool {
    text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// `approle at auth/approle in the namespace team as role web`
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at auth/{}", self.method, self.mount())?;
        if let Some(namespace) = self.namespace {
            write!(f, " in the namespace {namespace}")?;
        }
        if let Some(who) = &self.who {
            write!(f, " as {who}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(mount: Option<&'static str>, namespace: Option<&'static str>) -> Place<'static> {
        Place { method: "approle", mount, namespace, who: None, advice: "" }
    }

    #[test]
    fn a_mount_is_the_method_s_name_unless_it_is_set() {
        assert_eq!(place(None, None).path("login").to_string(), "auth/approle/login");
        assert_eq!(place(Some("/ci/apps/"), None).path("login").to_string(), "auth/ci/apps/login");
        assert_eq!(place(None, Some("a/b")).to_string(), "approle at auth/approle in the namespace a/b");
    }

    #[test]
    fn a_mount_or_a_namespace_that_leads_elsewhere_is_refused() {
        for mount in ["", "/", "a//b", "..", "a/../../sys", "./a", "auth/approle"] {
            assert_eq!(place(Some(mount), None).check().unwrap_err().kind(), ErrorKind::Invalid, "{mount}");
        }
        for namespace in ["", "/", "a//b", "../b"] {
            assert!(place(None, Some(namespace)).check().is_err(), "{namespace}");
        }
        assert!(place(Some("ci/apps/"), Some("team/web/")).check().is_ok());
    }

    #[test]
    fn a_mount_with_auth_before_it_is_explained() {
        let error = place(Some("auth/ci"), None).check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "open: the mount of the method approle is \"auth/ci\": `auth/` is put before it"
        );
        assert_eq!(error.help(), Some("write what follows `auth/`: ci"));
    }
}
