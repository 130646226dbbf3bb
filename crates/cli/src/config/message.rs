//! What serde says, without the values that it quotes, and with what was probably meant.

use super::mask::looks_like_a_key;

/// What is wrong, as far as the text of a serde error tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) help: Option<String>,
    pub(super) about: About,
}

/// What the error is about, below or beside the path at which it came up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A key that should not be there.
    UnknownField(String),
    /// A key that should.
    MissingField(String),
    /// The node itself has the wrong type; what stands there may be anything.
    WrongType,
    /// The node itself.
    Node,
}

impl Message {
    pub(super) fn of(error: &str) -> Self {
        if let Some(rest) = error.strip_prefix("unknown field `") {
            return unknown(rest, "field", |name| About::UnknownField(name.to_owned()));
        }
        if let Some(rest) = error.strip_prefix("unknown variant `") {
            return unknown(rest, "word", |_| About::Node);
        }
        if let Some(name) = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            return Self {
                text: format!("`{name}` is missing"),
                help: None,
                about: About::MissingField(name.to_owned()),
            };
        }
        if error.starts_with("invalid type: ") || error.starts_with("invalid value: ") {
            return wrong_type(error);
        }
        let text =
            if looks_like_a_key(error) { "cannot be used (not shown)".to_owned() } else { error.to_owned() };
        Self { text, help: None, about: About::Node }
    }
}

fn unknown(rest: &str, what: &str, about: impl FnOnce(&str) -> About) -> Message {
    let (name, rest) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
    let shown = if looks_like_a_key(name) { "(not shown)" } else { name };
    let help = match (nearest(name, &known), known.is_empty()) {
        (Some(near), _) => Some(format!("did you mean `{near}`?")),
        (None, false) => Some(format!("known here: {}", known.join(", "))),
        (None, true) => None,
    };
    Message { text: format!("unknown {what} `{shown}`"), help, about: about(name) }
}

/// `text` without the scalar that it is about, which may be anything.
pub(super) fn without(text: &str, scalar: &str) -> String {
    const NOT_SHOWN: &str = "(not shown)";
    let text = text.replace(&format!("{scalar:?}"), NOT_SHOWN).replace(&format!("`{scalar}`"), NOT_SHOWN);
    let is_said = !scalar.is_empty() && text.contains(scalar);
    // A word of the sentence itself is no secret.
    if is_said && scalar.len() > 3 { "cannot be used (not shown)".to_owned() } else { text }
}

/// The name of `known` that `name` is probably meant to be.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known.iter().map(|known| (strsim::normalized_damerau_levenshtein(name, known), *known));
    scored.filter(|(score, _)| *score >= 0.6).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

/// `invalid type: string "hunter2", expected a map` without what was found there.
fn wrong_type(error: &str) -> Message {
    let (what, rest) = error.split_once(": ").unwrap_or((error, ""));
    // The value may hold anything, the text that is looked for too; what is expected is the last part.
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    let found = match found.split(['"', '`']).next().unwrap_or_default().trim_end() {
        "unit value" | "null" => "nothing",
        "string" => "text",
        "sequence" => "a list",
        "map" => "a map",
        "integer" | "floating point" => "a number",
        "boolean" => "true or false",
        _ => "something else",
    };
    let expected = match expected {
        "a string" | "path string" => "text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "a signed duration string" => "a time such as 30s",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a number",
        "a nonzero u32" | "a nonzero usize" => "a number above zero",
        shape if ["struct ", "internally tagged enum "].iter().any(|start| shape.starts_with(start)) => {
            "a map of fields"
        }
        other => other,
    };
    let help = match (found, expected) {
        ("a number" | "true or false", "text") => Some("put it in quotes".to_owned()),
        _ => None,
    };
    let what = if what == "invalid type" { "wrong type" } else { "wrong value" };
    Message { text: format!("{what}: found {found}, expected {expected}"), help, about: About::WrongType }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_does_not_leave() {
        let text = |error| Message::of(error).text;
        assert_eq!(
            text(r#"invalid type: string "hunter2, expected `x`", expected a map"#),
            "wrong type: found text, expected a map"
        );
        assert_eq!(
            text("invalid type: integer `1234`, expected a string"),
            "wrong type: found a number, expected text"
        );
        assert_eq!(text("unknown field `AGE-SECRET-KEY-1ABC`, expected `a`"), "unknown field `(not shown)`");
        assert_eq!(text("no such thing: AGE-SECRET-KEY-1ABC"), "cannot be used (not shown)");
    }

    #[test]
    fn a_near_miss_is_named_and_a_wild_guess_is_not() {
        let help = |error| Message::of(error).help.unwrap();
        assert_eq!(
            help("unknown field `soruce`, expected one of `name`, `source`"),
            "did you mean `source`?"
        );
        assert_eq!(help("unknown field `zzz`, expected one of `name`, `source`"), "known here: name, source");
    }
}
