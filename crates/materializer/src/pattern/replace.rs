//! What stands in place of a match: Go's `Expand`.

use regex::{Captures, Regex, Replacer};

/// `$1`, `${1}`, `$name` and `${name}` are groups, `$$` is a dollar sign, and a name is as long as it can be.
pub(super) struct Expand<'a> {
    pub(super) target: &'a str,
    pub(super) regex: &'a Regex,
}

impl Replacer for Expand<'_> {
    fn replace_append(&mut self, captures: &Captures<'_>, out: &mut String) {
        let mut rest = self.target;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = after;
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) = group(rest) {
                out.push_str(self.capture(captures, name));
                rest = after;
            } else {
                out.push('$');
            }
        }
        out.push_str(rest);
    }
}

impl Expand<'_> {
    fn capture<'c>(&self, captures: &Captures<'c>, name: &str) -> &'c str {
        let is_number =
            name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
        let found = if is_number {
            name.parse().ok().and_then(|number| captures.get(number))
        } else {
            self.regex
                .capture_names()
                .flatten()
                .find(|other| *other == name)
                .and_then(|name| captures.name(name))
        };
        found.map_or("", |found| found.as_str())
    }
}

/// The name of the group at the beginning of `text`, and what follows it.
fn group(text: &str) -> Option<(&str, &str)> {
    let (name, is_braced) = match text.strip_prefix('{') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    let rest = if is_braced { rest.strip_prefix('}')? } else { rest };
    (!name.is_empty()).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use crate::pattern::Pattern;

    fn replaced(regexp: &str, target: &str, name: &str) -> String {
        Pattern::new(&regexp.parse().unwrap()).unwrap().replace_all(name, target)
    }

    /// What Go's `ReplaceAllString` gives, tried with Go 1.26.
    #[test]
    fn targets_are_expanded_as_go_does() {
        for (regexp, target, name, expected) in [
            ("^apps/", "", "apps/db", "db"),
            ("(a)(b)?", "$2-$1", "ab a", "b-a -a"),
            ("(a)", "$1x", "ab", "b"),
            ("(a)", "${1}x", "ab", "axb"),
            ("(?P<first>a)", "[${first}$$$first]", "ab", "[a$a]b"),
            ("(a)", "$01|$0|$9|$", "ab", "|a||$b"),
            ("(a)", "${}-${1-$ $é", "ab", "${}-${1-$ b"),
            ("a*", "x", "baac", "xbxcx"),
            ("", "-", "aé", "-a-é-"),
            (r"\bé", "x", "é", "é"),
        ] {
            assert_eq!(replaced(regexp, target, name), expected, "{regexp} {target} {name}");
        }
    }
}
