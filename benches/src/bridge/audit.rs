//! What audit logs hold.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use events::audit::{Verdict, VerifyOptions, verify};
use serde::Deserialize;

/// What an audit log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audited {
    /// How many records.
    pub records: u64,
}

/// Reads the whole log, whose chain must hold.
///
/// # Errors
/// When it cannot be read, or does not verify; with everything that is wrong with it.
pub fn audited(log: &Path) -> io::Result<Audited> {
    let report = verify(BufReader::with_capacity(1 << 20, File::open(log)?), &VerifyOptions::default())?;
    match report.verdict() {
        Verdict::Intact => Ok(Audited { records: report.records }),
        _ => Err(io::Error::other(format!("{}: {report}", log.display()))),
    }
}

/// How often each path was read from an OpenBao server with a token of this policy, by the server's log from this byte on.
///
/// By the token, since what somebody else has asked for may come late: a server goes on with the requests of a client that has
/// ended, and logs them when it gets to them.
///
/// # Errors
/// When it cannot be read, or is no such log.
pub fn reads(log: &Path, from: u64, policy: &str) -> io::Result<HashMap<String, usize>> {
    #[derive(Deserialize)]
    struct Entry {
        r#type: String,
        #[serde(default)]
        auth: Auth,
        request: Request,
    }
    #[derive(Deserialize, Default)]
    struct Auth {
        #[serde(default)]
        policies: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Request {
        operation: String,
        #[serde(default)]
        path: String,
    }
    let mut log = BufReader::new(File::open(log)?);
    if from > 0 {
        // To the beginning of a line: the length of a file may be seen in the middle of a write.
        log.seek(SeekFrom::Start(from - 1))?;
        log.skip_until(b'\n')?;
    }
    let mut reads = HashMap::new();
    for line in log.lines() {
        let Entry { r#type, auth, request } = serde_json::from_str(&line?)?;
        let is_theirs = auth.policies.iter().any(|name| name == policy);
        if is_theirs && r#type == "request" && request.operation == "read" {
            *reads.entry(request.path).or_default() += 1;
        }
    }
    Ok(reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_with_other_tokens_and_a_line_that_was_begun_do_not_count() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.log");
        let line = |kind: &str, policy: &str, operation: &str| {
            format!(
                "{{\"type\":\"{kind}\",\"auth\":{{\"policies\":[\"{policy}\"]}},\"request\":{{\"operation\":\"{operation}\",\
                 \"path\":\"secret/data/a\"}}}}\n"
            )
        };
        let before = line("request", "root", "read");
        let behind = [
            line("request", "root", "read"),
            line("response", "root", "read"),
            line("request", "reader", "read"),
            line("request", "root", "update"),
            "{\"type\":\"request\",\"request\":{\"operation\":\"read\",\"path\":\"secret/data/a\"}}\n"
                .to_owned(),
        ];
        std::fs::write(&path, before.clone() + &behind.concat()).unwrap();
        let of = |from: usize| reads(&path, from as u64, "root").unwrap().get("secret/data/a").copied();
        assert_eq!(of(0), Some(2));
        assert_eq!(of(before.len()), Some(1));
        assert_eq!(of(before.len() - 5), Some(1), "in the middle of a line");
    }
}
