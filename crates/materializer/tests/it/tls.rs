//! Certificates and their keys.

use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    SignatureAlgorithm,
};
use test_kit::InMemorySecretStore;

use crate::setup::{Setup, manifest};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../fixtures/tls/", $name)).as_slice()
    };
}

/// What a build says of a pair: nothing, its warnings, or its problems.
async fn verdict(certificate: &[u8], key: &[u8]) -> String {
    let store = InMemorySecretStore::new().with_fields("pair", [("crt", certificate), ("key", key)]);
    let setup = Setup::new(store);
    let pair = manifest("pair", "web")
        .secret_type("tls")
        .data("tls.crt", ("pair", "crt"))
        .data("tls.key", ("pair", "key"));
    match setup.build(&[pair.build().unwrap()]).await {
        Ok(report) => {
            report.warnings.iter().map(|warning| format!("warning: {warning}")).collect::<Vec<_>>().join("\n")
        }
        Err(error) => {
            assert_eq!(setup.yaml(), None);
            error.to_string()
        }
    }
}

#[tokio::test]
async fn every_form_of_a_pair_that_belongs_together_passes() {
    for (certificate, key) in [
        (fixture!("p256.crt"), fixture!("p256.key")),
        (fixture!("p256.crt"), fixture!("p256-sec1.key")),
        (fixture!("p256.crt"), fixture!("p256-parameters.key")),
        (fixture!("p521.crt"), fixture!("p521.key")),
        (fixture!("rsa2048.crt"), fixture!("rsa2048.key")),
        (fixture!("ed25519.crt"), fixture!("ed25519.key")),
    ] {
        assert_eq!(verdict(certificate, key).await, "", "{}", key.escape_ascii());
    }
}

