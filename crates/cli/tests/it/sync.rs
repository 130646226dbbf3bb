//! `secretbridge sync`, `--sync` and `bridge.force_sync`: the operator is told of what was written.

use serde_json::{Value, json};
use test_kit::Canary;

use crate::sandbox::Sandbox;
use crate::serve::Serving;
use crate::stand_in::{Asked, StandIn};

const GROUP: &str = "/apis/external-secrets.io";
const ALL: &str = "/apis/external-secrets.io/v1/externalsecrets";

fn reader(namespace: &str, name: &str, key: &str) -> Value {
    json!({
        "metadata": { "namespace": namespace, "name": name },
        "spec": {
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "homelab" },
            "data": [{ "secretKey": "password", "remoteRef": { "key": key, "property": "password" } }],
        },
    })
}

/// A cluster with an `ExternalSecret` of `apps/db` in each of two namespaces, and one of something else. Patches are answered with
/// `patched`.
fn cluster(patched: fn(&str) -> u16) -> StandIn {
    StandIn::start(move |asked| {
        let items = [
            reader("shop", "api", "apps/db"),
            reader("bank", "ledger", "apps/db"),
            reader("shop", "mail", "mail"),
        ];
        match asked.path.split('?').next().unwrap() {
            GROUP => (200, json!({ "versions": [{ "version": "v1" }] }).to_string()),
            ALL => (200, json!({ "metadata": {}, "items": items }).to_string()),
            path if asked.method == "PATCH" => (patched(path), "{}".to_owned()),
            _ => (404, "{}".to_owned()),
        }
    })
}

fn patches(cluster: &StandIn) -> Vec<Asked> {
    let mut patches: Vec<_> = cluster.asked().into_iter().filter(|asked| asked.method == "PATCH").collect();
    patches.sort_by(|a, b| a.path.cmp(&b.path));
    patches
}

/// A set-up whose cluster is this one; the token that it is asked with may not turn up anywhere.
fn acme(cluster: &StandIn, force_sync: &str, bridge: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.private_folder("store");
    let sync = "runtime_sync: { enabled: true, token_source: BRIDGE_TOKEN }";
    sandbox.write(
        "secretbridge.yaml",
        &format!(
            "instance: acme\nstore: {{ provider: file, path: store }}\n\
             k8s: {{ secrets: {{ {sync}{force_sync} }} }}\n{bridge}"
        ),
    );
    sandbox.secret("BRIDGE_TOKEN", "the-first-token-of-the-tests");
    let (address, token) = (&cluster.address, Canary::seeded(77));
    sandbox.write(
        "kube.yaml",
        &format!(
            "current-context: lab\nclusters: [{{ name: lab, cluster: {{ server: 'http://{address}' }} }}]\n\
             users: [{{ name: me, user: {{ token: {} }} }}]\n\
             contexts: [{{ name: lab, context: {{ cluster: lab, user: me }} }}]\n",
            token.text()
        ),
    );
    sandbox.watch(token);
    sandbox
}

const ON: &str = ", force_sync: { kubeconfig: kube.yaml, again_after: 0s }";

