//! Logging in with a certificate, which the TLS layer has verified.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bridge::Peer;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType, SerialNumber, date_time_ymd,
};
use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use test_kit::FakeClock;

use crate::login::{Answer, Door, memory, settings, try_open};

/// A certificate of a client of this name, good until the end of 2026.
fn certificate(name: &str) -> CertificateDer<'static> {
    let authority = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = Issuer::new(params, authority);
    let mut params = CertificateParams::new(vec![format!("{name}.example.com")]).unwrap();
    params.distinguished_name.push(DnType::CommonName, format!("{name} client"));
    params.subject_alt_names.push(SanType::URI(format!("spiffe://example.com/{name}").try_into().unwrap()));
    params.serial_number = Some(SerialNumber::from(7_u64));
    params.not_before = date_time_ymd(2025, 12, 1);
    params.not_after = date_time_ymd(2026, 12, 31);
    params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().into()
}

async fn door(certificate: &CertificateDer<'_>) -> Door {
    let print: Vec<_> =
        digest(&SHA256, certificate).as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let mut config = settings(&json!({
        "cert": { "type": "cert", "roles": {
            "by-name": { "allowed_common_names": ["web *"], "allowed_dns_sans": ["*.example.com"], "policies": ["eso"] },
            "by-print": { "fingerprints": [print.join(":")], "policies": ["eso"] },
            "by-uri": { "allowed_uri_sans": ["spiffe://example.com/api"], "policies": ["eso"] },
        } },
    }));
    config["tls"] = json!({ "cert": "c", "key": "k", "client_ca": "ca" });
    try_open(config, memory(), &Arc::new(FakeClock::new())).await.unwrap()
}

async fn log_in(door: &Door, certificate: Option<&CertificateDer<'static>>, body: &Value) -> Answer {
    let mut peer = Peer::at([127, 0, 0, 1].into());
    peer.certificates = certificate.map(|certificate| Arc::from([certificate.clone()]));
    door.ask("PUT", "auth/cert/login", body.to_string().as_bytes(), "", peer).await
}

#[tokio::test]
async fn certificates_are_answered_as_openbao_answers_them() {
    let (web, api, other) = (certificate("web"), certificate("api"), certificate("other"));
    let door = door(&web).await;
    let mut told = String::new();
    for (who, certificate) in
        [("nobody", None), ("web", Some(&web)), ("api", Some(&api)), ("other", Some(&other))]
    {
        for body in [
            json!(null),
            json!({ "name": "By-Name" }),
            json!({ "name": "by-print" }),
            json!({ "name": "nope" }),
            json!({ "name": 7 }),
        ] {
            let answer = log_in(&door, certificate, &body).await;
            let said = if answer.status == 200 {
                answer.json()["auth"]["metadata"]["cert_name"].to_string()
            } else {
                answer.body
            };
            let _ = writeln!(told, "{who} {body}: {} {said}", answer.status);
        }
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn what_is_known_of_a_certificate_is_in_the_token() {
    let web = certificate("web");
    let door = door(&web).await;
    let answer = log_in(&door, Some(&web), &json!({})).await;
    let metadata = answer.json()["auth"]["metadata"].clone();
    assert_eq!(metadata["cert_name"], "by-name");
    assert_eq!(metadata["common_name"], "web client");
    assert_eq!(metadata["serial_number"], "7");
    let is_id = |id: &Value| id.as_str().unwrap().split(':').all(|byte| byte.len() == 2);
    assert!(is_id(&metadata["authority_key_id"]) || metadata["authority_key_id"] == "", "{metadata}");
    let own = door.get("auth/token/lookup-self", &answer.token()).await.json();
    assert_eq!(own["data"]["display_name"], "cert-by-name");
}

#[tokio::test]
async fn a_certificate_that_ended_during_the_connection_is_good_no_more() {
    let web = certificate("web");
    let door = door(&web).await;
    assert_eq!(log_in(&door, Some(&web), &json!({})).await.status, 200);
    door.clock.advance(Duration::from_hours(24 * 366));
    let answer = log_in(&door, Some(&web), &json!({})).await;
    assert_eq!((answer.status, answer.body.contains("invalid certificate")), (400, true), "{}", answer.body);
    let rubbish = CertificateDer::from(b"no certificate".to_vec());
    assert_eq!(log_in(&door, Some(&rubbish), &json!({})).await.status, 400);
}
