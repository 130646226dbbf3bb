//! What can be said of a template without any value.

use secret_template::{Position, Template};
use semver::Version;

fn problems(text: &str) -> Vec<String> {
    let problems = Template::parse("t", text).expect_err("it has problems");
    problems.iter().map(|problem| format!("{problem} ({})", problem.help.as_deref().unwrap_or("-"))).collect()
}

fn parsed(text: &str) -> Template {
    Template::parse("t", text).expect("it parses")
}

#[test]
fn a_text_without_an_action_is_literal() {
    assert!(parsed("hello }}").is_literal());
    assert!(!parsed("{{/* comment */}}").is_literal());
}

#[test]
fn every_unknown_function_and_variable_is_a_problem() {
    let all = problems("{{ nope .a }}\n{{ $x }} {{ tojson . }}\n{{ end }}");
    let expected = [
        "line 1, column 4: no version of the operator has a function \"nope\" (-)",
        "line 2, column 4: the variable $x is not defined here (-)",
        "line 2, column 13: no version of the operator has a function \"tojson\" (did you mean toJson?)",
        "line 3, column 4: {{end}} without a block (-)",
    ];
    assert_eq!(all, expected);
}

#[test]
fn a_position_counts_characters() {
    assert_eq!(
        problems("é🔑{{ x }}"),
        ["line 1, column 6: no version of the operator has a function \"x\" (-)"]
    );
}

#[test]
fn functions_are_found_wherever_they_are_called() {
    let template = parsed("{{ if eq .a (upper .b) }}{{ range list 1 }}{{ . | quote }}{{ end }}{{ end }}");
    let names: Vec<_> = template.functions().iter().map(|used| used.name.as_str()).collect();
    assert_eq!(names, ["eq", "upper", "list", "quote"]);
    assert_eq!(template.functions()[1].position, Position { line: 1, column: 14 });
}

#[test]
fn what_only_the_operator_renders_is_said_with_its_reason() {
    let unrendered =
        parsed("{{ randAlphaNum 5 }}{{ now }}{{ getHostByName \"x\" }}{{ snakecase .a }}{{ upper .a }}")
            .unrendered();
    let shown: Vec<_> = unrendered.iter().map(ToString::to_string).collect();
    let expected = [
        "line 1, column 4: the function \"randAlphaNum\" is the operator's alone: it is random, so that each build would give other bytes",
        "line 1, column 24: the function \"now\" is the operator's alone: it asks the clock, so that each build would give other bytes",
        "line 1, column 33: the function \"getHostByName\" is the operator's alone: it asks the cluster or the network",
        "line 1, column 56: the function \"snakecase\" is the operator's alone: secretbridge does not have it",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_chart_lacks_what_came_later_and_what_was_dropped() {
    let template = parsed(
        "{{ filterCertChain \"leaf\" .a }}{{ getSecretKey \"a\" \"b\" \"c\" }}{{ hexdec .a }}{{ upper .a }}",
    );
    let missing = |chart: Version| {
        let missing = template.missing_from(&chart);
        missing.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    let lacks = |chart: &str, name: &str| format!("the operator of chart {chart} has no function {name:?}");
    let oldest: Vec<_> =
        ["filterCertChain", "getSecretKey", "hexdec"].map(|name| lacks("0.10.4", name)).to_vec();
    assert_eq!(missing(Version::new(0, 10, 4)), oldest);
    assert_eq!(missing(Version::new(0, 20, 4)), [lacks("0.20.4", "hexdec")]);
    assert_eq!(missing(Version::new(1, 3, 2)), [lacks("1.3.2", "getSecretKey"), lacks("1.3.2", "hexdec")]);
    assert_eq!(missing(Version::new(2, 9, 0)), [lacks("2.9.0", "getSecretKey")]);
}

fn fields(text: &str) -> (Vec<String>, bool) {
    let fields = parsed(text).fields();
    (fields.named.into_iter().collect(), fields.may_read_others)
}

#[test]
fn root_fields_are_named_by_dot_dollar_and_index() {
    let text =
        r#"{{ .user }}{{ $.password | quote }}{{ index . "tls.crt" }}{{ if .flag }}{{ .a.b }}{{ end }}"#;
    let names = ["a", "flag", "password", "tls.crt", "user"].map(str::to_owned).to_vec();
    assert_eq!(fields(text), (names, false));
}

#[test]
fn inside_with_and_range_the_dot_is_no_root() {
    let text =
        "{{ with .a }}{{ .b }}{{ $.c }}{{ end }}{{ range list .d }}{{ .e }}{{ else }}{{ .f }}{{ end }}";
    let names = ["a", "c", "d", "f"].map(str::to_owned).to_vec();
    assert_eq!(fields(text), (names, false));
}

#[test]
fn a_named_template_reads_what_it_is_given() {
    let text = r#"{{ define "x" }}{{ .inside }}{{ end }}{{ template "x" . }}"#;
    assert_eq!(fields(text), (vec!["inside".to_owned()], false));
    let text = r#"{{ define "x" }}{{ .inside }}{{ end }}{{ template "x" .outside }}"#;
    assert_eq!(fields(text), (vec!["outside".to_owned()], false));
}

#[test]
fn the_whole_map_may_hold_others() {
    for text in [
        "{{ toJson . }}",
        "{{ range . }}{{ end }}",
        "{{ $x := $ }}",
        "{{ index . .a }}",
        "{{ with . }}{{ end }}",
    ] {
        assert!(fields(text).1, "{text}");
    }
}

/// The names of the operator's functions, as its engines list them: `lab/eso-template` asks again.
#[test]
fn the_lists_of_functions_are_the_engines() {
    let lists = [
        (Version::new(0, 10, 4), include_str!("../../../../lab/eso-template/v0.10.4/functions")),
        (Version::new(0, 20, 4), include_str!("../../../../lab/eso-template/v0.20.4/functions")),
    ];
    for (chart, names) in lists {
        for name in names.lines() {
            let text = format!("{{{{ {name} }}}}");
            let template = Template::parse("t", &text).unwrap_or_else(|_| panic!("{name} is known"));
            assert_eq!(template.missing_from(&chart), [], "{chart}");
        }
    }
}
