//! A canary is found in every form in which a value leaks, and not where it is not.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use test_kit::{Canary, strategy};

fn canaries() -> [Canary; 4] {
    [Canary::random(), Canary::hostile(), Canary::binary(), Canary::of("just8by.")]
}

/// Each canary that is text.
fn texts() -> [Canary; 3] {
    [Canary::random(), Canary::hostile(), Canary::of("it's \"8\"+")]
}

/// Every byte percent-encoded.
fn percent(bytes: &[u8]) -> String {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    pairs.concat()
}

#[track_caller]
fn assert_found(canary: &Canary, haystack: impl AsRef<[u8]>) {
    let haystack = haystack.as_ref();
    assert!(canary.find(haystack).is_some(), "not found in {}", haystack.escape_ascii());
}

fn around(bytes: &[u8], before: usize, after: usize) -> Vec<u8> {
    [&vec![b'x'; before][..], bytes, &vec![b'y'; after][..]].concat()
}

#[test]
fn it_is_found_as_it_is_and_in_part() {
    for canary in canaries() {
        assert_found(&canary, around(canary.bytes(), 3, 3));
    }
    let canary = Canary::random();
    assert_found(&canary, &canary.bytes()[..12]);
    assert_found(&canary, &canary.bytes()[20..]);
    assert_eq!(canary.find(&canary.bytes()[..11]), None, "eleven bytes are not yet a leak");
}

#[test]
fn it_is_found_in_base64_wherever_it_begins() {
    for canary in canaries() {
        for before in 0..6 {
            for after in 0..4 {
                let bytes = around(canary.bytes(), before, after);
                for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                    let text = engine.encode(&bytes);
                    assert_found(&canary, &text);
                    let lines: Vec<_> = text.as_bytes().chunks(16).map(<[u8]>::to_vec).collect();
                    assert_found(&canary, lines.join(&b"\n    "[..]));
                }
            }
        }
    }
}

#[test]
fn it_is_found_in_hexadecimal() {
    for canary in canaries() {
        assert_found(&canary, format!("0x{}", hex::encode(canary.bytes())));
        assert_found(&canary, hex::encode_upper(canary.bytes()));
        let pairs: Vec<_> = canary.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_found(&canary, pairs.join(" "));
    }
}

#[test]
fn it_is_found_percent_encoded_in_whole_and_in_part() {
    for canary in canaries() {
        let all = percent(canary.bytes());
        assert_found(&canary, format!("https://vault/v1?value={all}&x=y"));
        assert_found(&canary, all.to_lowercase());
        let reserved = canary.bytes().iter().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        assert_found(&canary, reserved.collect::<String>());
    }
}

#[test]
fn it_is_found_behind_the_escapes_of_json() {
    for canary in texts() {
        let document = serde_json::json!({"data": {"value": canary.text()}, "other": "text"});
        assert_found(&canary, document.to_string());
        assert_found(&canary, serde_json::to_string_pretty(&document).unwrap());
        let units = canary.text().encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        assert_found(&canary, units.collect::<String>());
    }
}

#[test]
fn it_is_found_in_yaml_quoted_and_in_blocks() {
    for canary in texts() {
        let quoted = canary.text().replace('\'', "''");
        assert_found(&canary, format!("value: '{quoted}'\n"));
        let block: Vec<_> = canary.text().lines().map(|line| format!("    {line}\n")).collect();
        assert_found(&canary, format!("value: |-\n{}", block.concat()));
        let folded: Vec<_> = canary.text().as_bytes().chunks(7).map(<[u8]>::to_vec).collect();
        assert_found(&canary, folded.join(&b"\n  "[..]));
        assert_found(&canary, k8s_bundle::yaml::to_string(&[canary.text()]).unwrap());
        assert_found(&canary, k8s_bundle::yaml::to_string(&[format!("{}\u{1}", canary.text())]).unwrap());
    }
}

#[test]
fn it_is_found_in_debug_output() {
    for canary in canaries() {
        let bytes = canary.bytes();
        assert_found(&canary, format!("{bytes:?}"));
        assert_found(&canary, format!("{bytes:#?}"));
        assert_found(&canary, format!("{bytes:x?}"));
        assert_found(&canary, format!("{bytes:X?}"));
        assert_found(&canary, format!("b\"{}\"", bytes.escape_ascii()));
    }
    for canary in texts() {
        assert_found(&canary, format!("{:?}", canary.text()));
        assert_found(&canary, canary.text().escape_unicode().to_string());
        assert_found(&canary, format!("{:?}", Some(std::path::Path::new(canary.text()))));
    }
}

#[test]
fn it_is_not_found_where_it_is_not() {
    let document = k8s_bundle::PUBLIC_HEADER.repeat(100) + &"0123456789abcdef".repeat(500);
    for canary in canaries() {
        assert_eq!(canary.find(&document), None);
        assert_eq!(canary.find(""), None);
        assert_eq!(canary.find(Canary::random().bytes()), None);
        assert_eq!(canary.find(format!("{canary:?}{:?}", canary.value())), None, "nor in its own Debug");
    }
}

#[test]
#[should_panic(expected = "the report holds a secret value (base64)")]
fn a_leak_is_named_by_its_form() {
    let canary = Canary::random();
    canary.assert_absent("the report", STANDARD.encode(canary.bytes()));
}

#[test]
#[should_panic(expected = "an error holds a secret value (raw)")]
fn a_leak_in_the_cause_of_an_error_is_found() {
    #[derive(Debug)]
    struct Quiet(std::io::Error);
    impl std::fmt::Display for Quiet {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("nothing to see")
        }
    }
    impl std::error::Error for Quiet {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    #[derive(Debug)]
    struct Silent;
    let canary = Canary::random();
    canary.assert_absent_in_debug(&Silent);
    let hidden = std::io::Error::other(HiddenInDebug(canary.text().to_owned()));
    canary.assert_absent_in_error(&Quiet(hidden));
}

/// An error whose `Debug` is clean and whose text is not.
struct HiddenInDebug(String);

impl std::fmt::Debug for HiddenInDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("clean")
    }
}

impl std::fmt::Display for HiddenInDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HiddenInDebug {}

#[test]
#[should_panic(expected = "turns up by chance")]
fn a_canary_that_is_too_short_is_refused() {
    let _canary = Canary::of("1234567");
}

#[test]
fn a_seeded_canary_is_the_same_each_time() {
    assert_eq!(Canary::seeded(7).text(), Canary::seeded(7).text());
    assert_ne!(Canary::seeded(7).text(), Canary::seeded(8).text());
}

proptest! {
    #[test]
    fn any_value_is_found_in_any_of_the_forms(
        value in strategy::value_bytes().prop_filter("long enough", |it| it.len() >= 8 && it.len() < 500),
        before in 0..9_usize,
        after in 0..9_usize,
    ) {
        let canary = Canary::of(value.clone());
        let bytes = around(&value, before, after);
        for form in [
            STANDARD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
            hex::encode(&bytes),
            format!("{bytes:?}"),
            format!("{bytes:#?}"),
            bytes.escape_ascii().to_string(),
            percent(&bytes),
        ] {
            prop_assert!(canary.find(&form).is_some(), "not found in {form}");
        }
    }

    #[test]
    fn decoding_never_fails(haystack in proptest::collection::vec(any::<u8>(), 0..200), marks in "[\\\\%'uUx{}0-9a-f]{0,60}") {
        let _form = Canary::seeded(1).find([haystack, marks.into_bytes()].concat());
    }
}
