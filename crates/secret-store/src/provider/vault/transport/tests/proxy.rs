//! Through a proxy.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::authority::Authority;
use super::server::ok;
use super::{at, context, get, shown};
use crate::provider::vault::VaultConfig;
use crate::provider::vault::transport::{Transport, settings};

/// Answers the first `CONNECT`, and connects to `to` whatever it was asked for. Gives what it was asked.
async fn proxy(listener: TcpListener, answer: &str, to: &str) -> String {
    let mut client = listener.accept().await.unwrap().0;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(client.read_u8().await.unwrap());
    }
    client.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await.unwrap();
    if answer.starts_with("200") {
        let mut server = TcpStream::connect(to).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    }
    std::str::from_utf8(&request).unwrap().to_owned()
}

fn vault(ca: &std::path::Path) -> VaultConfig {
    let mut config = at("https://vault.example:8200");
    config.tls.ca = Some(ca.to_owned());
    config
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_sees_no_token() {
    let (authority, folder) = (Authority::new("one"), tempfile::tempdir().unwrap());
    let server = authority.sign("vault.example").serve(None, [ok("{}")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let written = format!("http://ada:pass%20word@{}", listener.local_addr().unwrap());
    let context = context(folder.path(), [("HTTPS_PROXY", &written), ("NO_PROXY", "other.example")]);
    let transport = Transport::open(&vault(&authority.write(folder.path())), &context).unwrap();
    let asked = async {
        let request = get("secret/a");
        let reply = transport.send(&request).await.unwrap();
        drop(transport);
        reply.status
    };
    let (request, status) = futures::future::join(proxy(listener, "200 OK", &server.authority), asked).await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(request.replace('\r', ""));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let (authority, folder) = (Authority::new("one"), tempfile::tempdir().unwrap());
    let mut all = Vec::new();
    for answer in ["407 Proxy Authentication Required", "503 Service Unavailable"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let written = format!("http://ada:canary-password@{place}");
        let context = context(folder.path(), [("VAULT_PROXY_ADDR", written.as_str()), ("NO_PROXY", "*")]);
        let transport = Transport::open(&vault(&authority.write(folder.path())), &context).unwrap();
        let request = get("secret/a");
        let (_, reply) = futures::future::join(proxy(listener, answer, ""), transport.send(&request)).await;
        let error = reply.unwrap_err();
        assert!(!error.may_be_done);
        all.push(shown(&error.into_error("read", None)).replace(&place, "PROXY"));
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_proxy_is_only_for_what_leaves_this_machine_encrypted() {
    let proxied = |address: &str, variables: [(&str, &str); 2]| {
        let context = context(std::path::Path::new("/"), variables);
        let address = settings::address(&VaultConfig { plain_http: true, ..at(address) }, &context).unwrap();
        settings::proxy(&address, &context.environment)
            .map(|proxy| proxy.is_some())
            .map_err(|error| shown(&error))
    };
    let proxy = ("HTTPS_PROXY", "http://proxy.example:3128");
    assert_eq!(proxied("https://vault.example", [proxy, ("A", "")]), Ok(true));
    assert_eq!(
        proxied("https://vault.example", [("https_proxy", "proxy.example:3128"), ("A", "")]),
        Ok(true)
    );
    for exceptions in ["vault.example", "example", "*", "other, .example"] {
        assert_eq!(
            proxied("https://vault.example", [proxy, ("NO_PROXY", exceptions)]),
            Ok(false),
            "{exceptions}"
        );
    }
    assert_eq!(proxied("https://10.1.2.3", [proxy, ("no_proxy", "10.0.0.0/8")]), Ok(false));
    for address in ["http://vault.example", "https://localhost:8200", "https://[::1]:8200"] {
        assert_eq!(proxied(address, [proxy, ("A", "")]), Ok(false), "{address}");
    }
    for unusable in ["socks5://canary:canary@h:1", "https://canary@h", "http://", "canary canary"] {
        let error = proxied("https://vault.example", [("HTTPS_PROXY", unusable), ("A", "")]).unwrap_err();
        insta::allow_duplicates!(insta::assert_snapshot!(error));
    }
}
