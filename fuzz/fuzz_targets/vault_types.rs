//! The wire types of Vault's API, each on the same bytes. No error quotes what it has seen.
#![no_main]

use vault_api::auth::{AppRoleLogin, SecretId};
use vault_api::{Envelope, Errors, Raw, decode, kv1, kv2, sys, token};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let _ = decode::<Envelope<'_, kv2::Read<'_>>>(body);
    let _ = decode::<Envelope<'_, kv2::Metadata>>(body);
    let _ = decode::<Envelope<'_, kv2::DetailedList>>(body);
    let _ = decode::<Envelope<'_, kv1::List>>(body);
    let _ = decode::<Envelope<'_, sys::Mount>>(body);
    let _ = decode::<Envelope<'_, token::Lookup<'_>>>(body);
    let _ = decode::<Envelope<'_, SecretId<'_>>>(body);
    let _ = decode::<AppRoleLogin<'_>>(body);
    let _ = decode::<kv2::Write<'_>>(body);
    let _ = decode::<kv2::Versions>(body);
    let _ = decode::<sys::Health>(body);
    let _ = decode::<sys::SealStatus>(body);
    let _ = decode::<Errors>(body);
    if let Ok(Envelope { data: Some(raw), .. }) = decode::<Envelope<'_, Raw<'_>>>(body) {
        let _ = (raw.text(), raw.decode::<kv2::Read<'_>>());
        assert_eq!(format!("{raw:?}"), "[redacted]");
    }
});
