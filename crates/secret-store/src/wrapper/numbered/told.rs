//! Which numbers were told of versions that no record knows.

use std::collections::HashMap;

use crate::{SecretPath, SecretVersion};

/// How many paths are remembered; then all are forgotten, which costs only what [`Told::number`] is for.
const MOST: usize = 262_144;

/// Which numbers were told of versions that no record knows.
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<SecretPath, Last>);

#[derive(Debug)]
struct Last {
    /// The number that the record had.
    after: u64,
    version: Option<SecretVersion>,
    number: u64,
}

impl Told {
    /// The number of a version that somebody else has written, after the one of the record: another one each time, so that
    /// nobody who has seen one of them replaces the next unseen.
    pub(super) fn number(&mut self, path: &SecretPath, after: u64, version: Option<&SecretVersion>) -> u64 {
        match self.0.get_mut(path) {
            Some(last) if last.after == after => {
                if last.version.as_ref() != version {
                    last.version = version.cloned();
                    last.number += 1;
                }
                last.number
            }
            _ => {
                if self.0.len() >= MOST {
                    self.0.clear();
                }
                let number = after + 1;
                self.0.insert(path.clone(), Last { after, version: version.cloned(), number });
                number
            }
        }
    }

    /// The last number that is known of, when the record has that one.
    pub(super) fn last(&self, path: &SecretPath, after: u64) -> u64 {
        self.0.get(path).filter(|last| last.after == after).map_or(after, |last| last.number)
    }

    pub(super) fn forget(&mut self, path: &SecretPath) {
        self.0.remove(path);
    }
}
