use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use secret_store::provider::age::{AgeConfig, AgeStore, IdentityRef};
use secret_store::{CredentialRef, Environment, ErrorKind, OpenContext, SecretStore as _};
use test_kit::{Canary, path};

use crate::age_fixture::{Answers, Folder, read, write};

/// A folder with the secret `a`, which is `hunter2` and encrypted to the identity in `age.key`.
async fn folder() -> Folder {
    let folder = Folder::with_identity();
    write(&folder.open("age.key").await, "a", "hunter2").await.unwrap();
    folder
}

async fn open(identities: &[IdentityRef], context: &OpenContext) -> AgeStore {
    let config = identities.iter().cloned().fold(AgeConfig::new("store"), AgeConfig::with_identity);
    config.open(context).await.unwrap()
}

fn env(name: &str) -> CredentialRef {
    CredentialRef::Env(name.to_owned())
}

pub(crate) fn ssh_keygen(file: &Path, kind: &str, passphrase: &str) {
    let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", passphrase, "-f"]).arg(file).output();
    let made = made.expect("ssh-keygen is needed: apt-get install -y openssh-client");
    assert!(made.status.success(), "{made:?}");
}

#[tokio::test]
async fn an_identity_comes_from_a_file_a_variable_or_a_program() {
    let folder = folder().await;
    let text = folder.text("age.key");
    let context = folder.context().with_environment(Environment::fixed([("AGE_IDENTITY", text.as_str())]));
    let program = CredentialRef::Command(["cat", "age.key"].map(String::from).into());
    for source in [IdentityRef::file("age.key"), env("AGE_IDENTITY").into(), program.into()] {
        let store = open(&[source], &context).await;
        assert_eq!(read(&store, "a").await.unwrap(), "hunter2");
        Canary::of(text.lines().last().unwrap()).assert_absent_in_debug(&store);
    }
}

#[tokio::test]
async fn one_of_several_identities_of_a_file_is_enough() {
    let folder = folder().await;
    folder.identity("other.key");
    let both = [&folder.get("other.key")[..], b"\r\n\n  # mine\n", &folder.get("age.key")].concat();
    folder.put("both.key", both);
    assert_eq!(read(&folder.open("both.key").await, "a").await.unwrap(), "hunter2");
}

#[tokio::test]
async fn an_identity_that_cannot_be_had_does_not_stop_another() {
    let folder = folder().await;
    let store = open(&[env("UNSET").into(), "missing.key".into(), "age.key".into()], &folder.context()).await;
    assert_eq!(read(&store, "a").await.unwrap(), "hunter2");
}

