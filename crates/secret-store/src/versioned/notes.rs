//! Notes on secrets, under the rules of Vault's custom metadata.

use std::collections::BTreeMap;

use super::MetadataUpdate;
use crate::WriteMode;

/// How many notes a secret may have.
const MOST: usize = 64;
/// The longest name of a note, in bytes.
const LONGEST_KEY: usize = 128;
/// The longest text of a note, in bytes.
const LONGEST_TEXT: usize = 512;

impl MetadataUpdate {
    /// The notes after this update, of a secret that has `notes`; none when it changes no note.
    ///
    /// # Errors
    /// In the words of Vault, when there are more than 64, when a name is empty or longer than 128 bytes, when a text is empty
    /// or longer than 512, or when either has a character that cannot be printed.
    pub fn notes_after(
        &self,
        notes: &BTreeMap<String, String>,
    ) -> Result<Option<BTreeMap<String, String>>, String> {
        let Some(changes) = &self.notes else { return Ok(None) };
        let mut after = if self.notes_mode == WriteMode::Merge { notes.clone() } else { BTreeMap::new() };
        for (key, text) in changes {
            match text {
                Some(text) => after.insert(key.clone(), text.clone()),
                None => after.remove(key),
            };
        }
        if after.len() > MOST {
            return Err(format!(
                "custom_metadata validation failed: payload must contain at most {MOST} keys, provided {}",
                after.len()
            ));
        }
        after.iter().try_for_each(|(key, text)| check(key, text))?;
        Ok(Some(after))
    }
}

fn check(key: &str, text: &str) -> Result<(), String> {
    let length = |what: &str, name: &str, length: usize, longest: usize| {
        Err(format!(
            "custom_metadata validation failed: length of {what} {name:?} is {length} but must be 0 < len({}) <= {longest}",
            what.split(' ').next().unwrap_or_default()
        ))
    };
    if key.is_empty() || key.len() > LONGEST_KEY {
        return length("key", key, key.len(), LONGEST_KEY);
    }
    if text.is_empty() || text.len() > LONGEST_TEXT {
        return length("value for key", key, text.len(), LONGEST_TEXT);
    }
    let what = if !key.chars().all(is_printable) {
        format!("key {key:?} ({key})")
    } else if !text.chars().all(is_printable) {
        format!("value for key {key:?}")
    } else {
        return Ok(());
    };
    Err(format!("custom_metadata validation failed: {what} contains unprintable characters"))
}

/// As Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the one space.
fn is_printable(c: char) -> bool {
    // `str::escape_debug` writes all else by its number. After a letter, for it shows a mark only where it follows something.
    !c.is_control()
        && !String::from_iter(['a', c]).escape_debug().skip(1).collect::<String>().starts_with("\\u{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(pairs: &[(&str, Option<&str>)]) -> BTreeMap<String, Option<String>> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), text.map(str::to_owned))).collect()
    }

    #[test]
    fn a_merge_keeps_what_is_not_named_and_a_replacement_does_not() {
        let there = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
        let changes = noted(&[("a", None), ("c", Some("3"))]);
        let after = |update: MetadataUpdate| {
            let after = update.notes_after(&there).unwrap().unwrap();
            after.into_iter().map(|(key, text)| format!("{key}={text}")).collect::<Vec<_>>()
        };
        assert_eq!(after(MetadataUpdate::new().with_changed_notes(changes.clone())), ["b=2", "c=3"]);
        let update = MetadataUpdate { notes: Some(changes), ..MetadataUpdate::new() };
        assert_eq!(after(update), ["c=3"]);
        assert_eq!(MetadataUpdate::new().notes_after(&there), Ok(None));
    }

    /// Each was tried at OpenBao 2.7.2.
    #[test]
    fn what_can_be_printed_is_what_go_prints() {
        for c in ['a', ' ', 'ü', '\u{301}', '\\', '"', '\'', '€', '漢', '😀', '½'] {
            assert!(is_printable(c), "{c:?}");
        }
        for c in "\0\t\n\u{7f}\u{a0}\u{ad}\u{378}\u{200b}\u{2028}\u{3000}\u{e000}\u{feff}".chars() {
            assert!(!is_printable(c), "{c:?}");
        }
    }

    #[test]
    fn notes_beyond_the_limits_are_refused_in_vault_s_words() {
        let refused = |key: &str, text: &str| {
            MetadataUpdate::new()
                .with_changed_notes(noted(&[(key, Some(text))]))
                .notes_after(&BTreeMap::new())
                .unwrap_err()
        };
        assert_eq!(
            refused("", "x"),
            "custom_metadata validation failed: length of key \"\" is 0 but must be 0 < len(key) <= 128"
        );
        assert_eq!(
            refused("k", ""),
            "custom_metadata validation failed: length of value for key \"k\" is 0 but must be 0 < len(value) <= 512"
        );
        assert!(refused(&"k".repeat(129), "x").contains("is 129"));
        assert!(refused("k", &"x".repeat(513)).contains("is 513"));
        assert_eq!(
            refused("a\tb", "x"),
            "custom_metadata validation failed: key \"a\\tb\" (a\tb) contains unprintable characters"
        );
        assert_eq!(
            refused("k", "a\nb"),
            "custom_metadata validation failed: value for key \"k\" contains unprintable characters"
        );
        let many = (0..65).map(|number| (number.to_string(), Some("x".to_owned()))).collect();
        let update = MetadataUpdate::new().with_changed_notes(many);
        assert!(update.notes_after(&BTreeMap::new()).unwrap_err().contains("at most 64"));
    }
}
