//! No credential leaves the process but to the server.

use secret_store::{ErrorKind, SecretStore as _};
use test_kit::Canary;

use super::auth_server::{Answer, Asked, Server, context, good_token, read, secret, token};

/// Each method, with its credential in the variable `CANARY`, or in the file `CANARY`.
const METHODS: &[&str] = &[
    "method: token, token: { env: CANARY }",
    "method: approle, role_id: { env: CANARY }",
    "method: approle, role_id: x, secret_id: { env: CANARY }",
    "method: approle, role_id: x, secret_id: { env: CANARY }, secret_id_wrapped: true",
    "method: userpass, username: ada, password: { env: CANARY }",
    "method: jwt, token: { env: CANARY }",
    "method: kubernetes, role: web, token_path: CANARY",
];

fn let_in(asked: &Asked) -> Answer {
    let wraps = r#"{"data":{"creation_path":"auth/approle/role/x/secret-id"}}"#;
    match () {
        () if asked.is_for("wrapping/lookup") => (200, wraps.to_owned()),
        () if asked.is_for("wrapping/unwrap") => (200, r#"{"data":{"secret_id":"id"}}"#.to_owned()),
        () if asked.is_for("lookup-self") => good_token(60, true),
        () if asked.line.contains("/login") => token("s.new", 60, true),
        () => secret(),
    }
}

/// What a server does that is out of its mind: it says back all that it was told.
fn repeat(asked: &Asked, status: u16) -> Answer {
    let said = format!("{} {}", asked.body, asked.token().unwrap_or_default());
    let said = said.replace('\\', "\\\\").replace('"', "\\\"");
    (status, format!(r#"{{"errors":["{said}"],"auth":"{said}","data":"{said}"}}"#))
}

async fn outcome(
    auth: &str,
    canary: &Canary,
    script: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> Option<ErrorKind> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("CANARY"), canary.bytes()).unwrap();
    let server = Server::start(script);
    let (mut context, _) = context(&[("CANARY", canary.text())]);
    context.base_dir = folder.path().to_owned();
    let store = server.store(&format!("auth: {{ {auth} }}"), &context).await;
    let answer = read(&store, "a").await;
    canary.assert_absent_in_debug(&store);
    canary.assert_absent_in_debug(&store.info());
    let error = answer.err()?;
    canary.assert_absent_in_error(&error);
    canary.assert_absent("the help", error.help().unwrap_or_default());
    Some(error.kind())
}

#[tokio::test]
async fn a_log_in_that_succeeds_shows_no_credential() {
    for auth in METHODS {
        assert_eq!(outcome(auth, &Canary::random(), let_in).await, None, "{auth}");
    }
}

#[tokio::test]
async fn a_log_in_that_fails_shows_no_credential_even_if_the_server_does() {
    for auth in METHODS {
        for status in [200, 204, 400, 403, 404, 405, 412, 429, 500, 503] {
            let failed = outcome(auth, &Canary::random(), move |asked| repeat(asked, status)).await;
            // A token is taken at its word while the server says that all is well.
            assert!(failed.is_some() || auth.contains("method: token"), "{auth} {status}");
        }
    }
}

#[tokio::test]
async fn a_credential_that_is_full_of_what_json_escapes_is_not_shown_in_part() {
    for auth in METHODS.iter().filter(|auth| !auth.contains("token")) {
        for status in [400, 403, 503] {
            let canary = Canary::hostile();
            assert!(outcome(auth, &canary, move |asked| repeat(asked, status)).await.is_some());
        }
    }
}

#[tokio::test]
async fn a_credential_that_is_not_text_is_refused_before_anybody_is_asked() {
    for auth in
        ["method: kubernetes, role: web, token_path: CANARY", "method: token, token: { file: CANARY }"]
    {
        let canary = Canary::binary();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("CANARY"), canary.bytes()).unwrap();
        let server = Server::start(let_in);
        let (mut context, _) = context(&[]);
        context.base_dir = folder.path().to_owned();
        let store = server.store(&format!("auth: {{ {auth} }}"), &context).await;
        let error = read(&store, "a").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        canary.assert_absent_in_error(&error);
        assert_eq!(server.asked(), []);
    }
}
