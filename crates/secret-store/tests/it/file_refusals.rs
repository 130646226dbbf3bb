//! What the file provider refuses, in words.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use insta::assert_snapshot;
use secret_store::provider::file::FileStore;
use secret_store::{ReadOptions, SecretFields, SecretPath, SecretStore, WriteOptions};
use tempfile::TempDir;
use test_kit::{field, path};

use crate::child::{as_ordinary_user, describe, give};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str, mode: u32) -> &Self {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "x: y").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn link(&self, to: impl AsRef<Path>, name: &str) -> &Self {
        symlink(to, self.path().join(name)).unwrap();
        self
    }

    fn without_folder(&self, text: &str) -> String {
        text.replace(self.path().to_str().unwrap(), "STORE")
    }

    async fn read(&self, at: &str) -> String {
        let store = FileStore::open(self.path()).await.unwrap();
        self.shown(store.read(&path(at), ReadOptions::current()).await.map(|secret| secret.fields.len()))
    }

    async fn list(&self) -> String {
        let store = FileStore::open(self.path()).await.unwrap();
        self.shown(store.list(None).await)
    }

    async fn write(&self, at: &str, fields: SecretFields) -> String {
        let store = FileStore::open(self.path()).await.unwrap();
        self.shown(store.write(&path(at), fields, WriteOptions::replace()).await.map(drop))
    }

    fn shown<T: std::fmt::Debug>(&self, result: secret_store::Result<T>) -> String {
        self.without_folder(&match result {
            Ok(value) => format!("{value:?}"),
            Err(error) => describe(&error),
        })
    }
}

fn map() -> SecretFields {
    SecretFields::plain("x").with(field("user"), "y")
}

#[tokio::test]
async fn a_file_that_others_may_read_is_refused() {
    let folder = Folder::new();
    folder.file("a", 0o644).file("b c.yaml", 0o620).file("d", 0o400);
    assert_snapshot!(folder.read("a").await, @"permission-denied: read a: STORE/a may be used by others (mode 644) (file store at STORE); help: chmod 600 STORE/a");
    assert_snapshot!(folder.read("b c").await, @"permission-denied: read b c: STORE/b c.yaml may be used by others (mode 620) (file store at STORE); help: chmod 600 'STORE/b c.yaml'");
    assert_snapshot!(folder.read("d").await, @"1");
    let store = FileStore::open_readable_by_others(folder.path()).await.unwrap();
    assert!(store.read(&path("a"), ReadOptions::current()).await.is_ok());
    assert_snapshot!(folder.write("a", SecretFields::plain("x")).await, @"()");
    assert_snapshot!(folder.read("a").await, @"1");
}

#[tokio::test]
async fn a_root_that_others_may_write_to_is_refused() {
    let folder = Folder::new();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    assert_snapshot!(folder.shown(FileStore::open(folder.path()).await.map(drop)), @"permission-denied: open: STORE may be written to by others (mode 777) (file store at STORE); help: chmod 700 STORE");
    FileStore::open_readable_by_others(folder.path()).await.unwrap();
}

#[tokio::test]
async fn two_files_for_one_path_are_named() {
    let folder = Folder::new();
    folder.file("a", 0o600).file("a.yaml", 0o600).file("b.yaml", 0o600).file("b.json", 0o600);
    assert_snapshot!(folder.read("a").await, @"corrupt: read a: both STORE/a and STORE/a.yaml are there (file store at STORE); help: remove STORE/a or STORE/a.yaml");
    assert_snapshot!(folder.read("b").await, @"corrupt: read b: both STORE/b.yaml and STORE/b.json are there (file store at STORE); help: remove STORE/b.yaml or STORE/b.json");
    assert_snapshot!(folder.write("a", map()).await, @"corrupt: write a: both STORE/a and STORE/a.yaml are there (file store at STORE); help: remove STORE/a or STORE/a.yaml");
    assert_snapshot!(folder.list().await, @"corrupt: list: both STORE/a and STORE/a.yaml are there (file store at STORE); help: remove STORE/a or STORE/a.yaml");
}

