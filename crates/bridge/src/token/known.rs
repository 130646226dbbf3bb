//! What this process knows of tokens: what the record has, and what was seen of the bootstrap token.

use std::sync::Arc;
use std::time::Duration;

use secret_store::{Error, ErrorKind};

use super::state::{First, State};

#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// What the record has, but for the bootstrap token: that as it was seen last.
    pub(super) state: Arc<State>,
    /// What the record has of the bootstrap token. Where that cannot be written, it stays behind.
    pub(super) recorded: First,
    /// How often that was replaced by what the record has.
    pub(super) generation: u64,
    /// The last look at the record, and the last at the bootstrap token.
    pub(super) record: Look,
    pub(super) first: Look,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// When it was read, on the monotonic clock.
    pub(super) read: Duration,
    /// Why it could not be read since.
    pub(super) trouble: Option<Arc<Error>>,
}

impl Known {
    /// Whether more was seen of the bootstrap token than is in the record.
    pub(super) fn is_ahead(&self) -> bool {
        self.recorded != self.state.first
    }

    /// The record was read. What was seen of the bootstrap token and could not be noted there holds all the same.
    pub(super) fn took(&mut self, mut state: State, began: Duration) {
        let recorded = state.first.clone();
        state.note(&self.recorded, &self.state.first);
        self.replace(state, recorded, began);
    }

    /// The record was written, with what was `seen` of the bootstrap token. What was seen of it meanwhile stays.
    pub(super) fn wrote(&mut self, mut state: State, seen: &First, began: Duration) {
        let recorded = state.first.clone();
        if self.state.first != *seen {
            state.first.clone_from(&self.state.first);
        }
        self.replace(state, recorded, began);
    }

    fn replace(&mut self, state: State, recorded: First, began: Duration) {
        self.state = Arc::new(state);
        self.recorded = recorded;
        self.generation = self.generation.wrapping_add(1);
        self.record = Look { read: began, trouble: None };
    }

    /// This is the bootstrap token; the one before it stays good until then.
    pub(super) fn saw(&mut self, mac: String, until: i64, began: Duration) {
        if self.state.first.mac.as_ref() != Some(&mac) {
            Arc::make_mut(&mut self.state).first.saw(mac, until);
        }
        self.first = Look { read: began, trouble: None };
    }

    /// The bootstrap token could not be read. What the store says that it is not there, or what can be guessed, lets nobody in
    /// any more, nor does what was there before. Says it once, not at every look.
    pub(super) fn missed(&mut self, error: &Error, began: Duration) {
        if is_answer(error) {
            if self.state.first != First::default() {
                tracing::warn!(%error, help = error.help(), "there is no first token any more: the one before lets nobody in");
                Arc::make_mut(&mut self.state).first = First::default();
            }
            self.first = Look { read: began, trouble: None };
            return;
        }
        let before = self.first.trouble.replace(Arc::new(error.clone()));
        if before.is_none_or(|before| before.to_string() != error.to_string()) {
            tracing::warn!(%error, help = error.help(), "the first token could not be read");
        }
    }

    /// The look that is in trouble, if one is.
    pub(super) fn worse(&self) -> &Look {
        if self.record.trouble.is_none() && self.first.trouble.is_some() { &self.first } else { &self.record }
    }
}

/// Whether the store has said what is there, which is no token.
pub(super) fn is_answer(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid)
}
