//! The differences that are meant, as `differences.yaml` has them.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Comparable;
use crate::request::Request;
use crate::servers::Behind;

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openbao/differences.yaml");

/// A difference that is meant.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) what: String,
    /// Whether the servers do not hold the same any more afterwards.
    pub(crate) forks: bool,
    pub(crate) example: Vec<Request>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The whole answer is another.
    Answer { request: Regex, openbao: Regex, bridge: Regex },
    /// Only one of them has these keys, wherever they are.
    Keys { openbao: Vec<String>, bridge: Vec<String> },
    /// A part of what OpenBao says is another, or is not said.
    Part { from: Regex, to: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    what: String,
    /// For whoever reads the list.
    why: String,
    #[serde(default)]
    over: Option<Behind>,
    #[serde(default)]
    forks: bool,
    #[serde(default)]
    request: String,
    #[serde(default)]
    openbao: String,
    #[serde(default)]
    bridge: String,
    #[serde(default)]
    only_openbao: Vec<String>,
    #[serde(default)]
    only_bridge: Vec<String>,
    #[serde(default)]
    part: Option<Part>,
    example: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    openbao: String,
    bridge: String,
}

/// Those of a bridge over this.
pub(crate) fn differences(behind: Behind) -> Vec<Difference> {
    let written: Vec<Written> = serde_yaml::from_str(&std::fs::read_to_string(LIST).unwrap()).unwrap();
    let here = written.into_iter().filter(|written| written.over.is_none_or(|over| over == behind));
    here.map(Difference::new).collect()
}

impl Difference {
    fn new(written: Written) -> Self {
        let Written { what, why, forks, example, .. } = &written;
        assert!(!why.is_empty() && !example.is_empty(), "{what}: no reason, or no example");
        let regex = |pattern: &str| Regex::new(pattern).unwrap_or_else(|error| panic!("{what}: {error}"));
        let whole = |pattern: &str| regex(&format!("(?s)^(?:{pattern})$"));
        let parsed = |text: &String| text.parse().unwrap_or_else(|error| panic!("{what}: {text}: {error}"));
        let (forks, example) = (*forks, example.iter().map(parsed).collect());
        let kind = if let Some(Part { openbao, bridge }) = &written.part {
            Kind::Part { from: regex(openbao), to: bridge.clone() }
        } else if written.only_openbao.is_empty() && written.only_bridge.is_empty() {
            let (openbao, bridge) = (whole(&written.openbao), whole(&written.bridge));
            Kind::Answer { request: regex(&written.request), openbao, bridge }
        } else {
            Kind::Keys { openbao: written.only_openbao, bridge: written.only_bridge }
        };
        Self { what: written.what, forks, example, kind }
    }

    /// Whether the whole difference is this one.
    pub(crate) fn is(&self, request: &Request, openbao: &Comparable, bridge: &Comparable) -> bool {
        match &self.kind {
            Kind::Answer { request: asked, openbao: of_openbao, bridge: of_bridge } => {
                asked.is_match(&request.to_string())
                    && of_openbao.is_match(&openbao.to_string())
                    && of_bridge.is_match(&bridge.to_string())
            }
            Kind::Keys { .. } | Kind::Part { .. } => false,
        }
    }

    /// Takes out what only one of them has, or says otherwise, and says whether there was any.
    pub(crate) fn even_out(&self, openbao: &mut Comparable, bridge: &mut Comparable) -> bool {
        let (Ok(theirs), Ok(ours)) = (&mut openbao.body, &mut bridge.body) else { return false };
        match &self.kind {
            Kind::Answer { .. } => false,
            Kind::Keys { openbao, bridge } => {
                let mut met = false;
                for key in openbao.iter().filter(|key| !occurs(ours, key)) {
                    met |= take_out(theirs, key);
                }
                for key in bridge.iter().filter(|key| !occurs(theirs, key)) {
                    met |= take_out(ours, key);
                }
                met
            }
            Kind::Part { from, to } => {
                let (text, other) = (theirs.to_string(), ours.to_string());
                let is_met = from.is_match(&text) && !from.is_match(&other);
                if is_met {
                    *theirs = serde_json::from_str(&from.replace_all(&text, to)).unwrap();
                }
                is_met
            }
        }
    }
}

fn occurs(json: &Value, key: &str) -> bool {
    match json {
        Value::Object(entries) => entries.iter().any(|(name, below)| name == key || occurs(below, key)),
        Value::Array(list) => list.iter().any(|below| occurs(below, key)),
        _ => false,
    }
}

fn take_out(json: &mut Value, key: &str) -> bool {
    match json {
        Value::Object(entries) => {
            let was_there = entries.remove(key).is_some();
            entries.values_mut().fold(was_there, |met, below| take_out(below, key) | met)
        }
        Value::Array(list) => list.iter_mut().fold(false, |met, below| take_out(below, key) | met),
        _ => false,
    }
}
