//! The tokens that a server has issued, by name: others at each server.

use regex::{Captures, Regex};
use serde_json::Value;

/// What stands for a token or an accessor that does not have this name at a server.
const NONE: &str = "none-of-this-name";

#[derive(Debug, Clone)]
pub(crate) struct Known {
    tokens: Vec<Issued>,
    place: Regex,
}

#[derive(Debug, Clone)]
struct Issued {
    name: String,
    text: String,
    accessor: String,
}

impl Known {
    pub(crate) fn new() -> Self {
        Self { tokens: Vec::new(), place: Regex::new(r"\{(token|accessor):(\w+)\}").unwrap() }
    }

    pub(crate) fn learn(&mut self, name: &str, token: &str, accessor: &str) {
        let (name, token, accessor) = (name.to_owned(), token.to_owned(), accessor.to_owned());
        self.tokens.push(Issued { name, text: token, accessor });
    }

    /// Forgets those that were issued on the way: `t0`, `t1`.
    pub(crate) fn forget_issued(&mut self) {
        self.tokens.retain(|known| !known.name.starts_with('t'));
    }

    /// Learns the token that a reply gives, if it gives one that is new.
    pub(crate) fn learn_from(&mut self, name: &str, body: &str) {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let auth = &body["auth"];
        let (Some(token), Some(accessor)) = (auth["client_token"].as_str(), auth["accessor"].as_str()) else {
            return;
        };
        if !token.is_empty() && self.tokens.iter().all(|known| known.text != token) {
            self.learn(name, token, accessor);
        }
    }

    pub(crate) fn token(&self, name: &str) -> String {
        self.find(name).map_or_else(|| NONE.to_owned(), |known| known.text.clone())
    }

    fn find(&self, name: &str) -> Option<&Issued> {
        self.tokens.iter().find(|known| known.name == name)
    }

    /// The text with the server's own tokens and accessors in it.
    pub(crate) fn fill(&self, text: &str) -> String {
        let filled =
            self.place.replace_all(text, |found: &Captures<'_>| match (&found[1], self.find(&found[2])) {
                ("token", Some(known)) => known.text.clone(),
                (_, Some(known)) => known.accessor.clone(),
                (_, None) => NONE.to_owned(),
            });
        filled.into_owned()
    }

    /// The text with names instead of the server's own tokens and accessors.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for Issued { name, text: token, accessor } in &self.tokens {
            // Only where there is one: the dev server's first token is a word that occurs elsewhere.
            for key in ["id", "client_token", "accessor"] {
                let (value, kind) = if key == "accessor" { (accessor, key) } else { (token, "token") };
                hidden = hidden
                    .replace(&format!("\"{key}\":{value:?}"), &format!("\"{key}\":\"{{{kind}:{name}}}\""));
            }
        }
        hidden
    }
}
