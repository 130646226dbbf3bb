use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use secret_store::provider::age::{AgeConfig, AgeStore, RekeyOptions};
use secret_store::{Environment, ErrorKind, ReadOptions, SecretFields, SecretStore as _, WriteOptions};
use test_kit::{Canary, block_on, field, path};

use crate::age_fixture::{Folder, bytes, read, write};

/// A folder whose secrets `0`, `1` … are encrypted to Ada, and are to be encrypted to Bob. Both keys are at hand.
async fn folder(secrets: usize) -> (Folder, AgeStore) {
    let folder = Folder::new();
    let (ada, bob) = (folder.identity("ada.key"), folder.identity("bob.key"));
    folder.put("store/.age-recipients", ada);
    let store = both(&folder).await;
    for number in 0..secrets {
        write(&store, &format!("deep/{number}"), format!("value {number}").as_str()).await.unwrap();
    }
    folder.put("store/.age-recipients", bob);
    (folder, store)
}

async fn both(folder: &Folder) -> AgeStore {
    let config = AgeConfig::new("store").with_identity("ada.key").with_identity("bob.key");
    config.open(&folder.context()).await.unwrap()
}

/// How many of the secrets open for a key, each with its value.
async fn opened_by(folder: &Folder, key: &str, secrets: usize) -> usize {
    let store = folder.open(key).await;
    let mut opened = 0;
    for number in 0..secrets {
        if let Ok(value) = read(&store, &format!("deep/{number}")).await {
            assert_eq!(value, format!("value {number}"));
            opened += 1;
        }
    }
    opened
}

#[tokio::test]
async fn secrets_are_encrypted_to_the_recipients_of_now() {
    let (folder, store) = folder(3).await;
    let fields = SecretFields::plain("x").with(field("user"), "ada");
    store.write(&path("deep/map"), fields.clone(), WriteOptions::replace()).await.unwrap();
    let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
    assert_eq!((report.rekeyed.len(), report.unchanged.len(), report.failed.len()), (4, 0, 0));
    assert!(report.rekeyed.iter().all(|secret| !secret.locks_out && secret.recipients.len() == 1));
    assert_eq!(opened_by(&folder, "bob.key", 3).await, 3);
    assert_eq!(opened_by(&folder, "ada.key", 3).await, 0);
    let map = folder.open("bob.key").await.read(&path("deep/map"), ReadOptions::current()).await.unwrap();
    assert_eq!(*map.fields, fields);
    assert!(!folder.at("store/.age-rekey").exists());
}

#[tokio::test]
async fn only_what_is_at_or_below_the_prefix_is_touched() {
    let (folder, store) = folder(1).await;
    for at in ["deep", "deeper/a"] {
        folder.put("store/.age-recipients", recipient(&folder, "ada.key"));
        write(&store, at, "1").await.unwrap();
    }
    folder.put("store/.age-recipients", recipient(&folder, "bob.key"));
    let report = store.rekey(Some(&path("deep")), RekeyOptions::new()).await.unwrap();
    let paths: Vec<_> = report.rekeyed.iter().map(|secret| secret.path.as_str()).collect();
    assert_eq!(paths, ["deep", "deep/0"]);
    assert_eq!(read(&folder.open("ada.key").await, "deeper/a").await.unwrap(), "1");
}

fn recipient(folder: &Folder, key: &str) -> String {
    let text = folder.text(key);
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap().to_owned()
}

#[tokio::test]
async fn a_dry_run_says_whom_and_changes_nothing() {
    let (folder, store) = folder(2).await;
    let before = folder.get("store/deep/0.age");
    let report = store.rekey(None, RekeyOptions::dry_run()).await.unwrap();
    assert_eq!(report.rekeyed.len(), 2);
    assert_eq!(*report.rekeyed[0].recipients, [recipient(&folder, "bob.key")]);
    assert_eq!(folder.get("store/deep/0.age"), before);
    assert!(!folder.at("store/.age-rekey").exists());
}

#[tokio::test]
async fn locking_oneself_out_is_told_of() {
    let (folder, _) = folder(1).await;
    let adas = folder.open("ada.key").await;
    let plan = adas.rekey(None, RekeyOptions::dry_run()).await.unwrap();
    assert!(plan.rekeyed[0].locks_out);
    let report = adas.rekey(None, RekeyOptions::new()).await.unwrap();
    assert!(report.rekeyed[0].locks_out);
}

