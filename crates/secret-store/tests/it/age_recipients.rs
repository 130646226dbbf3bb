use secret_store::SecretStore as _;
use secret_store::provider::age::AgeConfig;
use test_kit::path;

use crate::age_fixture::{Folder, read, write};

#[tokio::test]
async fn the_nearest_recipients_upwards_count() {
    let folder = Folder::new();
    let (ada, bob) = (folder.identity("ada.key"), folder.identity("bob.key"));
    folder.put("store/.age-recipients", format!("# the team\n\n{ada}\n{bob}\n"));
    folder.put("store/private/.age-recipients", &ada);
    let store = folder.open("ada.key").await;
    write(&store, "shared/deep/a", "1").await.unwrap();
    write(&store, "private/deep/b", "2").await.unwrap();

    let bobs = folder.open("bob.key").await;
    assert_eq!(read(&bobs, "shared/deep/a").await.unwrap(), "1");
    assert!(read(&bobs, "private/deep/b").await.is_err());
    assert_eq!(read(&store, "private/deep/b").await.unwrap(), "2");
}

#[tokio::test]
async fn recipients_above_the_store_do_not_count() {
    let folder = Folder::with_identity();
    let outside = folder.identity("outside.key");
    folder.put(".age-recipients", outside);
    let store = folder.open("age.key").await;
    write(&store, "a", "1").await.unwrap();
    assert_eq!(read(&store, "a").await.unwrap(), "1");
    assert!(read(&folder.open("outside.key").await, "a").await.is_err());
}

#[tokio::test]
async fn without_recipients_all_identities_are_encrypted_to() {
    let folder = Folder::new();
    folder.identity("ada.key");
    folder.identity("bob.key");
    folder.lock("bob.key", "hunter2", false);
    let context = folder.context().with_environment(secret_store::Environment::fixed([("PASS", "hunter2")]));
    let locked = secret_store::provider::age::IdentityRef::file("bob.key")
        .with_passphrase(secret_store::CredentialRef::Env("PASS".into()));
    let both = AgeConfig::new("store").with_identity("ada.key").with_identity(locked.clone());
    write(&both.open(&context).await.unwrap(), "a", "1").await.unwrap();
    let bobs = AgeConfig::new("store").with_identity(locked).open(&context).await.unwrap();
    assert_eq!(read(&bobs, "a").await.unwrap(), "1");
    assert_eq!(read(&folder.open("ada.key").await, "a").await.unwrap(), "1");
}

#[tokio::test]
async fn without_recipients_an_identity_that_cannot_be_used_stops_a_write() {
    let folder = Folder::with_identity();
    let config = AgeConfig::new("store").with_identity("age.key").with_identity("missing.key");
    let store = config.open(&folder.context()).await.unwrap();
    let error = write(&store, "a", "1").await.unwrap_err();
    assert!(store.list(None).await.unwrap().is_empty());
    insta::assert_snapshot!(folder.told(&error), @"
    invalid: write a: there is no .age-recipients, and so nobody to encrypt to but the identities, of which some cannot be used: file missing.key cannot be read: No such file or directory (os error 2) (age store at [dir]/store)
    help: write the recipients into .age-recipients in the store's folder, one a line
    ");
}

#[tokio::test]
async fn nobody_to_encrypt_to_is_an_error() {
    let folder = Folder::new();
    let store = AgeConfig::new("store").open(&folder.context()).await.unwrap();
    insta::assert_snapshot!(folder.told(&write(&store, "a", "1").await.unwrap_err()), @"
    invalid: write a: there is no .age-recipients, and so nobody to encrypt to: no identity is configured either (age store at [dir]/store)
    help: write the recipients into .age-recipients in the store's folder, one a line
    ");
}

#[tokio::test]
async fn a_bad_recipient_stops_a_write_and_leaves_the_file() {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    write(&store, "team/a", "1").await.unwrap();
    let before = folder.get("store/team/a.age");
    folder.put("store/team/.age-recipients", "# team\nalice\nage1yubikey1qqqqqqqq\n");
    let error = write(&store, "team/a", "2").await.unwrap_err();
    assert_eq!(folder.get("store/team/a.age"), before);
    #[cfg(not(feature = "age-plugin"))]
    insta::assert_snapshot!(folder.told(&error), @"
    invalid: write team/a: [dir]/store/team/.age-recipients has 2 lines that are no usable recipients: line 2: this is no recipient: one starts with age1, ssh-ed25519 or ssh-rsa; line 3: recipients of the plugin yubikey are not supported by this build: it would take the feature `age-plugin` and the program age-plugin-yubikey (age store at [dir]/store)
    help: mend or remove them: nothing is encrypted to only some of the recipients
    ");
    #[cfg(feature = "age-plugin")]
    assert!(folder.told(&error).contains("line 2: "));
}

#[tokio::test]
async fn who_encrypts_need_not_be_able_to_decrypt() {
    let folder = Folder::new();
    let ada = folder.identity("ada.key");
    folder.put("store/.age-recipients", ada);
    let store = AgeConfig::new("store").open(&folder.context()).await.unwrap();
    write(&store, "a", "1").await.unwrap();
    assert_eq!(read(&folder.open("ada.key").await, "a").await.unwrap(), "1");
    let merge = secret_store::SecretFields::new().with(test_kit::field("user"), "ada");
    let error = store.write(&path("a"), merge, secret_store::WriteOptions::merge()).await.unwrap_err();
    assert_eq!(error.kind(), secret_store::ErrorKind::Unauthenticated);
}
