//! A token in use.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::SecretValue;
use crate::provider::vault::auth::Look;

/// A token in use. Renewing leaves it the same token.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) value: SecretValue,
    /// Which one of this session it is.
    pub(super) generation: u64,
    /// Whether the server took it for anything.
    has_worked: AtomicBool,
    /// What the server said when it was asked at first, if it was.
    first_look: Option<Look>,
}

impl Token {
    pub(super) fn new(value: SecretValue, generation: u64, first_look: Option<Look>) -> Self {
        let has_worked = AtomicBool::new(matches!(first_look, Some(Look::Good(_))));
        Self { value, generation, has_worked, first_look }
    }

    /// Takes note of how a request with it was answered.
    pub(super) fn note(&self, status: u16) {
        if matches!(status, 200..300 | 404) {
            self.has_worked.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it is no longer good, when the server refuses to look it up after it refused something else.
    ///
    /// One that was given by a log-in and has never worked is as good as another would be. One that could not be looked up
    /// from the start, and has worked, is good for something: what it was refused for is not.
    pub(super) fn is_dead_when_refused(&self, is_from_log_in: bool) -> bool {
        match (self.has_worked.load(Ordering::Relaxed), self.first_look) {
            (true, first) => first != Some(Look::Refused),
            (false, _) => !is_from_log_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::vault::auth::Term;

    #[test]
    fn a_token_is_dead_when_it_has_worked_before_or_when_it_is_somebody_s_and_never_did() {
        let token = |look, worked: bool| {
            let token = Token::new(SecretValue::from("t"), 1, look);
            token.note(if worked { 404 } else { 403 });
            token
        };
        let good = Some(Look::Good(Term::default()));
        for (look, worked, from_log_in, dead) in [
            (None, true, true, true),
            (None, false, true, false),
            (good, false, false, true),
            (Some(Look::Refused), false, false, true),
            (Some(Look::Refused), true, false, false),
            (Some(Look::Forbidden), true, false, true),
        ] {
            let token = token(look, worked);
            assert_eq!(token.is_dead_when_refused(from_log_in), dead, "{look:?} {worked} {from_log_in}");
        }
    }
}
