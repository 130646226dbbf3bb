//! Both ways with the `age` program, and with the layout of `passage`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use secret_store::provider::age::{AgeConfig, IdentityRef};
use secret_store::{CredentialRef, Environment, SecretFields, SecretStore as _, WriteOptions};
use test_kit::{field, path};

use crate::age_fixture::{Folder, read, write};
use crate::age_identity::ssh_keygen;

const PASSPHRASE: &str = "correct horse";

/// Bytes that a program or a terminal in between would change.
const VALUE: &str = "hunter2\r\n\n";

fn run(folder: &Folder, program: &str, arguments: &[&str]) -> Output {
    let ran = Command::new(program).args(arguments).current_dir(folder.at("")).output();
    let ran = ran.unwrap_or_else(|error| {
        panic!("{program} cannot be run ({error}): apt-get install -y age openssh-client bsdutils")
    });
    assert!(ran.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran
}

/// Runs `age` at a terminal, where it asks for the passphrase.
fn age_at_terminal(folder: &Folder, line: &str) {
    let mut child = Command::new("script")
        .args(["-qec", &format!("age {line}"), "/dev/null"])
        .current_dir(folder.at(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script is needed: apt-get install -y bsdutils");
    let answers = format!("{PASSPHRASE}\n{PASSPHRASE}\n");
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "age {line}: {}", String::from_utf8_lossy(&ended.stdout));
}

/// What `age -d` prints of a secret that we wrote, and what we read of one that `age` wrote.
async fn both_ways(folder: &Folder, identity: IdentityRef, recipients: &[&str], armor: bool) {
    let context = folder.context().with_environment(Environment::fixed([("PASS", PASSPHRASE)]));
    let config = AgeConfig::new("store").with_identity(identity).with_armor(armor);
    let store = config.open(&context).await.unwrap();
    fs::create_dir_all(folder.at("store/theirs")).unwrap();
    folder.put("value", VALUE);
    let mut encrypt = vec!["-e", "-o", "store/theirs/a.age"];
    encrypt.extend(recipients.iter().flat_map(|file| ["-R", file]));
    encrypt.extend(armor.then_some("-a"));
    encrypt.push("value");
    run(folder, "age", &encrypt);
    assert_eq!(read(&store, "theirs/a").await.unwrap(), VALUE);

    let listed: Vec<_> = recipients.iter().map(|file| folder.text(file)).collect();
    folder.put("store/.age-recipients", listed.join("\n"));
    write(&store, "ours/a", VALUE).await.unwrap();
}

fn assert_age_decrypts(folder: &Folder, identity: &str) {
    let printed = run(folder, "age", &["-d", "-i", identity, "store/ours/a.age"]);
    assert_eq!(printed.stdout, VALUE.as_bytes());
}

fn keygen(folder: &Folder, name: &str) {
    run(folder, "age-keygen", &["-o", name]);
    run(folder, "age-keygen", &["-y", "-o", &format!("{name}.pub"), name]);
}

#[tokio::test]
async fn native_keys() {
    for armor in [false, true] {
        let folder = Folder::new();
        keygen(&folder, "age.key");
        both_ways(&folder, "age.key".into(), &["age.key.pub"], armor).await;
        assert_age_decrypts(&folder, "age.key");
    }
}

#[tokio::test]
async fn several_recipients() {
    let folder = Folder::new();
    for key in ["ada", "bob", "eve"] {
        keygen(&folder, key);
    }
    ssh_keygen(&folder.at("ssh"), "ed25519", "");
    both_ways(&folder, "bob".into(), &["ada.pub", "bob.pub", "ssh.pub"], false).await;
    for key in ["ada", "bob", "ssh"] {
        assert_age_decrypts(&folder, key);
    }
    let file = folder.at("store/ours/a.age");
    let refused = Command::new("age").args(["-d", "-i"]).arg(folder.at("eve")).arg(file).output().unwrap();
    assert!(!refused.status.success());
}

#[tokio::test]
async fn ssh_keys() {
    for kind in ["ed25519", "rsa"] {
        let folder = Folder::new();
        ssh_keygen(&folder.at("id"), kind, "");
        both_ways(&folder, "id".into(), &["id.pub"], false).await;
        assert_age_decrypts(&folder, "id");
    }
}

#[tokio::test]
async fn ssh_keys_under_a_passphrase() {
    for kind in ["ed25519", "rsa"] {
        let folder = Folder::new();
        ssh_keygen(&folder.at("id"), kind, PASSPHRASE);
        both_ways(&folder, locked("id"), &["id.pub"], false).await;
        age_at_terminal(&folder, "-d -i id -o printed store/ours/a.age");
        assert_eq!(folder.get("printed"), VALUE.as_bytes());
    }
}

fn locked(file: &str) -> IdentityRef {
    IdentityRef::file(file).with_passphrase(CredentialRef::Env("PASS".to_owned()))
}

#[tokio::test]
async fn an_identity_file_that_age_put_under_a_passphrase() {
    for options in ["", "-a"] {
        let folder = Folder::new();
        keygen(&folder, "plain.key");
        age_at_terminal(&folder, &format!("-p {options} -o locked.key plain.key"));
        both_ways(&folder, locked("locked.key"), &["plain.key.pub"], false).await;
        age_at_terminal(&folder, "-d -i locked.key -o printed store/ours/a.age");
        assert_eq!(folder.get("printed"), VALUE.as_bytes());
    }
}

#[tokio::test]
async fn an_identity_that_we_made_and_put_under_a_passphrase() {
    for armor in [false, true] {
        let folder = Folder::new();
        let recipient = folder.identity("ours.key");
        run(&folder, "age-keygen", &["-y", "-o", "ours.key.pub", "ours.key"]);
        assert_eq!(folder.get("ours.key.pub"), format!("{recipient}\n").into_bytes());
        folder.lock("ours.key", PASSPHRASE, armor);
        both_ways(&folder, locked("ours.key"), &["ours.key.pub"], false).await;
        age_at_terminal(&folder, "-d -i ours.key -o printed store/ours/a.age");
        assert_eq!(folder.get("printed"), VALUE.as_bytes());
    }
}

#[tokio::test]
async fn fields_are_yaml_to_age() {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    let fields = SecretFields::new().with(field("user"), "ada").with(field("enabled"), "yes");
    store.write(&path("db"), fields, WriteOptions::replace()).await.unwrap();
    let printed = run(&folder, "age", &["-d", "-i", "age.key", "store/db.yaml.age"]);
    insta::assert_snapshot!(String::from_utf8_lossy(&printed.stdout), @r#"
    enabled: "yes"
    user: "ada"
    "#);
}

/// As `passage init` and `passage insert` leave it: <https://github.com/FiloSottile/passage>.
#[tokio::test]
async fn a_passage_store_is_opened_as_it_is() {
    let folder = Folder::new();
    fs::rename(folder.at("store"), folder.at("unused")).unwrap();
    let passage = folder.at(".passage");
    fs::create_dir_all(passage.join("store/web")).unwrap();
    fs::create_dir_all(passage.join("store/team/infra")).unwrap();
    fs::create_dir_all(passage.join("store/.git")).unwrap();
    folder.put(".passage/store/.git/config", "[core]\n");
    folder.put(".passage/store/.gitattributes", "*.age diff=age\n");
    for (identity, comment) in [("ada", "# ada's laptop\n"), ("desk", "# ada's desktop\n"), ("bob", "")] {
        keygen(&folder, identity);
        if !comment.is_empty() {
            let identities = [comment.as_bytes(), &folder.get(identity)].concat();
            append(&passage.join("identities"), &identities);
        }
    }
    // No recipients at the top: passage encrypts to the identities. The team has its own.
    passage_insert(&folder, "web/me@example.com", &["-i", ".passage/identities"]);
    let team = [&b"# the team\n"[..], &folder.get("ada.pub"), b"\n", &folder.get("bob.pub")].concat();
    folder.put(".passage/store/team/.age-recipients", team);
    passage_insert(&folder, "team/infra/db", &["-R", ".passage/store/team/.age-recipients"]);

    let home = folder.at("").display().to_string();
    let context = folder.context().with_environment(Environment::fixed([("HOME", home)]));
    let config = AgeConfig::new("~/.passage/store").with_identity("~/.passage/identities");
    let store = config.open(&context).await.unwrap();
    assert_eq!(store.list(None).await.unwrap(), [path("team/infra/db"), path("web/me@example.com")]);
    for at in ["web/me@example.com", "team/infra/db"] {
        assert_eq!(read(&store, at).await.unwrap(), VALUE);
    }

    // What we write, passage reads: each of Ada's identities the top, Bob the team's.
    write(&store, "web/new", VALUE).await.unwrap();
    write(&store, "team/infra/new", VALUE).await.unwrap();
    for (identity, secret) in [
        (".passage/identities", "web/new"),
        ("ada", "web/new"),
        ("desk", "web/new"),
        ("bob", "team/infra/new"),
        ("ada", "team/infra/new"),
    ] {
        let file = format!(".passage/store/{secret}.age");
        assert_eq!(run(&folder, "age", &["-d", "-i", identity, &file]).stdout, VALUE.as_bytes());
    }
}

fn append(file: &Path, bytes: &[u8]) {
    let mut all = fs::read(file).unwrap_or_default();
    all.extend_from_slice(bytes);
    fs::write(file, all).unwrap();
}

/// `age -e -o STORE/NAME.age` with what passage passes it.
fn passage_insert(folder: &Folder, name: &str, recipients: &[&str]) {
    folder.put("value", VALUE);
    let file = format!(".passage/store/{name}.age");
    run(folder, "age", &[&["-e"], recipients, &["-o", &file, "value"]].concat());
}
