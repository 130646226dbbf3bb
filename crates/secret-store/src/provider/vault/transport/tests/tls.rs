//! Certificates, the server's and the client's.

use std::path::Path;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::authority::{Authority, Signed, write};
use super::server::ok;
use super::{at, context, get, nowhere, open, shown};
use crate::provider::vault::VaultConfig;
use crate::provider::vault::transport::Transport;

fn trusting(server: &str, ca: &Path) -> VaultConfig {
    let mut config = at(format!("https://{server}"));
    config.tls.ca = Some(ca.to_owned());
    config
}

async fn refused(config: &VaultConfig, authority: &str) -> String {
    let error = open(config).send(&get("secret/a")).await.unwrap_err();
    assert!(!error.may_be_done);
    shown(&error.into_error("read", None)).replace(authority, "HOST")
}

#[tokio::test]
async fn the_server_s_certificate_is_checked() {
    let authority = Authority::new("one");
    let folder = tempfile::tempdir().unwrap();
    let ca = authority.write(folder.path());
    let mut all = Vec::new();
    for (signed, what) in [
        (Authority::new("other").sign("127.0.0.1"), "another authority"),
        (Authority::new("one").sign("127.0.0.1"), "its successor of the same name"),
        (authority.sign("vault.example"), "another name"),
        (authority.sign_expired("127.0.0.1"), "expired"),
    ] {
        let server = signed.serve(None, [ok("{}")]).await;
        let error = refused(&trusting(&server.authority, &ca), &server.authority).await;
        all.push(format!("{what}: {error}"));
        assert_eq!(server.requests().len(), 0);
    }
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = plain.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut stream = plain.accept().await.unwrap().0;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    all.push(format!("plain: {}", refused(&trusting(&place, &ca), &place).await));
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn an_authority_is_a_file_a_folder_or_text() {
    let (authority, other) = (Authority::new("one"), Authority::new("other"));
    let folder = tempfile::tempdir().unwrap();
    let both = write(folder.path(), "both.pem", &format!("{}{}", other.pem, authority.pem));
    let many = folder.path().join("many");
    std::fs::create_dir(&many).unwrap();
    write(&many, "README", "what is here");
    write(&many, "a.pem", &other.pem);
    write(&many, "b.pem", &authority.pem);
    let signed = authority.sign("127.0.0.1");
    for variable in [
        ("BAO_CACERT", both.to_str().unwrap()),
        ("VAULT_CACERT_BYTES", authority.pem.as_str()),
        ("VAULT_CAPATH", many.to_str().unwrap()),
        ("BAO_CACERT", many.to_str().unwrap()),
    ] {
        let server = signed.serve(None, [ok("{}")]).await;
        let config = at(format!("https://{}", server.authority));
        let transport = Transport::open(&config, &context(folder.path(), [variable])).unwrap();
        assert_eq!(transport.send(&get("secret/a")).await.unwrap().status, 200, "{variable:?}");
    }
    let server = signed.serve(None, [ok("{}")]).await;
    let relative = trusting(&server.authority, Path::new("both.pem"));
    let wrong = context(folder.path(), [("BAO_CACERT", "/nowhere")]);
    let transport = Transport::open(&relative, &wrong).unwrap();
    assert_eq!(transport.send(&get("secret/a")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_server_name_is_verified_and_the_host_stays() {
    let authority = Authority::new("one");
    let folder = tempfile::tempdir().unwrap();
    let server = authority.sign("vault.example").serve(None, [ok("{}")]).await;
    let mut config = trusting(&server.authority, &authority.write(folder.path()));
    config.tls.server_name = Some("vault.example".to_owned());
    assert_eq!(open(&config).send(&get("secret/a")).await.unwrap().status, 200);
    let host = format!("host: {}\r\n", server.authority);
    assert!(server.requests()[0].contains(&host), "{:?}", server.requests());
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let (authority, clients) = (Authority::new("one"), Authority::new("other"));
    let folder = tempfile::tempdir().unwrap();
    let ca = authority.write(folder.path());
    let signed = authority.sign("127.0.0.1");
    let client = |signed: &Signed, config: &mut VaultConfig| {
        config.tls.client_certificate = Some(write(folder.path(), "client.pem", &signed.certificate));
        config.tls.client_key = Some(write(folder.path(), "client-key.pem", &signed.key));
    };
    let server = signed.serve(Some(&clients), [ok("{}")]).await;
    let mut config = trusting(&server.authority, &ca);
    let without = refused(&config, &server.authority).await;
    client(&authority.sign("ada"), &mut config);
    let unknown = refused(&config, &server.authority).await;
    client(&clients.sign("ada"), &mut config);
    assert_eq!(open(&config).send(&get("secret/a")).await.unwrap().status, 200);
    assert_eq!(server.requests().len(), 1);
    insta::assert_snapshot!(format!("without: {without}\nunknown: {unknown}"));
}

#[tokio::test]
async fn requests_share_one_connection_over_http_2() {
    let authority = Authority::new("one");
    let folder = tempfile::tempdir().unwrap();
    let ca = authority.write(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let mut tls = authority.sign("127.0.0.1").config(None);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let accepted = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counting = std::sync::Arc::clone(&accepted);
    tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(tls));
        while let Ok((stream, _)) = listener.accept().await {
            counting.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let stream = acceptor.accept(stream).await.unwrap();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    assert_eq!(request.headers()["x-vault-token"], super::TOKEN);
                    let body = http::Response::builder().status(200).body(()).unwrap();
                    respond.send_response(body, false).unwrap().send_data("{}".into(), true).unwrap();
                }
            });
        }
    });
    let (transport, request) = (open(&trusting(&place, &ca)), get("secret/a"));
    let replies = futures::future::try_join_all((0..50).map(|_| transport.send(&request))).await.unwrap();
    assert!(replies.iter().all(|reply| &**reply.body == b"{}"));
    assert_eq!(accepted.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Authority::new("one").sign("a"), Authority::new("other").sign("b"));
    let certificate = write(folder.path(), "a.pem", &one.certificate);
    let key = write(folder.path(), "a-key.pem", &one.key);
    let other_key = write(folder.path(), "b-key.pem", &other.key);
    let encrypted = write(
        folder.path(),
        "encrypted.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let text = write(folder.path(), "text", "not PEM");
    let cut = write(folder.path(), "cut.pem", &one.certificate[..100]);
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let absent = folder.path().join("absent.pem");
    let mut all = Vec::new();
    let mut refuse =
        |ca: Option<&Path>, certificate: Option<&Path>, key: Option<&Path>, name: Option<&str>| {
            let mut config = at("https://127.0.0.1");
            config.tls.ca = ca.map(Into::into);
            config.tls.client_certificate = certificate.map(Into::into);
            config.tls.client_key = key.map(Into::into);
            config.tls.server_name = name.map(Into::into);
            all.push(shown(&Transport::open(&config, &nowhere()).unwrap_err()));
        };
    for ca in [&absent, &text, &cut, &empty] {
        refuse(Some(ca), None, None, None);
    }
    refuse(Some(&certificate), Some(&certificate), None, None);
    refuse(Some(&certificate), None, Some(&key), None);
    for key in [&other_key, &encrypted, &text, &absent, &certificate] {
        refuse(Some(&certificate), Some(&certificate), Some(key), None);
    }
    refuse(Some(&certificate), Some(&key), Some(&key), None);
    refuse(Some(&certificate), None, None, Some("not a name"));
    let folder = folder.path().to_str().unwrap();
    insta::assert_snapshot!(all.join("\n").replace(folder, "FOLDER"));
}