#[tokio::test]
async fn a_yml_file_is_not_passed_over() {
    let folder = Folder::new();
    folder.file("x.yml/a.yml", 0o600);
    assert_snapshot!(folder.read("x.yml/a").await, @"corrupt: read x.yml/a: STORE/x.yml/a.yml is not looked at: a map ends in .yaml (file store at STORE); help: mv STORE/x.yml/a.yml STORE/x.yml/a.yaml");
    assert_snapshot!(folder.write("x.yml/a", map()).await, @"corrupt: write x.yml/a: STORE/x.yml/a.yml is not looked at: a map ends in .yaml (file store at STORE); help: mv STORE/x.yml/a.yml STORE/x.yml/a.yaml");
    assert_snapshot!(folder.list().await, @"corrupt: list: STORE/x.yml/a.yml is not looked at: a map ends in .yaml (file store at STORE); help: mv STORE/x.yml/a.yml STORE/x.yml/a.yaml");
}

#[tokio::test]
async fn names_that_cannot_be_paths_are_not_passed_over() {
    for name in ["a\\b", "a.json.yaml", "a.age", "a\u{1}", &"a".repeat(250)] {
        let folder = Folder::new();
        folder.file(name, 0o600);
        let listed = folder.list().await;
        let expected = "corrupt: list: STORE/";
        assert!(
            listed.starts_with(expected) && listed.contains("cannot be the name of a secret"),
            "{listed}"
        );
    }
    let folder = Folder::new();
    folder.file("a.age", 0o600);
    assert_snapshot!(folder.list().await, @"corrupt: list: STORE/a.age cannot be the name of a secret: it has an ending that means something, twice or in another kind of store (file store at STORE); help: rename STORE/a.age, move it out of the store, or let its name start with a full stop");
    let folder = Folder::new();
    let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"a\xff");
    fs::write(folder.path().join(name), "x").unwrap();
    assert_snapshot!(folder.list().await, @"corrupt: list: STORE/a� cannot be the name of a secret: it is not UTF-8 (file store at STORE); help: rename STORE/a�, move it out of the store, or let its name start with a full stop");
}

#[tokio::test]
async fn a_path_that_ends_as_a_file_does_is_refused() {
    let folder = Folder::new();
    folder.file("a.yaml", 0o600);
    assert_snapshot!(folder.read("a.yaml").await, @"not-found: read a.yaml: not found, as no name ends in .yaml (file store at STORE); help: leave out .yaml: the path `name` stands for `name.yaml` and its like");
    assert_snapshot!(folder.write("a.yaml", map()).await, @"invalid: write a.yaml: a name that ends in .yaml would be taken for the form of a file (file store at STORE); help: leave out .yaml: the path `name` stands for `name.yaml` and its like");
    let store = FileStore::open(folder.path()).await.unwrap();
    assert_snapshot!(folder.shown(store.delete(&path("a.yaml")).await), @"invalid: delete a.yaml: a name that ends in .yaml would be taken for the form of a file (file store at STORE); help: leave out .yaml: the path `name` stands for `name.yaml` and its like");
}

#[tokio::test]
async fn what_is_no_regular_file_is_refused() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    assert_snapshot!(folder.read("pipe").await, @"corrupt: read pipe: STORE/pipe is not a regular file (file store at STORE); help: remove STORE/pipe, or put the secret's file in its place");
    assert_snapshot!(folder.list().await, @"corrupt: list: STORE/pipe is not a regular file (file store at STORE); help: remove STORE/pipe, or put the secret's file in its place");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let folder = Folder::new();
    folder.file("a", 0o600);
    fs::File::options().write(true).open(folder.path().join("a")).unwrap().set_len(17 << 20).unwrap();
    assert_snapshot!(folder.read("a").await, @"corrupt: read a: STORE/a is larger than 16 MiB (file store at STORE); help: STORE/a is probably not a secret: move it out of the store");
}

