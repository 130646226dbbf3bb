//! What the server's audit log says that it was asked.

use std::collections::BTreeSet;

use serde::Deserialize;

/// Requests that the server saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// All of them.
    pub requests: usize,
    /// Those that are about the token: logging in, looking it up, renewing and revoking it.
    pub auth: usize,
    ports: BTreeSet<u16>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    r#type: &'a str,
    request: Asked<'a>,
}

#[derive(Deserialize)]
struct Asked<'a> {
    path: &'a str,
    #[serde(default)]
    remote_port: u16,
}

impl Seen {
    /// Counts the requests in a piece of the audit log, one entry a line.
    ///
    /// # Errors
    /// When a line is no entry.
    pub fn parse(log: &str) -> serde_json::Result<Self> {
        let mut seen = Self::default();
        for line in log.lines() {
            let Entry { r#type, request } = serde_json::from_str(line)?;
            if r#type == "request" {
                seen.requests += 1;
                seen.auth += usize::from(request.path.starts_with("auth/"));
                seen.ports.insert(request.remote_port);
            }
        }
        Ok(seen)
    }

    /// How many connections they came over.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.ports.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_once_and_those_about_the_token_apart() {
        let log = r#"{"type":"request","request":{"path":"auth/token/lookup-self","operation":"read","remote_port":7}}
{"type":"response","request":{"path":"auth/token/lookup-self","remote_port":7},"response":{}}
{"type":"request","request":{"path":"secret/data/a","remote_port":7}}
{"type":"request","request":{"path":"sys/internal/ui/mounts/secret/a","remote_port":9}}
"#;
        let seen = Seen::parse(log).unwrap();
        assert_eq!((seen.requests, seen.auth, seen.connections()), (3, 1, 2));
        assert!(Seen::parse("not an entry\n").is_err());
    }
}
