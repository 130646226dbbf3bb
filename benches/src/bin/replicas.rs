//! Two bridges over one OpenBao server: what one does the other knows, and either may go under load.
//!
//! `replicas SECRETBRIDGE BAO`: where the programs are.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use benches::bridge::{Client, MOUNT, OpenBao, ROOT, Serve, audited, free_address};
use events::{Clock as _, SystemClock};
use http::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How many secrets there are.
const COUNT: usize = 500;
/// How many clients ask at once, each over one connection to each bridge.
const CLIENTS: usize = 16;
/// `tokens.refresh` of both.
const REFRESH: Duration = Duration::from_secs(2);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(2);
/// How long there is load before one bridge goes, and after it has gone.
const LOAD: Duration = Duration::from_secs(3);

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the results are what the program is for")]
fn main() -> ExitCode {
    match run() {
        Ok(results) => {
            let failed = results.iter().filter(|(_, result)| result.is_err()).count();
            for (name, result) in &results {
                match result {
                    Ok(seen) => println!("ok: {name}: {seen}"),
                    Err(error) => println!("FAILED: {name}: {error}"),
                }
            }
            println!("{} passed, {failed} failed", results.len() - failed);
            if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What was looked at, and what was seen.
type Results = Vec<(&'static str, io::Result<String>)>;

fn run() -> io::Result<Results> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [secretbridge, bao] = &*arguments else {
        return Err(io::Error::other("usage: replicas SECRETBRIDGE BAO"));
    };
    let (secretbridge, bao) = (std::path::absolute(secretbridge)?, std::path::absolute(bao)?);
    let folder = tempfile::tempdir()?;
    let runtime = Runtime::new()?;
    let store = OpenBao::start(&bao, &folder.path().join("openbao"), false)?;
    runtime.block_on(fill(&store))?;
    let program = Program { secretbridge, folder: folder.path().to_owned(), store: store.address() };
    program.configure()?;
    let (one, two) = (program.start()?, program.start()?);
    let mut results = vec![
        ("a token of one reads at the other", runtime.block_on(issued(&one, &two))),
        ("a renewal reaches the other", runtime.block_on(renewed(&one, &two))),
        ("a revocation reaches the other", runtime.block_on(revoked(&one, &two))),
        ("a revocation reaches the first", runtime.block_on(revoked(&two, &one))),
        ("a new bootstrap token reaches both", runtime.block_on(replaced(&store, &one, &two))),
        ("revocations at both at once are all kept", runtime.block_on(revoked_at_once(&one, &two))),
    ];
    let token = runtime.block_on(one.root().issue(&["reader"], "1h"))?;
    // All requests of before are in the log, which both write.
    std::fs::rename(one.log(), one.log().with_extension("before"))?;
    let asked = Asked::new([one.address(), two.address()], &token);
    let (asked, two, killed) = runtime.block_on(kill(asked, two))?;
    results.push(("one is killed under load", killed));
    drop(two);
    let two = program.start()?;
    let killed_log = one.log().to_owned();
    let log = audited(&killed_log).and_then(|audited| asked.is_audited(audited.records));
    results.push(("every answer is in the audit log of both", log));
    let asked = Asked::new([one.address(), two.address()], &token);
    let (_, _, ended) = runtime.block_on(terminate(asked, two))?;
    results.push(("one is told to end under load", ended));
    results
        .push(("the chain of both holds", audited(one.log()).map(|log| format!("{} records", log.records))));
    Ok(results)
}

/// What both bridges are.
struct Program {
    secretbridge: PathBuf,
    folder: PathBuf,
    store: SocketAddr,
}

impl Program {
    /// Both read one configuration, and write one audit log.
    fn configure(&self) -> io::Result<()> {
        let config = format!(
            "instance: bench\nscope: bench\nstore: {{ provider: vault, mount: {MOUNT}, kv_version: 2 }}\naudit: {{ path: audit \
             }}\nbridge:\n  token: {{ source: BRIDGE_TOKEN }}\n  tokens: {{ refresh: {}s }}\n  limits: {{ per_address: off \
             }}\n  policies:\n    reader:\n      - \
             {{ path: \"secret/data/apps/*\", capabilities: [read] }}\n",
            REFRESH.as_secs()
        );
        std::fs::write(self.folder.join("secretbridge.yaml"), config)
    }

    fn start(&self) -> io::Result<Serve> {
        let address = format!("http://{}", self.store);
        let environment = [("BAO_ADDR", address.as_str()), ("BAO_TOKEN", ROOT)];
        Serve::start_at(&self.secretbridge, &self.folder, free_address()?, &environment)
    }
}

async fn fill(store: &OpenBao) -> io::Result<()> {
    put_bootstrap_token(store, ROOT).await?;
    for number in 0..COUNT {
        let data = json!({ "data": fields(number) });
        store.root().post(&format!("/v1/{MOUNT}/data/bench/apps/app-{number}"), &data).await?;
    }
    Ok(())
}

async fn put_bootstrap_token(store: &OpenBao, token: &str) -> io::Result<()> {
    let data = json!({ "data": { "value": token } });
    store.root().post(&format!("/v1/{MOUNT}/data/bench/BRIDGE_TOKEN"), &data).await.map(drop)
}

fn fields(number: usize) -> Value {
    json!({ "username": format!("user-{number}"), "password": format!("{number:040x}") })
}

fn failed(reason: impl Into<String>) -> io::Error {
    io::Error::other(reason.into())
}

/// How long it takes until `is_so`, which must not be longer than a refresh.
async fn within<F: Future<Output = io::Result<bool>>>(is_so: impl Fn() -> F) -> io::Result<String> {
    let clock = SystemClock::new();
    loop {
        if is_so().await? {
            return Ok(format!("after {} ms, of {} s", clock.monotonic().as_millis(), REFRESH.as_secs()));
        }
        if clock.monotonic() > REFRESH + SLACK {
            return Err(failed(format!("not after {:?}", clock.monotonic())));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn status(client: &Client) -> io::Result<u16> {
    Ok(client.read("apps/app-1").await?.status)
}

async fn issued(one: &Serve, two: &Serve) -> io::Result<String> {
    let token = two.root().with_token(one.root().issue(&["reader"], "1h").await?);
    let answer = token.read("apps/app-1").await?;
    if answer.status == 200 && answer.fields() == fields(1) {
        return Ok("at once".to_owned());
    }
    Err(failed(format!("{}", answer.status)))
}

async fn renewed(one: &Serve, two: &Serve) -> io::Result<String> {
    let token = one.root().issue(&["reader"], "2m").await?;
    let (here, there) = (one.root().with_token(&token), two.root().with_token(&token));
    let lasting = |client: Client| async move {
        let answer = client.ask(Method::GET, "/v1/auth/token/lookup-self", None).await?;
        let body: Value = serde_json::from_slice(&answer.body).map_err(io::Error::other)?;
        Ok::<_, io::Error>(body.pointer("/data/ttl").and_then(Value::as_u64).unwrap_or_default())
    };
    if lasting(there.clone()).await? > 120 {
        return Err(failed("it lasts longer before it is renewed"));
    }
    here.post("/v1/auth/token/renew-self", &json!({ "increment": "30m" })).await?;
    within(|| {
        let there = there.clone();
        async move { Ok(lasting(there).await? > 1700) }
    })
    .await
}

async fn revoked(one: &Serve, two: &Serve) -> io::Result<String> {
    let token = one.root().issue(&["reader"], "1h").await?;
    let (here, there) = (one.root().with_token(&token), two.root().with_token(&token));
    if (status(&here).await?, status(&there).await?) != (200, 200) {
        return Err(failed("it is not good before"));
    }
    here.post("/v1/auth/token/revoke-self", &json!({})).await?;
    if status(&here).await? != 403 {
        return Err(failed("it is good where it was revoked"));
    }
    within(|| async { Ok(status(&there).await? == 403) }).await
}

async fn revoked_at_once(one: &Serve, two: &Serve) -> io::Result<String> {
    let mut tokens = Vec::new();
    for number in 0..20 {
        let at = if number % 2 == 0 { one } else { two };
        tokens.push((at.address(), one.root().issue(&["reader"], "1h").await?));
    }
    let revoking: Vec<_> = tokens
        .iter()
        .map(|(address, token)| {
            let client = Client::new(*address, token.clone());
            tokio::spawn(async move { client.post("/v1/auth/token/revoke-self", &json!({})).await })
        })
        .collect();
    for revoking in revoking {
        revoking.await??;
    }
    within(|| async {
        for (_, token) in &tokens {
            for bridge in [one, two] {
                if status(&bridge.root().with_token(token)).await? != 403 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    })
    .await
}

async fn replaced(store: &OpenBao, one: &Serve, two: &Serve) -> io::Result<String> {
    let new = format!("{ROOT}-which-is-new");
    put_bootstrap_token(store, &new).await?;
    let seen = within(|| async {
        let there = [one, two].map(|bridge| bridge.root().with_token(&new));
        Ok(status(&there[0]).await? == 200 && status(&there[1]).await? == 200)
    })
    .await?;
    if status(&one.root()).await? == 200 && status(&two.root()).await? == 200 {
        return Ok(format!("{seen}; the one before is still good"));
    }
    Err(failed("the one before is not good any more"))
}

/// What clients were answered, by bridge.
struct Asked {
    bridges: [SocketAddr; 2],
    token: String,
    /// Whether a bridge is asked at all.
    is_in: [AtomicBool; 2],
    right: [AtomicU64; 2],
    wrong: [AtomicU64; 2],
    /// Asked, and not answered.
    broken: [AtomicU64; 2],
    /// Not even asked: nobody took the connection.
    refused: [AtomicU64; 2],
    is_over: AtomicBool,
}

impl Asked {
    fn new(bridges: [SocketAddr; 2], token: &str) -> Arc<Self> {
        Arc::new(Self {
            bridges,
            token: token.to_owned(),
            is_in: [const { AtomicBool::new(true) }; 2],
            right: [const { AtomicU64::new(0) }; 2],
            wrong: [const { AtomicU64::new(0) }; 2],
            broken: [const { AtomicU64::new(0) }; 2],
            refused: [const { AtomicU64::new(0) }; 2],
            is_over: AtomicBool::new(false),
        })
    }

    /// One client: each secret from one bridge or the other. What is not answered is asked of the other.
    async fn ask(self: Arc<Self>, first: usize) -> io::Result<()> {
        let clients = self.bridges.map(|address| Client::new(address, self.token.clone()));
        for number in (first..).take_while(|_| !self.is_over.load(Ordering::Relaxed)) {
            let mut bridge = (number / COUNT + number) % 2;
            if !self.is_in[bridge].load(Ordering::Relaxed) {
                bridge = 1 - bridge;
            }
            while !self.ask_once(&clients, bridge, number % COUNT).await? {
                self.is_in[bridge].store(false, Ordering::Relaxed);
                bridge = 1 - bridge;
            }
        }
        Ok(())
    }

    /// Whether there was an answer.
    async fn ask_once(&self, clients: &[Client; 2], bridge: usize, number: usize) -> io::Result<bool> {
        let count = |counters: &[AtomicU64; 2]| counters[bridge].fetch_add(1, Ordering::Relaxed);
        match clients[bridge].read(&format!("apps/app-{number}")).await {
            Ok(answer) if answer.status == 200 && answer.fields() == fields(number) => count(&self.right),
            Ok(_) => count(&self.wrong),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                count(&self.refused);
                return Ok(false);
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                count(&self.broken);
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        Ok(true)
    }

    fn counts(&self) -> [[u64; 2]; 4] {
        [&self.right, &self.wrong, &self.broken, &self.refused]
            .map(|counters| [0, 1].map(|bridge| counters[bridge].load(Ordering::Relaxed)))
    }

    /// What was seen, when of the second bridge at most `lost` requests were lost, and none of the first.
    fn judge(&self, lost: u64) -> io::Result<String> {
        let [right, wrong, broken, refused] = self.counts();
        let seen = format!(
            "{} and {} right answers, {} and {} wrong, {} and {} lost, {} and {} not taken",
            right[0], right[1], wrong[0], wrong[1], broken[0], broken[1], refused[0], refused[1]
        );
        let is_right = wrong == [0, 0] && broken[0] == 0 && refused[0] == 0 && right[0] > 0 && right[1] > 0;
        if is_right && broken[1] <= lost { Ok(seen) } else { Err(failed(seen)) }
    }

    /// Whether `records` are those of all requests that were answered, and of some that were not.
    fn is_audited(&self, records: u64) -> io::Result<String> {
        let [right, _, broken, _] = self.counts();
        let answered: u64 = right.iter().sum();
        let seen = format!("{records} records of {answered} answers");
        if (answered..=answered + broken[1]).contains(&records) { Ok(seen) } else { Err(failed(seen)) }
    }
}

type Gone = (Arc<Asked>, Serve, io::Result<String>);

/// Load on both, and the second is killed.
async fn kill(asked: Arc<Asked>, mut second: Serve) -> io::Result<Gone> {
    let clients: Vec<_> =
        (0..CLIENTS).map(|client| tokio::spawn(Arc::clone(&asked).ask(client * 31))).collect();
    tokio::time::sleep(LOAD).await;
    second.process.kill()?;
    tokio::time::sleep(LOAD).await;
    asked.is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await??;
    }
    let lost = u64::try_from(CLIENTS).unwrap_or(u64::MAX);
    let seen = asked.judge(lost).map(|seen| format!("{seen}; {CLIENTS} connections were open"));
    Ok((asked, second, seen))
}

/// Load on both, and the second is told to end; who balances the load looks at `/readyz`.
async fn terminate(asked: Arc<Asked>, second: Serve) -> io::Result<Gone> {
    let clients: Vec<_> =
        (0..CLIENTS).map(|client| tokio::spawn(Arc::clone(&asked).ask(client * 31))).collect();
    let balancer = Client::new(second.address(), "");
    tokio::time::sleep(LOAD).await;
    second.process.terminate()?;
    loop {
        match balancer.ask(Method::GET, "/readyz", None).await {
            Ok(answer) if answer.status == 200 => tokio::time::sleep(Duration::from_millis(100)).await,
            _ => break,
        }
    }
    asked.is_in[1].store(false, Ordering::Relaxed);
    let mut second = second;
    let (second, ended) = tokio::task::spawn_blocking(move || {
        let ended = second.process.wait();
        (second, ended)
    })
    .await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    asked.is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await??;
    }
    let seen = asked.judge(0).and_then(|seen| {
        if ended? {
            Ok(format!("{seen}; it ended in order"))
        } else {
            Err(failed(format!("{seen}; it did not end in order")))
        }
    });
    Ok((asked, second, seen))
}