#[tokio::test]
async fn a_file_in_the_way_of_a_directory_is_named_and_stays() {
    let folder = Folder::new();
    folder.file("a", 0o600).file("d/e", 0o600).file("m.yaml", 0o600).file("f.yaml/g", 0o600);
    assert_snapshot!(folder.write("a/b/c", map()).await, @"conflict: write a/b/c: STORE/a is in the way (file store at STORE); help: a path is a secret or has secrets below it: move STORE/a, or choose another path");
    assert_snapshot!(folder.write("d", SecretFields::plain("x")).await, @"conflict: write d: STORE/d is in the way (file store at STORE); help: a path is a secret or has secrets below it: move STORE/d, or choose another path");
    assert_snapshot!(folder.write("f", map()).await, @"conflict: write f: STORE/f.yaml is in the way (file store at STORE); help: a path is a secret or has secrets below it: move STORE/f.yaml, or choose another path");
    assert_snapshot!(folder.read("a/b/c").await, @"not-found: read a/b/c: not found (file store at STORE); help: none");
    assert_snapshot!(folder.write("d", map()).await, @"()");
    assert_snapshot!(folder.write("m/n", SecretFields::plain("x")).await, @"()");
    assert_snapshot!(folder.list().await, @r#"["a", "d", "d/e", "f.yaml/g", "m", "m/n"]"#);
}

#[tokio::test]
async fn a_link_that_leads_out_is_refused() {
    let outside = Folder::new();
    outside.file("secret", 0o600).file("folder/secret", 0o600);
    let folder = Folder::new();
    folder.file("inside/secret", 0o600);
    folder.link(outside.path().join("secret"), "absolute");
    folder.link("../../../../../../etc/passwd", "inside/upwards");
    folder.link(outside.path().join("folder"), "directory");
    folder
        .link("inside", "within")
        .link("inside/secret", "file")
        .link("circle", "circle")
        .link("gone", "dangling");
    folder.link(folder.path().join("inside"), "back-in");
    assert_snapshot!(folder.read("absolute").await, @"permission-denied: read absolute: STORE/absolute is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/absolute points to in its place: links must stay in the store");
    assert_snapshot!(folder.read("inside/upwards").await, @"permission-denied: read inside/upwards: STORE/inside/upwards is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/inside/upwards points to in its place: links must stay in the store");
    assert_snapshot!(folder.read("directory/secret").await, @"permission-denied: read directory/secret: STORE/directory is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/directory points to in its place: links must stay in the store");
    assert_snapshot!(folder.write("directory/new", map()).await, @"permission-denied: write directory/new: STORE/directory is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/directory points to in its place: links must stay in the store");
    assert_snapshot!(folder.read("back-in/secret").await, @"permission-denied: read back-in/secret: STORE/back-in is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/back-in points to in its place: links must stay in the store");
    assert_snapshot!(folder.read("within/secret").await, @"1");
    assert_snapshot!(folder.read("file").await, @"1");
    assert_snapshot!(folder.write("file", map()).await, @"conflict: write file: STORE/file is a link, and a write would put a file in its place (file store at STORE); help: write to the path that STORE/file points to, or remove the link first");
    assert_snapshot!(folder.write("file", SecretFields::plain("x")).await, @"conflict: write file: STORE/file is a link, and a write would put a file in its place (file store at STORE); help: write to the path that STORE/file points to, or remove the link first");
    assert_snapshot!(folder.read("circle").await, @"corrupt: read circle: STORE/circle is a link in a circle (file store at STORE); help: remove STORE/circle, or put the secret's file in its place");
    assert_snapshot!(folder.read("dangling").await, @"corrupt: read dangling: STORE/dangling is a link to nothing (file store at STORE); help: remove STORE/dangling, or put the secret's file in its place");
    assert_snapshot!(folder.read("dangling/below").await, @"corrupt: read dangling/below: STORE/dangling is a link to nothing (file store at STORE); help: remove STORE/dangling, or put the secret's file in its place");
    assert_snapshot!(folder.list().await, @"corrupt: list: STORE/dangling is a link to nothing (file store at STORE); help: remove STORE/dangling, or put the secret's file in its place");
    assert!(!outside.path().join("folder/new.yaml").exists());
}

#[tokio::test]
async fn a_list_follows_links_that_stay_and_no_others() {
    let folder = Folder::new();
    folder.file("a/b", 0o600).link("a", "c").link("..", "a/up").link("a/b", "d");
    assert_snapshot!(folder.list().await, @r#"["a/b", "c/b", "d"]"#);
    let outside = Folder::new();
    outside.file("secret", 0o600);
    folder.link(outside.path(), "z");
    assert_snapshot!(folder.list().await, @"permission-denied: list: STORE/z is a link that leads out of the store (file store at STORE); help: put a copy of what STORE/z points to in its place: links must stay in the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_swapped_in_leads_nowhere() {
    let outside = Folder::new();
    fs::write(outside.path().join("secret"), "OUTSIDE").unwrap();
    let folder = Folder::new();
    fs::create_dir(folder.path().join("dir")).unwrap();
    fs::write(folder.path().join("dir/secret"), "INSIDE").unwrap();
    folder.link(outside.path(), "link");
    let store = FileStore::open_readable_by_others(folder.path()).await.unwrap();
    let reader = tokio::spawn(async move {
        let mut read = 0;
        for _ in 0..3000 {
            match store.read(&path("dir/secret"), ReadOptions::current()).await {
                Ok(secret) => {
                    assert_eq!(*secret.fields, SecretFields::plain("INSIDE"));
                    read += 1;
                }
                Err(error) => {
                    let kind = error.kind().as_str();
                    assert!(matches!(kind, "permission-denied" | "not-found" | "corrupt"), "{error}");
                }
            }
        }
        read
    });
    let at = |name: &str| folder.path().join(name);
    while !reader.is_finished() {
        fs::rename(at("dir"), at("kept")).unwrap();
        fs::rename(at("link"), at("dir")).unwrap();
        fs::rename(at("dir"), at("link")).unwrap();
        fs::rename(at("kept"), at("dir")).unwrap();
    }
    assert!(reader.await.unwrap() > 0);
}

#[tokio::test]
async fn a_root_that_is_not_there_is_told_when_the_store_is_opened() {
    let folder = Folder::new();
    folder.file("file", 0o600);
    let open = async |name| folder.shown(FileStore::open(folder.path().join(name)).await.map(drop));
    assert_snapshot!(open("missing store").await, @"invalid: open: there is no directory STORE/missing store (file store at STORE/missing store); help: make it with `secretbridge init`, or with `mkdir -m 700 'STORE/missing store'`");
    assert_snapshot!(open("file").await, @"invalid: open: STORE/file is not a directory (file store at STORE/file); help: let the store's path name a directory");
}

#[tokio::test]
async fn a_root_that_goes_is_unavailable_and_never_a_missing_secret() {
    let folder = Folder::new();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let store = FileStore::open(&root).await.unwrap();
    store.write(&path("a"), SecretFields::plain("x"), WriteOptions::replace()).await.unwrap();
    // On another file system, as when a mount is gone and the directory below it shows.
    let elsewhere = tempfile::tempdir_in("/dev/shm").unwrap();
    fs::rename(&root, folder.path().join("kept")).unwrap();
    let gone = [
        folder.shown(store.read(&path("a"), ReadOptions::current()).await),
        folder.shown(store.list(None).await),
        folder.shown(store.write(&path("a"), map(), WriteOptions::replace()).await),
        folder.shown(store.delete(&path("a")).await),
        folder.shown(store.read_many(&[path("a"), path("b")]).await.remove(1)),
    ];
    assert_snapshot!(gone.join("\n"), @"
    unavailable: read a: the directory STORE/root is not there any more (file store at STORE/root); help: mount or restore STORE/root
    unavailable: list: the directory STORE/root is not there any more (file store at STORE/root); help: mount or restore STORE/root
    unavailable: write a: the directory STORE/root is not there any more (file store at STORE/root); help: mount or restore STORE/root
    unavailable: delete a: the directory STORE/root is not there any more (file store at STORE/root); help: mount or restore STORE/root
    unavailable: read b: the directory STORE/root is not there any more (file store at STORE/root); help: mount or restore STORE/root
    ");
    symlink(elsewhere.path(), &root).unwrap();
    assert_snapshot!(folder.shown(store.read(&path("a"), ReadOptions::current()).await), @"unavailable: read a: the directory STORE/root is on another file system than when the store was opened (file store at STORE/root); help: mount STORE/root again; if it has moved for good, start the program again");
    assert_snapshot!(folder.shown(store.write(&path("a"), map(), WriteOptions::replace()).await), @"unavailable: write a: the directory STORE/root is on another file system than when the store was opened (file store at STORE/root); help: mount STORE/root again; if it has moved for good, start the program again");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    fs::remove_file(&root).unwrap();
    fs::rename(folder.path().join("kept"), &root).unwrap();
    assert!(store.read(&path("a"), ReadOptions::current()).await.is_ok());
}

#[test]
fn what_may_not_be_looked_into_is_not_missing() {
    let folder = Folder::new();
    folder.file("closed/a", 0o600).file("b", 0o000);
    give(&folder.path().join("closed"));
    give(&folder.path().join("b"));
    let closed = folder.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let ask = |task, argument| folder.without_folder(&as_ordinary_user(task, folder.path(), argument));
    let answers = [
        ask("read", "closed/a"),
        ask("read", "b"),
        ask("list", ""),
        ask("write", "closed/c"),
        ask("delete", "closed/a"),
    ];
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let read_only = [ask("write", "new"), ask("read", "new")];
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o000)).unwrap();
    let root = [ask("read", "a")];
    for directory in [folder.path(), &closed] {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_snapshot!([&answers[..], &read_only, &root].concat().join("\n"), @"
    permission-denied: read closed/a: cannot open STORE/closed/a: permission denied (file store at STORE); help: check who owns STORE/closed/a and the directories above it, and as whom this program runs
    permission-denied: read b: cannot open STORE/b: permission denied (file store at STORE); help: check who owns STORE/b and the directories above it, and as whom this program runs
    permission-denied: list: cannot look into STORE/closed: permission denied (file store at STORE); help: check who owns STORE/closed and the directories above it, and as whom this program runs
    permission-denied: write closed/c: cannot open STORE/closed/c: permission denied (file store at STORE); help: check who owns STORE/closed/c and the directories above it, and as whom this program runs
    permission-denied: delete closed/a: cannot open STORE/closed/a: permission denied (file store at STORE); help: check who owns STORE/closed/a and the directories above it, and as whom this program runs
    permission-denied: write new: cannot write STORE/new: permission denied (file store at STORE); help: check who owns STORE/new and the directories above it, and as whom this program runs
    not-found: read new: not found (file store at STORE); help: none
    permission-denied: read a: cannot open STORE/a: permission denied (file store at STORE); help: check who owns STORE/a and the directories above it, and as whom this program runs
    ");
}

#[tokio::test]
async fn versions_and_preconditions_that_do_not_hold_are_told() {
    use secret_store::{Precondition, SecretVersion};
    let folder = Folder::new();
    folder.file("a", 0o600);
    let store = FileStore::open(folder.path()).await.unwrap();
    let old = ReadOptions::version(SecretVersion::new("1"));
    assert_snapshot!(folder.shown(store.read(&path("a"), old).await), @"unsupported: read a: this store keeps no old versions (file store at STORE); help: read the current version; keep the tree in Git to have a history");
    let write = async |at: &str, precondition| {
        let options = WriteOptions::replace().with_precondition(precondition);
        folder.shown(store.write(&SecretPath::new(at).unwrap(), map(), options).await)
    };
    assert_snapshot!(write("a", Precondition::Absent).await, @"conflict: write a: there is a secret already (file store at STORE); help: none");
    assert_snapshot!(write("a", Precondition::Version(SecretVersion::new("1"))).await, @"conflict: write a: the secret is not at that version any more (file store at STORE); help: none");
    assert_snapshot!(write("b", Precondition::Version(SecretVersion::new("1"))).await, @"conflict: write b: the secret is not at that version any more (file store at STORE); help: none");
}
