use secret_store::provider::age::{AgeConfig, IdentityRef};
use secret_store::{CredentialRef, OpenContext, StoreConfig};
use test_kit::Canary;

use crate::age_fixture::Folder;

fn parse(yaml: &str) -> Result<AgeConfig, String> {
    serde_yaml::from_str(yaml).map_err(|error| error.to_string())
}

#[test]
fn identities_are_paths_or_references() {
    let config = parse(
        "path: ~/.passage/store
identities:
- ~/.passage/identities
- env: AGE_IDENTITY
- { file: id_ed25519, passphrase: { env: SSH_PASSPHRASE } }
- command: pass show age
armor: true
",
    );
    let expected = AgeConfig::new("~/.passage/store")
        .with_identity("~/.passage/identities")
        .with_identity(CredentialRef::Env("AGE_IDENTITY".into()))
        .with_identity(
            IdentityRef::file("id_ed25519").with_passphrase(CredentialRef::Env("SSH_PASSPHRASE".into())),
        )
        .with_identity(CredentialRef::Command(["pass", "show", "age"].map(String::from).into()))
        .with_armor(true);
    assert_eq!(config.unwrap(), expected);
    let again = serde_json::to_string(&expected).unwrap();
    assert_eq!(serde_json::from_str::<AgeConfig>(&again).unwrap(), expected);
}

#[test]
fn a_store_s_configuration_names_the_provider() {
    let yaml = "{ provider: age, path: store, identities: [age.key, { env: AGE_IDENTITY }] }";
    let expected = AgeConfig::new("store")
        .with_identity("age.key")
        .with_identity(CredentialRef::Env("AGE_IDENTITY".into()));
    assert_eq!(serde_yaml::from_str::<StoreConfig>(yaml).unwrap(), StoreConfig::Age(expected));
    let literal = "{ provider: age, path: store, identities: [AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZ] }";
    let error = serde_yaml::from_str::<StoreConfig>(literal).unwrap_err().to_string();
    Canary::of("GFPYYSJZGFPYYSJZGFPYYSJZ").assert_absent("the error", &error);
}

#[test]
fn the_least_configuration_is_a_path() {
    assert_eq!(parse("path: store").unwrap(), AgeConfig::new("store"));
}

#[test]
fn an_identity_in_the_configuration_is_refused_and_not_quoted() {
    let secret = "GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    let canary = Canary::of(secret);
    let lower = Canary::of(secret.to_lowercase());
    for written in [
        format!("identities: [AGE-SECRET-KEY-1{secret}]"),
        format!("identities: [age-secret-key-1{}]", secret.to_lowercase()),
        format!("identities: ['AGE-SECRET-KEY-PQ-1{secret}']"),
        format!("identities: [\"# created: today\\nAGE-SECRET-KEY-1{secret}\\n\"]"),
        format!("identities: [\"-----BEGIN OPENSSH PRIVATE KEY-----\\n{secret}\"]"),
        format!("identities: [{{ file: AGE-SECRET-KEY-1{secret} }}]"),
        format!("identities: [{{ env: AGE-SECRET-KEY-1{secret} }}]"),
        format!("identities: [{{ command: [echo, AGE-SECRET-KEY-1{secret}] }}]"),
        format!("identities: [{{ file: a, passphrase: {{ file: AGE-SECRET-KEY-1{secret} }} }}]"),
    ] {
        let error = parse(&format!("path: store\n{written}")).unwrap_err();
        canary.assert_absent("the error", &error);
        lower.assert_absent("the error", &error);
        assert!(error.contains("put the identity into a file"), "{error}");
    }
    let error = parse(&format!("path: store\nidentities: [AGE-SECRET-KEY-1{secret}]")).unwrap_err();
    insta::assert_snapshot!(error, @"identities[0]: this is an identity itself (not shown); configuration holds references only: put the identity into a file and write the file's path, or use {env: NAME} or {command: [PROGRAM, ARGUMENT]}. If this configuration has been shared or committed, make a new identity at line 2 column 14");
}

#[test]
fn a_mistake_is_named_where_it_is() {
    let errors = [
        "path: store\nidentity: age.key",
        "path: store\nidentities: [{ file: age.key, passphrase: hunter2 }]",
        "path: store\nidentities: [{ path: age.key }]",
        "path: store\nidentities: [{ passphrase: { env: A } }]",
        "path: store\nidentities: [{ env: A, file: b }]",
        "path: store\nidentities: age.key",
        "identities: [age.key]",
    ]
    .map(|yaml| parse(yaml).unwrap_err())
    .join("\n");
    insta::assert_snapshot!(errors, @r#"
    unknown field `identity`, expected one of `path`, `identities`, `armor` at line 2 column 1
    identities[0].passphrase: a credential itself cannot be written here (not shown); write where it is: {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]} at line 2 column 43
    identities[0]: unknown field `path`, expected one of `env`, `file`, `command`, `passphrase` at line 2 column 14
    identities[0]: a credential reference has exactly one of env, file and command at line 2 column 14
    identities[0]: a credential reference has exactly one of env, file and command at line 2 column 14
    identities: invalid type: string "age.key", expected a sequence at line 2 column 13
    missing field `path`
    "#);
}

#[tokio::test]
async fn a_store_that_is_not_there_is_an_error() {
    let folder = Folder::new();
    let error = AgeConfig::new("stroe").open(&folder.context()).await.unwrap_err();
    insta::assert_snapshot!(folder.told(&error), @"
    invalid: open: there is no directory [dir]/stroe (age store at [dir]/stroe)
    help: make it with `secretbridge init`, or with `mkdir -m 700 [dir]/stroe`
    ");
}

#[tokio::test]
async fn a_store_is_found_in_the_home() {
    let folder = Folder::with_identity();
    let home = folder.at("").display().to_string();
    let environment = secret_store::Environment::fixed([("HOME", home)]);
    let context = OpenContext::new("/nowhere").with_environment(environment);
    let store = AgeConfig::new("~/store").with_identity("~/age.key").open(&context).await.unwrap();
    crate::age_fixture::write(&store, "a", "1").await.unwrap();
    assert_eq!(crate::age_fixture::read(&store, "a").await.unwrap(), "1");
}

#[test]
#[cfg(feature = "schema")]
fn the_schema_says_what_an_identity_is() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(AgeConfig)).unwrap();
    assert!(schema.contains("The path of an identity file"), "{schema}");
    assert!(!schema.contains("Written"), "{schema}");
}
