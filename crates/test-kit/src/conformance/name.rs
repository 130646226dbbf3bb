//! Names that are valid and odd.

use secret_store::{SecretFields, SecretPath};

use super::fixture::Fixture;
use crate::path;

/// Writes a different value at each path, then reads all of them.
async fn expect_apart(fixture: &Fixture, paths: &[&str]) {
    let mut kept = Vec::new();
    for at in paths {
        if fixture.put_or_be_refused(at, SecretFields::plain(*at)).await {
            kept.push(*at);
        }
    }
    for at in &kept {
        fixture.expect_value(at, *at).await;
    }
    let mut sorted: Vec<SecretPath> = kept.into_iter().map(path).collect();
    sorted.sort();
    fixture.expect_list(None, &sorted.iter().map(SecretPath::as_str).collect::<Vec<_>>()).await;
}

/// Spaces, quotes, percent signs and other alphabets in a path mean nothing but themselves.
pub async fn odd_paths_are_kept_apart(fixture: Fixture) {
    let paths = [
        "a b",
        "a%20b",
        "a+b",
        "a&b=c",
        "a?b",
        "a#b",
        "a:b",
        "a;b",
        "a'b",
        "a\"b",
        "a*b",
        "a|b",
        "a<b>",
        "$a",
        "~",
        "-a",
        "--",
        "@a",
        "a@b.example",
        "(a)",
        "[a]",
        "{a}",
        "!a",
        "a,b",
        "CON",
        "ümlaut",
        "日本/語",
        "🔑",
        "a\u{200b}b",
        " leading",
        "trailing ",
        "trailing.",
        "a..b",
        "data",
        "metadata/data",
        "sys",
        "value",
    ];
    expect_apart(&fixture, &paths).await;
}

/// Paths that differ in case, or in how an accent is written, are different paths.
pub async fn paths_are_not_normalised(fixture: Fixture) {
    expect_apart(&fixture, &["case", "Case", "CASE", "caf\u{e9}", "cafe\u{301}", "a/B", "A/b"]).await;
}

/// A path that starts as another does is another.
pub async fn paths_that_start_alike_are_kept_apart(fixture: Fixture) {
    expect_apart(
        &fixture,
        &["ab", "abc", "a", "ab-c", "ab.c", "ab c", "abc/d", "ab.c2/d"]
            .into_iter()
            // Where secrets do not nest, none of these may be both a secret and above one.
            .filter(|at| fixture.capabilities().nested || *at != "abc")
            .collect::<Vec<_>>(),
    )
    .await;
}

/// A name that ends as a file of a store does is kept, or refused; it is never taken for another's.
pub async fn names_that_end_as_files_do_are_kept_or_refused(fixture: Fixture) {
    let fixture = fixture.may_refuse();
    fixture.put("a", "plain").await;
    for at in [
        "a.yaml",
        "a.yml",
        "a.json",
        "a.age",
        "a.yaml.age",
        "a.json.age",
        "a.tmp",
        "a~",
        "a.lock",
        "a.enc.yaml",
    ] {
        fixture.put_or_be_refused(at, SecretFields::plain(at)).await;
        fixture.expect_value("a", "plain").await;
    }
}

/// The longest segment, and a path of many segments, are like any other. The longest path of all is, or it is refused: a
/// store that puts something before each path may have no room for it.
pub async fn the_longest_paths_are_paths(fixture: Fixture) {
    let segment = "s".repeat(SecretPath::MAX_SEGMENT_BYTES);
    let deep = ["d"; 100].join("/");
    expect_apart(&fixture, &[&deep, &segment]).await;
    let rest = SecretPath::MAX_BYTES - 4 * (segment.len() + 1);
    let longest =
        format!("{}/{}", [&"t".repeat(SecretPath::MAX_SEGMENT_BYTES)[..]; 4].join("/"), "t".repeat(rest));
    fixture.may_refuse().put_or_be_refused(&longest, SecretFields::plain("1")).await;
}
