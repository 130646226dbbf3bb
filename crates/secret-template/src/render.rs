//! Rendering: a template and values in, bytes out.

mod case;
mod compare;
mod eval;
mod fault;
mod format;
mod function;
mod json;
mod number;
mod pem;
mod printf;
mod quote;
mod regexp;
mod text;
mod value;
mod yaml;

use core::fmt;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::problem::Position;
use crate::template::Template;

use self::eval::{Located, State};
use self::text::Text;
use self::value::{Element, Memory, Value};

/// The values that a template reads, by key; borrowed, and of any bytes.
#[derive(Clone, Default)]
pub struct Values<'a> {
    by_key: BTreeMap<&'a str, &'a [u8]>,
    place: &'a str,
}

/// Why a template could not be rendered. It never holds a value, nor a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {template:?}, {position}: {message}")]
pub struct RenderError {
    /// The name of the template.
    pub template: String,
    /// Where in its text.
    pub position: Position,
    /// The function that failed, if one did.
    pub function: Option<String>,
    /// What was wrong, without the data: lower case, no final stop.
    pub message: String,
}

impl<'a> Values<'a> {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, or replaces the one with the same key.
    pub fn insert(&mut self, key: &'a str, value: &'a [u8]) {
        self.by_key.insert(key, value);
    }

    /// Says where the rendered text goes: a public name such as `namespace/secret`. It makes the salts of `htpasswd` and
    /// `bcrypt` differ from those of other places.
    pub fn set_place(&mut self, place: &'a str) {
        self.place = place;
    }
}

impl<'a> FromIterator<(&'a str, &'a [u8])> for Values<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a [u8])>>(pairs: I) -> Self {
        Self { by_key: pairs.into_iter().collect(), place: "" }
    }
}

/// Shows the keys alone.
impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_key.keys()).finish()
    }
}

impl Template {
    /// Renders the template over `values`.
    ///
    /// # Errors
    /// Where the operator fails too (a key that is not there, an argument of the wrong kind), where a function is not
    /// rendered here, and where a limit is exceeded.
    pub fn render(&self, values: &Values<'_>) -> Result<Zeroizing<Vec<u8>>, RenderError> {
        if let Some(problem) = self.unrendered().into_iter().next() {
            let (position, message) = (problem.position, problem.message);
            return Err(RenderError { template: self.name().to_owned(), position, function: None, message });
        }
        let mut memory = Memory::new(format!("{}\n{}", values.place, self.name()));
        let entries = values.by_key.iter();
        let entries = entries.map(|(key, value)| (Text::of(key.as_bytes()), Value::of_text(value))).collect();
        let root = memory.new_map(Element::Text, entries);
        let mut state = State::new(self.tree(), memory, &root);
        state.run(&root).map_err(|located| self.error(located))?;
        let end = self.text().len();
        state.out.into_bytes().map_err(|fault| self.error(Located { fault, at: end, function: None }))
    }

    fn error(&self, Located { fault, at, function }: Located) -> RenderError {
        let message = match &function {
            Some(function) => format!("{function}: {}", fault.into_message()),
            None => fault.into_message(),
        };
        let position = Position::of(self.text(), at);
        RenderError { template: self.name().to_owned(), position, function, message }
    }
}
