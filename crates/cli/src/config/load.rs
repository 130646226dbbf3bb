//! Reading the file.

use std::fs;
use std::path::{Path, PathBuf};

use k8s_bundle::SecretManifest;
use serde_yaml::Value;

use super::document::Config;
use super::error::ConfigError;
use super::mask::{looks_like_a_key, masked, masked_without_tree};
use super::problem::Problem;
use super::read::Reader;
use super::source::Source;
use super::tree::{self, DuplicateKey, Node, SyntaxError};

/// What no configuration is without, in the order of [`Config`].
const REQUIRED: [&str; 2] = ["instance", "store"];

/// A configuration, and the text that it was read from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) source: Source,
}

impl Loaded {
    /// The folder that paths in the configuration are relative to.
    pub(crate) fn base_dir(&self) -> PathBuf {
        match self.source.path().parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// `path`, from the configuration's folder.
    pub(crate) fn resolve(&self, path: &Path) -> PathBuf {
        self.base_dir().join(path)
    }
}

/// Reads the configuration at `path`.
pub(crate) fn load(path: &Path) -> Result<Loaded, ConfigError> {
    let bytes =
        fs::read(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let text = core::str::from_utf8(&bytes).map_err(|_| ConfigError::NotText { path: path.to_owned() })?;
    parse(path, text)
}

fn parse(path: &Path, text: &str) -> Result<Loaded, ConfigError> {
    let (root, duplicates) = tree::parse(text).map_err(|error| syntax_error(path, text, error))?;
    let mut reader = Reader { root: &root, problems: Vec::new(), hidden: Vec::new() };
    reader.problems.extend(duplicates.iter().map(duplicate_key));
    reader.hidden.extend(duplicates.iter().map(|duplicate| duplicate.value.clone()));
    let config = match value_of(text, &root, &duplicates) {
        Ok(value) => read_config(&mut reader, value),
        Err(_) if !duplicates.is_empty() => None,
        Err(error) => return Err(syntax_error(path, text, error)),
    };
    reader.problems.extend(literal_keys(&root, &reader.problems));
    let Reader { mut problems, hidden, .. } = reader;
    let shown = masked(text, &root, &hidden);
    let source = Source::new(path, shown, Some(root));
    match config {
        Some(config) if problems.is_empty() => Ok(Loaded { config, source }),
        _ => {
            problems.sort_by_key(Problem::start);
            Err(ConfigError::Problems { text: Box::new(source), problems })
        }
    }
}

/// The manifests are read one by one: what is wrong with one says nothing of the next.
fn read_config(reader: &mut Reader<'_>, mut value: Value) -> Option<Config> {
    let secrets = match value.get_mut("secrets") {
        Some(Value::Sequence(secrets)) => std::mem::take(secrets),
        _ => Vec::new(),
    };
    let missing: Vec<_> = REQUIRED.into_iter().filter(|name| value.get(name).is_none()).collect();
    if let [_, _, ..] = missing.as_slice() {
        // The first one is reported by the type.
        let problem = |name| Problem::new(format!("`{name}` is missing")).at(reader.root.span_of(&[]));
        reader.problems.extend(missing[1..].iter().map(problem));
    }
    let config: Option<Config> = reader.read(value, &[]);
    let manifests: Vec<Option<SecretManifest>> = secrets
        .into_iter()
        .enumerate()
        .map(|(index, value)| reader.read(value, &["secrets".into(), index.into()]))
        .collect();
    let secrets: Option<Vec<_>> = manifests.into_iter().collect();
    Some(Config { secrets: secrets?, ..config? })
}

/// The text as a value. A key that stands twice is taken once, so that the rest can be read.
fn value_of(text: &str, root: &Node, duplicates: &[DuplicateKey]) -> Result<Value, SyntaxError> {
    let mut text = text.to_owned();
    for duplicate in duplicates {
        let spaces: String = text[duplicate.whole()]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        // A character of several bytes becomes fewer: those behind it move, but only to the left of what was found.
        let padding = " ".repeat(duplicate.whole().len() - spaces.len());
        text.replace_range(duplicate.whole(), &format!("{spaces}{padding}"));
    }
    let mut value: Value = serde_yaml::from_str(&text).map_err(|error| SyntaxError {
        message: strip_place(&error.to_string()),
        at: error.location().map_or(root.span.start, |location| location.index()),
    })?;
    if value.is_null() {
        value = Value::Mapping(serde_yaml::Mapping::new());
    }
    value.apply_merge().map_err(|error| SyntaxError { message: error.to_string(), at: root.span.start })?;
    Ok(value)
}

fn strip_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

fn syntax_error(path: &Path, text: &str, error: SyntaxError) -> ConfigError {
    let problem = Problem::new(format!("not YAML: {}", error.message))
        .help("values are not shown here; look at the line in your editor")
        .at(error.at..error.at);
    let source = Source::new(path, masked_without_tree(text), None);
    ConfigError::Problems { text: Box::new(source), problems: vec![problem] }
}

fn duplicate_key(duplicate: &DuplicateKey) -> Problem {
    Problem::new(format!("the key `{}` stands twice in one map", duplicate.key))
        .help("keep one: it is not clear which is meant")
        .at_labelled(duplicate.second.clone(), "again")
        .at_labelled(duplicate.first.clone(), "first")
}

fn literal_keys(root: &Node, found: &[Problem]) -> Vec<Problem> {
    let keys = root.scalars().into_iter().filter(|(text, _)| looks_like_a_key(text));
    let new = keys.filter(|(_, span)| found.iter().all(|problem| problem.start() != span.start));
    new.map(|(_, span)| {
        Problem::new("this looks like a private key or a token itself (not shown)")
            .help(
                "put it into the store or a file and refer to it by its path; if this file was shared or committed, \
                 revoke it",
            )
            .at(span)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        match parse(Path::new("c.yaml"), text) {
            Ok(loaded) => panic!("no problem in {loaded:?}"),
            Err(ConfigError::Problems { text: source, problems }) => problems
                .iter()
                .map(|problem| {
                    let help = problem.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
                    format!("{} {}{help}", source.position(problem.start()), problem.message)
                })
                .collect(),
            Err(other) => panic!("{other:?}"),
        }
    }

    const HEAD: &str = "instance: acme\nstore: { provider: age, path: store }\n";

    #[test]
    fn every_problem_of_the_file_is_found_at_once() {
        let text = "\
instance: a/b
store: { provider: age, path: store, identites: [x] }
k8s: { clutser: dev }
secrets:
  - name: Bad_Name
    namespace: ok
    soruce: X
  - name: good
    namespaces: [fine, No_1, No_2]
    source: X
  - name: one
    namespace: two
  - 7
extra: 1
";
        insta::assert_snapshot!(problems(text).join("\n"), @"");
    }

    #[test]
    fn a_list_that_is_empty_a_file_that_is_empty_and_json_are_read() {
        assert!(parse(Path::new("c.yaml"), HEAD).is_ok());
        let json = "{\n\t\"instance\": \"acme\",\n\t\"store\": {\"provider\": \"age\", \"path\": \"s\"}\n}\n";
        assert!(parse(Path::new("c.json"), json).is_ok());
        insta::assert_snapshot!(problems("# nothing\n").join("\n"), @"");
    }

    #[test]
    fn a_key_that_stands_twice_does_not_hide_the_rest() {
        insta::assert_snapshot!(problems(&format!("{HEAD}instance: b\nextra: 1\n")).join("\n"), @"");
    }

    #[test]
    fn merge_keys_are_merged() {
        let text = format!("{HEAD}secrets:\n  - &a {{ name: a, namespace: n, source: S }}\n  - {{ <<: *a, name: b }}\n");
        let loaded = parse(Path::new("c.yaml"), &text).unwrap();
        assert_eq!(loaded.config.secrets[1].name().as_str(), "b");
        assert_eq!(loaded.config.secrets[1].namespaces()[0].as_str(), "n");
    }
}
