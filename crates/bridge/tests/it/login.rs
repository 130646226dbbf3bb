//! Logging in, with a secret id and with a password.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bridge::config::{BridgeConfig, ConfigProblem};
use bridge::token::BootstrapConfig;
use bridge::{Bridge, Handler as _, OpenError, OpenWith, Opened, Peer, Request};
use events::{Clock, Timestamp};
use ring::rand::SystemRandom;
use secret_store::{ErrorKind, SecretFields, SecretStore};
use serde_json::{Value, json};
use test_kit::{Canary, FakeClock, Fault, FaultyStore, InMemorySecretStore, RecordingEventBus, path};

use crate::api::ROOT;

/// A bridge whose settings have ways to log in.
pub(crate) struct Door {
    pub(crate) bridge: Arc<Bridge>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) bus: RecordingEventBus,
    looks: Arc<AtomicUsize>,
    upkeep: tokio::task::JoinHandle<()>,
}

/// How often a bridge looks for what has changed.
const LOOK: Duration = Duration::from_secs(5);

/// The clock of one bridge, which counts how often those who look have gone to sleep.
#[derive(Debug)]
struct Watched {
    clock: Arc<FakeClock>,
    looks: Arc<AtomicUsize>,
}

#[async_trait]
impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        if duration == LOOK {
            self.looks.fetch_add(1, Ordering::SeqCst);
        }
        self.clock.sleep(duration).await;
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn token(&self) -> String {
        self.json()["auth"]["client_token"].as_str().unwrap_or_else(|| panic!("{}", self.body)).to_owned()
    }
}

/// The settings of a bridge with these ways to log in.
pub(crate) fn settings(auth: &Value) -> Value {
    json!({
        "auth": auth,
        "policies": { "eso": [{ "path": "secret/data/app/*", "capabilities": ["read"] }] },
    })
}

pub(crate) async fn try_open(
    settings: Value,
    store: Arc<dyn SecretStore>,
    clock: &Arc<FakeClock>,
) -> Result<Door, OpenError> {
    let config: BridgeConfig = serde_json::from_value(settings).unwrap();
    let bus = RecordingEventBus::new();
    let looks = Arc::new(AtomicUsize::new(0));
    let with = OpenWith {
        instance: "acme".to_owned(),
        store,
        stores: BTreeMap::new(),
        bootstrap: Some(BootstrapConfig::new(path("BRIDGE_TOKEN"), "value", vec!["root".to_owned()])),
        bus: Arc::new(bus.clone()),
        clock: Arc::new(Watched { clock: Arc::clone(clock), looks: Arc::clone(&looks) }),
        random: Arc::new(SystemRandom::new()),
    };
    let Opened { bridge, upkeep } = config.open(with).await?;
    let upkeep = tokio::spawn(upkeep);
    Ok(Door { bridge, clock: Arc::clone(clock), bus, looks, upkeep })
}

/// All that is wrong with settings, with what to do.
pub(crate) async fn problems(settings: Value) -> String {
    let clock = Arc::new(FakeClock::new());
    let opened = try_open(settings, memory(), &clock).await.map(drop);
    let Err(OpenError::Config(problems)) = opened else { panic!("{opened:?}") };
    let told = |problem: &ConfigProblem| {
        let help = problem.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("{problem}{help}\n")
    };
    problems.iter().map(told).collect()
}

impl Door {
    pub(crate) async fn open(auth: Value, store: Arc<dyn SecretStore>) -> Self {
        try_open(settings(&auth), store, &Arc::new(FakeClock::new())).await.unwrap()
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        token: &str,
        peer: Peer,
    ) -> Answer {
        let mut headers = http::HeaderMap::new();
        if !token.is_empty() {
            headers.insert("x-vault-token", token.parse().unwrap());
        }
        let request = Request {
            method: method.parse().unwrap(),
            path: format!("/v1/{target}").into(),
            query: Box::default(),
            headers,
            body: body.to_vec().into(),
            peer,
        };
        let response = self.bridge.handle(request).await;
        let retry_after = response.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let body = str::from_utf8(&response.body).unwrap().to_owned();
        Answer { status: response.status.as_u16(), retry_after, body }
    }

    pub(crate) async fn put_from(&self, address: [u8; 4], target: &str, body: &Value) -> Answer {
        let address = IpAddr::from(address);
        self.ask("PUT", target, body.to_string().as_bytes(), "", Peer::at(address)).await
    }

