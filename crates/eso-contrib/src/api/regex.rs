//! Regular expressions, as the operator compiles them.

/// Whether Go's `regexp` compiles `text`, as far as that can be told without Go: both languages descend from RE2. The few
/// things that Go alone has (`\Q…\E`, `\C`) are let through unread.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.contains("\\Q") || text.contains("\\C") {
        return Ok(());
    }
    let ast = regex_syntax::ast::parse::Parser::new().parse(text);
    match ast {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("regular expression {text:?} does not compile: {}", error.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_go_refuses_is_refused() {
        for text in ["[a-", "(", "a{2,1}", "*", "(?P<n>", "a(?!b)", "(?<=a)b", r"\1", r"\8"] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_go_compiles_is_let_through() {
        for text in [
            "",
            "^team-.*$",
            r"\Qa.b\E",
            "(?i)a",
            "[[:alpha:]]+",
            r"\pN",
            r"\x{10FFFF}",
            "(?P<n>a)",
            "a{2,}?",
        ] {
            assert_eq!(check(text), Ok(()), "{text:?}");
        }
    }
}
