//! Whatever a server sends is read or refused, and neither panics nor shows what was sent.

use proptest::prelude::*;
use vault_api::auth::{AppRoleLogin, SecretId};
use vault_api::{Envelope, Errors, Raw, decode, kv1, kv2, sys, token};

use crate::recorded::recorded;

/// What a body is read as, by any type; the words of the error, if it is one.
fn read(body: &[u8]) -> Vec<String> {
    fn shown<T>(result: Result<T, vault_api::Malformed>) -> Option<String> {
        result.err().map(|error| format!("{error} {error:?}"))
    }
    let raw = decode::<Envelope<'_>>(body).ok().and_then(|envelope| envelope.data);
    [
        shown(decode::<Envelope<'_, Raw<'_>>>(body)),
        shown(decode::<Envelope<'_, kv2::Read<'_>>>(body)),
        shown(decode::<Envelope<'_, kv2::Metadata>>(body)),
        shown(decode::<Envelope<'_, kv2::DetailedList>>(body)),
        shown(decode::<Envelope<'_, kv1::List>>(body)),
        shown(decode::<Envelope<'_, sys::Mount>>(body)),
        shown(decode::<Envelope<'_, token::Lookup<'_>>>(body)),
        shown(decode::<Envelope<'_, SecretId<'_>>>(body)),
        shown(decode::<AppRoleLogin<'_>>(body)),
        shown(decode::<kv2::Write<'_>>(body)),
        shown(decode::<kv2::Versions>(body)),
        shown(decode::<sys::Health>(body)),
        shown(decode::<sys::SealStatus>(body)),
        shown(decode::<Errors>(body)),
        raw.and_then(|raw| shown(raw.text())),
        raw.and_then(|raw| shown(raw.decode::<kv2::Read<'_>>())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&body);
    }

    #[test]
    fn a_reply_that_was_cut_or_changed_is_read_or_refused_and_not_shown(
        name in prop::sample::select(&["kv2-read", "kv2-list-detailed", "login-approle", "lookup-self"][..]),
        at in any::<prop::sample::Index>(),
        with in prop::sample::select(&["hunter2", "\"hunter2\"", "{\"hunter2\":", "[\"hunter2\"]", ""][..]),
    ) {
        let (_, body) = recorded(name).remove(0);
        let at = at.index(body.len());
        let changed = [&body[..at], with.as_bytes(), &body[(at + with.len()).min(body.len())..]].concat();
        for error in read(&changed).into_iter().chain(read(&body[..at])) {
            prop_assert!(!error.contains("hunter2"), "{}", error);
        }
    }
}
