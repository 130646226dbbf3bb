//! A path of the API: what is decoded neither climbs, nor hides a segment, nor changes when it is read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &str| {
    let Some(path) = bridge::fuzzing::path(raw) else { return };
    assert!(!path.chars().any(char::is_control));
    assert!(path.is_empty() || path.split('/').all(|segment| !matches!(segment, "" | "." | "..")));
    if !path.contains('%') {
        assert_eq!(bridge::fuzzing::path(&path).as_deref(), Some(&*path));
    }
});
