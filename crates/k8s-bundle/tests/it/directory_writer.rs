//! Files in a directory: their modes, what may stand in the way, and what happens when a step fails.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use k8s_bundle::{
    BundlePath, BundleWriter, DirectoryWriter, Error, ErrorKind, PUBLIC_HEADER, SECRET_HEADER, Step, Written,
    is_generated, is_public,
};

fn path(text: &str) -> BundlePath {
    text.parse().expect("a path")
}

fn secrets() -> BundlePath {
    path("k8s/secrets.yaml")
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).expect("a file").permissions().mode() & 0o7777
}

fn public(text: &str) -> Vec<u8> {
    format!("{PUBLIC_HEADER}{text}").into_bytes()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn values_have_mode_0600_and_the_rest_0644() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("not/yet/there");
    let writer = DirectoryWriter::new(&root);
    assert_eq!(writer.write_secret(&secrets(), b"values").expect("writes"), Written::Created);
    assert_eq!(writer.write(&path("helmfile.yaml"), &public("a")).expect("writes"), Written::Created);
    assert_eq!((mode(&root.join("k8s/secrets.yaml")), mode(&root.join("helmfile.yaml"))), (0o600, 0o644));
    assert_eq!(fs::read(root.join("k8s/secrets.yaml")).expect("reads"), b"values");
    assert_eq!(names(&root.join("k8s")), ["secrets.yaml"]);
}

#[test]
fn a_wider_mode_of_the_old_file_does_not_survive() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("k8s/secrets.yaml");
    fs::create_dir(directory.path().join("k8s")).expect("creates");
    fs::write(&file, "old").expect("writes");
    fs::set_permissions(&file, Permissions::from_mode(0o666)).expect("a mode");
    let written = DirectoryWriter::new(directory.path()).write_secret(&secrets(), b"new").expect("writes");
    assert_eq!((written, mode(&file)), (Written::Updated, 0o600));
}

#[test]
fn the_file_under_its_temporary_name_has_mode_0600_before_its_first_byte() {
    let directory = tempfile::tempdir().expect("a directory");
    let folder = directory.path().join("k8s");
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (watched, record) = (folder.clone(), seen.clone());
    let observer = move |step| {
        let temporary = names_if_any(&watched).into_iter().find(|name| name.starts_with(".secrets.yaml."));
        let state = temporary.map(|name| {
            fs::metadata(watched.join(name)).map(|m| (m.mode() & 0o7777, m.size())).expect("a file")
        });
        record.lock().expect("not poisoned").push((step, state));
        Ok(())
    };
    let writer = DirectoryWriter::with_observer(directory.path(), Arc::new(observer));
    writer.write_secret(&secrets(), b"12345678").expect("writes");
    let seen = seen.lock().expect("not poisoned").clone();
    assert_eq!(
        seen,
        [
            (Step::Lock, None),
            (Step::Ignore, None),
            (Step::Clean, None),
            (Step::Create, None),
            (Step::Write, Some((0o600, 0))),
            (Step::WriteRest, Some((0o600, 4))),
            (Step::Sync, Some((0o600, 8))),
            (Step::Rename, Some((0o600, 8))),
            (Step::SyncDirectory, None),
        ]
    );
}

fn names_if_any(directory: &Path) -> Vec<String> {
    if directory.exists() { names(directory) } else { Vec::new() }
}

#[test]
fn unchanged_public_files_are_not_touched() {
    let directory = tempfile::tempdir().expect("a directory");
    let writer = DirectoryWriter::new(directory.path());
    let file = path("k8s/a/b.yaml");
    let inode = || fs::metadata(directory.path().join(&file)).expect("a file").ino();
    writer.write(&file, &public("1")).expect("writes");
    let before = inode();
    assert_eq!(writer.write(&file, &public("1")).expect("writes"), Written::Unchanged);
    assert_eq!(inode(), before);
    assert_eq!(writer.write(&file, &public("2")).expect("writes"), Written::Updated);
}

