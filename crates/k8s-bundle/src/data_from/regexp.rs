//! Regular expressions in the syntax of Go's `regexp`.

use core::fmt;
use core::str::FromStr;

use crate::parse::deserialize_from_text;

/// A regular expression in the syntax of RE2, which the operator takes: <https://github.com/google/re2/wiki/Syntax>.
///
/// It is checked with the `regex` crate, which has nearly the same syntax. What RE2 has and `regex` does not (`\Q…\E`, `\C`)
/// is refused. What `regex` has and RE2 does not (`(?x)`, `(?R)`, operators and classes within a class, `\b{…}`, `\<`, `\>`) is not
/// noticed here, and refused or understood in another way by the operator. `\d`, `\s`, `\w` and `\b` are about ASCII
/// in RE2.
///
/// ```
/// # use k8s_bundle::Regexp;
/// let regexp: Regexp = "^apps/(db|api)-".parse()?;
/// assert_eq!(regexp.as_str(), "^apps/(db|api)-");
/// assert!("(".parse::<Regexp>().is_err());
/// # Ok::<_, k8s_bundle::RegexpError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Regexp(String);

/// A text that is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("regular expression {text:?} is not valid: {problem}")]
pub struct RegexpError {
    text: String,
    problem: String,
}

impl Regexp {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Regexp {
    type Err = RegexpError;

    fn from_str(text: &str) -> Result<Self, RegexpError> {
        match regex::Regex::new(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(RegexpError { text: text.to_owned(), problem: problem(&error) }),
        }
    }
}

/// The last line of a syntax error; the others draw a picture of where it is.
fn problem(error: &regex::Error) -> String {
    match error {
        regex::Error::Syntax(text) => {
            let last = text.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => other.to_string(),
    }
}

deserialize_from_text!(Regexp);

impl serde::Serialize for Regexp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for Regexp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Regexp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Regexp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "A regular expression in the syntax of RE2" })
    }
}