#[tokio::test]
async fn what_cannot_be_done_is_told_and_the_rest_is_done() {
    let (folder, store) = folder(3).await;
    let canary = Canary::random();
    folder.put("store/deep/1.age", "no age file");
    folder.put("store/other/.age-recipients", "nobody");
    let foreign = Folder::with_identity();
    write(&foreign.open("age.key").await, "b", canary.value()).await.unwrap();
    folder.put("store/foreign.age", foreign.get("store/b.age"));
    folder.put("store/other/c.age", folder.get("store/deep/0.age"));

    let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
    assert_eq!(report.rekeyed.len(), 2);
    let told: Vec<_> = report.failed.iter().map(|(_, error)| folder.told(error)).collect();
    report.failed.iter().for_each(|(_, error)| canary.assert_absent_in_error(error));
    insta::assert_snapshot!(told.join("\n"), @"
    corrupt: rekey deep/1: [dir]/store/deep/1.age is not an age file (age store at [dir]/store)
    help: restore the file, from Git or a backup
    unauthenticated: rekey foreign: [dir]/store/foreign.age opens with none of the 2 identities (age store at [dir]/store)
    help: it is encrypted to 1 recipient (1 X25519): ask somebody who can read it to add your recipient to .age-recipients and to run `secretbridge store rekey`; if it used to open, its header is damaged: restore it from Git or a backup
    invalid: rekey other/c: [dir]/store/other/.age-recipients has 1 line that is no usable recipient: line 1: this is no recipient: one starts with age1, ssh-ed25519 or ssh-rsa (age store at [dir]/store)
    help: mend or remove them: nothing is encrypted to only some of the recipients
    ");
    assert!(folder.at("store/.age-rekey").exists());

    // The next run goes on: it does what it now can, and leaves alone what is done.
    folder.put("store/other/.age-recipients", recipient(&folder, "bob.key"));
    for file in ["store/foreign.age", "store/deep/1.age"] {
        std::fs::remove_file(folder.at(file)).unwrap();
    }
    let done = folder.get("store/deep/0.age");
    let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
    assert_eq!((report.rekeyed.len(), report.unchanged.len(), report.failed.len()), (1, 2, 0));
    assert_eq!(folder.get("store/deep/0.age"), done);
    assert!(!folder.at("store/.age-rekey").exists());
}

#[tokio::test]
async fn progress_counts_to_the_end() {
    let (_folder, store) = folder(3).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let options = RekeyOptions::new().with_progress({
        let seen = Arc::clone(&seen);
        move |progress| seen.lock().unwrap().push((progress.done, progress.total))
    });
    store.rekey(None, options).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(1, 3), (2, 3), (3, 3)]);
}

#[tokio::test]
async fn one_runs_at_a_time() {
    let (folder, store) = folder(1).await;
    let other = both(&folder).await;
    let (done, told) = (Arc::new(Mutex::new(String::new())), folder);
    let options = RekeyOptions::new().with_progress({
        let done = Arc::clone(&done);
        let runtime = tokio::runtime::Handle::current();
        move |_| {
            let second = std::thread::scope(|scope| {
                scope.spawn(|| runtime.block_on(other.rekey(None, RekeyOptions::new()))).join().unwrap()
            });
            let error = second.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
            *done.lock().unwrap() = error.to_string();
        }
    });
    store.rekey(None, options).await.unwrap();
    let told = done.lock().unwrap().replace(told.at("").to_str().unwrap(), "[dir]/");
    insta::assert_snapshot!(told, @"rekey: another process is re-encrypting this store (age store at [dir]/store)");
}

#[tokio::test]
async fn changed_recipients_make_an_interrupted_run_start_over() {
    let (folder, store) = folder(3).await;
    folder.put("store/deep/1.age", "no age file");
    assert_eq!(store.rekey(None, RekeyOptions::new()).await.unwrap().rekeyed.len(), 2);
    let both = [recipient(&folder, "ada.key"), recipient(&folder, "bob.key")].join("\n");
    folder.put("store/.age-recipients", both);
    let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
    assert_eq!((report.rekeyed.len(), report.unchanged.len()), (2, 0));
    assert_eq!(opened_by(&folder, "ada.key", 3).await, 2);
}

