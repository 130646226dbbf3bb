use secret_template::Template;

#[test]
fn a_text_without_an_action_is_literal() {
    let template = Template::parse("motd", "hello").expect("it parses");
    assert!(template.is_literal());
}
