//! No value in anything that is said about a template or its rendering.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use secret_template::{Template, Values};
use test_kit::Canary;

/// Every case of the corpus, over values that must not be said.
fn corpus() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus");
    let files =
        fs::read_dir(directory).expect("the corpus is there").map(|entry| entry.expect("an entry").path());
    let templates = files.filter(|path| path.extension().is_some_and(|extension| extension == "tpl"));
    let mut cases = Vec::new();
    for path in templates {
        let text = fs::read_to_string(path).expect("the cases are there");
        cases.extend(text.split("\n%%\n").map(str::to_owned));
    }
    assert!(cases.len() > 300, "the corpus is there");
    cases
}

/// The keys that the corpus asks for.
const KEYS: &[&str] = &[
    "user",
    "password",
    "empty",
    "multi",
    "json",
    "badjson",
    "b64",
    "b32",
    "wrapped",
    "tls.crt",
    "with-dash",
    "utf8",
    "binary",
    "number",
    "float",
    "octal",
    "zero",
    "csv",
    "spaces",
    "words",
    "path",
    "url",
    "surrogate",
    "pem",
    "chain",
    "headed",
    "true",
    "Upper",
    "hex",
];

fn say_nothing(canary: &Canary) {
    let values: Values<'_> = KEYS.iter().map(|key| (*key, canary.bytes())).collect();
    canary.assert_absent_in_debug(&values);
    let mut failures = 0;
    for text in corpus() {
        let Ok(template) = Template::parse("t", &text) else { continue };
        canary.assert_absent_in_debug(&template);
        if let Err(error) = template.render(&values) {
            failures += 1;
            canary.assert_absent_in_error(&error);
        }
    }
    assert!(failures > 60, "some templates fail over any value: {failures}");
}

#[test]
fn no_error_says_a_text() {
    say_nothing(&Canary::random());
}

#[test]
fn no_error_says_a_text_that_is_full_of_escapes() {
    say_nothing(&Canary::hostile());
}

#[test]
fn no_error_says_bytes() {
    say_nothing(&Canary::binary());
}

#[test]
fn a_key_that_was_computed_is_not_said() {
    let canary = Canary::random();
    let values: Values<'_> = [("key", canary.bytes())].into_iter().collect();
    for text in [
        "{{ (dict .key 1).missing }}",
        "{{ index (dict) .key 1 }}",
        "{{ fail .key }}",
        "{{ fromYaml .key }}",
        "{{ mustFromJson .key }}",
        "{{ mustRegexMatch (printf \"[%s\" .key) .key }}",
        "{{ (fromJson (printf `{\"%s\":1}` .key)).other }}",
        "{{ dig .key .key }}",
        "{{ bcrypt (repeat 3 .key) }}",
        "{{ template .key }}",
    ] {
        let Ok(template) = Template::parse("t", text) else { continue };
        let error = template.render(&values).expect_err(text);
        canary.assert_absent_in_error(&error);
    }
}

proptest! {
    /// Whatever a template does, its error says nothing of its values.
    #[test]
    fn no_error_of_a_random_template_says_a_value(seed: u64) {
        let canary = Canary::seeded(seed);
        let values: Values<'_> = KEYS.iter().map(|key| (*key, canary.bytes())).collect();
        let mut random = fastrand::Rng::with_seed(seed);
        let words = ["upper", "index", "$.user", ".password", "|", "(", ")", "1", "\"x\"", "dict", "list", "printf", "fromJson", "range", "end", "add", "b64dec", "dig", "."];
        let text: String = (0..random.usize(1..8)).map(|_| format!("{} ", words[random.usize(..words.len())])).collect();
        if let Ok(template) = Template::parse("t", &format!("{{{{ {text}}}}}"))
            && let Err(error) = template.render(&values)
        {
            canary.assert_absent_in_error(&error);
        }
    }
}
