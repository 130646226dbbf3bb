//! `secretbridge build`.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const ONE: &str = "secrets: [{ name: db, namespace: prod, source: PASSWORD }]\n";

#[test]
fn a_build_says_what_it_wrote_for_programs() {
    let mut sandbox = Sandbox::with_secrets(ONE);
    sandbox.canary("PASSWORD");
    let mut settings = test_kit::snapshot::settings();
    settings.add_filter(r#""bytes": \d+"#, r#""bytes": [bytes]"#);
    settings.bind(|| assert_snapshot!(sandbox.run(&["build", "--output", "json"]).ok(), @""));
}

#[test]
fn the_secret_is_written_as_people_write_it() {
    let sandbox = Sandbox::with_secrets(ONE);
    sandbox.secret("PASSWORD", "correct horse");
    sandbox.run(&["build"]).ok();
    assert_snapshot!(sandbox.text("out/k8s/secrets.yaml"), @"");
}

#[test]
fn without_run_time_sync_there_is_no_helm_release() {
    let sandbox = Sandbox::with_secrets(ONE);
    sandbox.secret("PASSWORD", "x");
    assert_snapshot!(sandbox.run(&["build"]).ok(), @"");
    assert!(!sandbox.exists("out/helmfile.yaml"));
}

#[test]
fn a_secret_that_is_declared_no_more_goes_from_the_file() {
    let sandbox = Sandbox::with_secrets(ONE);
    sandbox.secret("PASSWORD", "x");
    sandbox.run(&["build"]).ok();
    sandbox.write("secretbridge.yaml", "instance: acme\nstore: { provider: file, path: store }\n");
    assert_snapshot!(sandbox.run(&["build"]).ok(), @"");
    assert!(!sandbox.exists("out/k8s/secrets.yaml"));
}

#[test]
fn a_warning_is_said_and_does_not_stop_the_build() {
    let sandbox = Sandbox::with_secrets(
        "\
secrets:
  - name: web
    namespace: prod
    type: tls
    data: { tls.crt: WEB_CRT, tls.key: WEB_KEY }
",
    );
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["acme.lab".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    sandbox.secret("WEB_CRT", parameters.self_signed(&key).unwrap().pem());
    sandbox.secret("WEB_KEY", key.serialize_pem());
    let ran = sandbox.run(&["build"]).ok();
    assert_snapshot!(ran.stderr, @"");
    assert_eq!(sandbox.run(&["build", "--quiet"]).ok().stderr, "");
}