#[test]
fn nothing_but_a_regular_file_is_replaced() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    fs::create_dir_all(root.join("k8s/directory")).expect("creates");
    fs::write(root.join("target"), "target").expect("writes");
    symlink(root.join("target"), root.join("k8s/link")).expect("links");
    symlink("/nowhere", root.join("k8s/dangling")).expect("links");
    let _socket = std::os::unix::net::UnixListener::bind(root.join("k8s/socket")).expect("a socket");
    let writer = DirectoryWriter::new(root);
    let refusals = ["directory", "link", "dangling", "socket"].map(|name| {
        let file = path(&format!("k8s/{name}"));
        let error = writer.write_secret(&file, b"values").expect_err(name);
        assert!(matches!(error, Error::NotARegularFile { .. }), "{error:?}");
        assert!(
            writer.check_secret(&file).is_err()
                && writer.write(&file, &public("")).is_err()
                && writer.remove(&file).is_err()
        );
        error.to_string().replace(&root.display().to_string(), "<root>")
    });
    insta::assert_snapshot!(refusals.join("\n"), @r"
    <root>/k8s/directory is a directory, not a regular file
    <root>/k8s/link is a symbolic link, not a regular file
    <root>/k8s/dangling is a symbolic link, not a regular file
    <root>/k8s/socket is a device, pipe or socket, not a regular file
    ");
    assert_eq!(fs::read(root.join("target")).expect("reads"), b"target");
}

#[test]
fn a_link_out_of_the_directory_is_refused_and_one_within_is_followed() {
    let directory = tempfile::tempdir().expect("a directory");
    let outside = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    symlink(outside.path(), root.join("k8s")).expect("links");
    let writer = DirectoryWriter::new(root);
    for result in [writer.check_secret(&secrets()), writer.write_secret(&secrets(), b"values").map(drop)] {
        assert!(matches!(result, Err(Error::OutsideRoot { .. })), "{result:?}");
    }
    assert!(names(outside.path()).is_empty());

    fs::create_dir(root.join("real")).expect("creates");
    symlink("real", root.join("within")).expect("links");
    writer.write_secret(&path("within/secrets.yaml"), b"values").expect("writes");
    assert_eq!(mode(&root.join("real/secrets.yaml")), 0o600);
}