#[tokio::test]
async fn identities_that_cannot_be_had_are_all_named() {
    let folder = folder().await;
    folder.put("recipient.key", "age1ysxuaeqlk7xd8uqsh8lsnfwt9jzzjlqf49ruhpjrrj5yatlcuf7qke4pqe\n");
    folder.put("empty.key", "# nothing\n");
    folder.put("pq.key", "# new\nAGE-SECRET-KEY-PQ-1QQQQQQ\n");
    folder.put("cut.key", &folder.get("age.key")[..150]);
    folder.put("pkcs8.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    folder.put("secret.key", "hunter2hunter2");
    folder.put("binary.key", b"\xff\xfe");
    let names = ["missing", "recipient", "empty", "pq", "cut", "pkcs8", "secret", "binary"];
    let mut sources: Vec<IdentityRef> = vec![env("UNSET").into()];
    sources.extend(names.map(|name| IdentityRef::file(format!("{name}.key"))));
    let store = open(&sources, &folder.context()).await;
    let error = read(&store, "a").await.unwrap_err();
    Canary::of("hunter2hunter2").assert_absent_in_error(&error);
    insta::assert_snapshot!(folder.told(&error).replace("; ", ";\n"), @"
    unauthenticated: read a: no identity can be used: environment variable UNSET is not set;
    file missing.key cannot be read: No such file or directory (os error 2);
    file recipient.key cannot be used: line 1 is a recipient (a public key), not an identity;
    file empty.key holds no identity;
    file pq.key cannot be used: line 2 is a post-quantum identity, which is not supported;
    age-plugin-pq converts it to a plugin's;
    file cut.key cannot be used: line 3 is a damaged identity: a letter is wrong or missing;
    file pkcs8.key is a key in a form that age does not read (-----BEGIN PRIVATE KEY-----);
    convert it with `ssh-keygen -p -f FILE`;
    file secret.key cannot be used: line 1 is no identity;
    file binary.key is neither text nor an age file (age store at [dir]/store)
    help: set UNSET, or name another variable in the configuration;
    check that [dir]/missing.key is there and that this user may read it
    ");

    let many = store.read_many(&[path("a"), path("b")]).await;
    let kinds = many.into_iter().map(|answer| answer.unwrap_err().kind());
    assert!(kinds.eq([ErrorKind::Unauthenticated, ErrorKind::Unauthenticated]));
}

#[tokio::test]
async fn identities_that_cannot_be_had_are_told_of_when_no_other_matches() {
    let folder = folder().await;
    folder.identity("other.key");
    let store = open(&["other.key".into(), "missing.key".into()], &folder.context()).await;
    insta::assert_snapshot!(folder.told(&read(&store, "a").await.unwrap_err()), @"
    unauthenticated: read a: [dir]/store/a.age does not open with the one identity there is; others cannot be used: file missing.key cannot be read: No such file or directory (os error 2) (age store at [dir]/store)
    help: it is encrypted to 1 recipient (1 X25519): ask somebody who can read it to add your recipient to .age-recipients and to run `secretbridge store rekey`; if it used to open, its header is damaged: restore it from Git or a backup
    ");
}

#[tokio::test]
async fn an_identity_file_under_a_passphrase_is_opened_with_it() {
    for armor in [false, true] {
        let folder = folder().await;
        folder.lock("age.key", "correct horse", armor);
        let context = folder.context().with_environment(Environment::fixed([("PASS", "correct horse\n")]));
        let store = open(&[IdentityRef::file("age.key").with_passphrase(env("PASS"))], &context).await;
        assert_eq!(read(&store, "a").await.unwrap(), "hunter2");
        Canary::of("correct horse").assert_absent_in_debug(&store);
    }
}

#[tokio::test]
async fn a_person_is_asked_once_and_only_when_needed() {
    let folder = folder().await;
    write(&folder.open("age.key").await, "b", "2").await.unwrap();
    folder.lock("age.key", "correct horse", false);
    let answers = Arc::new(Answers::new(&["wrong", "correct horse"]));
    let store = open(&["age.key".into()], &folder.context().with_prompt(answers.clone())).await;
    assert_eq!(store.list(None).await.unwrap().len(), 2);
    assert!(answers.asked().is_empty());

    let paths: Vec<_> = std::iter::repeat_n([path("a"), path("b")], 100).flatten().collect();
    assert!(store.read_many(&paths).await.iter().all(Result::is_ok));
    assert_eq!(answers.asked(), ["file age.key", "file age.key (that was not it)"]);
}

#[tokio::test]
async fn a_person_is_not_asked_when_another_identity_does() {
    let folder = folder().await;
    folder.identity("locked.key");
    folder.lock("locked.key", "correct horse", false);
    ssh_keygen(&folder.at("id_ed25519"), "ed25519", "correct horse");
    let answers = Arc::new(Answers::new(&[]));
    let identities = ["locked.key".into(), "id_ed25519".into(), "age.key".into()];
    let store = open(&identities, &folder.context().with_prompt(answers.clone())).await;
    assert_eq!(read(&store, "a").await.unwrap(), "hunter2");
    assert!(answers.asked().is_empty());
}

#[tokio::test]
async fn a_person_who_does_not_know_is_not_asked_for_every_file() {
    let folder = folder().await;
    folder.lock("age.key", "correct horse", false);
    let answers = Arc::new(Answers::new(&["wrong-passphrase", "wrong-passphrase", "wrong-passphrase"]));
    let store = open(&["age.key".into()], &folder.context().with_prompt(answers.clone())).await;
    let error = read(&store, "a").await.unwrap_err();
    Canary::of("wrong-passphrase").assert_absent_in_error(&error);
    read(&store, "a").await.unwrap_err();
    assert_eq!(answers.asked().len(), 3);
    insta::assert_snapshot!(folder.told(&error), @"
    unauthenticated: read a: the passphrase of file age.key was wrong 3 times (age store at [dir]/store)
    help: try again
    ");
}

#[tokio::test]
async fn passphrases_that_do_not_help_are_told_of() {
    let folder = folder().await;
    folder.lock("age.key", "correct horse", false);
    let context = folder.context().with_environment(Environment::fixed([("WRONG", "wrong-passphrase")]));
    let locked = IdentityRef::file("age.key");
    let mut told = Vec::new();
    for identity in
        [locked.clone(), locked.clone().with_passphrase(env("WRONG")), locked.with_passphrase(env("UNSET"))]
    {
        let error = read(&open(&[identity], &context).await, "a").await.unwrap_err();
        Canary::of("wrong-passphrase").assert_absent_in_error(&error);
        told.push(folder.told(&error));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    unauthenticated: read a: file age.key is under a passphrase, and there is nobody to ask for it (age store at [dir]/store)
    help: run at a terminal, or say where the passphrase is: `identities: [{file: …, passphrase: {env: …}}]`
    unauthenticated: read a: the passphrase of file age.key is wrong (age store at [dir]/store)
    help: check environment variable WRONG: `age -d` and `ssh-keygen -y -f` try a passphrase
    unauthenticated: read a: environment variable UNSET is not set (age store at [dir]/store)
    help: set UNSET, or name another variable in the configuration
    ");
}

#[tokio::test]
async fn a_passphrase_that_takes_too_much_work_is_not_tried() {
    let folder = folder().await;
    folder.lock("age.key", "correct horse", false);
    let bomb = folder.get("age.key");
    let at = bomb.windows(3).position(|bytes| bytes == b" 2\n").unwrap();
    folder.put("age.key", [&bomb[..at], b" 40\n", &bomb[at + 3..]].concat());
    let context = folder.context().with_prompt(Arc::new(Answers::new(&["correct horse"])));
    let error = read(&open(&["age.key".into()], &context).await, "a").await.unwrap_err();
    insta::assert_snapshot!(folder.told(&error), @"
    unauthenticated: read a: file age.key would take too much work to open: its scrypt work factor is 40, at most 22 is allowed (age store at [dir]/store)
    help: none
    ");
}

#[tokio::test]
async fn ssh_keys_are_identities_and_recipients() {
    for (kind, passphrase) in
        [("ed25519", ""), ("rsa", ""), ("ed25519", "correct horse"), ("rsa", "correct horse")]
    {
        let folder = Folder::new();
        ssh_keygen(&folder.at("id"), kind, passphrase);
        let context = folder.context().with_environment(Environment::fixed([("PASS", passphrase)]));
        let identity = IdentityRef::file("id").with_passphrase(env("PASS"));
        let store = open(std::slice::from_ref(&identity), &context).await;
        // First to the key's own public half, then to the one that is written.
        write(&store, "a", "1").await.unwrap();
        fs::copy(folder.at("id.pub"), folder.at("store/.age-recipients")).unwrap();
        write(&store, "b", "2").await.unwrap();
        let store = open(&[identity], &context).await;
        assert_eq!(read(&store, "a").await.unwrap(), "1", "{kind}");
        assert_eq!(read(&store, "b").await.unwrap(), "2", "{kind}");
    }
}

#[tokio::test]
async fn an_ssh_key_that_age_cannot_use_says_so() {
    let folder = folder().await;
    ssh_keygen(&folder.at("id_ecdsa"), "ecdsa", "");
    folder.put("broken", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
    let store = open(&["id_ecdsa".into(), "broken".into()], &folder.context()).await;
    insta::assert_snapshot!(folder.told(&read(&store, "a").await.unwrap_err()), @"
    unauthenticated: read a: no identity can be used: file id_ecdsa is an ssh key of type ecdsa-sha2-nistp256; age supports ssh-ed25519 and ssh-rsa; file broken looks like an ssh private key but is damaged, or is none (age store at [dir]/store)
    help: an identity is what `age-keygen` writes, or an ssh private key
    ");
}

#[tokio::test]
async fn a_program_runs_once() {
    let folder = folder().await;
    let script = "echo run >> runs; cat age.key";
    let program = CredentialRef::Command(["sh", "-c", script].map(String::from).into());
    let store = open(&[program.into()], &folder.context()).await;
    let paths = vec![path("a"); 200];
    assert!(store.read_many(&paths).await.iter().all(Result::is_ok));
    assert_eq!(folder.get("runs"), b"run\n");
}
