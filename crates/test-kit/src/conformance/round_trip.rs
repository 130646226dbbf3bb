//! What is written is read, byte for byte.
#![expect(clippy::missing_panics_doc, reason = "a behaviour panics when the store does not behave")]

use secret_store::{ErrorKind, SecretFields, SecretValue, WriteOptions};

use super::fixture::{Fixture, expect_kind, expect_ok, two};
use crate::{bytes, field};

/// What is written is read.
pub async fn a_plain_value_is_read_as_written(fixture: Fixture) {
    fixture.put("GITLAB_ROOT_PASSWORD", "correct horse").await;
    fixture.expect_value("GITLAB_ROOT_PASSWORD", "correct horse").await;
}

/// Line ends at the end, and spaces around, are part of the value.
pub async fn white_space_around_a_value_survives(fixture: Fixture) {
    for value in
        ["line\n", "line\r\n", "lines\n\n", "\n", " ", "  both  ", "\ttab\t", "\nfirst", "a\nb", "a\r\nb\rc"]
    {
        fixture.put("A", value).await;
        fixture.expect_value("A", value).await;
    }
}

/// A value of no bytes is a value.
pub async fn an_empty_value_is_a_value(fixture: Fixture) {
    fixture.put_or_be_refused("EMPTY", SecretFields::plain("")).await;
    if fixture.capabilities().fields {
        fixture.put_or_be_refused("fields", two("", "2")).await;
    }
}

/// Bytes that are no text survive, as do all bytes there are; a store of text says that it is one.
pub async fn bytes_that_are_no_text_survive(fixture: Fixture) {
    let all: Vec<u8> = (0..=255).collect();
    for value in [all, vec![0], vec![0xff, 0xfe], b"\xc3\x28".to_vec(), vec![0xef, 0xbb, 0xbf]] {
        let text = core::str::from_utf8(&value).is_ok();
        let fields = SecretFields::plain(value.as_slice());
        if fixture.capabilities().binary || text {
            fixture.put_fields("bytes", fields.clone()).await;
            fixture.expect("bytes", &fields).await;
            if fixture.capabilities().fields {
                let fields = two(value.as_slice(), "text");
                fixture.put_fields("fields", fields.clone()).await;
                fixture.expect("fields", &fields).await;
            }
        } else {
            let answer = fixture.write("unwritten", fields, WriteOptions::replace()).await;
            expect_kind(answer, ErrorKind::Unsupported, "a write of bytes that are no text");
            fixture.expect_nothing("unwritten").await;
        }
    }
}

/// 64 KiB survive.
pub async fn a_value_of_64_kib_survives(fixture: Fixture) {
    let value: Vec<u8> = (b'!'..=b'~').cycle().take(64 * 1024).collect();
    fixture.put_or_be_refused("LARGE", SecretFields::plain(value.as_slice())).await;
}

/// Text that a format could take for something else survives as the text that it is.
pub async fn text_that_looks_like_something_else_survives(fixture: Fixture) {
    let plain = [
        "yes",
        "no",
        "null",
        "~",
        "true",
        "0o7",
        "0123",
        "1e3",
        "1_000",
        "12:30:45",
        "2024-01-01",
        "=",
        "<<",
        "---",
        "...",
        "- item",
        "key: value",
        "# comment",
        "a #b",
        "{}",
        "[]",
        "{\"value\":\"x\"}",
        "\"quoted\"",
        "'single'",
        "\\n",
        "%25",
        "$HOME",
        "`id`",
        "&anchor",
        "*alias",
        "!tag",
        "|",
        ">",
        "@",
        "\u{feff}bom",
        "\u{85}\u{2028}\u{2029}",
        "\u{7f}\u{1b}[0m",
        "ünïcødé 🔑",
        "ENC[AES256_GCM,data:x]",
        "-----BEGIN X-----\n",
    ];
    for value in plain {
        fixture.put("A", value).await;
        fixture.expect_value("A", value).await;
        if fixture.capabilities().fields {
            let fields = two(value, "plain");
            fixture.put_fields("fields", fields.clone()).await;
            fixture.expect("fields", &fields).await;
        }
    }
}

/// Several fields survive, each its own.
pub async fn several_fields_are_read_as_written(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    let fields = two("minio", "hunter2\n").with(field("value"), "also a field");
    fixture.put_fields("infrastructure/minio", fields.clone()).await;
    fixture.expect("infrastructure/minio", &fields).await;
}

/// One field that is not called `value` keeps its name.
pub async fn one_field_keeps_its_name(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    let fields = SecretFields::new().with(field("password"), "hunter2");
    fixture.put_fields("A", fields.clone()).await;
    fixture.expect("A", &fields).await;
}

/// Field names that a format could take for something else survive, apart from each other.
pub async fn odd_field_names_survive(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    let names = [
        "yes", "null", "~", "1", "1.0", "a b", " ", "a.b", "a/b", "..", "a: b", "- a", "#", "\"", "'", "\\",
        "ümlaut", "UPPER", "upper", "<<", "=", "sops", "data", "{}", "🔑", "%2e", "-", "?",
    ];
    for name in names {
        fixture
            .put_or_be_refused("A", SecretFields::new().with(field(name), "v").with(field("other"), "w"))
            .await;
    }
    let all = names.iter().map(|name| (field(name), SecretValue::from(*name))).collect();
    fixture.put_or_be_refused("ALL", all).await;
}

/// A value that is JSON keeps its text, as JSON or as text.
pub async fn a_value_that_is_json_keeps_its_text(fixture: Fixture) {
    if fixture.lacks_fields().await {
        return;
    }
    let fields = two(SecretValue::json("5432"), SecretValue::json("true"));
    fixture.put_fields("A", fields).await;
    let secret = expect_ok(fixture.read("A").await, "reading what was written");
    for (name, text) in [("a", "5432"), ("b", "true")] {
        let value = secret.fields.get(name).map(bytes::of);
        assert_eq!(value, Some(text.as_bytes()), "the field {name:?}");
    }
}

/// A secret has at least one field.
pub async fn a_write_of_no_field_is_refused(fixture: Fixture) {
    fixture.put("A", "1").await;
    for at in ["A", "B"] {
        let answer = fixture.write(at, SecretFields::new(), WriteOptions::replace()).await;
        expect_kind(answer, ErrorKind::Invalid, "a write of no field");
    }
    fixture.expect_value("A", "1").await;
    fixture.expect_nothing("B").await;
}