#[test]
fn what_is_written_is_told_to_those_that_use_it() {
    let cluster = cluster(|_| 200);
    let mut sandbox = acme(&cluster, ON, "");
    let canary = Canary::seeded(5);
    sandbox.watch(canary.clone());
    let put = sandbox.pipe(&["store", "put", "apps/db", "--field", "password"], canary.bytes()).ok();
    insta::assert_snapshot!(put, @r"
    exit code 0
    --- stdout
    wrote apps/db, field password
    told bank/ledger
    told shop/api
    ");
    let patches = patches(&cluster);
    assert_eq!(patches.len(), 2);
    assert_eq!(patches[0].header("content-type"), Some("application/merge-patch+json"));
    let body: Value = serde_json::from_slice(&patches[0].body).unwrap();
    let value = body["metadata"]["annotations"]["force-sync"].as_str().unwrap();
    assert!(value.parse::<f64>().unwrap() > 1.7e9, "{value}");
    assert_eq!(body, json!({ "metadata": { "annotations": { "force-sync": value } } }));
    for asked in cluster.asked() {
        canary.assert_absent("a request", format!("{asked:?}"));
        assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {}", Canary::seeded(77).text())));
    }
}

#[test]
fn a_field_that_nobody_reads_and_a_write_without_sync_tell_nobody() {
    let cluster = cluster(|_| 200);
    let sandbox = acme(&cluster, ON, "");
    sandbox.pipe(&["store", "put", "apps/db", "--field", "owner"], "me").ok();
    sandbox.pipe(&["store", "put", "apps/db", "--field", "password", "--no-sync"], "x").ok();
    assert!(patches(&cluster).is_empty());
    let lists = cluster.asked().len();
    let quiet = acme(&cluster, "", "");
    quiet.pipe(&["store", "put", "apps/db"], "x").ok();
    assert_eq!(cluster.asked().len(), lists, "without settings, only --sync asks a cluster");
}

#[test]
fn programs_are_told_what_was_told() {
    let cluster = cluster(|path| if path.contains("bank") { 403 } else { 200 });
    let sandbox = acme(&cluster, ON, "");
    let put = sandbox.pipe(&["store", "put", "apps/db", "--output", "json"], "x").ok();
    insta::assert_snapshot!(put.out(), @r#"
    {
      "path": "apps/db",
      "field": "value",
      "sync": {
        "touched": [
          {
            "namespace": "shop",
            "name": "api"
          }
        ],
        "skipped": [],
        "failed": [
          {
            "object": {
              "namespace": "bank",
              "name": "ledger"
            },
            "namespace": null,
            "problem": "not allowed to patch externalsecrets.external-secrets.io in bank"
          }
        ]
      }
    }
    "#);
}

#[test]
fn what_a_bridge_may_remember_is_told_again() {
    let cluster = cluster(|_| 200);
    let sandbox = acme(&cluster, ", force_sync: { kubeconfig: kube.yaml, again_after: 10ms }", "");
    let delete = sandbox.run(&["store", "delete", "apps/db", "--yes"]).ok();
    insta::assert_snapshot!(delete, @r"
    exit code 0
    --- stdout
    apps/db is gone
    told bank/ledger
    told shop/api
    --- stderr
    it is written; a bridge may remember what was there for 10ms: telling once more then
    ");
    assert_eq!(patches(&cluster).len(), 4);
}

#[test]
fn a_cluster_that_refuses_is_a_warning_and_the_write_is_done() {
    let cluster = cluster(|_| 403);
    let sandbox = acme(&cluster, ON, "");
    let put = sandbox.pipe(&["store", "put", "apps/db"], "x").ok();
    insta::assert_snapshot!(put);
    assert_eq!(sandbox.text("store/apps/db"), "x");
}

#[test]
fn no_cluster_is_a_warning_and_the_write_is_done() {
    let cluster = cluster(|_| 200);
    let sandbox = acme(&cluster, ", force_sync: { kubeconfig: none.yaml }", "");
    let put = sandbox.pipe(&["store", "put", "apps/db"], "x").ok();
    insta::assert_snapshot!(put);
    assert_eq!(sandbox.text("store/apps/db"), "x");
}

#[test]
fn sync_tells_by_path_or_all_and_says_whom() {
    let cluster = cluster(|_| 200);
    let sandbox = acme(&cluster, ON, "");
    let dry = sandbox.run(&["sync", "apps/db", "--dry-run"]).ok();
    insta::assert_snapshot!(dry.out(), @r"
    would tell bank/ledger
    would tell shop/api
    ");
    assert!(patches(&cluster).is_empty());
    assert_eq!(sandbox.run(&["sync", "nobody/reads"]).ok().out(), "no ExternalSecret uses it\n");
    let all = sandbox.run(&["sync", "--all", "--output", "json"]).ok().json();
    let touched = all["touched"].as_array().unwrap();
    let names: Vec<_> = touched.iter().map(|object| object["name"].as_str().unwrap()).collect();
    assert_eq!((names, &all["dry_run"]), (vec!["ledger", "api", "mail"], &json!(false)));
    assert_eq!(patches(&cluster).len(), 3);
}

#[test]
fn sync_that_is_not_done_ends_with_an_error_and_the_rule_that_is_needed() {
    let cluster = cluster(|path| if path.contains("bank") { 403 } else { 200 });
    let sandbox = acme(&cluster, ON, "");
    insta::assert_snapshot!(sandbox.run(&["sync", "apps/db"]));
    insta::assert_snapshot!(sandbox.run(&["sync"]));
}

#[test]
fn only_what_is_below_a_mounts_scope_is_told_under_its_name() {
    let cluster = cluster(|_| 200);
    let bridge = "bridge: { mounts: { secret: { scope: cluster } } }\n";
    let sandbox = acme(&cluster, ON, bridge);
    assert_eq!(sandbox.run(&["sync", "apps/db"]).ok().out(), "no ExternalSecret uses it\n");
    assert_eq!(sandbox.run(&["sync", "cluster/apps/db"]).ok().out(), "told bank/ledger\ntold shop/api\n");
}

#[test]
fn what_is_written_through_the_bridge_is_told_before_it_ends() {
    let cluster = cluster(|_| 200);
    let bridge = "bridge: { token: { source: BRIDGE_TOKEN }, force_sync: { kubeconfig: kube.yaml } }\n";
    let sandbox = acme(&cluster, "", bridge);
    let canary = Canary::seeded(6);
    let serving = Serving::start(&sandbox, &["--log-level", "debug"]);
    let token = "the-first-token-of-the-tests";
    let body = format!(r#"{{"data":{{"password":"{}"}}}}"#, canary.text());
    let (status, _) = serving.ask(token, "PUT", "/v1/secret/data/apps/db", &body);
    assert_eq!(status, 200);
    assert_eq!(serving.ask(token, "GET", "/v1/secret/data/apps/db", "").0, 200);
    let (ended, log) = serving.end();
    assert!(ended.success(), "{log}");
    let paths: Vec<_> = patches(&cluster).into_iter().map(|asked| asked.path).collect();
    assert!(
        paths.len() == 2 && paths[1].ends_with("/shop/externalsecrets/api?&fieldManager=secretbridge"),
        "{paths:?}"
    );
    assert!(log.contains("told ExternalSecrets that something was written"), "{log}");
    for canary in [canary, Canary::seeded(77), Canary::of(token)] {
        canary.assert_absent("the log", &log);
    }
}

#[test]
fn a_bridge_that_cannot_tell_anybody_answers_all_the_same() {
    let cluster = cluster(|_| 500);
    let bridge = "bridge: { token: { source: BRIDGE_TOKEN }, force_sync: { kubeconfig: kube.yaml } }\n";
    let sandbox = acme(&cluster, "", bridge);
    let serving = Serving::start(&sandbox, &[]);
    let token = "the-first-token-of-the-tests";
    assert_eq!(serving.ask(token, "PUT", "/v1/secret/data/apps/db", r#"{"data":{"a":"b"}}"#).0, 200);
    let (ended, log) = serving.end();
    assert!(ended.success(), "{log}");
}

#[test]
fn where_nobody_is_known_to_read_from_here_it_says_so() {
    let cluster = cluster(|_| 200);
    let sandbox = acme(&cluster, "", "");
    sandbox.write("secretbridge.yaml", "instance: acme\nstore: { provider: file, path: store }\n");
    insta::assert_snapshot!(sandbox.pipe(&["store", "put", "apps/db", "--sync"], "x").stderr);
    insta::assert_snapshot!(sandbox.run(&["sync", "apps/db"]).stderr);
    let settings =
        "k8s: { secrets: { force_sync: { kubeconfig: kube.yaml } } }\nbridge: { force_sync: {} }\n";
    sandbox.write(
        "secretbridge.yaml",
        &format!("instance: acme\nstore: {{ provider: file, path: store }}\n{settings}"),
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]).stderr);
    assert!(cluster.asked().is_empty());
}
