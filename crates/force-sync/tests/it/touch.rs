//! What is asked of the API server, and what comes of it.

use std::time::Duration;

use force_sync::{Changes, Fields, ObjectRef, Problem, REMEMBERED, Report, StoreName, Stores};
use serde_json::json;
use test_kit::{Canary, FakeClock};

use crate::api_server::{ApiServer, external, reader};

const ALL: &str = "/apis/external-secrets.io/v1/externalsecrets";

fn homelab() -> Stores {
    Stores::new([StoreName::cluster("homelab").at_mount("secret")])
}

fn db() -> Changes {
    Changes::new().with("secret", "apps/db", Fields::All)
}

fn names(objects: &[ObjectRef]) -> Vec<String> {
    objects.iter().map(ToString::to_string).collect()
}

fn problems(report: &Report) -> Vec<Problem> {
    report.failed.iter().map(|failed| failed.problem.clone()).collect()
}

#[tokio::test]
async fn one_annotation_of_those_that_use_the_path_is_set_and_nothing_else() {
    let objects = vec![
        reader("shop", "api", "apps/db"),
        reader("shop", "other", "apps/mail"),
        reader("bank", "ledger", "secret/data/apps/db"),
    ];
    let server = ApiServer::start(objects).await;
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.touch(&db()).await;
    assert_eq!(names(&report.touched), ["bank/ledger", "shop/api"]);
    assert!(report.is_complete() && report.skipped.is_empty(), "{report:?}");
    let mut patches = server.patches();
    patches.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(patches.len(), 2);
    let path =
        "/apis/external-secrets.io/v1/namespaces/bank/externalsecrets/ledger?&fieldManager=secretbridge";
    assert_eq!(patches[0].path, path);
    assert_eq!(patches[0].content_type.as_deref(), Some("application/merge-patch+json"));
    let only = json!({ "metadata": { "annotations": { "force-sync": "1767225600.000" } } });
    assert_eq!(patches[0].body, only);
    let bearer = format!("Bearer {}", server.token.text());
    assert_eq!(patches[0].authorization.as_deref(), Some(bearer.as_str()));
    let annotations = json!({ "kept": "as it is", "force-sync": "1767225600.000" });
    assert_eq!(server.annotations("ledger"), annotations);
    assert_eq!(server.annotations("other"), json!({ "kept": "as it is" }));
}

#[tokio::test]
async fn a_long_list_is_read_to_its_end_in_pages() {
    let objects = (0..7).map(|n| reader("shop", &format!("es-{n}"), "apps/db")).collect();
    let server = ApiServer::start(objects).await.pages_of(3);
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.touch(&db()).await;
    assert_eq!(report.touched.len(), 7);
    let lists: Vec<_> = server.lines().into_iter().filter(|line| line.contains("limit=")).collect();
    let page = |rest: &str| format!("GET {ALL}?&limit=250{rest}");
    assert_eq!(lists, [page(""), page("&continue=after-3"), page("&continue=after-6")]);
}

#[tokio::test]
async fn a_list_whose_next_page_has_expired_is_begun_again() {
    let objects = (0..4).map(|n| reader("shop", &format!("es-{n}"), "apps/db")).collect();
    let server = ApiServer::start(objects).await.pages_of(3);
    server.fault("GET /apis/external-secrets.io/v1/externalsecrets?&limit=250&continue", 410, None, "{}");
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.touch(&db()).await;
    assert_eq!(report.touched.len(), 4, "{report:?}");
}

#[tokio::test]
async fn only_the_namespaces_that_are_named_are_looked_into() {
    let objects = vec![reader("shop", "api", "apps/db"), reader("bank", "ledger", "apps/db")];
    let server = ApiServer::start(objects).await;
    let report = server.force_sync(homelab(), &["shop"], FakeClock::new()).await.touch(&db()).await;
    assert_eq!(names(&report.touched), ["shop/api"]);
    assert!(server.lines().iter().all(|line| !line.contains(ALL)), "{:?}", server.lines());
}

#[tokio::test]
async fn an_operator_that_knows_v1beta1_alone_is_asked_in_it() {
    let server =
        ApiServer::start(vec![reader("shop", "api", "apps/db")]).await.serving(&["v1alpha1", "v1beta1"]);
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.touch(&db()).await;
    assert_eq!(names(&report.touched), ["shop/api"]);
    assert!(server.patches()[0].path.starts_with("/apis/external-secrets.io/v1beta1/"));
}

