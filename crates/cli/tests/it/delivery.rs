//! The forms of delivery, chosen in the configuration: what a build says, and what the script does.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const SECRETS: &str = "
secrets:
  - { name: db, namespace: prod, source: PASSWORD }
  - { name: api, namespace: apps, sync_mode: external-secrets, data: { password: { key: API } } }
";

/// A set-up with the operator, and this form of delivery.
fn sandbox(delivery: &str) -> Sandbox {
    let config = format!(
        "k8s:\n  delivery: {delivery}\n  secrets: {{ runtime_sync: {{ enabled: true, chart_version: 0.20.4, token_source: TOKEN }} }}\n{SECRETS}"
    );
    let mut sandbox = Sandbox::with_secrets(&config);
    sandbox.canary("PASSWORD");
    sandbox.canary("TOKEN");
    sandbox
}

const FLUX: &str =
    "{ form: flux, source: { kind: GitRepository, name: flux-system }, path: clusters/dev/out }";
const ARGOCD: &str = "{ form: argocd, repo_url: 'https://git.acme.lab/cluster.git', path: clusters/dev/out }";

/// What a build says is next.
fn next(delivery: &str) -> String {
    let ran = sandbox(delivery).run(&["build"]).ok();
    std::str::from_utf8(&ran.stdout).unwrap().split_once("\n\n").unwrap().1.to_owned()
}

