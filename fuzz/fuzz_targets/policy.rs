//! Rules of policies, one to a line, and a path that they are asked about: `deny` beats, and what no rule fits is denied.
#![no_main]

use std::collections::BTreeMap;

use bridge::policy::{Capability, Policies, RuleConfig};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let path = lines.next().unwrap_or_default();
    let rules: Vec<_> = lines
        .filter_map(|line| {
            let (word, path) = line.split_once(' ')?;
            let capabilities = serde_json::from_value(serde_json::json!([word])).ok()?;
            Some(RuleConfig { path: path.to_owned(), capabilities })
        })
        .collect();
    let denied = rules.iter().any(|rule| rule.path == path && rule.capabilities.contains(&Capability::Deny));
    let nothing = rules.is_empty();
    let Ok(policies) = Policies::new(&BTreeMap::from([("p".to_owned(), rules)])) else { return };
    let may = policies.capabilities(["p"].into_iter(), path);
    assert!(!(denied || nothing) || !may.allow(Capability::Read));
    let _ = (may.words(), policies.reaches(["p"].into_iter(), path));
});