#[tokio::test]
async fn an_operator_that_was_replaced_by_one_of_other_versions_is_asked_in_them() {
    let server = ApiServer::start(vec![reader("shop", "api", "apps/db")]).await.serving(&["v1beta1"]);
    let clock = FakeClock::new();
    let force_sync = server.force_sync(homelab(), &[], clock.clone()).await;
    assert_eq!(force_sync.touch(&db()).await.touched.len(), 1);
    let server = server.serving(&["v1"]);
    clock.advance(REMEMBERED);
    let report = force_sync.touch(&db()).await;
    assert_eq!(names(&report.touched), ["shop/api"], "{report:?}");
    assert!(server.patches()[1].path.starts_with("/apis/external-secrets.io/v1/"));
}

#[tokio::test]
async fn a_cluster_without_the_operator_and_one_of_unknown_versions_are_told_apart() {
    for (versions, problem) in [(vec![], Problem::NotInstalled), (vec!["v2"], Problem::NoVersion)] {
        let server = ApiServer::start(Vec::new()).await.serving(&versions);
        let report = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await.touch(&db()).await;
        assert_eq!(problems(&report), [problem]);
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_named_with_the_rule_that_gives_it() {
    let objects = vec![reader("shop", "api", "apps/db"), reader("bank", "ledger", "apps/db")];
    let server = ApiServer::start(objects).await;
    server.fault("PATCH /apis/external-secrets.io/v1/namespaces/bank", 403, None, "{}");
    let force_sync = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await;
    let report = force_sync.touch(&db()).await;
    assert_eq!(names(&report.touched), ["shop/api"], "one that is refused does not keep the others");
    let told: Vec<_> = problems(&report).iter().map(|p| format!("{p}\n{}", p.help().unwrap())).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    not allowed to patch externalsecrets.external-secrets.io in bank
    give the account this rule, in a Role:
    - apiGroups: [external-secrets.io]
      resources: [externalsecrets]
      verbs: [list, patch]
    ");
    let server = ApiServer::start(Vec::new()).await;
    server.fault("GET /apis/external-secrets.io/v1/externalsecrets", 403, None, "{}");
    let report = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await.touch(&db()).await;
    assert_eq!(problems(&report), [Problem::Forbidden { verb: "list", namespace: None }]);
}

#[tokio::test]
async fn what_may_pass_is_asked_again_as_long_as_the_server_says() {
    let server = ApiServer::start(vec![reader("shop", "api", "apps/db")]).await;
    server.fault("GET /apis/external-secrets.io/v1/externalsecrets", 500, None, "");
    server.fault("PATCH", 409, None, "{}");
    server.fault("PATCH", 429, Some(3), "{}");
    let clock = FakeClock::self_advancing();
    let report = server.force_sync(homelab(), &[], clock.clone()).await.touch(&db()).await;
    assert_eq!(names(&report.touched), ["shop/api"], "{report:?}");
    assert_eq!(clock.sleeps(), [200, 200, 3000].map(Duration::from_millis));
}

#[tokio::test]
async fn what_does_not_pass_is_given_up_within_bounds() {
    let server = ApiServer::start(vec![reader("shop", "api", "apps/db")]).await;
    for _ in 0..100 {
        server.fault("PATCH", 503, None, "");
    }
    let clock = FakeClock::self_advancing();
    let report = server.force_sync(homelab(), &[], clock.clone()).await.touch(&db()).await;
    assert_eq!(problems(&report), [Problem::Status(503)]);
    let waited: Duration = clock.sleeps().iter().sum();
    assert!(waited <= force_sync::PATIENCE && server.patches().len() > 3, "{waited:?}");
}

#[tokio::test]
async fn a_server_that_asks_for_more_patience_than_there_is_is_not_waited_for() {
    let server = ApiServer::start(Vec::new()).await;
    server.fault("GET", 429, Some(3600), "");
    let clock = FakeClock::self_advancing();
    let report = server.force_sync(homelab(), &[], clock.clone()).await.touch(&db()).await;
    assert_eq!((problems(&report), clock.sleeps()), (vec![Problem::Status(429)], Vec::new()));
}

#[tokio::test]
async fn nothing_there_to_answer_is_a_report_and_no_panic() {
    let server = ApiServer::start(Vec::new()).await;
    let force_sync = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await;
    for _ in 0..100 {
        server.fault("GET", 502, None, "");
    }
    assert_eq!(problems(&force_sync.touch(&db()).await), [Problem::Status(502)]);
    for body in ["", "[]", "{", r#"{"items":[{"metadata":{}}]}"#, r#"{"items":7}"#] {
        let server = ApiServer::start(Vec::new()).await;
        server.fault("GET /apis/external-secrets.io/v1/externalsecrets", 200, None, body);
        let report = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await.touch(&db()).await;
        assert_eq!(problems(&report), [Problem::Malformed], "{body}");
    }
}

#[tokio::test]
async fn those_to_whom_a_touch_does_nothing_are_named_and_left() {
    let mut once = reader("shop", "once", "apps/db");
    once["spec"]["refreshPolicy"] = json!("CreatedOnce");
    let mut going = reader("shop", "going", "apps/db");
    going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    let server = ApiServer::start(vec![once, going, reader("shop", "gone", "apps/db")]).await;
    server.fault("PATCH", 404, None, "{}");
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.touch(&db()).await;
    let skipped: Vec<_> =
        report.skipped.iter().map(|skipped| format!("{}: {}", skipped.object, skipped.reason)).collect();
    insta::assert_snapshot!(skipped.join("\n"), @r"
    shop/going: it is being deleted
    shop/gone: it was deleted meanwhile
    shop/once: its refreshPolicy is CreatedOnce: it is read once and never again
    ");
    assert!(report.touched.is_empty() && report.is_complete());
}

#[tokio::test]
async fn a_list_is_remembered_for_a_few_seconds_and_each_touch_is_another_value() {
    let server = ApiServer::start(vec![reader("shop", "api", "apps/db")]).await;
    let clock = FakeClock::new();
    let force_sync = server.force_sync(homelab(), &[], clock.clone()).await;
    force_sync.touch(&db()).await;
    force_sync.touch(&db()).await;
    let lists = || server.lines().iter().filter(|line| line.contains("limit=")).count();
    assert_eq!(lists(), 1);
    let values: Vec<_> = server
        .patches()
        .iter()
        .map(|asked| asked.body["metadata"]["annotations"]["force-sync"].clone())
        .collect();
    assert_eq!(
        values,
        ["1767225600.000", "1767225600.001"],
        "the operator sees that the annotation has changed"
    );
    clock.advance(REMEMBERED);
    force_sync.touch(&db()).await;
    assert_eq!(lists(), 2);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let server = ApiServer::start(vec![reader("shop", "api", "apps/db")]).await;
    let report = server.force_sync(homelab(), &[], FakeClock::new()).await.plan(&db()).await;
    assert_eq!((names(&report.touched), server.patches().len()), (vec!["shop/api".to_owned()], 0));
}

#[tokio::test]
async fn everything_is_all_that_reads_from_these_stores() {
    let mut other = reader("shop", "other", "apps/db");
    other["spec"]["secretStoreRef"]["name"] = json!("elsewhere");
    let server = ApiServer::start(vec![reader("shop", "api", "x"), other]).await;
    let force_sync = server.force_sync(homelab(), &[], FakeClock::new()).await;
    assert_eq!(names(&force_sync.touch(&Changes::everything()).await.touched), ["shop/api"]);
}

#[tokio::test]
async fn nothing_is_asked_where_there_is_nothing_to_tell() {
    let server = ApiServer::start(vec![reader("shop", "api", "x")]).await;
    let force_sync = server.force_sync(homelab(), &[], FakeClock::new()).await;
    assert_eq!(force_sync.touch(&Changes::new()).await, Report::default());
    let force_sync = server.force_sync(Stores::default(), &[], FakeClock::new()).await;
    assert_eq!(force_sync.touch(&db()).await, Report::default());
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn neither_the_token_nor_what_a_cluster_says_turns_up_in_what_is_told() {
    let canary = Canary::random();
    let spec = json!({
        "secretStoreRef": { "kind": "ClusterSecretStore", "name": "homelab" },
        "dataFrom": [{ "extract": { "key": "apps/db" } }],
        "target": { "template": { "data": { "literal": canary.text() } } },
    });
    let server = ApiServer::start(vec![external("shop", "api", &spec)]).await;
    let status = json!({ "kind": "Status", "status": "Failure", "message": canary.text(), "code": 422 });
    server.fault("PATCH", 422, None, &status.to_string());
    let force_sync = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await;
    let report = force_sync.touch(&db()).await;
    let malformed = format!(r#"{{"items":[{{"metadata":"{}"}}]}}"#, canary.text());
    let second = server.force_sync(homelab(), &[], FakeClock::self_advancing()).await;
    server.fault("GET /apis/external-secrets.io/v1/externalsecrets", 200, None, &malformed);
    let unread = second.touch(&db()).await;
    assert_eq!(
        (problems(&report), problems(&unread)),
        (vec![Problem::Status(422)], vec![Problem::Malformed])
    );
    for canary in [&canary, &server.token] {
        for report in [&report, &unread] {
            canary.assert_absent_in_debug(report);
            canary.assert_absent("the report", serde_json::to_string(report).unwrap());
        }
        canary.assert_absent_in_debug(&force_sync);
    }
}
