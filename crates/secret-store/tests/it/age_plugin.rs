//! Recipients and identities of a plugin: a program that keeps no secret, made for this test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use secret_store::Environment;
use secret_store::provider::age::AgeConfig;
use test_kit::block_on;

use crate::age_fixture::{Folder, read, write};

/// Wraps the file key in nothing. <https://c2sp.org/age-plugin>
const PLUGIN: &str = r#"#!/usr/bin/env python3
import sys
def stanza():
    line = sys.stdin.readline().split()
    body = ""
    while True:
        part = sys.stdin.readline().strip()
        body += part
        if len(part) < 64:
            return line[1:], body
def say(line, body=""):
    sys.stdout.write("-> " + line + "\n" + body + "\n")
    sys.stdout.flush()
recipient = sys.argv[1] == "--age-plugin=recipient-v1"
held = None
while True:
    line, body = stanza()
    if line[0] == "done":
        break
    if line[0] == "wrap-file-key":
        held = body
    if line[:3] == ["recipient-stanza", "0", "naked"]:
        held = body
if recipient:
    say("recipient-stanza 0 naked", held)
    stanza()
elif held is not None:
    say("file-key 0", held)
    stanza()
say("done")
"#;

// The Bech32 of no bytes, under the plugin's name.
const RECIPIENT: &str = "age1naked1";
const IDENTITY: &str = "AGE-PLUGIN-NAKED-1";

#[test]
fn a_plugin_wraps_and_unwraps() {
    const TEST: &str = "a_plugin_wraps_and_unwraps";
    if Environment::process().get("SECRETBRIDGE_TEST_PLUGIN").is_none() {
        let bin = tempfile::tempdir().unwrap();
        let program = bin.path().join("age-plugin-naked");
        fs::write(&program, PLUGIN).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let path = Environment::process().get("PATH").map(|path| crate::age_fixture::bytes(&path)).unwrap();
        let path = format!("{}:{}", bin.path().display(), String::from_utf8_lossy(&path));
        let mut inner = Command::new(std::env::current_exe().unwrap());
        inner.args(["--exact", &format!("age_plugin::{TEST}")]);
        inner.env("PATH", path).env("SECRETBRIDGE_TEST_PLUGIN", "1");
        let ran = inner.output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        return;
    }
    let folder = Folder::new();
    folder.put("store/.age-recipients", bech32(RECIPIENT));
    folder.put("plugin.key", bech32(IDENTITY));
    block_on(async {
        let store = folder.open("plugin.key").await;
        write(&store, "a", "hunter2").await.unwrap();
        assert_eq!(read(&store, "a").await.unwrap(), "hunter2");
        // A plugin's identity does not tell its recipient.
        fs::remove_file(folder.at("store/.age-recipients")).unwrap();
        let error = write(&store, "b", "1").await.unwrap_err();
        insta::assert_snapshot!(folder.told(&error), @"
        invalid: write b: there is no .age-recipients, and so nobody to encrypt to but the identities, one of which does not tell its recipient (a plugin's) (age store at [dir]/store)
        help: write the recipients into .age-recipients in the store's folder, one a line
        ");
    });
}

#[tokio::test]
async fn a_plugin_that_is_not_there_is_named() {
    let folder = Folder::with_identity();
    let recipient = bech32("age1absent1");
    folder.put("store/.age-recipients", &recipient);
    let store = folder.open("age.key").await;
    let for_recipient = folder.told(&write(&store, "a", "1").await.unwrap_err());
    fs::remove_file(folder.at("store/.age-recipients")).unwrap();
    write(&store, "a", "1").await.unwrap();
    folder.put("plugin.key", bech32("AGE-PLUGIN-ABSENT-1"));
    let config = AgeConfig::new("store").with_identity("plugin.key");
    let store = config.open(&folder.context()).await.unwrap();
    let for_identity = folder.told(&read(&store, "a").await.unwrap_err());
    insta::assert_snapshot!(format!("{for_recipient}\n{for_identity}"), @"
    unsupported: write a: the program age-plugin-absent is not there (age store at [dir]/store)
    help: install age-plugin-absent into a folder of PATH
    unauthenticated: read a: no identity can be used: file plugin.key cannot be used: line 1 needs a plugin: the program age-plugin-absent is not there (age store at [dir]/store)
    help: an identity is what `age-keygen` writes, or an ssh private key
    ");
}

/// `name` with the checksum that Bech32 wants: <https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki>.
fn bech32(name: &str) -> String {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const FACTORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let part = name.strip_suffix('1').unwrap().to_lowercase();
    let high = part.bytes().map(|byte| u32::from(byte >> 5));
    let low = part.bytes().map(|byte| u32::from(byte & 31));
    let checksum = high.chain([0]).chain(low).chain([0; 6]).fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ value;
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(next, |sum, bit| sum ^ FACTORS[bit])
    }) ^ 1;
    let letters = (0..6).map(|index| char::from(LETTERS[(checksum >> (5 * (5 - index)) & 31) as usize]));
    let text: String = part.chars().chain(['1']).chain(letters).collect();
    if name.starts_with("AGE") { text.to_uppercase() } else { text }
}
