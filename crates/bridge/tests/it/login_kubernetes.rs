//! Logging in with the token of a service account: the API server is one of the tests' own.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use test_kit::Canary;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::login::{Answer, Door, memory, problems, settings, shown};

/// What the API server answers, and what it was asked.
#[derive(Debug, Clone, Default)]
struct Script {
    status: u16,
    reply: String,
    never: bool,
    asked: Vec<(String, String, Value)>,
}

struct ApiServer {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

async fn answer(
    script: Arc<Mutex<Script>>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let bearer = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let script = {
        let mut script = script.lock().unwrap();
        script.asked.push((path, bearer.unwrap_or_default(), serde_json::from_slice(&body).unwrap()));
        script.clone()
    };
    if script.never {
        std::future::pending::<()>().await;
    }
    Ok(http::Response::builder().status(script.status).body(Full::from(script.reply)).unwrap())
}

impl ApiServer {
    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script { status: 201, ..Script::default() }));
        let own = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, tls) = (Arc::clone(&own), tls.clone());
                tokio::spawn(async move {
                    let service = service_fn(move |request| answer(Arc::clone(&script), request));
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = match tls {
                        None => http.serve_connection(TokioIo::new(stream), service).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            http.serve_connection(TokioIo::new(stream), service).await
                        }
                    };
                });
            }
        });
        Self { address, script }
    }

    fn says(&self, status: u16, reply: &Value) {
        let mut script = self.script.lock().unwrap();
        (script.status, script.reply) = (status, reply.to_string());
    }

    fn asked(&self) -> Vec<(String, String, Value)> {
        std::mem::take(&mut self.script.lock().unwrap().asked)
    }
}

/// What an API server says of a good token.
fn good() -> Value {
    json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
        "spec": { "token": "the token is in the answer too" },
        "status": {
            "authenticated": true,
            "audiences": ["bridge"],
            "user": { "username": "system:serviceaccount:es:eso", "uid": "u-1", "groups": ["system:serviceaccounts"] },
        },
    })
}

fn status(change: &Value) -> Value {
    let mut review = good();
    for (name, value) in change.as_object().unwrap() {
        review["status"][name] = value.clone();
    }
    review
}

fn user(name: &str) -> Value {
    status(&json!({ "user": { "username": name } }))
}

fn method(extra: &Value) -> Value {
    let mut method = json!({
        "type": "kubernetes",
        "roles": {
            "eso": {
                "bound_service_account_names": ["eso"], "bound_service_account_namespaces": ["es", "team-*"],
                "audience": "bridge", "policies": ["eso"], "ttl": "20m",
            },
            "open": {
                "bound_service_account_names": ["e*"], "bound_service_account_namespaces": ["*"], "policies": ["eso"],
            },
        },
    });
    for (name, value) in extra.as_object().unwrap() {
        method[name] = value.clone();
    }
    json!({ "kubernetes": method })
}

async fn door(server: &ApiServer) -> Door {
    let host = format!("http://{}", server.address);
    Door::open(method(&json!({ "kubernetes_host": host, "timeout": "2s" })), memory()).await
}

async fn log_in(door: &Door, role: &str, token: &str) -> Answer {
    door.put("auth/kubernetes/login", &json!({ "role": role, "jwt": token })).await
}

#[tokio::test]
async fn service_accounts_are_answered_as_openbao_answers_them() {
    let server = ApiServer::start(None).await;
    let door = door(&server).await;
    let mut told = String::new();
    for body in [
        json!(null),
        json!({ "role": "eso" }),
        json!({ "jwt": "x" }),
        json!({ "role": "nope", "jwt": "x" }),
        json!({ "role": "eso", "jwt": "" }),
    ] {
        let answer = door.put("auth/kubernetes/login", &body).await;
        let _ = writeln!(told, "{body}\n  {} {}", answer.status, answer.body);
    }
    assert_eq!(server.asked().len(), 0);
    for (what, role, code, reply) in [
        ("good", "ESO", 201, good()),
        ("another namespace", "eso", 201, user("system:serviceaccount:team-a:eso")),
        ("not this namespace", "eso", 201, user("system:serviceaccount:kube-system:eso")),
        ("not this name", "eso", 201, user("system:serviceaccount:es:default")),
        ("a person", "open", 201, user("bob")),
        ("no user", "open", 201, status(&json!({ "user": null }))),
        ("not authenticated", "eso", 201, status(&json!({ "authenticated": false }))),
        ("nothing of it", "eso", 201, status(&json!({ "authenticated": null }))),
        ("an error", "eso", 201, status(&json!({ "error": "[invalid bearer token]" }))),
        ("another audience", "eso", 201, status(&json!({ "audiences": ["other"] }))),
        ("no audience", "eso", 201, status(&json!({ "audiences": [] }))),
        (
            "no audience asked for",
            "open",
            201,
            status(&json!({ "audiences": ["https://kubernetes.default.svc"] })),
        ),
        ("the client may not ask", "eso", 403, json!({ "kind": "Status", "code": 403 })),
        ("the client is unknown", "eso", 401, json!({ "kind": "Status", "code": 401 })),
        ("an error of the server", "eso", 500, json!({ "kind": "Status", "code": 500 })),
        ("too much", "eso", 429, json!({ "kind": "Status", "code": 429 })),
        ("not a review", "eso", 201, json!({ "kind": "Status" })),
        ("not JSON of one", "eso", 201, json!([1])),
    ] {
        server.says(code, &reply);
        let answer = log_in(&door, role, "a.b.c").await;
        let _ = writeln!(told, "{what}\n  {} {}", answer.status, shown(&answer.body));
    }
    insta::assert_snapshot!(told);
    server.says(201, &good());
    let token = log_in(&door, "eso", "a.b.c").await.token();
    let own = door.get("auth/token/lookup-self", &token).await.json();
    assert_eq!(own["data"]["display_name"], "kubernetes-es-eso");
    assert_eq!(own["data"]["ttl"], 1200);
}

