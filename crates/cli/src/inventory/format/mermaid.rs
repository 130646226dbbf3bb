//! The inventory as a picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::shown::referenced;
use crate::inventory::Inventory;
use crate::inventory::row::{Delivery, Row};

/// A flow chart, <https://mermaid.js.org/syntax/flowchart.html>: from the paths of each store to the Secrets of each
/// namespace. By value the arrow is solid, by reference dotted; a thick one leads back to a store.
pub(crate) fn mermaid(inventory: &Inventory<'_>) -> String {
    let rows = &inventory.rows;
    let sources = numbered(rows.iter().map(|row| (store(row), row.source.to_string())));
    let secrets = numbered(rows.iter().map(|row| (row.namespace.clone(), row.secret.clone())));
    let mut edges: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let source = sources[&(store(row), row.source.to_string())];
        let secret = secrets[&(row.namespace.clone(), row.secret.clone())];
        let keys = edges.entry((source, secret, row.delivery)).or_default();
        keys.extend(row.key.as_deref());
    }
    let mut text = "flowchart LR\n".to_owned();
    // Writing to a String cannot fail.
    groups(&mut text, 's', &sources);
    groups(&mut text, 'n', &secrets);
    for ((source, secret, delivery), keys) in edges {
        let keys: Vec<_> = keys.into_iter().collect();
        let keys = if keys.is_empty() { String::new() } else { format!("|{}|", label(&keys.join(", "))) };
        let _ = match delivery {
            Delivery::BuildTime => writeln!(text, "  s{source} -->{keys} n{secret}"),
            Delivery::ExternalSecrets => writeln!(text, "  s{source} -.->{keys} n{secret}"),
            Delivery::PushSecret => writeln!(text, "  n{secret} ==>{keys} s{source}"),
        };
    }
    text
}

fn store(row: &Row) -> String {
    row.store.clone().unwrap_or_else(|| "generated".to_owned())
}

/// Each pair once, in order, with a number that its node is called by: an identifier holds nothing of a name.
fn numbered(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<(String, String), usize> {
    let pairs: BTreeSet<_> = pairs.collect();
    pairs.into_iter().enumerate().map(|(number, pair)| (pair, number)).collect()
}

/// A frame for each group, with its nodes.
fn groups(text: &mut String, prefix: char, nodes: &BTreeMap<(String, String), usize>) {
    let names: BTreeSet<_> = nodes.keys().map(|(group, _)| group).collect();
    for (index, name) in names.into_iter().enumerate() {
        let _ = writeln!(text, "  subgraph g{prefix}{index}[{}]", label(name));
        for ((_, node), number) in nodes.iter().filter(|((group, _), _)| group == name) {
            let _ = writeln!(text, "    {prefix}{number}[{}]", label(node));
        }
        text.push_str("  end\n");
    }
}

/// A text in quotes, in which nothing means anything: characters that could are numeric references, as Mermaid writes them.
/// The colon is one: Mermaid takes the semicolon from the end of a reference that comes after `style` and a colon. An empty
/// label is an error, and one that begins as the item of a list in Markdown is not drawn.
fn label(text: &str) -> String {
    let text = if text.is_empty() { " " } else { text };
    let is_item = text.split(' ').next().is_some_and(|word| {
        matches!(word, "-" | "*" | "+")
            || word.strip_suffix('.').is_some_and(|number| number.parse::<u64>().is_ok())
    });
    format!("\"{}\"", referenced(text, "#", if is_item { "_/=,() " } else { "_-./=,() " }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::label;

    #[test]
    fn a_label_that_mermaid_would_take_for_something_else_is_referenced() {
        assert_eq!(label(""), "\" \"");
        assert_eq!(label("- item"), "\"#45; item\"");
        assert_eq!(label("1. item"), "\"1#46; item\"");
        assert_eq!(label("style: a#b"), "\"style#58; a#35;b\"");
        assert_eq!(label("infrastructure/minio.v1-2"), "\"infrastructure/minio.v1-2\"");
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_label(text in r"([\x22\n#;%`<>|\[\]{}&\\a-z -]|\PC){0,24}") {
            let label = label(&text);
            let inner = &label[1..label.len() - 1];
            prop_assert!(label.starts_with('"') && label.ends_with('"'));
            prop_assert!(!inner.contains(['"', '\n', '\r', '`', '<', '>', '%', '&', '|', '[', ']', '{', '}', '\\']), "{}", label);
            // Each `#` begins a reference that ends, and nothing else has a semicolon.
            let references = inner.split('#').skip(1);
            let all_end = references.clone().all(|after| {
                after.split_once(';').is_some_and(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty())
            });
            prop_assert!(all_end, "{}", label);
            prop_assert_eq!(references.count(), inner.matches(';').count(), "{}", label);
        }
    }
}
