//! What each method asks the server, and what its answers mean.

use test_kit::FakeClock;

use super::auth_server::{Answer, Server, context, denied, read, refused, secret, shown, token};

const VARIABLES: &[(&str, &str)] = &[
    ("ROLE_ID", "the-role-id"),
    ("SECRET_ID", "the \"secret\" id"),
    ("PASSWORD", "pass\\word"),
    ("JWT", "head.body.signature"),
];

const APPROLE: &str = "auth: { method: approle, role_id: { env: ROLE_ID }, secret_id: { env: SECRET_ID } }";

fn answer_logins(path: &str, answer: Answer) -> impl Fn(&super::auth_server::Asked) -> Answer + use<> {
    let path = path.to_owned();
    move |asked| if asked.is_for(&path) { answer.clone() } else { secret() }
}

/// The log-in, and the read that follows it.
async fn conversation(path: &str, auth: &str) -> String {
    let server = Server::start(answer_logins(path, token("s.new", 60, true)));
    let (context, _) = context(VARIABLES);
    let store = server.store(auth, &context).await;
    read(&store, "a").await.unwrap();
    let asked: Vec<_> = server.asked().iter().map(super::auth_server::Asked::shown).collect();
    asked.join("\n\n")
}

async fn refusal(auth: &str, path: &str, answer: Answer) -> String {
    let server = Server::start(answer_logins(path, answer));
    let (context, _): (_, FakeClock) = context(VARIABLES);
    let store = server.store(auth, &context).await;
    shown(&read(&store, "a").await.unwrap_err())
}

#[tokio::test]
async fn approle_sends_both_ids() {
    insta::assert_snapshot!(conversation("approle/login", APPROLE).await);
}

#[tokio::test]
async fn approle_sends_a_role_id_alone_when_there_is_no_more() {
    insta::assert_snapshot!(
        conversation("ci/apps/login", "auth: { method: approle, mount: ci/apps, role_id: plain-id }").await,
    );
}

#[tokio::test]
async fn userpass_sends_the_password_to_the_user_s_path() {
    let auth = "auth: { method: userpass, username: ada l., password: { env: PASSWORD } }";
    insta::assert_snapshot!(conversation("userpass/login/ada%20l.", auth).await);
}

#[tokio::test]
async fn jwt_sends_the_web_token_and_the_role() {
    let auth = "namespace: team\nauth: { method: jwt, namespace: /org/, role: ci, token: { env: JWT } }";
    insta::assert_snapshot!(conversation("jwt/login", auth).await);
}

#[tokio::test]
async fn jwt_leaves_the_default_role_to_the_server() {
    insta::assert_snapshot!(conversation("jwt/login", "auth: { method: jwt, token: { env: JWT } }").await);
}

#[tokio::test]
async fn kubernetes_sends_the_service_account_s_token_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let server = Server::start(answer_logins("kubernetes/login", token("s.new", 60, false)));
    let (context, clock) = context(&[]);
    let auth = format!("auth: {{ method: kubernetes, role: web, token_path: {} }}", file.to_str().unwrap());
    let store = server.store(&auth, &context).await;
    std::fs::write(&file, "first\n").unwrap();
    read(&store, "a").await.unwrap();
    std::fs::write(&file, "second\n").unwrap();
    clock.advance(std::time::Duration::from_mins(1));
    read(&store, "a").await.unwrap();
    let bodies: Vec<_> = server.asked().into_iter().filter(|asked| asked.is_for("login")).collect();
    insta::assert_snapshot!(bodies[0].shown());
    insta::assert_snapshot!(bodies[1].body);
}

#[tokio::test]
async fn a_namespace_from_the_environment_is_that_of_both_the_log_in_and_the_secrets() {
    let server = Server::start(answer_logins("approle/login", token("s.new", 60, true)));
    let (context, _) = context(&[("VAULT_NAMESPACE", "team/web/")]);
    let store = server.store("auth: { method: approle, role_id: x }", &context).await;
    read(&store, "a").await.unwrap();
    let namespaces: Vec<_> =
        server.asked().iter().map(|asked| asked.namespace().map(str::to_owned)).collect();
    assert_eq!(namespaces, [Some("team/web".to_owned()), Some("team/web".to_owned())]);
}

#[tokio::test]
async fn a_refusal_says_who_was_refused_where_and_what_to_check() {
    let wrong_id = refused(400, "invalid role or secret ID");
    let wrong_password = refused(400, "invalid username or password");
    let userpass = "auth: { method: userpass, username: ada, password: { env: PASSWORD } }";
    let jwt = "auth: { method: jwt, role: ci, namespace: org, token: { env: JWT } }";
    let claims = refused(400, "error validating token: invalid issuer (iss) claim");
    let texts = [
        refusal(APPROLE, "approle/login", wrong_id).await,
        refusal(userpass, "userpass/login/ada", wrong_password).await,
        refusal(jwt, "jwt/login", claims).await,
        refusal(APPROLE, "approle/login", denied()).await,
        refusal(APPROLE, "approle/login", refused(404, "no handler for route")).await,
        refusal(jwt, "jwt/login", refused(404, "namespace not found")).await,
        refusal(APPROLE, "approle/login", refused(405, "unsupported operation")).await,
        refusal(APPROLE, "approle/login", refused(503, "Vault is sealed")).await,
        refusal(APPROLE, "approle/login", (429, String::new())).await,
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn an_answer_without_a_token_is_an_error() {
    let (_, second_factor) = token("", 0, false);
    let second_factor = second_factor.replace(
        r#""mfa_requirement":null"#,
        r#""mfa_requirement":{"mfa_request_id":"1","mfa_constraints":{}}"#,
    );
    let texts = [
        refusal(APPROLE, "approle/login", (200, second_factor)).await,
        refusal(APPROLE, "approle/login", token("", 60, true)).await,
        refusal(APPROLE, "approle/login", (200, r#"{"request_id":"1","data":{}}"#.to_owned())).await,
        refusal(APPROLE, "approle/login", (204, String::new())).await,
        refusal(APPROLE, "approle/login", (200, "<html>".to_owned())).await,
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn a_credential_that_is_not_there_asks_nobody() {
    let server = Server::start(|_| secret());
    let (context, _) = context(&[]);
    let store = server.store(APPROLE, &context).await;
    let error = read(&store, "a").await.unwrap_err();
    insta::assert_snapshot!(shown(&error));
    assert_eq!(server.asked(), []);
}
