//! Names in events.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use smol_str::SmolStr;

/// The name of something in an event: a path, a field, a Kubernetes object. Never a value.
///
/// An event has no field of any other text type. A label is one line of at most [`Label::MAX_BYTES`] bytes: control
/// characters, line separators and those that turn the direction of writing become `\u{FFFD}`, and longer text is cut,
/// so that neither a forged line nor a blob fits into an audit log, and what a terminal shows is what is there.
///
/// Cloning it allocates nothing; one of at most 23 bytes, as most are, is made without that too.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub struct Label(SmolStr);

impl Label {
    /// The longest label, in bytes of UTF-8; a secret's path may be this long.
    pub const MAX_BYTES: usize = 1024;

    /// Makes a label of `name`, which must be a name and not a value.
    #[must_use]
    pub fn new(name: &str) -> Self {
        if is_fit(name) { Self(name.into()) } else { Self::mended(name) }
    }

    /// The same of a name that others have as well: its text is not copied where it is long, unless there is something to change in it.
    #[must_use]
    pub fn shared(name: &Arc<str>) -> Self {
        if is_fit(name) { Self(Arc::clone(name).into()) } else { Self::mended(name) }
    }

    fn mended(name: &str) -> Self {
        let mut text = String::with_capacity(name.len().min(Self::MAX_BYTES));
        for c in name.chars().map(|c| if is_unfit(c) { char::REPLACEMENT_CHARACTER } else { c }) {
            if text.len() + c.len_utf8() > Self::MAX_BYTES {
                break;
            }
            text.push(c);
        }
        Self(text.into())
    }

    /// The text of the label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Label {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Label {
    fn from(name: String) -> Self {
        Self::new(&name)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0.into()
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl AsRef<str> for Label {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Whether a name may stand in a label as it is.
fn is_fit(name: &str) -> bool {
    // Most names are of these bytes alone, and there are many labels: not to stop at the first that is not lets the processor look at
    // many at once.
    let is_plain = name.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    name.len() <= Label::MAX_BYTES && (is_plain || !name.chars().any(is_unfit))
}

/// Controls, line and paragraph separator, and the bidirectional formatting characters of Unicode TR 9.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_one_line() {
        assert_eq!(Label::new("a\nb\u{7}\u{2028}\u{202E}c").as_str(), "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}c");
    }

    #[test]
    fn a_shared_name_is_mended_as_any_other() {
        let name: Arc<str> = "team-a/service-b/database".into();
        assert!(std::ptr::eq(Label::shared(&name).as_str(), name.as_ref()));
        assert_eq!(Label::shared(&"a/b".into()).as_str(), "a/b");
        assert_eq!(Label::shared(&"a\nb".into()).as_str(), "a\u{FFFD}b");
    }

    #[test]
    fn a_long_label_is_cut_between_characters() {
        let label = Label::new(&"é".repeat(2000));
        assert_eq!(label.as_str().len(), Label::MAX_BYTES);
    }
}
