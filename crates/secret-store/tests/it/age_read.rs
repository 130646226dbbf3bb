use std::fs;

use proptest::prelude::*;
use secret_store::provider::age::{AgeConfig, GeneratedIdentity};
use secret_store::{ErrorKind, ReadOptions, SecretFields, SecretStore as _, WriteOptions};
use test_kit::{Canary, FakeClock, block_on, field, path};

use crate::age_fixture::{Folder, read, write};

#[tokio::test]
async fn a_plain_value_is_an_age_file_of_its_bytes() {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    write(&store, "infrastructure/minio", "hunter2\n").await.unwrap();
    let file = folder.get("store/infrastructure/minio.age");
    assert!(file.starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(read(&store, "infrastructure/minio").await.unwrap(), "hunter2\n");
}

#[tokio::test]
async fn fields_are_an_encrypted_yaml_file() {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    let fields = SecretFields::new().with(field("user"), "ada").with(field("password"), "hunter2");
    store.write(&path("db"), fields.clone(), WriteOptions::replace()).await.unwrap();
    assert!(folder.get("store/db.yaml.age").starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(*store.read(&path("db"), ReadOptions::current()).await.unwrap().fields, fields);
}

#[tokio::test]
async fn armor_is_written_when_asked_for_and_read_always() {
    let folder = Folder::with_identity();
    let config = AgeConfig::new("store").with_identity("age.key").with_armor(true);
    let armored = config.open(&folder.context()).await.unwrap();
    write(&armored, "a", "1").await.unwrap();
    assert!(folder.get("store/a.age").starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert_eq!(read(&folder.open("age.key").await, "a").await.unwrap(), "1");
}

#[tokio::test]
async fn a_list_needs_no_identity() {
    let folder = Folder::with_identity();
    write(&folder.open("age.key").await, "a/b", "1").await.unwrap();
    let store = folder.open("missing.key").await;
    assert_eq!(store.list(None).await.unwrap(), [path("a/b")]);
}

#[tokio::test]
async fn another_identity_is_told_whom_to_ask() {
    let folder = Folder::with_identity();
    let canary = Canary::random();
    write(&folder.open("age.key").await, "a", canary.value()).await.unwrap();
    let other = Canary::of({
        folder.identity("other.key");
        folder.get("other.key")
    });
    let store = folder.open("other.key").await;
    let error = read(&store, "a").await.unwrap_err();
    canary.assert_absent_in_error(&error);
    other.assert_absent_in_error(&error);
    other.assert_absent_in_debug(&store);
    insta::assert_snapshot!(folder.told(&error), @"
    unauthenticated: read a: [dir]/store/a.age does not open with the one identity there is (age store at [dir]/store)
    help: it is encrypted to 1 recipient (1 X25519): ask somebody who can read it to add your recipient to .age-recipients and to run `secretbridge store rekey`; if it used to open, its header is damaged: restore it from Git or a backup
    ");
}

#[tokio::test]
async fn no_identity_at_all_is_an_error_when_it_is_needed() {
    let folder = Folder::with_identity();
    write(&folder.open("age.key").await, "a", "1").await.unwrap();
    let store = AgeConfig::new("store").open(&folder.context()).await.unwrap();
    insta::assert_snapshot!(folder.told(&read(&store, "a").await.unwrap_err()), @"
    unauthenticated: read a: no identity is configured to decrypt with (age store at [dir]/store)
    help: say where one is: `identities: [age.key]`, `[{env: AGE_IDENTITY}]` or `[{command: …}]`
    ");
}

#[tokio::test]
async fn a_file_under_a_passphrase_is_told_from_one_for_others() {
    let folder = Folder::with_identity();
    folder.put("store/a.age", "hunter2");
    folder.lock("store/a.age", "passphrase", false);
    let store = folder.open("age.key").await;
    insta::assert_snapshot!(folder.told(&read(&store, "a").await.unwrap_err()), @"
    unauthenticated: read a: [dir]/store/a.age is encrypted with a passphrase, not to recipients (age store at [dir]/store)
    help: open it with `age -d`, and put its content into the store again
    ");
}

#[tokio::test]
async fn damage_is_told_from_the_wrong_identity() {
    let folder = Folder::with_identity();
    let store = folder.open("age.key").await;
    write(&store, "good", "hunter2").await.unwrap();
    let good = folder.get("store/good.age");
    let header_end = good.windows(4).position(|bytes| bytes == b"--- ").unwrap();
    let mut changed_mac = good.clone();
    changed_mac[header_end + 10] = if good[header_end + 10] == b'A' { b'B' } else { b'A' };
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    let v2 = b"age-encryption.org/v2\nnothing that we know\nand more of it\n".to_vec();
    let armor = |text: &str| {
        format!("-----BEGIN AGE ENCRYPTED FILE-----\n{text}\n-----END AGE ENCRYPTED FILE-----\n").into_bytes()
    };
    let mut told = String::new();
    for (name, bytes) in [
        ("changed", changed),
        ("changed-mac", changed_mac),
        ("cut-in-header", good[..40].to_vec()),
        ("cut-in-payload", good[..good.len() - 1].to_vec()),
        ("cut-before-payload", good[..header_end + 48 + 16].to_vec()),
        ("empty", Vec::new()),
        ("garbage-after", [&good[..], b"x"].concat()),
        ("plain-text", b"hunter2 is no age file".to_vec()),
        ("armored-garbage", armor("aHVudGVyMg==")),
        ("armored-junk", armor("hunter2 hunter2 hunter2")),
        ("armored-open", armor("aHVudGVyMg==")[..40].to_vec()),
        ("newer", v2),
    ] {
        folder.put(&format!("store/{name}.age"), bytes);
        let error = read(&store, name).await.unwrap_err();
        Canary::of("hunter2 ").assert_absent_in_error(&error);
        told.push_str(&folder.told(&error));
        told.push('\n');
    }
    insta::assert_snapshot!(told, @"
    corrupt: read changed: [dir]/store/changed.age is damaged (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read changed-mac: [dir]/store/changed-mac.age has an age header that was changed (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read cut-in-header: [dir]/store/cut-in-header.age is cut short (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read cut-in-payload: [dir]/store/cut-in-payload.age is damaged (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read cut-before-payload: [dir]/store/cut-before-payload.age is cut short (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read empty: [dir]/store/empty.age is not an age file (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read garbage-after: [dir]/store/garbage-after.age is damaged (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read plain-text: [dir]/store/plain-text.age is not an age file (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read armored-garbage: [dir]/store/armored-garbage.age is not an age file (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read armored-junk: [dir]/store/armored-junk.age has damaged ASCII armor (age store at [dir]/store)
    help: restore the file, from Git or a backup
    corrupt: read armored-open: [dir]/store/armored-open.age has damaged ASCII armor (age store at [dir]/store)
    help: restore the file, from Git or a backup
    unsupported: read newer: [dir]/store/newer.age is in a version of age's format that is not known (age store at [dir]/store)
    help: a newer release may read it
    ");
}

#[test]
fn no_flipped_bit_and_no_cut_is_ever_read() {
    let folder = Folder::with_identity();
    let canary = Canary::random();
    block_on(async {
        let store = folder.open("age.key").await;
        write(&store, "a", canary.value()).await.unwrap();
        let good = folder.get("store/a.age");
        let mut of_identity = 0;
        for position in 0..good.len() {
            let mut flipped = good.clone();
            flipped[position] ^= 1 << (position % 8);
            for (bytes, what) in [(flipped, "flipped"), (good[..position].to_vec(), "cut")] {
                fs::write(folder.at("store/a.age"), bytes).unwrap();
                let error = store.read(&path("a"), ReadOptions::current()).await.expect_err(what);
                canary.assert_absent_in_error(&error);
                match error.kind() {
                    ErrorKind::Corrupt => {}
                    // The version; and the stanzas, whose damage cannot be told from another recipient's.
                    ErrorKind::Unsupported if what == "flipped" => assert!(position < 22),
                    ErrorKind::Unauthenticated if what == "flipped" => of_identity += 1,
                    kind => panic!("{what} at {position}: {kind}"),
                }
            }
        }
        assert!(of_identity < good.len() / 2);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_bytes_survive(bytes in prop::collection::vec(any::<u8>(), 0..200_000), armor: bool) {
        let folder = Folder::with_identity();
        let config = AgeConfig::new("store").with_identity("age.key").with_armor(armor);
        block_on(async {
            let store = config.open(&folder.context()).await.unwrap();
            let fields = SecretFields::plain(&bytes[..]);
            store.write(&path("a"), fields.clone(), WriteOptions::replace()).await.unwrap();
            let secret = store.read(&path("a"), ReadOptions::current()).await.unwrap();
            assert!(*secret.fields == fields);
        });
    }

    #[test]
    fn no_file_of_any_bytes_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0..3_usize) {
        let folder = Folder::with_identity();
        let start: &[u8] = [&b""[..], b"age-encryption.org/v1\n-> X25519 ", b"-----BEGIN AGE ENCRYPTED FILE-----\n"][start];
        folder.put("store/a.age", [start, &bytes].concat());
        block_on(async {
            let store = folder.open("age.key").await;
            assert!(store.read(&path("a"), ReadOptions::current()).await.is_err());
        });
    }
}

#[test]
fn a_new_identity_looks_as_age_keygen_makes_it_and_shows_itself_to_nobody() {
    let identity = GeneratedIdentity::generate(&FakeClock::new());
    let text = String::from_utf8_lossy(&crate::age_fixture::bytes(identity.text())).into_owned();
    Canary::of(text.lines().last().unwrap()).assert_absent_in_debug(&identity);
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("# created: 20") && lines[0].ends_with('Z'), "{}", lines[0]);
    assert_eq!(lines[1], format!("# public key: {}", identity.recipient()));
    assert!(lines[2].starts_with("AGE-SECRET-KEY-1"));
    assert_eq!((lines.len(), text.ends_with('\n')), (3, true));
}
