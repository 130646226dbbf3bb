//! What clients send.

use vault_api::auth::{AppRoleLogin, CertLogin, JwtLogin, PasswordLogin};
use vault_api::{Envelope, JsonText, Raw, decode, encode, kv2, sys, token};

fn text<T: serde::Serialize>(body: &T) -> String {
    str::from_utf8(&encode(body).unwrap()).unwrap().to_owned()
}

#[test]
fn logins_are_written_as_the_server_takes_them() {
    let (id, secret) = (JsonText::new(b"role").unwrap(), JsonText::new(b"se\"cret").unwrap());
    let (id, secret) = (id.raw().unwrap(), secret.raw().unwrap());
    let written = [
        text(&AppRoleLogin { role_id: id, secret_id: Some(secret) }),
        text(&AppRoleLogin { role_id: id, secret_id: None }),
        text(&JwtLogin { role: Some("app".to_owned()), jwt: secret }),
        text(&JwtLogin { role: None, jwt: secret }),
        text(&PasswordLogin { password: secret }),
        text(&CertLogin { name: None }),
        text(&CertLogin { name: Some("web".to_owned()) }),
        text(&token::Renew { increment: Some(token::Increment::Seconds(3600)) }),
        text(&token::Renew::default()),
        text(&sys::WrappingToken { token: Some(secret) }),
    ];
    insta::assert_snapshot!(written.join("\n"), @r#"
    {"role_id":"role","secret_id":"se\"cret"}
    {"role_id":"role"}
    {"role":"app","jwt":"se\"cret"}
    {"jwt":"se\"cret"}
    {"password":"se\"cret"}
    {}
    {"name":"web"}
    {"increment":3600}
    {}
    {"token":"se\"cret"}
    "#);
}

#[test]
fn changes_of_secrets_are_written_as_the_server_takes_them() {
    let data: Raw<'_> = decode(br#"{"password":"hunter2"}"#).unwrap();
    let written = [
        text(&kv2::Write { options: None, data }),
        text(&kv2::Write { options: Some(kv2::WriteOptions { cas: Some(0) }), data }),
        text(&kv2::Versions { versions: vec![1, 2] }),
        text(&kv2::MetadataUpdate {
            custom_metadata: Some(
                [("owner".to_owned(), Some("ada".to_owned())), ("gone".to_owned(), None)].into(),
            ),
            ..kv2::MetadataUpdate::default()
        }),
    ];
    insta::assert_snapshot!(written.join("\n"), @r#"
    {"data":{"password":"hunter2"}}
    {"options":{"cas":0},"data":{"password":"hunter2"}}
    {"versions":[1,2]}
    {"custom_metadata":{"gone":null,"owner":"ada"}}
    "#);
}

#[test]
fn an_empty_reply_has_every_field_that_clients_ask_for() {
    insta::assert_snapshot!(text(&Envelope::<'_, kv2::List>::new("r", None)), @r#"{"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"data":null,"wrap_info":null,"warnings":null,"auth":null}"#);
}

#[test]
fn numbers_are_read_however_they_are_sent() {
    for (body, versions) in [
        (r#"{"versions":[1,2]}"#, vec![1, 2]),
        (r#"{"versions":["1","2"]}"#, vec![1, 2]),
        (r#"{"versions":"1, 2,"}"#, vec![1, 2]),
        (r#"{"versions":3}"#, vec![3]),
        (r#"{"versions":[]}"#, vec![]),
    ] {
        assert_eq!(decode::<kv2::Versions>(body.as_bytes()).unwrap().versions, versions, "{body}");
    }
    for (body, cas) in
        [(r#"{"cas":0}"#, Some(0)), (r#"{"cas":"7"}"#, Some(7)), (r#"{"cas":null}"#, None), ("{}", None)]
    {
        assert_eq!(decode::<kv2::WriteOptions>(body.as_bytes()).unwrap().cas, cas, "{body}");
    }
    for bad in [r#"{"versions":["hunter2"]}"#, r#"{"versions":[-1]}"#, r#"{"versions":null}"#, "{}"] {
        let error = decode::<kv2::Versions>(bad.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn what_is_missing_from_a_reply_is_nothing() {
    let reply: Envelope<'_> = decode(br#"{"lease_id":null,"auth":null,"more":1}"#).unwrap();
    assert!(reply.request_id.is_empty() && reply.data.is_none() && reply.auth.is_none());
}

#[test]
fn what_stands_around_fields_is_what_stands_around_them_in_an_envelope() {
    let notes = [("owner".to_owned(), "a\"\u{2028}da".to_owned())];
    let metadata = kv2::VersionMetadata {
        created_time: "2026-01-02T03:04:05.678Z".to_owned(),
        custom_metadata: Some(notes.into()),
        deletion_time: String::new(),
        destroyed: false,
        version: 12,
    };
    let text = br#"{"a":"b","c":[1, 2.50]}"#;
    for warnings in [None, Some(vec!["one \"of\" them".to_owned(), "two".to_owned()])] {
        for (id, metadata) in [("", &kv2::VersionMetadata::default()), ("i\"d", &metadata)] {
            let data = Some(decode(text).unwrap());
            let read = kv2::Read { data, metadata: metadata.clone() };
            let envelope = Envelope { warnings: warnings.clone(), ..Envelope::new(id, Some(read)) };
            let frame = kv2::ReadFrame::new(id, metadata, warnings.as_deref()).unwrap();
            assert_eq!([frame.before(), text, frame.behind()].concat(), **encode(&envelope).unwrap());
        }
    }
}
