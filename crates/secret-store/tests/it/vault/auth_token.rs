//! A token that exists already: where it is looked for, and what is said when it is no good.

use secret_store::{Environment, ErrorKind};

use super::auth_server::{
    Answer, Server, context, denied, denied_by_policy, good_token, read, refused, secret, shown,
};

fn takes_any() -> impl Fn(&super::auth_server::Asked) -> Answer {
    |asked| if asked.is_for("lookup-self") { good_token(0, false) } else { secret() }
}

#[tokio::test]
async fn a_token_is_looked_for_in_the_variables_of_both_programs_and_then_in_the_home() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".vault-token"), "s.home\n").unwrap();
    let at_home = [("HOME", home.path().to_str().unwrap())];
    for (variables, expected) in [
        (&[("BAO_TOKEN", "s.bao"), ("VAULT_TOKEN", "s.vault")][..], "s.bao"),
        (&[("BAO_TOKEN", ""), ("VAULT_TOKEN", "s.vault")], "s.vault"),
        (&[], "s.home"),
    ] {
        let server = Server::start(takes_any());
        let (context, _) = context(&[]);
        let variables = variables.iter().chain(&at_home).copied();
        let context = context.with_environment(Environment::fixed(variables));
        read(&server.store("", &context).await, "a").await.unwrap();
        let tokens: Vec<_> = server.asked().iter().map(|asked| asked.token().unwrap().to_owned()).collect();
        assert_eq!(tokens, [expected, expected]);
    }
}

#[tokio::test]
async fn a_token_that_the_configuration_names_is_the_only_one_that_is_looked_for() {
    let server = Server::start(takes_any());
    let (context, _) = context(&[("VAULT_TOKEN", "s.other"), ("MINE", "s.mine")]);
    let store = server.store("auth: { method: token, token: { env: MINE } }", &context).await;
    read(&store, "a").await.unwrap();
    assert_eq!(server.asked()[1].token(), Some("s.mine"));
}

async fn failure(
    variables: &[(&str, &str)],
    script: impl Fn(&super::auth_server::Asked) -> Answer + Send + Sync + 'static,
) -> String {
    let server = Server::start(script);
    let (context, _) = context(variables);
    let store = server.store("", &context).await;
    shown(&read(&store, "a").await.unwrap_err())
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_said() {
    let texts = [
        failure(&[], takes_any()).await,
        failure(&[("HOME", "/nowhere/home")], takes_any()).await,
        failure(&[("VAULT_TOKEN", "two words")], takes_any()).await,
        failure(&[("VAULT_TOKEN", "s.bad")], |_| denied()).await,
        failure(&[("VAULT_TOKEN", "s.bad")], |_| refused(503, "Vault is sealed")).await,
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn a_token_that_may_not_look_itself_up_is_used_all_the_same() {
    let server = Server::start(|asked| match () {
        () if asked.is_for("secret/a") => secret(),
        () => denied_by_policy(),
    });
    let (context, _) = context(&[("VAULT_TOKEN", "s.narrow")]);
    let store = server.store("", &context).await;
    for _ in 0..3 {
        read(&store, "a").await.unwrap();
        assert_eq!(read(&store, "b").await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
}

#[tokio::test]
async fn a_path_that_is_forbidden_does_not_spoil_a_token_whose_server_has_no_other_words_for_it() {
    let server = Server::start(|asked| if asked.is_for("secret/a") { secret() } else { denied() });
    let (context, _) = context(&[("VAULT_TOKEN", "s.narrow")]);
    let store = server.store("", &context).await;
    for _ in 0..3 {
        read(&store, "a").await.unwrap();
        assert_eq!(read(&store, "b").await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
}
