//! Which store a configuration names.

use secret_store::StoreConfig;

fn parse(yaml: &str) -> Result<StoreConfig, String> {
    serde_yaml::from_str(yaml).map_err(|error| error.to_string())
}

#[test]
fn a_provider_that_nobody_knows_is_named_beside_those_that_are() {
    let error = parse("{ provider: fiel, path: store }").unwrap_err();
    let nearly = error.replace(", `vault`", "").replace("one of `age`, `file`", "`age` or `file`");
    insta::assert_snapshot!(nearly, @"provider: unknown variant `fiel`, expected `age` or `file` at line 1 column 13");
    assert_eq!(error.contains("`vault`"), cfg!(feature = "vault"));
}

#[test]
fn no_provider_is_taken_for_granted() {
    insta::assert_snapshot!(parse("{ path: store }").unwrap_err(), @"missing field `provider`");
}

#[cfg(feature = "age")]
#[test]
fn each_provider_has_fields_of_its_own() {
    let age = parse("{ provider: age, path: store, identities: [age.key] }").unwrap();
    assert_eq!(
        serde_json::to_string(&age).unwrap(),
        r#"{"provider":"age","path":"store","identities":["age.key"]}"#
    );
    insta::assert_snapshot!(parse("{ provider: file, path: store, identities: [age.key] }").unwrap_err(), @"unknown field `identities`, expected `path` or `readable_by_others`");
    insta::assert_snapshot!(parse("{ provider: age, path: store, readable_by_others: true }").unwrap_err(), @"unknown field `readable_by_others`, expected one of `path`, `identities`, `armor`");
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_has_each_provider() {
    fn has<T: schemars::JsonSchema>() -> String {
        serde_json::to_string(&schemars::schema_for!(T)).unwrap()
    }
    let schema = has::<StoreConfig>();
    assert!(schema.contains(r#""const":"file""#) && schema.contains(r#""const":"age""#), "{schema}");
}

#[cfg(not(feature = "age"))]
#[test]
fn a_provider_that_is_left_out_names_its_feature() {
    insta::assert_snapshot!(parse("{ provider: age, path: store }").unwrap_err(), @r#"this build leaves the provider "age" out: build it with the feature "age""#);
}

#[cfg(not(feature = "file"))]
#[test]
fn a_file_provider_that_is_left_out_names_its_feature() {
    insta::assert_snapshot!(parse("{ provider: file, path: store }").unwrap_err(), @r#"this build leaves the provider "file" out: build it with the feature "file""#);
}