#[tokio::test]
async fn the_api_server_is_asked_for_the_audience_with_the_token_of_the_reviewer() {
    let server = ApiServer::start(None).await;
    server.says(201, &good());
    let as_client = door(&server).await;
    assert_eq!(log_in(&as_client, "eso", "the.client.token").await.status, 200);
    let review = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
        "spec": { "token": "the.client.token", "audiences": ["bridge"] },
    });
    let path = "/apis/authentication.k8s.io/v1/tokenreviews".to_owned();
    assert_eq!(server.asked(), [(path.clone(), "Bearer the.client.token".to_owned(), review.clone())]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "the.reviewer.token").unwrap();
    let host = format!("http://{}", server.address);
    let extra = json!({ "kubernetes_host": host, "token_reviewer_jwt": file });
    let own = Door::open(method(&extra), memory()).await;
    assert_eq!(log_in(&own, "eso", "the.client.token").await.status, 200);
    assert_eq!(server.asked(), [(path, "Bearer the.reviewer.token".to_owned(), review)]);
    // Then it is not the client who is turned away.
    server.says(403, &json!({ "kind": "Status", "code": 403 }));
    assert_eq!(log_in(&own, "eso", "the.client.token").await.status, 503);
}

#[tokio::test]
async fn an_api_server_that_does_not_answer_is_503_in_bounded_time_and_does_not_count() {
    let server = ApiServer::start(None).await;
    server.says(201, &good());
    let host = format!("http://{}", server.address);
    let door = Door::open(method(&json!({ "kubernetes_host": host, "timeout": "100ms" })), memory()).await;
    server.script.lock().unwrap().never = true;
    let answer = log_in(&door, "eso", "a.b.c").await;
    assert_eq!((answer.status, answer.body.contains("not available")), (503, true), "{}", answer.body);
    server.script.lock().unwrap().never = false;
    assert_eq!(log_in(&door, "eso", "a.b.c").await.status, 200);
    // Nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let door = Door::open(method(&json!({ "kubernetes_host": host })), memory()).await;
    for _ in 0..60 {
        assert_eq!(log_in(&door, "eso", "a.b.c").await.status, 503, "it is nobody's failure");
    }
}

#[tokio::test]
async fn over_tls_only_the_server_that_the_authority_has_signed_is_told_a_token() {
    let (own, folder) = (KeyPair::generate().unwrap(), tempfile::tempdir().unwrap());
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&own).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(own.serialize_der()).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let server = ApiServer::start(Some(TlsAcceptor::from(Arc::new(config)))).await;
    server.says(201, &good());
    let other = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let other = other.self_signed(&KeyPair::generate().unwrap()).unwrap();
    for (name, pem, status) in [("own", certificate.pem(), 200), ("other", other.pem(), 503)] {
        let file = folder.path().join(name);
        std::fs::write(&file, pem).unwrap();
        let host = format!("https://{}", server.address);
        let extra = json!({ "kubernetes_host": host, "kubernetes_ca_cert": file });
        let door = Door::open(method(&extra), memory()).await;
        let answer = log_in(&door, "eso", "a.b.c").await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn files_that_cannot_be_used_are_told_before_anybody_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, "token: do-not-quote-me\n  - broken").unwrap();
    let told = problems(settings(&method(&json!({ "kubeconfig": file })))).await;
    assert!(told.contains("auth.kubernetes.kubeconfig: ") && told.contains("it cannot be used"), "{told}");
    assert!(!told.contains("do-not-quote-me"), "{told}");
}

#[tokio::test]
async fn no_token_is_told_whatever_the_api_server_says() {
    let server = ApiServer::start(None).await;
    let door = door(&server).await;
    let canary = Canary::random();
    for (code, reply) in [
        (201, good()),
        (201, status(&json!({ "error": canary.text() }))),
        (422, json!({ "kind": "Status", "message": canary.text() })),
        (500, json!(canary.text())),
        (201, json!({ "spec": { "token": canary.text() }, "status": canary.text() })),
    ] {
        server.says(code, &reply);
        let answer = log_in(&door, "eso", canary.text()).await;
        canary.assert_absent("an answer", &answer.body);
    }
    canary.assert_absent("the audit log", door.audit());
    canary.assert_absent_in_debug(&door.bridge);
}
