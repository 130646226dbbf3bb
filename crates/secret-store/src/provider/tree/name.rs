//! What the files of a secret are called.

use std::ffi::OsStr;

use super::error::Fault;
use crate::SecretPath;

/// How a file holds its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The bytes are the value of the field `value`.
    Plain,
    /// A YAML map of fields.
    Yaml,
    /// A JSON object of fields.
    Json,
}

impl Form {
    /// In the order in which they are looked for. A secret changes its form only from the first to the second, and only
    /// gets its new file before it loses the old one: who looks in this order never misses it.
    pub(crate) const ALL: [Self; 3] = [Self::Plain, Self::Yaml, Self::Json];

    fn ending(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Yaml => ".yaml",
            Self::Json => ".json",
        }
    }
}

/// Endings that mean something, whatever the provider: none may end a path.
const RESERVED: [&str; 4] = [".yaml", ".yml", ".json", ".age"];

/// The ending that comes after every name: none, or `.age`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    ending: &'static str,
}

/// What a name in a directory is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// Nothing of the store's: a dot file, or one without the store's ending.
    Foreign,
    /// A secret's file.
    Secret { name: &'a str, form: Form },
    /// A map under an ending that is not looked for.
    Yml,
    /// A secret's file by its ending, whose name no path can have.
    Unnameable(&'static str),
}

impl Names {
    pub(crate) fn new(ending: &'static str) -> Self {
        Self { ending }
    }

    /// # Errors
    /// [`Fault::ReservedEnding`] when the path could be taken for another one's file.
    pub(crate) fn check(path: &SecretPath) -> Result<(), Fault> {
        match RESERVED.into_iter().find(|ending| path.name().ends_with(ending)) {
            Some(ending) => Err(Fault::ReservedEnding(ending)),
            None => Ok(()),
        }
    }

    /// The file of a path in a form, from the root.
    pub(crate) fn file(self, path: &SecretPath, form: Form) -> String {
        [path.as_str(), form.ending(), self.ending].concat()
    }

    /// The file that people might have meant to be a map.
    pub(crate) fn yml(self, path: &SecretPath) -> String {
        [path.as_str(), ".yml", self.ending].concat()
    }

    pub(crate) fn classify(self, name: &OsStr) -> Entry<'_> {
        if name.as_encoded_bytes().starts_with(b".") {
            return Entry::Foreign;
        }
        let Some(name) = name.to_str() else {
            let ours = name.as_encoded_bytes().ends_with(self.ending.as_bytes());
            return if ours { Entry::Unnameable("is not UTF-8") } else { Entry::Foreign };
        };
        let Some(name) = name.strip_suffix(self.ending) else { return Entry::Foreign };
        if name.strip_suffix(".yml").is_some() {
            return Entry::Yml;
        }
        let (name, form) = [Form::Yaml, Form::Json]
            .into_iter()
            .find_map(|form| Some((name.strip_suffix(form.ending())?, form)))
            .unwrap_or((name, Form::Plain));
        if RESERVED.iter().any(|ending| name.ends_with(ending)) {
            return Entry::Unnameable(
                "has an ending that means something, twice or in another kind of store",
            );
        }
        Entry::Secret { name, form }
    }
}

/// The directory of a file and its name in it.
pub(crate) fn split(file: &str) -> (&str, &str) {
    file.rsplit_once('/').unwrap_or((".", file))
}

/// What marks, in the same directory, that a file is superseded by one of another form.
pub(crate) fn mark(file: &str) -> String {
    match file.rsplit_once('/') {
        Some((directory, name)) => format!("{directory}/.~{name}"),
        None => format!(".~{file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_what_its_endings_say() {
        let age = Names::new(".age");
        let secret = |name, form| Entry::Secret { name, form };
        assert_eq!(age.classify("a.age".as_ref()), secret("a", Form::Plain));
        assert_eq!(age.classify("a.yaml.age".as_ref()), secret("a", Form::Yaml));
        assert_eq!(age.classify("a.yml.age".as_ref()), Entry::Yml);
        assert_eq!(age.classify("README.md".as_ref()), Entry::Foreign);
        assert_eq!(age.classify(".age".as_ref()), Entry::Foreign);
        let file = Names::new("");
        assert_eq!(file.classify("a.b".as_ref()), secret("a.b", Form::Plain));
        assert_eq!(file.classify("a.json".as_ref()), secret("a", Form::Json));
        assert!(matches!(file.classify("a.age".as_ref()), Entry::Unnameable(_)));
        assert!(matches!(file.classify("a.json.yaml".as_ref()), Entry::Unnameable(_)));
    }

    #[test]
    fn the_longest_segment_leaves_room_for_every_ending_and_mark() {
        let path = SecretPath::new(&"a".repeat(SecretPath::MAX_SEGMENT_BYTES)).unwrap();
        assert!(mark(&Names::new(".age").file(&path, Form::Yaml)).len() <= 255);
    }
}