#[test]
fn a_file_in_the_place_of_a_folder_is_an_error_with_the_path() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("k8s"), "").expect("writes");
    let error =
        DirectoryWriter::new(directory.path()).write_secret(&secrets(), b"values").expect_err("in the way");
    assert!(error.to_string().contains("k8s/secrets.yaml"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn a_failure_at_any_step_is_named_and_leaves_the_old_file_alone() {
    let mut errors = Vec::new();
    for failing in Step::ALL {
        let directory = tempfile::tempdir().expect("a directory");
        DirectoryWriter::new(directory.path()).write_secret(&secrets(), b"old").expect("writes");
        fs::remove_file(directory.path().join(".gitignore")).expect("removes");
        let observer =
            move |step| if step == failing { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
        let writer = DirectoryWriter::with_observer(directory.path(), Arc::new(observer));
        let error = writer.write_secret(&secrets(), b"new").expect_err("the disk is full");
        assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
        errors.push(error.to_string().replace(&directory.path().display().to_string(), "<root>"));

        let file = directory.path().join("k8s/secrets.yaml");
        let expected: &[u8] = if failing == Step::SyncDirectory { b"new" } else { b"old" };
        assert_eq!((fs::read(&file).expect("reads"), mode(&file)), (expected.to_vec(), 0o600), "{failing:?}");
        assert_eq!(names(&directory.path().join("k8s")), ["secrets.yaml"], "{failing:?}");
    }
    insta::assert_snapshot!(errors.join("\n"), @r"
    cannot lock the directory of <root>/k8s/secrets.yaml: the disk is full
    cannot add to <root>/.gitignore: the disk is full
    cannot clean up beside <root>/k8s/secrets.yaml: the disk is full
    cannot create a temporary file for <root>/k8s/secrets.yaml: the disk is full
    cannot write <root>/k8s/secrets.yaml: the disk is full
    cannot write <root>/k8s/secrets.yaml: the disk is full
    cannot sync <root>/k8s/secrets.yaml: the disk is full
    cannot replace <root>/k8s/secrets.yaml: the disk is full
    cannot sync the directory of <root>/k8s/secrets.yaml: the disk is full
    ");
}

#[test]
fn a_read_only_file_system_is_named_with_what_to_do() {
    let directory = tempfile::tempdir().expect("a directory");
    let refuse = |_| Err(io::ErrorKind::ReadOnlyFilesystem.into());
    let writer = DirectoryWriter::with_observer(directory.path(), Arc::new(refuse));
    let error = writer.write_secret(&secrets(), b"values").expect_err("read-only");
    assert!(matches!(error, Error::NotPermitted { .. }), "{error:?}");
    assert!(error.help().is_some_and(|help| help.contains("ls -ld")), "{:?}", error.help());
}

#[test]
fn only_generated_files_are_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let writer = DirectoryWriter::new(directory.path());
    writer.write(&path("k8s/a/public.yaml"), &public("")).expect("writes");
    writer.write_secret(&secrets(), SECRET_HEADER.as_bytes()).expect("writes");
    fs::write(directory.path().join("k8s/a/mine.yaml"), "mine").expect("writes");

    assert_eq!(writer.list_generated(&path("k8s")).expect("lists"), [path("k8s/a/public.yaml")]);
    assert!(writer.list_generated(&path("nowhere")).expect("lists").is_empty());
    assert!(matches!(writer.remove(&path("k8s/a/mine.yaml")), Err(Error::NotGenerated { .. })));
    assert!(writer.remove(&path("k8s/a/public.yaml")).expect("removes"));
    assert!(writer.remove(&secrets()).expect("removes"));
    assert!(!writer.remove(&secrets()).expect("is gone"));
    assert_eq!(names(&directory.path().join("k8s/a")), ["mine.yaml"]);
}

#[test]
fn looking_creates_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let writer = DirectoryWriter::new(directory.path().join("out"));
    writer.check_secret(&secrets()).expect("allowed");
    assert!(!writer.remove(&secrets()).expect("nothing there"));
    assert!(writer.list_generated(&path("k8s")).expect("lists").is_empty());
    assert!(names(directory.path()).is_empty());
}

#[test]
fn the_headers_tell_values_from_the_rest() {
    assert!(is_generated(PUBLIC_HEADER.as_bytes()) && is_generated(SECRET_HEADER.as_bytes()));
    assert!(is_public(PUBLIC_HEADER.as_bytes()) && !is_public(SECRET_HEADER.as_bytes()));
    assert!(!is_generated(b"apiVersion: v1\n"));
}

#[test]
fn paths_that_lead_out_of_a_bundle_are_no_bundle_paths() {
    for bad in [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "./a",
        "a\\b",
        "a\nb",
        ".git/config",
        "a/.git",
        &"a".repeat(256),
    ] {
        assert!(matches!(BundlePath::new(bad), Err(Error::InvalidPath { .. })), "{bad:?}");
    }
    let file = path("k8s/shop/a.yaml");
    assert_eq!((file.file_name(), file.parent()), ("a.yaml", Some(path("k8s/shop"))));
    assert_eq!((path("a.yaml").file_name(), path("a.yaml").parent()), ("a.yaml", None));
}

#[test]
fn a_listing_does_not_mind_files_that_another_run_replaces_meanwhile() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("k8s");
    fs::create_dir(&root).expect("creates");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..4_000 {
                let name = root.join(format!(".secrets.yaml.{round}-0.tmp"));
                fs::write(&name, "values").expect("writes");
                fs::rename(&name, root.join("secrets.yaml")).expect("renames");
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let writer = DirectoryWriter::new(directory.path());
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            assert_eq!(writer.list_generated(&path("k8s")).expect("lists"), []);
        }
    });
}
