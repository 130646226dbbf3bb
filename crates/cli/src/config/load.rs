//! Reading the file.

use std::fs;
use std::path::{Path, PathBuf};

use k8s_bundle::{Delivery, SecretManifest};
use secret_store::StoreConfig;
use serde_yaml::Value;

use super::bridge;
use super::delivery;
use super::document::{Config, K8sConfig};
use super::error::ConfigError;
use super::mask::{looks_like_a_key, masked, masked_without_tree};
use super::problem::Problem;
use super::read::Reader;
use super::readers;
use super::runtime_sync;
use super::source::Source;
use super::tree::{self, DuplicateKey, Node, Step, SyntaxError};
use super::vault;
use super::workload;

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
    let bytes = fs::read(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let text = core::str::from_utf8(&bytes).map_err(|_| ConfigError::NotText { path: path.to_owned() })?;
    // Editors of some systems begin each text with a byte order mark.
    parse(path, text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads a text as the configuration that stands at `path`.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Loaded, ConfigError> {
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
    let source = Source::new(path, &shown, Some(root));
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
        // All entries are commented out.
        Some(nothing) if nothing.is_null() => {
            *nothing = Value::Sequence(Vec::new());
            Vec::new()
        }
        _ => Vec::new(),
    };
    let store = match value.get_mut("store") {
        Some(place) if !place.is_null() => {
            Some(read_store(reader, std::mem::replace(place, stand_in_store())))
        }
        _ => None,
    };
    let k8s = value.get_mut("k8s").and_then(Value::as_mapping_mut);
    let delivery = match k8s.and_then(|k8s| k8s.remove("delivery")) {
        Some(value) => delivery::read(reader, value),
        None => Some(Delivery::default()),
    };
    runtime_sync::check(reader, &mut value);
    let config: Option<Config> = reader.read(value, &[]);
    let manifests: Vec<Option<SecretManifest>> = secrets
        .into_iter()
        .enumerate()
        .map(|(index, value)| reader.read(value, &["secrets".into(), index.into()]))
        .collect();
    let secrets: Option<Vec<_>> = manifests.into_iter().collect();
    let store = match store {
        Some(read) => Some(read?),
        None => None,
    };
    let config = config?;
    bridge::check(reader, &config.bridge);
    let k8s = K8sConfig { delivery: delivery?, ..config.k8s };
    let config = Config { store, secrets: secrets?, k8s, ..config };
    workload::check(reader, &config);
    readers::check(reader, &config);
    Some(config)
}

/// By its provider: a tagged enum does not tell where in it something is wrong.
fn read_store(reader: &mut Reader<'_>, mut value: Value) -> Option<StoreConfig> {
    let base = [Step::from("store")];
    let provider = value.get("provider").and_then(Value::as_str).map(str::to_owned);
    let mut of_provider = || {
        value.as_mapping_mut().map(|store| store.remove("provider"));
        std::mem::take(&mut value)
    };
    match provider.as_deref() {
        Some("age") => reader.read(of_provider(), &base).map(StoreConfig::Age),
        Some("file") => reader.read(of_provider(), &base).map(StoreConfig::File),
        Some("vault") => vault::read(reader, of_provider()).map(StoreConfig::Vault),
        _ => reader.read(value, &base),
    }
}

/// In the place of what was read already.
fn stand_in_store() -> Value {
    let fields = [("provider", "file"), ("path", ".")];
    Value::Mapping(fields.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
}

/// The text as a value. A key that stands twice is taken once, so that the rest can be read.
fn value_of(text: &str, root: &Node, duplicates: &[DuplicateKey]) -> Result<Value, SyntaxError> {
    let mut text = text.to_owned();
    for duplicate in duplicates {
        let spaces: String =
            text[duplicate.whole()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        // A character of several bytes becomes fewer: those behind it move, but only to the left of what was found.
        let padding = " ".repeat(duplicate.whole().len() - spaces.len());
        text.replace_range(duplicate.whole(), &format!("{spaces}{padding}"));
    }
    let mut value: Value = serde_yaml::from_str(&text).map_err(|error| SyntaxError {
        message: format!("not YAML: {}", strip_place(&error.to_string())),
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
    let problem = Problem::new(error.message)
        .help("words that may be values are not shown here: look at the line in your editor")
        .at(error.at..error.at);
    let source = Source::new(path, &masked_without_tree(text), None);
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
        insta::assert_snapshot!(problems(text).join("\n"), @r#"
        1:11 the instance's name is also the name of a file: name the instance with letters, digits, `-`, `_` and `.`, at most 200 of them, not starting with `.`
        2:38 unknown field `identites` (did you mean `identities`?)
        3:8 unknown field `clutser` (did you mean `cluster`?)
        5:11 object name "Bad_Name" is not valid: 'B' at position 1 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters
        7:5 unknown field `soruce` (did you mean `source`?)
        9:24 namespace "No_1" is not valid: 'N' at position 1 is not allowed there; allowed: lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters
        9:30 namespace "No_2" is not valid: 'N' at position 1 is not allowed there; allowed: lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters
        11:5 manifest "one": no data: give "source" (one key), "data" with at least one key, or "data_from"
        13:5 wrong type: found a number, expected a secret manifest
        14:1 unknown field `extra` (known here: instance, store, scope, audit, k8s, bridge, secrets)
        "#);
    }

    #[test]
    fn a_list_that_is_empty_a_file_that_is_empty_and_json_are_read() {
        assert!(parse(Path::new("c.yaml"), HEAD).is_ok());
        let json = "{\n\t\"instance\": \"acme\",\n\t\"store\": {\"provider\": \"age\", \"path\": \"s\"}\n}\n";
        assert!(parse(Path::new("c.json"), json).is_ok());
        insta::assert_snapshot!(problems("# nothing\n").join("\n"), @"1:1 `instance` is missing");
    }

    #[test]
    fn a_key_that_stands_twice_does_not_hide_the_rest() {
        insta::assert_snapshot!(problems(&format!("{HEAD}instance: b\nextra: 1\n")).join("\n"), @"
        3:1 the key `instance` stands twice in one map (keep one: it is not clear which is meant)
        4:1 unknown field `extra` (known here: instance, store, scope, audit, k8s, bridge, secrets)
        ");
    }

    #[test]
    fn a_byte_order_mark_and_a_list_without_entries_are_no_problem() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), format!("\u{feff}{HEAD}secrets:\n  # - name: x\n")).unwrap();
        assert!(load(file.path()).unwrap().config.secrets.is_empty());
    }

    #[test]
    fn what_has_the_wrong_type_is_said_in_words() {
        let text = "instance: 5\nstore: x\nk8s: [a]\naudit: { path: true }\n";
        insta::assert_snapshot!(problems(text).join("\n"), @"
        1:11 wrong type: found a number, expected text (put it in quotes)
        2:8 wrong type: found text, expected a map of fields
        3:1 wrong type: found a list, expected a map of fields
        4:16 wrong type: found true or false, expected text (put it in quotes)
        ");
        insta::assert_snapshot!(problems("[]").join("\n"), @"1:1 wrong type: found a list, expected a map of fields");
    }

    #[test]
    fn merge_keys_are_merged() {
        let text = format!(
            "{HEAD}secrets:\n  - &a {{ name: a, namespace: n, source: S }}\n  - {{ <<: *a, name: b }}\n"
        );
        let loaded = parse(Path::new("c.yaml"), &text).unwrap();
        assert_eq!(loaded.config.secrets[1].name().as_str(), "b");
        assert_eq!(loaded.config.secrets[1].namespaces()[0].as_str(), "n");
    }
}
