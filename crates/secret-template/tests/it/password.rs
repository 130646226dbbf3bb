//! Password hashes, whose salt must be the same in each build.

use std::fs;
use std::path::Path;

use secret_template::{Template, Values};

fn htpasswd(place: &str, key: &str, user: &str, password: &str) -> String {
    let mut values: Values<'_> =
        [("user", user.as_bytes()), ("password", password.as_bytes())].into_iter().collect();
    values.set_place(place);
    let template = Template::parse(key, "{{ htpasswd .user .password }}").expect("it parses");
    let line = template.render(&values).expect("it renders");
    str::from_utf8(&line).expect("it is text").to_owned()
}

/// The operator's own bcrypt verifies the same line: `lab/eso-template`.
#[test]
fn the_line_is_the_same_in_each_build() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus/htpasswd.txt");
    let text = fs::read_to_string(file).expect("the line is there");
    let (password, line) = text.trim_end().split_once('\n').expect("a password and a line");
    assert_eq!(htpasswd("apps/registry", "auth", "admin", password), line);
}

#[test]
fn salts_differ_by_user_key_and_place_and_not_by_password() {
    let salt = |line: String| line.split(':').nth(1).expect("a hash")[..29].to_owned();
    let one = salt(htpasswd("a/b", "auth", "admin", "x"));
    assert_eq!(salt(htpasswd("a/b", "auth", "admin", "another")), one);
    for other in [("a/c", "auth", "admin"), ("a/b", "other", "admin"), ("a/b", "auth", "guest")] {
        assert_ne!(salt(htpasswd(other.0, other.1, other.2, "x")), one, "{other:?}");
    }
}

#[test]
fn a_password_that_bcrypt_would_cut_is_refused() {
    let password = "x".repeat(73);
    let values: Values<'_> = [("password", password.as_bytes())].into_iter().collect();
    let template = Template::parse("auth", "{{ bcrypt .password }}").expect("it parses");
    let error = template.render(&values).expect_err("it is refused");
    let message =
        "template \"auth\", line 1, column 4: bcrypt: bcrypt takes no password of more than 72 bytes";
    assert_eq!(error.to_string(), message);
}
