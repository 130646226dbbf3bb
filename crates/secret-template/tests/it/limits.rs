//! No template takes the process down, nor keeps it busy for long.

use proptest::prelude::*;
use secret_template::{Template, Values};

fn render(text: &str) -> Result<Vec<u8>, String> {
    let values: Values<'_> = [("a", b"value".as_slice()), ("b", b"\xff\x00")].into_iter().collect();
    let template = Template::parse("t", text).map_err(|problems| problems[0].to_string())?;
    template.render(&values).map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_refused(text: &str, because: &str) {
    let error = render(text).expect_err("it is refused");
    assert!(error.contains(because), "{error}");
}

#[test]
fn nesting_has_a_limit() {
    let deep =
        |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    assert_refused(&format!("{{{{ {} }}}}", "(".repeat(100_000)), "inside each other");
    assert_refused(&deep("{{ if .a }}", "{{ end }}", 10_000), "inside each other");
    assert_refused(
        &format!("{{{{ if .a }}}}{}{{{{ end }}}}", "{{ else if .a }}".repeat(10_000)),
        "inside each other",
    );
    assert_eq!(render(&deep("{{ if .a }}", "{{ end }}", 90)), Ok(Vec::new()));
    assert_eq!(render(&format!("{{{{ {}1{} }}}}", "(".repeat(90), ")".repeat(90))), Ok(b"1".to_vec()));
}

#[test]
fn a_template_that_includes_itself_ends() {
    assert_refused(r#"{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}"#, "includes itself");
}

#[test]
fn many_definitions_that_include_the_next_are_no_trouble() {
    let define = |n: u32| format!(r#"{{{{ define "{n}" }}}}{{{{ template "{}" . }}}}{{{{ end }}}}"#, n + 1);
    let definitions = (0..20_000).map(define).collect::<Vec<_>>().concat();
    let text = format!(r#"{definitions}{{{{ template "0" . }}}}"#);
    assert!(Template::parse("t", &text).expect("it parses").fields().named.is_empty());
    assert_refused(&text, "nested too deeply");
}

#[test]
fn loops_end() {
    assert_refused("{{ range 1000000000000 }}x{{ end }}", "too much");
    assert_refused("{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}", "");
    assert_refused("{{ $x := list 1 }}{{ range until 1000000 }}{{ $x = concat $x $x }}{{ end }}", "too much");
}

#[test]
fn texts_have_a_limit() {
    assert_refused("{{ repeat 5000000 \"x\" }}", "longer than 4 MiB");
    assert_refused(
        "{{ printf \"%999999d%999999d%999999d%999999d%999999d\" 1 1 1 1 1 }}",
        "longer than 4 MiB",
    );
    assert_refused("{{ range until 100 }}{{ repeat 100000 \"x\" }}{{ end }}", "longer than 4 MiB");
    assert_refused(
        "{{ $x := \"x\" }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}",
        "longer than 4 MiB",
    );
}

#[test]
fn data_that_holds_itself_is_refused_and_freed() {
    for show in
        ["{{ $d }}", "{{ toJson $d }}", "{{ toYaml $d }}", "{{ deepEqual $d $e }}", "{{ printf \"%v\" $d }}"]
    {
        let text = format!(
            "{{{{ $d := dict }}}}{{{{ $e := dict }}}}{{{{ $_ := set $d \"d\" $d }}}}{{{{ $_ := set $e \"d\" $e }}}}{show}"
        );
        assert_refused(&text, "nested too deeply");
    }
    let deep = "{{ $l := list }}{{ range until 10000 }}{{ $l = list $l }}{{ end }}";
    assert_eq!(render(deep), Ok(Vec::new()));
    assert_refused(&format!("{deep}{{{{ $l }}}}"), "nested too deeply");
    let json = "{{ fromJson (printf \"%s\" (repeat 10000 \"[\")) }}";
    assert_refused(json, "nested too deeply");
    assert_refused("{{ fromYaml (repeat 10000 \"[\") }}", "YAML");
}

#[test]
fn expressions_that_would_take_long_end() {
    let text = r#"{{ range until 100000 }}{{ $_ := regexMatch "(a{9}){9}" "aaa" }}{{ end }}"#;
    assert_eq!(render(text), Ok(Vec::new()));
    let text = r#"{{ range until 100000 }}{{ $_ := regexMatch (printf "a{%d}" .) "aaa" }}{{ end }}"#;
    assert_refused(text, "too much");
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_a_panic(text in ".{0,60}") {
        let _ = render(&text);
        let _ = render(&format!("{{{{{text}}}}}"));
    }

    #[test]
    fn any_sequence_of_tokens_is_rendered_without_a_panic(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..25)) {
        let _ = render(&format!("{{{{ {} }}}}", tokens.join(" ")));
        let _ = render(&tokens.concat());
    }

    #[test]
    fn any_values_are_rendered_without_a_panic(value: Vec<u8>, function in prop::sample::select(FUNCTIONS)) {
        let values: Values<'_> = [("a", value.as_slice())].into_iter().collect();
        let template = Template::parse("t", &format!("{{{{ {function} }}}}")).expect("it parses");
        let _ = template.render(&values);
    }

    #[test]
    fn values_that_look_like_something_are_rendered_without_a_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8),
        function in prop::sample::select(FUNCTIONS),
    ) {
        let value = pieces.concat();
        let values: Values<'_> = [("a", value.as_slice())].into_iter().collect();
        let template = Template::parse("t", &format!("{{{{ {function} }}}}")).expect("it parses");
        let _ = template.render(&values);
    }

    #[test]
    fn the_same_values_give_the_same_bytes(value: Vec<u8>, function in prop::sample::select(FUNCTIONS)) {
        let values: Values<'_> = [("a", value.as_slice())].into_iter().collect();
        let template = Template::parse("t", &format!("{{{{ {function} }}}}")).expect("it parses");
        prop_assert_eq!(template.render(&values), template.render(&values));
    }
}

const TOKENS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "template",
    "block",
    "break",
    "continue",
    "$x",
    ":=",
    "=",
    ",",
    "|",
    "(",
    ")",
    ".",
    ".a",
    ".b",
    "$",
    "\"x\"",
    "`y`",
    "'c'",
    "1",
    "-2",
    "1.5",
    "0x1f",
    "nil",
    "true",
    "index",
    "len",
    "printf",
    "\"%v\"",
    "eq",
    "and",
    "or",
    "not",
    "upper",
    "list",
    "dict",
    "set",
    "slice",
    "substr",
    "trunc",
    "repeat",
    "splitn",
    "/*",
    "*/",
    " ",
    "\n",
    "toYaml",
    "fromYaml",
    "fromJson",
    "regexFindAll",
    "filterPEM",
    "html",
    "js",
    "round",
    "seq",
    "until",
    "dig",
    "title",
    "@",
];