#[test]
fn each_form_says_what_is_next() {
    let mut said = String::new();
    for delivery in ["{ form: plain }", "{ form: helmfile }", FLUX, ARGOCD] {
        writeln!(said, "{delivery}\n{}", next(delivery)).unwrap();
    }
    assert_snapshot!(said, @"
    { form: plain }
    Next:
      sh out/apply.sh
      kubectl apply --server-side --filename out/k8s/secrets.yaml

    { form: helmfile }
    Namespaces that must exist: apps, prod
    Next:
      helmfile --file out/helmfile.yaml apply
      kubectl apply --server-side --filename out/k8s/secrets.yaml
      kubectl apply --server-side --kustomize out/k8s

    { form: flux, source: { kind: GitRepository, name: flux-system }, path: clusters/dev/out }
    Namespaces that must exist: apps, prod
    Next: commit and push the output, then
      kubectl apply --server-side --kustomize out/flux
      kubectl wait --for create namespace/external-secrets-system --timeout 10m
      kubectl apply --server-side --filename out/k8s/secrets.yaml

    { form: argocd, repo_url: 'https://git.acme.lab/cluster.git', path: clusters/dev/out }
    Namespaces that must exist: apps, prod
    Next: commit and push the output, then
      kubectl apply --server-side --kustomize out/argocd
      kubectl wait --for create namespace/external-secrets-system --timeout 10m
      kubectl apply --server-side --filename out/k8s/secrets.yaml
    ");
}

#[test]
fn a_program_is_told_the_form_and_the_namespaces() {
    let ran = sandbox(FLUX).run(&["build", "--output", "json"]).ok();
    let built: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(built["delivery"], "flux");
    assert_eq!(built["namespaces"], serde_json::json!(["apps", "prod"]));
    assert_eq!(built["next"].as_array().unwrap().len(), 3);
}

#[test]
fn the_file_with_the_values_is_in_no_form() {
    for delivery in ["{ form: plain }", "{ form: helmfile }", FLUX, ARGOCD] {
        let sandbox = sandbox(delivery);
        sandbox.run(&["build"]).ok();
        let grep = sandbox.program("grep", &["-rlE", r"(^|[ /])secrets\.yaml", "out"]).output().unwrap();
        let mut naming: Vec<_> = std::str::from_utf8(&grep.stdout).unwrap().lines().collect();
        naming.sort_unstable();
        // The script says that it leaves it out.
        let script = if delivery.contains("plain") { vec!["out/apply.sh"] } else { Vec::new() };
        assert_eq!(naming, [vec!["out/.gitignore"], script].concat(), "{delivery}");
    }
}

#[test]
fn all_that_is_wrong_with_a_delivery_is_said_at_once() {
    let sandbox = sandbox(
        "
    form: argocd
    repo_url: https://ci:hunter2@git.acme.lab/cluster.git
    path: /out
    namespace: Argo_CD
    branch: main
    destination: { server: https://a, name: b }",
    );
    let ran = sandbox.run(&["plan"]);
    assert_eq!(ran.code, Some(3));
    assert_snapshot!(ran, @r#"
    exit code 3
    --- stderr
    error: secretbridge.yaml has 5 problems
      × the address is not valid: it has credentials, which the output would show
       ╭─[secretbridge.yaml:6:15]
     6 │     repo_url: *******************************************
       ·               ───────────────────────────────────────────
       ╰────
      × the path in the repository is not valid: it starts with a slash: it is relative to the root of
      │ the repository
       ╭─[secretbridge.yaml:7:11]
     7 │     path: /out
       ·           ────
       ╰────
      × namespace "Argo_CD" is not valid: 'A' at position 1 is not allowed there; allowed: lower-case
      │ letters, digits and '-', a letter or digit at both ends, at most 63 characters
       ╭─[secretbridge.yaml:8:16]
     8 │     namespace: Argo_CD
       ·                ───────
       ╰────
      × unknown field `branch`
       ╭─[secretbridge.yaml:9:5]
     9 │     branch: ****
       ·     ──────
       ╰────
      help: known here: name, namespace, project, repo_url, revision, path, destination, automated
      × give the cluster either by `server` or by `name`
        ╭─[secretbridge.yaml:10:5]
     10 │     destination: { server: https://a, name: b }
        ·     ───────────
        ╰────
    "#);
}

#[test]
fn a_form_that_there_is_not_and_a_form_as_a_word_are_told() {
    let said = ["{ form: kapp }", "plain", "{ form: plain, path: out }", "{ form: flux }"].map(|delivery| {
        let ran = sandbox(delivery).run(&["plan", "--output", "json"]);
        assert_eq!(ran.code, Some(3), "{ran}");
        let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
        let problems = error["error"]["problems"].as_array().unwrap().clone();
        let told = problems.iter().map(|problem| {
            format!("{}:{} {} {}", problem["line"], problem["column"], problem["message"], problem["help"])
        });
        told.collect::<Vec<_>>().join("\n")
    });
    assert_snapshot!(said.join("\n"), @r#"
    4:21 "unknown word `kapp`" "known here: plain, helmfile, flux, argocd"
    4:3 "the delivery is a map, not a word" "write it as `delivery: { form: plain }`"
    4:28 "unknown field `path`" null
    4:3 "`path` is missing" null
    4:3 "`source` is missing" null
    "#);
}

/// Runs the script with a `helm` and a `kubectl` that write down what they are asked for.
fn apply(sandbox: &Sandbox, kubectl: &str) -> (std::process::Output, String) {
    fs::create_dir(sandbox.join("bin")).unwrap();
    let record =
        "printf '%s' \"${0##*/}\" >>\"$CALLS\"; printf ' [%s]' \"$@\" >>\"$CALLS\"; echo >>\"$CALLS\"";
    for (program, rest) in [("helm", ""), ("kubectl", kubectl)] {
        let path = sandbox.join("bin").join(program);
        fs::write(&path, format!("#!/bin/sh\n{record}\n{rest}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // From elsewhere, with what would send `cd` astray.
    let mut script = sandbox.program("sh", &["-c", "PATH=$PWD:$PATH exec sh ../out/apply.sh"]);
    script.current_dir(sandbox.join("bin")).env("CDPATH", "/");
    let output = script.env("CALLS", sandbox.join("calls")).output().unwrap();
    (output, sandbox.text("calls"))
}

#[test]
fn the_script_makes_namespaces_installs_charts_and_applies_objects() {
    let sandbox = sandbox("{ form: plain }");
    sandbox.run(&["build"]).ok();
    // Of the namespaces, only `apps` is there.
    let (output, calls) = apply(&sandbox, "test \"$*\" != 'get namespace prod'");
    assert!(output.status.success(), "{output:?}");
    assert_snapshot!(calls, @"
    kubectl [get] [namespace] [apps]
    kubectl [get] [namespace] [prod]
    kubectl [create] [namespace] [prod]
    helm [upgrade] [--install] [external-secrets] [external-secrets] [--repo] [https://charts.external-secrets.io] [--version] [0.20.4] [--namespace] [external-secrets-system] [--create-namespace] [--values] [values/external-secrets-system/external-secrets.yaml] [--wait]
    kubectl [apply] [--server-side] [--kustomize] [k8s]
    ");
    assert!(String::from_utf8_lossy(&output.stdout).contains("kubectl apply --server-side --filename"));
}

#[test]
fn the_script_stops_at_the_first_failure() {
    let sandbox = sandbox("{ form: plain }");
    sandbox.run(&["build"]).ok();
    let (output, calls) = apply(&sandbox, "exit 1");
    assert!(!output.status.success());
    assert!(!calls.contains("helm"), "{calls}");
}

#[test]
fn the_script_is_one_for_any_posix_shell() {
    let sandbox = sandbox("{ form: plain }");
    sandbox.run(&["build"]).ok();
    let checked = sandbox.program("sh", &["-n", "out/apply.sh"]).output().unwrap();
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
    assert_eq!(sandbox.mode("out/apply.sh"), 0o644);
}

#[test]
fn a_change_of_form_takes_the_files_of_the_other_away() {
    let sandbox = sandbox("{ form: plain }");
    sandbox.run(&["build"]).ok();
    let config = sandbox.text("secretbridge.yaml");
    sandbox.write("secretbridge.yaml", &config.replace("{ form: plain }", FLUX));
    sandbox.run(&["build"]).ok();
    assert!(!sandbox.exists("out/apply.sh"));
    assert!(sandbox.exists("out/flux/kustomization.yaml"));
    sandbox.write("secretbridge.yaml", &config.replace("  delivery: { form: plain }\n", ""));
    sandbox.run(&["build"]).ok();
    assert!(!sandbox.exists("out/flux/kustomization.yaml") && !sandbox.exists("out/kustomization.yaml"));
    assert!(sandbox.exists("out/helmfile.yaml"));
}

#[test]
fn a_machine_without_git_builds_when_told_to() {
    let sandbox = sandbox("{ form: helmfile }");
    fs::create_dir(sandbox.join(".git")).unwrap();
    fs::create_dir(sandbox.join("empty")).unwrap();
    let run = |arguments: &[&str]| {
        let output = sandbox.command(arguments).env("PATH", sandbox.join("empty")).output().unwrap();
        sandbox.ran(output)
    };
    let refused = run(&["build"]);
    assert_eq!(refused.code, Some(7), "{refused}");
    assert!(refused.stderr.contains("--no-git-check"), "{refused}");
    assert_eq!(run(&["plan"]).code, Some(7));
    run(&["plan", "--no-git-check"]).ok();
    run(&["build", "--no-git-check"]).ok();
    assert!(sandbox.text("out/.gitignore").contains("/k8s/secrets.yaml\n"));
}