    pub(crate) async fn put(&self, target: &str, body: &Value) -> Answer {
        self.put_from([127, 0, 0, 1], target, body).await
    }

    pub(crate) async fn get(&self, target: &str, token: &str) -> Answer {
        self.ask("GET", target, b"", token, Peer::at([127, 0, 0, 1].into())).await
    }

    /// Each request, with its answer; what is another each time is left out.
    async fn told(&self, requests: &[&str]) -> String {
        let mut told = String::new();
        for request in requests {
            let mut parts = request.splitn(3, ' ');
            let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
            let body = parts.next().unwrap_or_default();
            // From somewhere else each time, so that nobody has to wait.
            let address = [10, 0, 0, u8::try_from(told.lines().count()).unwrap()];
            let answer = self.ask(method, target, body.as_bytes(), "", Peer::at(address.into())).await;
            let _ = writeln!(told, "{request}\n  {} {}", answer.status, shown(&answer.body));
        }
        told
    }

    /// Lets the bridge look for what has changed.
    pub(crate) async fn look(&self) {
        // Both who look, for what has changed of tokens and of logins, are asleep before and after.
        self.asleep(2).await;
        let slept = self.looks.load(Ordering::SeqCst);
        self.clock.advance(LOOK);
        self.asleep(slept + 2).await;
    }

    /// Waits until those who look have gone to sleep that often.
    async fn asleep(&self, times: usize) {
        while self.looks.load(Ordering::SeqCst) < times {
            tokio::task::yield_now().await;
        }
    }

    /// The audit log, without what is another each time.
    pub(crate) fn audit(&self) -> String {
        format!("{:?}", self.bus.events())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.upkeep.abort();
    }
}

/// An answer without what is another each time.
pub(crate) fn shown(body: &str) -> String {
    let mut shown = body.to_owned();
    for field in ["request_id", "client_token", "accessor"] {
        let start = format!(r#""{field}":""#);
        if let Some(at) = shown.find(&start) {
            let begin = at + start.len();
            let end = begin + shown[begin..].find('"').unwrap();
            shown.replace_range(begin..end, "…");
        }
    }
    shown
}

const SECRET_ID: &str = "secret-id-of-eso-0123456789";
const PASSWORD: &str = "wonderland-1865";

pub(crate) fn memory() -> Arc<InMemorySecretStore> {
    let store = InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT);
    Arc::new(store.with("logins/eso", SECRET_ID).with("logins/alice", PASSWORD).with("app/db", "value"))
}

fn both() -> Value {
    json!({
        "approle": {
            "type": "approle",
            "roles": {
                "eso": { "role_id": "my-role", "secret_id": "logins/eso", "policies": ["eso"], "ttl": "20m", "max_ttl": "1h" },
            },
        },
        "people/all": {
            "type": "userpass",
            "users": { "alice": { "password": "logins/alice", "policies": ["eso"] } },
        },
    })
}

fn eso() -> Value {
    json!({ "role_id": "my-role", "secret_id": SECRET_ID })
}