const FUNCTIONS: &[&str] = &[
    "fromJson .a",
    "toJson .a",
    "fromYaml .a",
    "toYaml .a",
    "toYaml (dict .a .a)",
    "quote .a",
    "printf \"%q %x %+q %#q\" .a .a .a .a",
    "printf .a 1 \"x\" nil",
    "b64dec .a",
    "b32dec .a",
    "b64enc .a | b64dec",
    "title .a",
    "untitle .a",
    "upper .a",
    "lower .a",
    "nospace .a",
    "trim .a",
    "indent 2 .a",
    "regexFindAll .a .a -1",
    "regexReplaceAll \"(.)\" .a .a",
    "regexSplit \"\" .a -1",
    "filterPEM \"A\" .a",
    "filterCertChain \"leaf\" .a",
    "int .a",
    "atoi .a",
    "float64 .a",
    "toDecimal .a",
    "html .a",
    "js .a",
    "urlquery .a",
    "splitList .a .a",
    "replace \"\" \"-\" .a",
    "clean .a",
    "dir .a",
    "base .a",
    "ext .a",
    "trunc -3 .a",
    "substr 1 3 .a",
    "sha256sum .a",
    "adler32sum .a",
    "squote .a",
    "cat .a .a",
    "trimAll .a .a",
    "index .a 0",
    "regexQuoteMeta .a",
    "fromJson (printf \"{%q:[%s]}\" .a .a)",
];

/// What numbers, dates, escapes, expressions and blocks are made of, and what breaks them.
const PIECES: &[&[u8]] = &[
    b"2001-01-01",
    b"T",
    b" ",
    b"1:2:3",
    b"Z",
    b"+01:00",
    b"0x",
    b"1",
    b"-",
    b"+",
    b".",
    b"e",
    b"_",
    b"0",
    b"\xff",
    "é".as_bytes(),
    "🔑".as_bytes(),
    b"\\",
    b"\"",
    b"u",
    b"d83d",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"(",
    b")",
    b"?",
    b"*",
    b"|",
    b"^",
    b"$",
    b"\n",
    b"\t",
    b"%",
    b"&x",
    b"<<",
    b"!!str",
    b"p{L}",
    b"Q",
    b"-----BEGIN A-----",
    b"-----END A-----",
    b"=",
    b"YQ==",
    b"\0",
    "\u{2028}".as_bytes(),
];
