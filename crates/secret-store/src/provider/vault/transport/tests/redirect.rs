//! Answers that lead elsewhere.

use super::server::{Act, Server, answer, ok};
use super::{TOKEN, at, get, open, post, shown};

fn to(status: &str, location: &str) -> Act {
    answer(status, &format!("Location: {location}\r\n"), "")
}

#[tokio::test]
async fn one_redirect_is_followed_with_all_that_the_request_holds() {
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let active = Server::start([ok(r#"{"data":1}"#)]).await;
        let location = format!("{}/v1/secret/data/a?version=2", active.http());
        let standby = Server::start([to(status, &location)]).await;
        let reply = open(&at(standby.http())).send(&post("secret/data/a", r#"{"b":1}"#)).await.unwrap();
        assert_eq!(&**reply.body, br#"{"data":1}"#);
        assert_eq!(reply.url, format!("POST {}/v1/secret/data/a", active.http()));
        let [there] = &active.requests()[..] else { panic!("asked once") };
        assert!(there.starts_with("POST /v1/secret/data/a?version=2 HTTP/1.1\r\n"), "{there}");
        assert!(there.contains(&format!("x-vault-token: {TOKEN}\r\n")), "{there}");
        assert!(there.contains(&format!("host: {}\r\n", active.authority)), "{there}");
        assert!(there.ends_with(r#"{"b":1}"#), "{there}");
    }
}

#[tokio::test]
async fn a_location_without_a_server_is_on_the_same_one() {
    let server = Server::start([to("307 Temporary Redirect", "/v1/secret/a"), ok("{}")]).await;
    open(&at(format!("{}/behind", server.http()))).send(&get("/secret/a")).await.unwrap();
    assert!(server.requests()[1].starts_with("GET /v1/secret/a HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_redirect_that_is_not_followed_is_explained() {
    let mut all = Vec::new();
    for location in [
        "http://vault.example:8200/v1/secret/a",
        "https://vault.example/v1/secret/a",
        "https://user:canary-password@vault.example/v1/secret/a?token=canary",
        "//vault.example/v1/secret/a",
        "ftp://vault.example/v1",
        "http://127.0.0.1:99999/",
    ] {
        let server = Server::start([to("307 Temporary Redirect", location)]).await;
        let error = open(&at(server.http())).send(&get("secret/a")).await.unwrap_err();
        assert!(!error.may_be_done);
        all.push(shown(&error.into_error("read", None)).replace(&server.authority, "HOST"));
        assert_eq!(server.requests().len(), 1);
    }
    let server = Server::start([to("302 Found", "/v1/a"), to("302 Found", "/v1/b"), ok("{}")]).await;
    let error = open(&at(server.http())).send(&get("secret/a")).await.unwrap_err();
    all.push(shown(&error.into_error("read", None)).replace(&server.authority, "HOST"));
    insta::assert_snapshot!(all.join("\n"));
}
