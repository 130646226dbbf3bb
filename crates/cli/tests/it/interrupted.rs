//! Builds that end early, and builds at the same time: the old file or the new one, never another, never of another mode.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::sandbox::Sandbox;

/// Large enough for a kill to meet the write.
const SIZE: usize = 700_000;

fn large_secret() -> Sandbox {
    let sandbox = Sandbox::with_secrets("secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n");
    sandbox.secret("PASSWORD", "a".repeat(SIZE));
    sandbox
}

/// What a build writes for each of two values.
fn both_outputs(sandbox: &Sandbox) -> [Vec<u8>; 2] {
    ["a", "b"].map(|letter| {
        sandbox.secret("PASSWORD", letter.repeat(SIZE));
        sandbox.run(&["build", "--quiet"]).ok();
        sandbox.read("out/k8s/secrets.yaml")
    })
}

#[test]
fn a_build_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let sandbox = large_secret();
    let outputs = both_outputs(&sandbox);
    let (mut killed, mut random) = (0, fastrand::Rng::with_seed(7));
    for round in 0..40 {
        sandbox.secret("PASSWORD", ["a", "b"][round % 2].repeat(SIZE));
        let mut build =
            sandbox.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_micros(random.u64(0..60_000)));
        build.kill().unwrap();
        killed += usize::from(build.wait().unwrap().signal().is_some());
        assert!(
            outputs.contains(&sandbox.read("out/k8s/secrets.yaml")),
            "round {round}: neither the old nor the new"
        );
        for entry in fs::read_dir(sandbox.join("out/k8s")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert_eq!(sandbox.mode(&format!("out/k8s/{name}")), 0o600, "round {round}: {name}");
        }
    }
    assert!(killed > 0, "no build was killed in time");
    sandbox.run(&["build", "--quiet"]).ok();
    let left: Vec<_> =
        fs::read_dir(sandbox.join("out/k8s")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["secrets.yaml"], "what killed builds left is gone");
    sandbox.run(&["audit", "verify"]).ok();
}

#[test]
fn builds_at_the_same_time_leave_one_whole_file_and_one_whole_log() {
    let sandbox = large_secret();
    let outputs = both_outputs(&sandbox);
    let build = || sandbox.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let builds: Vec<_> = (0..6).map(|_| build()).collect();
    for build in builds {
        let ended = build.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(sandbox.read("out/k8s/secrets.yaml"), outputs[1]);
    assert_eq!(sandbox.mode("out/k8s/secrets.yaml"), 0o600);
    let verified = sandbox.run(&["audit", "verify", "--output", "json"]).ok().json();
    assert_eq!(verified["records"], 2 * (6 + 2), "a read and a delivery for each build");
}

#[test]
fn ctrl_c_ends_the_command_with_the_code_that_shells_expect() {
    let sandbox = Sandbox::with_secrets("");
    sandbox.secret("A", "x");
    sandbox.run(&["store", "get", "A"]).ok();
    let follow = &["audit", "tail", "--follow"];
    let mut tail = sandbox.command(follow).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(tail.stdout.as_mut().unwrap()), &mut line)
        .unwrap();
    let id = rustix::process::Pid::from_child(&tail);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert_eq!(tail.wait().unwrap().code(), Some(130));
}
