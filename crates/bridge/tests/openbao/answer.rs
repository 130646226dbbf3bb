//! What came back, and what of it is compared.

use std::fmt;
use std::sync::LazyLock;

use http::response::Parts;
use regex::{Captures, Regex};
use serde_json::Value;

use crate::known::Known;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    /// Content-Type, Cache-Control, Retry-After, Location.
    headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// What is another each time, or at each server, and what stands for it.
static OTHERWISE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    [
        (format!(r#""(request_id|cluster_id|uuid)":"{uuid}""#), r#""$1":"<id>""#),
        // Go's zero time is one that both give where there is none.
        (
            r#""(?:(0001-01-01T00:00:00Z)|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))""#.to_owned(),
            r#""$1<time>""#,
        ),
        (r#""(creation_time|server_time_utc)":\d+"#.to_owned(), r#""$1":0"#),
        (
            r#""(description|version|running_plugin_version|cluster_name|storage_type)":"[^"]*""#.to_owned(),
            r#""$1":"<own>""#,
        ),
        (
            r#""accessor":"(kv|system|identity|cubbyhole|auth_token)_[0-9a-f]{8}""#.to_owned(),
            r#""accessor":"$1_<id>""#,
        ),
    ]
    .into_iter()
    .map(|(pattern, instead)| (Regex::new(&pattern).unwrap(), instead))
    .collect()
});

/// What is left of a time, which may be some seconds less by now.
static LEFT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""(ttl|lease_duration)":(\d+)"#).unwrap());

impl Answer {
    /// The connection was closed instead.
    pub(crate) fn none() -> Self {
        Self { status: 0, headers: Vec::new(), body: String::new() }
    }

    pub(crate) fn new(head: &Parts, body: &[u8]) -> Self {
        let headers = ["content-type", "cache-control", "retry-after", "location"]
            .into_iter()
            .filter_map(|name| Some((name, head.headers.get(name)?.to_str().unwrap().to_owned())));
        let body = String::from_utf8_lossy(body).trim_end_matches('\n').to_owned();
        Self { status: head.status.as_u16(), headers: headers.collect(), body }
    }

    /// As one text, of which everything is left out that is another each time: the status, headers that are not the usual ones, and
    /// the body, where it is JSON without regard to how it is written.
    pub(crate) fn comparable(&self, known: &Known) -> Comparable {
        let mut head = match self.status {
            0 => "no answer".to_owned(),
            status => status.to_string(),
        };
        for (name, usual) in [("content-type", "application/json"), ("cache-control", "no-store")] {
            match self.headers.iter().find(|(given, _)| *given == name) {
                Some((_, value)) if value == usual => {}
                Some((_, value)) => head.extend([format!(" {name}={value}")]),
                None if self.status == 0 || (self.status == 204 && name == "content-type") => {}
                None => head.extend([format!(" no {name}")]),
            }
        }
        for (name, value) in
            self.headers.iter().filter(|(name, _)| matches!(*name, "retry-after" | "location"))
        {
            head.extend([format!(" {name}={value}")]);
        }
        let mut body = known.hide(&self.body);
        for (pattern, instead) in &*OTHERWISE {
            body = pattern.replace_all(&body, *instead).into_owned();
        }
        let rounded = |found: &Captures<'_>| {
            let seconds: u64 = found[2].parse().unwrap_or(u64::MAX);
            format!(r#""{}":{}"#, &found[1], seconds.saturating_add(299) / 300 * 300)
        };
        let body = LEFT.replace_all(&body, rounded).into_owned();
        let body = serde_json::from_str(&body).map(numbers).map_err(|_| body);
        Comparable { head, body }
    }
}

/// What of an answer is compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparable {
    head: String,
    /// JSON, or text that is none.
    pub(crate) body: Result<Value, String>,
}

impl fmt::Display for Comparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)?;
        match &self.body {
            Ok(json) => write!(f, " {json}"),
            Err(text) if text.is_empty() => Ok(()),
            Err(text) => write!(f, " {text}"),
        }
    }
}

/// With each number in one form: `1.0` is 1.
fn numbers(json: Value) -> Value {
    match json {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small")]
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(numbers).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, below)| (key, numbers(below))).collect(),
        other => other,
    }
}
