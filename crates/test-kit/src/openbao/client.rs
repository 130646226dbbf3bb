//! The server's own program as its client.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::process::bare;
use super::{AuditedRequest, OpenBao, audit};

/// For names that no other test has.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// What tests tell the server as its administrator, with the root token.
impl OpenBao {
    /// The client program, pointed at this server, with the root token if there is one yet.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = bare(self.program(), self.folder());
        command.env("BAO_ADDR", self.address()).env("BAO_MAX_RETRIES", "0");
        if let Some(authority) = self.authority() {
            command.env("BAO_CACERT", authority.certificate());
        }
        if let Some(token) = self.known_root_token() {
            command.env("BAO_TOKEN", token);
        }
        command
    }

    /// Runs the client.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) {
        let _ = self.printed(arguments, "");
    }

    /// Runs the client with something on its standard input; returns what it prints.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    #[track_caller]
    pub fn printed(&self, arguments: &[&str], input: &str) -> String {
        let output = output(self.command().args(arguments), input);
        assert!(
            output.status.success(),
            "bao {}: {}{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr),
            self.log_if_ended()
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs the client and parses what it prints: pass `-format=json` after the command's name.
    ///
    /// # Panics
    /// When it fails, or does not print JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let text = self.printed(arguments, "");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("bao {}: no JSON", arguments.join(" ")))
    }

    /// Mounts a key/value engine of this version where none was, and returns where: `kv2-17`. It answers at once.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    #[track_caller]
    pub fn mount_kv(&self, version: u8) -> String {
        let mount = unique(&format!("kv{version}"));
        self.mount_kv_at("", &mount, version);
        mount
    }

    /// Mounts a key/value engine of this version there, in a namespace: `team/web`, or empty for the root.
    ///
    /// # Panics
    /// When the server refuses.
    #[track_caller]
    pub fn mount_kv_at(&self, namespace: &str, mount: &str, version: u8) {
        let namespace = format!("-namespace={namespace}");
        let (path, version) = (format!("-path={mount}"), format!("-version={version}"));
        self.run(&["secrets", "enable", &namespace, &path, &version, "kv"]);
        if version == "-version=2" {
            // For a moment, a new engine answers that it is being upgraded.
            self.wait_until("the engine is ready", &["read", &namespace, &format!("{mount}/config")], &[0]);
        }
    }

    /// Writes a policy under a name that no other has, and returns the name. `rules` is HCL.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    #[track_caller]
    pub fn policy(&self, rules: &str) -> String {
        let name = unique("policy");
        let _ = self.printed(&["policy", "write", &name, "-"], rules);
        name
    }

    /// A token with these policies and the default one; `arguments` are more of `bao token create`.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    #[track_caller]
    pub fn token(&self, policies: &[&str], arguments: &[&str]) -> String {
        let mut all = vec!["token".to_owned(), "create".to_owned(), "-field=token".to_owned()];
        all.extend(policies.iter().map(|policy| format!("-policy={policy}")));
        all.extend(arguments.iter().map(ToString::to_string));
        self.printed(&all.iter().map(String::as_str).collect::<Vec<_>>(), "").trim().to_owned()
    }

    /// What the server was asked so far, in order, by everybody. Empty for a dev server, which keeps no log.
    #[must_use]
    pub fn requests(&self) -> Vec<AuditedRequest> {
        audit::requests(&self.audit_log())
    }
}

/// `kind-17`: a name that no other call in this process got.
pub(super) fn unique(kind: &str) -> String {
    format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(super) fn output(command: &mut Command, input: &str) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("SECRETBRIDGE_BAO names a program");
    // A client that reads nothing may have ended before.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("a child can be waited for")
}
