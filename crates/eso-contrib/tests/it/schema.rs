//! The JSON Schema that editors get.

#[test]
fn the_schema_of_runtime_sync_says_what_is_needed_when_it_is_on() {
    let schema = schemars::schema_for!(eso_contrib::RuntimeSync);
    insta::assert_snapshot!(serde_json::to_string_pretty(&schema).unwrap());
}