#[tokio::test]
async fn every_pair_of_the_usual_algorithms_passes_and_no_other_key_does() {
    fn pair(algorithm: &'static SignatureAlgorithm) -> (String, String) {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let mut params = CertificateParams::new(["acme.lab".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }
    let pairs = [
        &PKCS_ECDSA_P256_SHA256,
        &PKCS_ECDSA_P256_SHA256,
        &PKCS_ECDSA_P384_SHA384,
        &PKCS_ED25519,
        &PKCS_ED25519,
    ]
    .map(pair);
    for (i, (certificate, _)) in pairs.iter().enumerate() {
        for (j, (_, key)) in pairs.iter().enumerate() {
            let verdict = verdict(certificate.as_bytes(), key.as_bytes()).await;
            assert_eq!(verdict.is_empty(), i == j, "{i} {j}: {verdict}");
        }
    }
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused() {
    insta::assert_snapshot!(verdict(fixture!("p256.crt"), fixture!("p521.key")).await, @"
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.key: does not belong to the certificate in tls.crt
    ");
    for key in [fixture!("rsa2048.key"), fixture!("ed25519.key")] {
        assert!(verdict(fixture!("p256.crt"), key).await.contains("does not belong"));
    }
}

#[tokio::test]
async fn a_chain_in_the_wrong_order_is_refused_and_the_right_one_is_not() {
    let wrong = [fixture!("rsa2048.crt"), fixture!("p256.crt")].concat();
    insta::assert_snapshot!(verdict(&wrong, fixture!("p256.key")).await, @"
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.crt: the leaf must come first: the key belongs to certificate 2 of 2
    ");
    let right = [fixture!("p256.crt"), fixture!("rsa2048.crt")].concat();
    assert_eq!(verdict(&right, fixture!("p256.key")).await, "");
}

#[tokio::test]
async fn a_key_that_cannot_be_compared_is_a_warning_and_no_refusal() {
    insta::assert_snapshot!(verdict(fixture!("ed448.crt"), fixture!("ed448.key")).await, @"warning: web/pair, key tls.key: was not checked against the certificate: its algorithm is not one that is known here");
    insta::assert_snapshot!(verdict(fixture!("p256.crt"), fixture!("p256-no-public.key")).await, @"warning: web/pair, key tls.key: was not checked against the certificate: the key does not carry its public part");
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_a_warning() {
    let pair = |from, until| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["acme.lab".to_owned()]).unwrap();
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(until, 1, 1));
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    };
    let ((old, old_key), (new, new_key)) = (pair(2020, 2026), pair(2028, 2030));
    insta::assert_snapshot!(verdict(old.as_bytes(), old_key.as_bytes()).await, @"warning: web/pair, key tls.crt: the certificate expired on 2026-01-01T00:00:00Z");
    insta::assert_snapshot!(verdict(new.as_bytes(), new_key.as_bytes()).await, @"warning: web/pair, key tls.crt: the certificate is not valid before 2028-01-01T00:00:00Z");
    let chain = [new.as_bytes(), old.as_bytes()].concat();
    insta::assert_snapshot!(verdict(&chain, new_key.as_bytes()).await, @"
    warning: web/pair, key tls.crt: certificate 1 of 2 is not valid before 2028-01-01T00:00:00Z
    warning: web/pair, key tls.crt: certificate 2 of 2 expired on 2026-01-01T00:00:00Z
    ");
}

#[tokio::test]
async fn what_is_there_instead_of_a_pair_is_said() {
    let (crt, key) = (fixture!("p256.crt"), fixture!("p256.key"));
    let half = &crt[..crt.len() / 2];
    let not_a_certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".as_slice();
    let not_a_key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".as_slice();
    let both = [crt, key].concat();
    let mut all = Vec::new();
    for (what, certificate, key) in [
        ("swapped", key, crt),
        ("DER", fixture!("p256.der.crt"), fixture!("p256.der.crt")),
        ("text", b"hunter2".as_slice(), b"hunter2".as_slice()),
        ("empty", b"", b""),
        ("half", half, &key[..key.len() / 2]),
        ("not a certificate", not_a_certificate, key),
        ("second is not a certificate", &[crt, not_a_certificate].concat(), key),
        ("not a key", crt, not_a_key),
        ("encrypted", crt, fixture!("p256-encrypted.key")),
        ("encrypted in the old way", fixture!("rsa2048.crt"), fixture!("rsa2048-encrypted.key")),
        ("key beside the certificate", &both, key),
    ] {
        all.push(format!("{what}\n{}\n", verdict(certificate, key).await));
    }
    insta::assert_snapshot!(all.join("\n"), @"
    swapped
    nothing was written: 2 values cannot be used (memory store at this process)
      web/pair, key tls.crt: holds a private key and no certificate
      web/pair, key tls.key: holds a certificate and no private key

    DER
    nothing was written: 2 values cannot be used (memory store at this process)
      web/pair, key tls.crt: is in DER form, and Kubernetes wants PEM
      web/pair, key tls.key: is in DER form, and Kubernetes wants PEM

    text
    nothing was written: 2 values cannot be used (memory store at this process)
      web/pair, key tls.crt: holds no certificate in PEM form
      web/pair, key tls.key: holds no private key in PEM form

    empty
    nothing was written: 2 values cannot be used (memory store at this process)
      web/pair, key tls.crt: holds no certificate in PEM form
      web/pair, key tls.key: holds no private key in PEM form

    half
    nothing was written: 2 values cannot be used (memory store at this process)
      web/pair, key tls.crt: is damaged PEM: a section has no end, or is not base64
      web/pair, key tls.key: is damaged PEM: a section has no end, or is not base64

    not a certificate
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.crt: the certificate is not an X.509 certificate

    second is not a certificate
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.crt: certificate 2 of 2 is not an X.509 certificate

    not a key
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.key: is not a private key, or is damaged

    encrypted
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.key: is encrypted with a passphrase, which no server in the cluster can ask for

    encrypted in the old way
    nothing was written: 1 value cannot be used (memory store at this process)
      web/pair, key tls.key: is encrypted with a passphrase, which no server in the cluster can ask for

    key beside the certificate
    warning: web/pair, key tls.crt: holds a private key beside the certificate, and servers hand out what tls.crt holds
    ");
}
