//! The configuration as it may be shown: nothing that could be a pasted secret is left in it.
//!
//! A configuration holds references only. But people paste a key where a reference belongs, and the diagnostic that
//! tells them so is what ends up in the log of a CI job.

use std::ops::Range;

use super::tree::{Node, Step};

/// The parts of `store` whose values are shown: words of a fixed list, numbers, times, and names of places. Not who logs in,
/// and nothing beside which a credential stands.
const SHOWN_OF_STORE: [&[&str]; 18] = [
    &["provider"],
    &["path"],
    &["address"],
    &["namespace"],
    &["mount"],
    &["kv_version"],
    &["plain_http"],
    &["connect_timeout"],
    &["request_timeout"],
    &["concurrency"],
    &["retry", "within"],
    &["retry", "max_wait"],
    &["retry", "attempts"],
    &["tls", "ca"],
    &["tls", "server_name"],
    &["auth", "method"],
    &["auth", "mount"],
    &["auth", "namespace"],
];

/// Where a value may be written, or pasted in the place of its reference: what the operator's stores log in with, what is
/// sent to them, templates, and whatever a chart takes.
const HIDDEN: [&[&str]; 4] = [
    &["k8s", "secrets", "runtime_sync", "stores", "*", "spec"],
    &["k8s", "secrets", "runtime_sync", "resources", "*", "spec"],
    &["k8s", "secrets", "runtime_sync", "chart_values"],
    &["secrets", "*", "template"],
];

/// The fields there whose values are shown: words of a fixed list, and times.
const SHOWN_OF_HIDDEN: [&str; 7] = [
    "kind",
    "version",
    "refreshInterval",
    "refreshPolicy",
    "creationPolicy",
    "deletionPolicy",
    "mergePolicy",
];

/// What private keys and tokens begin with or hold. A template may name private keys: `filterPEM "PRIVATE KEY"`.
const MARKS_OF_KEYS: [&str; 9] = [
    "AGE-SECRET-KEY-",
    "AGE-PLUGIN-",
    "PRIVATE KEY-",
    "PRIVATE KEY -",
    "ghp_",
    "github_pat_",
    "glpat-",
    "hvs.",
    "xoxb-",
];

/// What follows `-----BEGIN` where nothing is private.
const PUBLIC: [&str; 2] = ["PUBLIC KEY-----", "CERTIFICATE-----"];

/// Whether the text is a private key or a token rather than the name of one.
pub(super) fn looks_like_a_key(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    // Public keys and certificates are in PEM too.
    let is_private_pem =
        |mark| upper.split(mark).skip(1).any(|rest| PUBLIC.iter().all(|it| !rest.starts_with(it)));
    is_private_pem("-----BEGIN ")
        || MARKS_OF_KEYS.iter().any(|mark| text.contains(mark) || upper.contains(mark))
}

/// Whether the text is an address that may let somebody in: `https://user:password@host`, `https://host?token=…`.
fn may_hold_credentials(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains(['@', '?', '#']))
}

/// Whether what stands at `path` is not shown, whatever it is.
pub(super) fn is_hidden(path: &[Step]) -> bool {
    let is_shown = matches!(path.last(), Some(Step::Key(key)) if SHOWN_OF_HIDDEN.contains(&key.as_str()));
    let is_below = |place: &&[&str]| {
        let matches = |(step, part): (&Step, &&str)| match step {
            Step::Key(key) => *part == "*" || key == part,
            Step::Index(_) => *part == "*",
        };
        path.len() >= place.len() && path.iter().zip(*place).all(matches)
    };
    !is_shown && HIDDEN.iter().any(is_below)
}

/// `text`, byte for byte as long, without comments, without what stands in `hidden`, without the scalars of the store's
/// credentials and of [`HIDDEN`], and without anything that looks like a key or an address with credentials.
pub(super) fn masked(text: &str, root: &Node, hidden: &[Range<usize>]) -> String {
    let scalars = root.scalars();
    let store = root.at(&["store".into()]).map(|store| {
        let shown = SHOWN_OF_STORE.map(|place| {
            let steps: Vec<_> = place.iter().map(|key| Step::from(*key)).collect();
            store.at(&steps).map(|node| node.span.clone())
        });
        let scalars = store.scalars().into_iter().map(|(_, span)| span);
        scalars.filter(|span| !shown.contains(&Some(span.clone()))).collect::<Vec<_>>()
    });
    let places = root.scalars_with_paths().into_iter();
    let places = places.filter(|(path, _)| is_hidden(path)).map(|(_, span)| span);
    let keys = scalars
        .iter()
        .filter(|(text, _)| looks_like_a_key(text) || may_hold_credentials(text))
        .map(|(_, span)| span.clone());
    let covered: Vec<_> =
        hidden.iter().cloned().chain(store.into_iter().flatten()).chain(places).chain(keys).collect();
    let mut all: Vec<_> = scalars.into_iter().map(|(_, span)| span).collect();
    all.sort_by_key(|span| span.start);
    let covered: Vec<_> = covered.into_iter().chain(comments(text, &all)).collect();
    overwrite(text, &covered)
}

