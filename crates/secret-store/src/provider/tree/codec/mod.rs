//! Fields to and from the bytes of a file.
//!
//! No value passes through a type that is not wiped, but for what the parsers keep while they look at a token; and no
//! error of a parser goes further than its position, as its text may quote what was parsed.

mod json;
mod read;
mod write;

use std::borrow::Cow;

pub(super) use self::json::from_json;
pub(super) use self::read::from_yaml;
pub(super) use self::write::{plain, to_json, to_yaml};
use super::error::Fault;

/// How deep lists and maps in a field may be in each other.
const DEPTH: usize = 100;

/// A file that should be a map of fields, and is not.
#[derive(Debug)]
pub(super) struct ContentError {
    reason: Cow<'static, str>,
    help: &'static str,
    /// Line and column, from 1.
    position: Option<(usize, usize)>,
}

impl ContentError {
    fn new(reason: impl Into<Cow<'static, str>>, help: &'static str) -> Self {
        Self { reason: reason.into(), help, position: None }
    }

    fn at(self, line: usize, column: usize) -> Self {
        Self { position: Some((line, column)), ..self }
    }

    pub(super) fn in_file(self, file: String) -> Fault {
        Fault::Content { file, reason: self.reason, help: self.help, position: self.position }
    }

    fn duplicate(field: &str) -> Self {
        Self::new(format!("the field {field:?} is there twice"), "remove one of the two")
    }

    fn null(field: &str) -> Self {
        Self::new(
            format!("the field {field:?} is null"),
            "give it a value (an empty one is \"\"), or remove the field",
        )
    }

    fn no_fields() -> Self {
        Self::new("there are no fields", "write one `name: value` for each field, or delete the secret")
    }

    fn field_name(rule: &'static str) -> Self {
        Self::new(format!("the name of a field {rule}"), "give the field another name")
    }
}

/// Reads a JSON file, writes what was read, and reads that.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_back_json(content: &[u8]) {
    if let Ok(fields) = from_json(content) {
        let written = to_json(&fields).expect("what JSON said has a form in JSON");
        assert!(from_json(&written).expect("what was written is read") == fields);
    }
}

/// Reads a YAML file, writes what was read, and reads that.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_back_yaml(content: &[u8]) {
    if let Ok(fields) = from_yaml(content) {
        let written = to_yaml(&fields).expect("what YAML said has a form in YAML");
        assert!(from_yaml(&written).expect("what was written is read") == fields);
    }
}