#[tokio::test]
async fn a_secret_written_since_is_not_taken_for_done() {
    let (folder, store) = folder(2).await;
    folder.put("store/deep/bad.age", "no age file");
    store.rekey(None, RekeyOptions::new()).await.unwrap();
    // Somebody restores the old file from Git.
    let bob = folder.get("store/.age-recipients");
    folder.put("store/.age-recipients", recipient(&folder, "ada.key"));
    write(&store, "deep/0", "value 0").await.unwrap();
    folder.put("store/.age-recipients", bob);
    let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
    assert_eq!((report.rekeyed.len(), report.unchanged.len()), (1, 1));
    assert_eq!(opened_by(&folder, "bob.key", 2).await, 2);
}

const SECRETS: usize = 8;

/// Set in the process that is to die: the folder, and after how many secrets, or none to be killed from outside.
const VICTIM: &str = "SECRETBRIDGE_TEST_REKEY";

fn victim(test: &str, folder: &Folder, after: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", &format!("age_rekey::{test}")]);
    command.env(VICTIM, format!("{after}:{}", folder.at("").display()));
    command
}

#[expect(clippy::print_stdout, reason = "the process that kills this one reads it")]
fn say(done: usize) {
    println!("done {done}");
}

/// In the victim, runs until the end comes.
fn die_if_victim() {
    let Some(told) = Environment::process().get(VICTIM) else { return };
    let told = String::from_utf8_lossy(&bytes(&told)).into_owned();
    let (after, folder) = told.split_once(':').unwrap();
    let after: Option<usize> = after.parse().ok();
    let config = AgeConfig::new("store").with_identity("ada.key").with_identity("bob.key");
    block_on(async {
        let store = config.open(&secret_store::OpenContext::new(folder)).await.unwrap();
        let options = RekeyOptions::new().with_progress(move |progress| {
            say(progress.done);
            if after == Some(progress.done) {
                std::process::abort();
            }
        });
        store.rekey(None, options).await.unwrap();
    });
    std::process::exit(0);
}

#[test]
fn a_run_that_dies_between_secrets_is_gone_on_with() {
    die_if_victim();
    for after in 1..=SECRETS {
        // A journal that lost its end: the last line torn, or gone with a part of the one before.
        for lost in [0, 1, 60] {
            block_on(async {
                let (folder, store) = folder(SECRETS).await;
                let test = "a_run_that_dies_between_secrets_is_gone_on_with";
                let died = victim(test, &folder, &after.to_string()).output().unwrap();
                assert!(!died.status.success());
                assert_eq!(opened_by(&folder, "bob.key", SECRETS).await, after);
                assert_eq!(opened_by(&folder, "ada.key", SECRETS).await, SECRETS - after);
                let journal = folder.get("store/.age-rekey");
                folder.put("store/.age-rekey", &journal[..journal.len() - lost]);

                let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
                assert_eq!(report.rekeyed.len() + report.unchanged.len(), SECRETS);
                assert!(report.unchanged.len() + usize::from(lost > 0) >= after);
                assert!(report.unchanged.len() <= after);
                assert_eq!(opened_by(&folder, "bob.key", SECRETS).await, SECRETS);
                assert_eq!(opened_by(&folder, "ada.key", SECRETS).await, 0);
                assert!(!folder.at("store/.age-rekey").exists());
            });
        }
    }
}

#[test]
fn a_run_that_is_killed_anywhere_is_gone_on_with() {
    die_if_victim();
    for round in 0..12 {
        block_on(async {
            let (folder, store) = folder(SECRETS).await;
            let test = "a_run_that_is_killed_anywhere_is_gone_on_with";
            let mut child = victim(test, &folder, "").stdout(Stdio::piped()).spawn().unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut seen =
                lines.map_while(Result::ok).filter(|line| line.starts_with("done ")).take(1 + round % 4);
            let seen = seen.by_ref().count();
            // The next secret is on its way: anywhere in its write.
            for _ in 0..fastrand::u32(0..20_000) {
                std::hint::spin_loop();
            }
            child.kill().unwrap();
            child.wait().unwrap();

            let bobs = opened_by(&folder, "bob.key", SECRETS).await;
            assert!(bobs >= seen);
            assert_eq!(bobs + opened_by(&folder, "ada.key", SECRETS).await, SECRETS);
            let report = store.rekey(None, RekeyOptions::new()).await.unwrap();
            assert_eq!(report.rekeyed.len() + report.unchanged.len(), SECRETS);
            assert_eq!(opened_by(&folder, "bob.key", SECRETS).await, SECRETS);
            assert_eq!(opened_by(&folder, "ada.key", SECRETS).await, 0);
            assert!(!folder.at("store/.age-rekey").exists());
        });
    }
}