/// A text that no tree could be made of: every word but the keys is hidden.
pub(super) fn masked_without_tree(text: &str) -> String {
    let mut hidden = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        let is_word = !c.is_whitespace() && !":,{}[]\"'#".contains(c);
        match (is_word, start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                let is_key = c == ':' && text[at + 1..].starts_with([' ', '\n', '\r']);
                let is_dash = &text[begin..at] == "-";
                if !is_key && !is_dash {
                    hidden.push(begin..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    overwrite(text, &hidden)
}

fn comments(text: &str, scalars: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut scalars = scalars.iter().peekable();
    let mut previous = '\n';
    for (at, c) in text.char_indices() {
        while scalars.next_if(|span| span.end <= at).is_some() {}
        let in_scalar = scalars.peek().is_some_and(|span| span.contains(&at));
        let in_comment = comments.last().is_some_and(|comment| comment.end > at);
        if c == '#' && previous.is_whitespace() && !in_scalar && !in_comment {
            let length = text[at..].find('\n').unwrap_or(text.len() - at);
            comments.push(at + 1..at + length);
        }
        previous = c;
    }
    comments
}

/// `text` with stars for the characters in `hidden`, so that every byte stays where it is.
fn overwrite(text: &str, hidden: &[Range<usize>]) -> String {
    let mut hidden = hidden.to_vec();
    hidden.sort_by_key(|span| span.start);
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for span in hidden {
        let start = span.start.max(done);
        if start >= span.end {
            continue;
        }
        shown.push_str(&text[done..start]);
        for c in text[start..span.end].chars() {
            let width = if c.is_whitespace() { 0 } else { c.len_utf8() };
            shown.extend(std::iter::repeat_n('*', width));
            shown.extend((width == 0).then_some(c));
        }
        done = span.end;
    }
    shown.push_str(&text[done..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::super::tree::parse;
    use super::*;

    #[test]
    fn credentials_and_comments_are_not_shown() {
        let text = "store: { provider: age, path: s, identities: [hunter2] } # hunter2\nsecrets: [a#b]\n";
        let (root, _) = parse(text).unwrap();
        assert_eq!(
            masked(text, &root, &[]),
            "store: { provider: age, path: s, identities: [*******] } # *******\nsecrets: [a#b]\n"
        );
    }

    #[test]
    fn of_a_server_its_place_is_shown_and_nothing_that_lets_in() {
        let text = "\
store:
  provider: vault
  address: https://vault.example:8200
  mount: kv
  kv_version: 2
  retry: { within: 2m }
  auth: { method: approle, mount: ci, role_id: hunter2, secret_id: { command: [pass, show, hunter2] } }
";
        let (root, _) = parse(text).unwrap();
        let shown = masked(text, &root, &[]);
        let hidden = "role_id: *******, secret_id: { command: [****, ****, *******] }";
        assert_eq!(
            shown,
            text.replace("role_id: hunter2, secret_id: { command: [pass, show, hunter2] }", hidden)
        );
        let with_password = text.replace("https://", "https://u:hunter2@");
        let (root, _) = parse(&with_password).unwrap();
        assert!(!masked(&with_password, &root, &[]).contains("hunter2"));
    }

    #[test]
    fn what_the_operators_stores_and_templates_hold_is_not_shown() {
        let text = "\
k8s: { secrets: { runtime_sync: { stores: { a: { spec: { provider: { fake: { data: [{ key: k, value: hunter2 }] } } } } } } } }
secrets: [{ name: n, template: { data: { k: hunter2 }, mergePolicy: Merge } }]
";
        let (root, _) = parse(text).unwrap();
        let shown = masked(text, &root, &[]);
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("name: n, template") && shown.contains("mergePolicy: Merge"), "{shown}");
    }

    #[test]
    fn addresses_with_credentials_are_not_shown() {
        let text = "a: http://u:hunter2@host\nb: https://host/?token=hunter2\nc: http://host:1/p\n";
        let (root, _) = parse(text).unwrap();
        let shown = masked(text, &root, &[]);
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("c: http://host:1/p"), "{shown}");
    }

    #[test]
    fn a_private_key_is_one_in_each_form_and_its_name_is_none() {
        for key in [
            "-----BEGIN PRIVATE KEY-----\nhunter2",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
            "hunter2\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(looks_like_a_key(key), "{key}");
        }
        assert!(!looks_like_a_key(r#"{{ .pem | filterPEM "PRIVATE KEY" }}"#));
    }

    #[test]
    fn only_keys_are_shown_of_a_text_without_a_tree() {
        assert_eq!(
            masked_without_tree("a: {b: hunter2\n- c: 'x: y\nurl: http://h:1/p\n"),
            "a: {b: *******\n- c: 'x: *\nurl: ****:***:***\n"
        );
    }
}
