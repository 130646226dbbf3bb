//! Outputs that cannot be written, or must not be: a named error with what to do, and what was there is untouched.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::sandbox::{BINARY, Ran, Sandbox};

fn one_secret() -> Sandbox {
    let mut sandbox = Sandbox::with_secrets("secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n");
    sandbox.canary("PASSWORD");
    sandbox
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let sandbox = one_secret();
    sandbox.write("out", "in the way");
    assert_snapshot!(sandbox.run(&["build"]), @"
    exit code 7
    --- stderr
    error: cannot open the directory of out/k8s/secrets.yaml: Not a directory (os error 20)
    help: move what is in the way
    ");
    assert_eq!(sandbox.text("out"), "in the way");
}

#[test]
fn a_folder_in_the_place_of_the_file_is_named() {
    let sandbox = one_secret();
    fs::create_dir_all(sandbox.join("out/k8s/secrets.yaml")).unwrap();
    assert_snapshot!(sandbox.run(&["build"]), @"
    exit code 7
    --- stderr
    error: out/k8s/secrets.yaml is a directory, not a regular file
    help: move out/k8s/secrets.yaml out of the way
    ");
    let log = sandbox.text("audit/acme.jsonl");
    assert!(!log.contains("secret-accessed"), "no value is read for an output that cannot be written: {log}");
}

/// Permissions do not hold root back, so as root the command runs as somebody else.
fn as_nobody(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    const NOBODY: &str = "65534";
    if !is_root() {
        return sandbox.run(arguments);
    }
    let binary = sandbox.join("secretbridge");
    fs::copy(BINARY, &binary).unwrap();
    fs::set_permissions(&binary, Permissions::from_mode(0o755)).unwrap();
    let owned = sandbox.program("chown", &["-R", &format!("{NOBODY}:{NOBODY}"), "."]).status().unwrap();
    assert!(owned.success());
    let mut all = vec!["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", binary.to_str().unwrap()];
    all.extend(arguments);
    sandbox.ran(sandbox.program("setpriv", &all).output().unwrap())
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    let sandbox = one_secret();
    fs::create_dir_all(sandbox.join("out/k8s")).unwrap();
    for folder in ["out/k8s", "out"] {
        fs::set_permissions(sandbox.join(folder), Permissions::from_mode(0o500)).unwrap();
    }
    let said = as_nobody(&sandbox, &["build"]);
    for folder in ["out", "out/k8s"] {
        fs::set_permissions(sandbox.join(folder), Permissions::from_mode(0o700)).unwrap();
    }
    assert_snapshot!(said, @"
    exit code 7
    --- stderr
    error: cannot lock the directory of out/k8s/secrets.yaml: Permission denied (os error 13)
    help: check the owner and the mode: ls -ld 'out/k8s'
    ");
    assert!(!sandbox.exists("out/k8s/secrets.yaml"));
}

/// Runs the command where `out` is a file system of 64 KiB; needs root, or a system that lets users make name spaces.
fn on_a_small_disk(sandbox: &Sandbox, script: &str) -> Ran {
    fs::create_dir_all(sandbox.join("out")).unwrap();
    let script = format!("set -e; mount -t tmpfs -o size=64k,mode=0700 none out; {script}");
    let mut unshare = if is_root() { vec!["--mount"] } else { vec!["--mount", "--map-root-user"] };
    unshare.extend(["sh", "-c", &script, "sh", BINARY]);
    sandbox.ran(sandbox.program("unshare", &unshare).output().unwrap())
}

#[test]
fn a_full_disk_is_named_and_leaves_the_old_file() {
    let sandbox = one_secret();
    sandbox.secret("BIG", "x".repeat(200_000));
    let config = sandbox.text("secretbridge.yaml");
    sandbox.write("big.yaml", &config.replace("source: PASSWORD", "source: BIG"));
    let said = on_a_small_disk(
        &sandbox,
        "\"$1\" build --quiet; cp out/k8s/secrets.yaml old; \"$1\" build --config big.yaml || code=$?; \
         cmp old out/k8s/secrets.yaml; ls -A out/k8s; exit $code",
    );
    assert_snapshot!(said, @"
    exit code 7
    --- stdout
    secrets.yaml
    --- stderr
    error: cannot write out/k8s/secrets.yaml: the disk is full
    help: make room and run again: the old file is untouched
    ");
}

#[test]
fn a_full_disk_behind_stdout_is_an_error_and_not_a_panic() {
    let sandbox = one_secret();
    let run = |arguments: &[&str]| {
        let full = File::options().write(true).open("/dev/full").unwrap();
        sandbox.ran(sandbox.command(arguments).stdout(full).output().unwrap()).to_string()
    };
    assert_snapshot!(run(&["schema"]), @"
    exit code 7
    --- stderr
    error: cannot write to standard output: No space left on device (os error 28)
    help: make room and run again
    ");
    assert_eq!(run(&["store", "get", "PASSWORD"]), run(&["schema"]));
    assert_eq!(run(&["plan"]), run(&["schema"]));
}

#[test]
fn a_path_that_git_tracks_is_refused_before_any_value_is_read() {
    let sandbox = one_secret();
    let git = |arguments: &[&str]| assert!(sandbox.program("git", arguments).status().unwrap().success());
    fs::create_dir_all(sandbox.join("out/k8s")).unwrap();
    sandbox.write("out/k8s/secrets.yaml", "old");
    git(&["init", "--quiet"]);
    git(&["add", "--force", "out/k8s/secrets.yaml"]);
    assert_snapshot!(sandbox.run(&["build"]), @"
    exit code 7
    --- stderr
    error: out/k8s/secrets.yaml is tracked by Git: secret values must not be written there
    help: write to a directory that Git ignores, or run: git rm --cached -- 'out/k8s/secrets.yaml'
          values committed earlier stay in the history: rotate them
    ");
    assert_eq!(sandbox.text("out/k8s/secrets.yaml"), "old");
    assert!(!sandbox.text("audit/acme.jsonl").contains("secret-accessed"));
    assert_eq!(sandbox.run(&["plan"]).code, Some(7), "a plan says it too");
}

#[test]
fn a_file_that_was_not_generated_is_left_alone() {
    let sandbox = Sandbox::homelab();
    fs::create_dir_all(sandbox.join("out")).unwrap();
    sandbox.write("out/helmfile.yaml", "mine: true\n");
    assert_snapshot!(sandbox.run(&["build"]), @"
    exit code 7
    --- stderr
    error: out/helmfile.yaml was not generated by secretbridge: it is left alone
    help: move out/helmfile.yaml out of the way, or delete it by hand
    ");
    assert_eq!(sandbox.text("out/helmfile.yaml"), "mine: true\n");
}

#[test]
fn a_link_out_of_the_output_is_not_followed() {
    let sandbox = one_secret();
    fs::create_dir_all(sandbox.join("elsewhere")).unwrap();
    fs::create_dir_all(sandbox.join("out")).unwrap();
    std::os::unix::fs::symlink(sandbox.join("elsewhere"), sandbox.join("out/k8s")).unwrap();
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter("/[^ ']*/elsewhere", "[temp]/elsewhere");
    settings.bind(|| {
        assert_snapshot!(sandbox.run(&["build"]), @"
    exit code 7
    --- stderr
    error: out/k8s/secrets.yaml leads out of out through a symbolic link
    help: replace the link by a directory, or write to where it leads
    ");
    });
    assert_eq!(fs::read_dir(sandbox.join("elsewhere")).unwrap().count(), 0);
}

#[test]
fn nobody_else_may_read_the_values_whatever_the_mask_is() {
    let sandbox = one_secret();
    let script = "umask 000; exec \"$0\" build --quiet";
    let status = sandbox.program("sh", &["-c", script, BINARY]).status().unwrap();
    assert!(status.success());
    assert_eq!(sandbox.mode("out/k8s/secrets.yaml"), 0o600);
    assert_eq!(sandbox.mode("audit/acme.jsonl"), 0o600);
    assert_eq!(sandbox.mode("audit"), 0o700);
}