#[tokio::test]
async fn logins_are_answered_as_openbao_answers_them() {
    let door = Door::open(both(), memory()).await;
    let good = format!(r#"PUT auth/approle/login {{"role_id":" my-role ","secret_id":"{SECRET_ID}"}}"#);
    let alice = format!(r#"POST auth/people/all/login/Alice {{"password":"{PASSWORD}"}}"#);
    let requests = [
        "PUT auth/approle/login",
        "PUT auth/approle/login null",
        "PUT auth/approle/login {}",
        "PUT auth/approle/login {bad",
        "PUT auth/approle/login []",
        r#"PUT auth/approle/login {"role_id":"","secret_id":"a"}"#,
        r#"PUT auth/approle/login {"secret_id":"x"}"#,
        r#"PUT auth/approle/login {"role_id":"x"}"#,
        r#"PUT auth/approle/login {"role_id":"my-role"}"#,
        r#"PUT auth/approle/login {"role_id":"my-role","secret_id":""}"#,
        r#"PUT auth/approle/login {"role_id":"nope","secret_id":"x"}"#,
        r#"PUT auth/approle/login {"role_id":"my-role","secret_id":"x"}"#,
        r#"PUT auth/approle/login {"role_id":1,"secret_id":2}"#,
        r#"PUT auth/approle/login {"role_id":["a"],"secret_id":"x"}"#,
        &good,
        "GET auth/approle/login",
        "DELETE auth/approle/login",
        "POST auth/approle/login/ {}",
        "POST auth/approle/login/x {}",
        "POST auth/nope/login {}",
        "PUT auth/people/all/login/alice {}",
        r#"PUT auth/people/all/login/alice {"password":""}"#,
        r#"PUT auth/people/all/login/alice {"password":"x"}"#,
        r#"PUT auth/people/all/login/bob {"password":"x"}"#,
        r#"PUT auth/people/all/login/ {"password":"x"}"#,
        r#"PUT auth/people/all/login {"password":"x"}"#,
        "GET auth/people/all/login/alice",
        "PUT auth/people/all/login/alice/x {}",
        &alice,
    ];
    insta::assert_snapshot!(door.told(&requests).await);
}

#[tokio::test]
async fn a_token_of_a_login_may_what_its_role_says_here_and_at_another_replica() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let open = async || {
        try_open(settings(&both()), Arc::<InMemorySecretStore>::clone(&store), &clock).await.unwrap()
    };
    let (one, two) = (open().await, open().await);
    let token = one.put("auth/approle/login", &eso()).await.token();
    for door in [&one, &two] {
        assert_eq!(door.get("secret/data/app/db", &token).await.status, 200);
        assert_eq!(door.get("secret/data/other", &token).await.status, 403);
    }
    let own = two.get("auth/token/lookup-self", &token).await.json();
    let data = &own["data"];
    assert_eq!(data["display_name"], "approle");
    assert_eq!(data["path"], "auth/approle/login");
    assert_eq!(data["policies"], json!(["default", "eso"]));
    assert_eq!(data["meta"], json!({ "role_name": "eso" }));
    assert_eq!(data["ttl"], 1200);
    assert_eq!(data["type"], "service");
    let alice = one.put("auth/people/all/login/alice", &json!({ "password": PASSWORD })).await.token();
    let own = one.get("auth/token/lookup-self", &alice).await.json();
    assert_eq!(own["data"]["display_name"], "people-all-alice");
    assert_eq!(own["data"]["ttl"], 3600);
    // Renewed, it lasts as long as its role lets it.
    clock.advance(Duration::from_mins(15));
    let renewed = one.ask(
        "PUT",
        "auth/token/renew-self",
        br#"{"increment":"24h"}"#,
        &token,
        Peer::at([1, 1, 1, 1].into()),
    );
    assert_eq!(renewed.await.json()["auth"]["lease_duration"], 45 * 60);
    let revoked = two.ask("PUT", "auth/token/revoke-self", b"", &token, Peer::at([1, 1, 1, 1].into())).await;
    assert_eq!((revoked.status, revoked.body.as_str()), (204, ""));
    assert_eq!(two.get("secret/data/app/db", &token).await.status, 403);
}

#[tokio::test]
async fn a_credential_that_is_replaced_in_the_store_is_good_for_a_while_everywhere() {
    let (store, clock) = (memory(), Arc::new(FakeClock::new()));
    let open = async || {
        try_open(settings(&both()), Arc::<InMemorySecretStore>::clone(&store), &clock).await.unwrap()
    };
    let one = open().await;
    let newer = json!({ "role_id": "my-role", "secret_id": "another secret id, as long" });
    let status = async |door: &Door, body: &Value| door.put("auth/approle/login", body).await.status;
    assert_eq!((status(&one, &eso()).await, status(&one, &newer).await), (200, 400));
    store.put("logins/eso", SecretFields::plain("another secret id, as long"));
    one.look().await;
    // One that began after it was replaced knows of it too.
    let restarted = open().await;
    for door in [&one, &restarted] {
        assert_eq!((status(door, &eso()).await, status(door, &newer).await), (200, 200));
    }
    clock.advance(Duration::from_hours(1));
    for door in [&one, &restarted] {
        assert_eq!((status(door, &eso()).await, status(door, &newer).await), (400, 200));
    }
    store.delete(&path("logins/eso")).await.unwrap();
    one.look().await;
    assert_eq!(status(&one, &newer).await, 400, "what is not there lets nobody in");
}

#[tokio::test]
async fn of_several_secret_ids_each_is_good() {
    let store = memory();
    store.put("logins/next", SecretFields::plain("the next secret id of eso"));
    let roles = json!({ "eso": { "secret_id": ["logins/eso", "logins/next"], "policies": ["eso"] } });
    let door = Door::open(json!({ "approle": { "type": "approle", "roles": roles } }), store).await;
    for (secret_id, status) in
        [(SECRET_ID, 200), ("the next secret id of eso", 200), ("no secret id at all, sorry", 400)]
    {
        let body = json!({ "role_id": "eso", "secret_id": secret_id });
        assert_eq!(door.put("auth/approle/login", &body).await.status, status);
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_believed_for_a_while_and_then_it_is_503_and_never_a_refusal() {
    let store = InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT).with("logins/eso", SECRET_ID);
    let store = Arc::new(FaultyStore::new(store.with("logins/alice", PASSWORD)));
    let door = Door::open(both(), Arc::<FaultyStore<InMemorySecretStore>>::clone(&store)).await;
    // The credential alone cannot be read.
    store.inject(Fault::failing(ErrorKind::Unavailable).at("logins/eso"));
    door.look().await;
    assert_eq!(door.put("auth/approle/login", &eso()).await.status, 200);
    door.clock.advance(Duration::from_mins(5));
    door.look().await;
    let wrong = json!({ "role_id": "my-role", "secret_id": "x" });
    for body in [&eso(), &wrong] {
        let answer = door.put("auth/approle/login", body).await;
        assert_eq!((answer.status, answer.body.contains("not available")), (503, true), "{}", answer.body);
    }
    let alice = json!({ "password": PASSWORD });
    assert_eq!(door.put("auth/people/all/login/alice", &alice).await.status, 200);
    store.mend();
    door.look().await;
    assert_eq!(door.put("auth/approle/login", &eso()).await.status, 200);
    // Nothing can be read.
    store.inject(Fault::failing(ErrorKind::Unavailable));
    door.look().await;
    door.clock.advance(Duration::from_mins(6));
    door.look().await;
    assert_eq!(door.put("auth/people/all/login/alice", &alice).await.status, 503);
}

#[tokio::test]
async fn a_credential_that_is_missing_or_can_be_guessed_lets_nobody_in() {
    let store = Arc::new(InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT).with("logins/alice", "short"));
    let door = Door::open(both(), store).await;
    assert_eq!(door.put("auth/approle/login", &eso()).await.status, 400);
    assert_eq!(door.put("auth/people/all/login/alice", &json!({ "password": "short" })).await.status, 400);
}

#[tokio::test]
async fn one_logs_in_from_where_the_role_allows_it() {
    let roles = json!({
        "eso": { "secret_id": "logins/eso", "policies": ["eso"], "bound_cidrs": ["10.1.0.0/16", "192.0.2.7"] },
    });
    let door = Door::open(json!({ "approle": { "type": "approle", "roles": roles } }), memory()).await;
    let body = json!({ "role_id": "eso", "secret_id": SECRET_ID });
    for (address, status) in
        [([10, 1, 2, 3], 200), ([192, 0, 2, 7], 200), ([10, 2, 0, 1], 403), ([192, 0, 2, 8], 403)]
    {
        let answer = door.put_from(address, "auth/approle/login", &body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn credentials_and_what_is_known_of_them_are_not_served() {
    let door = Door::open(both(), memory()).await;
    for path in ["logins/eso", "logins/alice", "secretbridge-system/logins", "BRIDGE_TOKEN"] {
        assert_eq!(door.get(&format!("secret/data/{path}"), ROOT).await.status, 403, "{path}");
    }
    assert_eq!(door.get("secret/data/app/db", ROOT).await.status, 200);
}

#[tokio::test]
async fn the_ways_to_log_in_are_listed_as_openbao_lists_them() {
    let door = Door::open(both(), memory()).await;
    let mut told = String::new();
    for path in
        ["sys/auth", "sys/auth/people/all", "sys/auth/token", "sys/auth/nope", "sys/internal/ui/mounts"]
    {
        let answer = door.get(path, ROOT).await;
        let _ = writeln!(told, "{path}\n  {} {}", answer.status, shown(&answer.body));
    }
    insta::assert_snapshot!(told);
    let token = door.put("auth/approle/login", &eso()).await.token();
    assert_eq!(door.get("sys/auth", &token).await.status, 403);
    let visible = door.get("sys/internal/ui/mounts", &token).await.json();
    let visible: Vec<_> = visible["data"]["auth"].as_object().unwrap().keys().collect();
    assert_eq!(visible, ["token/"], "it may do nothing elsewhere");
    assert_eq!(door.get("sys/internal/ui/mounts", "").await.json()["data"]["auth"], json!({}));
}

#[tokio::test]
async fn everything_that_is_wrong_with_the_settings_is_told_at_once() {
    let mut wrong = settings(&json!({
        "token/x": { "type": "userpass", "users": {} },
        "a//b": { "type": "userpass", "users": { "Alice": { "password": "p", "policies": ["root", "nope"], "ttl": "2h", "max_ttl": "1h" } } },
        "approle": { "type": "approle", "roles": {
            "one": { "role_id": "same", "secret_id": [], "policies": ["eso"], "ttl": "30s", "bound_cidrs": ["10.0.0.0/33"] },
            "two": { "role_id": "same", "secret_id": "s", "policies": [] },
            "three": { "role_id": " ", "secret_id": "s", "policies": [], "ttl": "100h" },
        } },
        "jwt": { "type": "jwt", "default_role": "nobody", "public_keys": ["x"], "roles": { "any": { "policies": ["eso"] } } },
        "keyless": { "type": "jwt", "roles": { "r": { "bound_audiences": ["a"], "policies": ["eso"] } } },
        "k8s": { "type": "kubernetes", "kubeconfig": "x", "kubernetes_host": "https://h", "timeout": "0s", "roles": {
            "all": { "bound_service_account_names": ["*"], "bound_service_account_namespaces": ["*"], "policies": ["eso"] },
            "none": { "bound_service_account_names": [], "bound_service_account_namespaces": ["a"], "policies": ["eso"] },
        } },
        "cert": { "type": "cert", "roles": { "any": { "policies": ["eso"] }, "print": { "fingerprints": ["ab:cd"], "policies": ["eso"] } } },
    }));
    wrong["throttle"] = json!({ "first_wait": "10m", "max_wait": "1m", "window": "1s" });
    let told = problems(wrong).await;
    // Which features this was built with is another matter.
    let told = told.lines().filter(|line| !line.contains("was built") && !line.contains("the feature"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn the_audit_log_names_the_token_that_was_given_and_no_credential_is_anywhere() {
    let (secret_id, password, guess) = (Canary::random(), Canary::random(), Canary::random());
    let store = InMemorySecretStore::new().with("BRIDGE_TOKEN", ROOT);
    let store = Arc::new(store.with("logins/eso", secret_id.text()).with("logins/alice", password.text()));
    let door = Door::open(both(), Arc::<InMemorySecretStore>::clone(&store)).await;
    let mut answers = Vec::new();
    for shown in [secret_id.text(), password.text(), guess.text()] {
        for (target, body) in [
            ("auth/approle/login", json!({ "role_id": "my-role", "secret_id": shown })),
            ("auth/approle/login", json!({ "role_id": shown, "secret_id": shown })),
            ("auth/approle/login", json!({ "role_id": [shown], "secret_id": { "a": shown } })),
            ("auth/people/all/login/alice", json!({ "password": shown })),
            ("auth/people/all/login/bob", json!({ "password": shown })),
            ("auth/people/all/login/alice", json!([shown])),
        ] {
            answers.push(door.put(target, &body).await);
        }
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 2);
    let record =
        store.read(&path("secretbridge-system/logins"), secret_store::ReadOptions::current()).await.unwrap();
    let record = format!("{:?}", record.fields);
    for canary in [&secret_id, &password, &guess] {
        for answer in &answers {
            canary.assert_absent("an answer", &answer.body);
        }
        canary.assert_absent("the audit log", door.audit());
        canary.assert_absent("what is kept", &record);
        canary.assert_absent_in_debug(&door.bridge);
    }
    let token = answers[0].token();
    Canary::of(token.as_bytes()).assert_absent("the audit log", door.audit());
    let accessor = answers[0].json()["auth"]["accessor"].as_str().unwrap().to_owned();
    let own = door.get("auth/token/lookup-self", &token).await;
    assert_eq!(own.json()["data"]["accessor"], accessor);
    let actor = |number: usize| match &door.bus.events()[number] {
        events::Event::RequestServed(event) => event.actor.as_ref().map(ToString::to_string),
        other => panic!("{other:?}"),
    };
    assert!(actor(0).is_some());
    assert_eq!(actor(0), actor(answers.len()), "the login and what is done with its token have one name");
    assert_eq!(actor(1), None);
}
