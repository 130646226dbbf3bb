//! Has wrk read ten thousand secrets from secretbridge, OpenBao and a bare route of axum, and prints a table.
//!
//! `bridge-load SECRETBRIDGE BARE_AXUM BAO WRK [SECONDS ROUNDS]`: where the programs are.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use benches::bridge::{
    Answer, BareAxum, Client, Load, MOUNT, Measured, OpenBao, Process, ROOT, Report, Serve, Wrk, audited,
    free_address, reads,
};
use benches::{COUNT, Kind, Sample};
use bytes::Bytes;
use secret_store::SecretFields;
use serde_json::Value;
use tokio::runtime::Runtime;

/// How many connections of wrk may be in the middle of an answer when it ends: it does not count those.
const UNDER_WAY: u64 = 32;
/// How often each secret is read in a burst, at once.
const TIMES: usize = 2;
/// What the bridge may have of the memory, in bytes.
const MOST_MEMORY: u64 = 64 << 20;
/// What a token of the bench may do, with both servers.
const RULES: [(&str, &[&str]); 3] = [
    ("secret/data/*", &["read"]),
    ("secret/metadata/*", &["list", "read"]),
    ("secret/data/closed/*", &["deny"]),
];

#[expect(clippy::print_stderr, reason = "an error can have several lines, from a program that failed")]
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [secretbridge, axum, bao, wrk, numbers @ ..] = &*arguments else {
        return Err(io::Error::other("usage: bridge-load SECRETBRIDGE BARE_AXUM BAO WRK [SECONDS ROUNDS]"));
    };
    let programs = [secretbridge, axum, bao].map(std::path::absolute);
    let numbers: Vec<u64> =
        numbers.iter().map(|number| number.parse()).collect::<Result<_, _>>().map_err(io::Error::other)?;
    let (seconds, rounds) = (numbers.first().copied().unwrap_or(8), numbers.get(1).copied().unwrap_or(5));
    compare(programs, Path::new(wrk), seconds, rounds)
}

/// One server, and who asks it.
struct Runner<'a> {
    name: &'static str,
    process: &'a Process,
    address: SocketAddr,
    client: Client,
    token: String,
    rounds: Vec<Measured>,
}

#[expect(clippy::print_stdout, reason = "the tables are what the program is for")]
fn compare(programs: [io::Result<PathBuf>; 3], wrk: &Path, seconds: u64, rounds: u64) -> io::Result<()> {
    let [secretbridge, axum, bao] = programs;
    let (secretbridge, axum, bao) = (secretbridge?, axum?, bao?);
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let sample = Sample::new(COUNT, Kind::Text);
    let wanted = Arc::new(Wanted::of(&sample));
    println!("{COUNT} secrets, {} kB of values; wrk with {UNDER_WAY} connections", sample.bytes() / 1000);

    let store = Serve::make_store(folder, sample.secrets())?;
    let serve = Serve::start(&secretbridge, folder, &store, &settings())?;
    let token = runtime.block_on(serve.root().issue(&["reader"], "1h"))?;
    let client = serve.root().with_token(&token);
    let answers = runtime.block_on(wanted.all(&client))?;
    let lengths: usize = answers.iter().map(|(_, body)| body.len()).sum();
    println!(
        "answers of {} bytes on average; the first of each read from a store of age files",
        lengths / COUNT
    );

    let bare = BareAxum::start(&axum, folder, &answers)?;
    let openbao = OpenBao::start(&bao, &folder.join("openbao"), false)?;
    let audits = OpenBao::start(&bao, &folder.join("openbao-audits"), true)?;
    let mut of_openbao = Vec::new();
    for server in [&openbao, &audits] {
        runtime.block_on(fill(server, &sample))?;
        runtime.block_on(server.policy("reader", &RULES))?;
        let token = runtime.block_on(server.root().issue(&["reader"], "1h"))?;
        let client = server.root().with_token(&token);
        runtime.block_on(wanted.all(&client))?;
        of_openbao.push((token, client));
    }
    let [(openbao_token, openbao_client), (audits_token, audits_client)]: [_; 2] =
        of_openbao.try_into().map_err(|_| io::Error::other("two servers"))?;

    let paths: Vec<_> = wanted.paths.iter().map(|path| format!("/v1/{MOUNT}/data/{path}")).collect();
    let cores = std::thread::available_parallelism()?.get();
    let wrk = Wrk::new(wrk, folder, &paths, cores.min(4))?;
    let runner = |name, process, address, client, token| Runner {
        name,
        process,
        address,
        client,
        token,
        rounds: Vec::new(),
    };
    let mut runners = [
        runner("secretbridge, audit log on", &serve.process, serve.address(), client, token),
        runner(
            "bare axum",
            &bare.process,
            bare.address(),
            Client::new(bare.address(), ""),
            "none".to_owned(),
        ),
        runner("OpenBao, no audit log", &openbao.process, openbao.address(), openbao_client, openbao_token),
        runner("OpenBao, audit log on", &audits.process, audits.address(), audits_client, audits_token),
    ];
    let log = Log { path: serve.log(), clients: &serve.root() };
    log.begin(&runtime)?;
    for _ in 0..rounds {
        for runner in &mut runners {
            let (load, sampled) = runner.round(&runtime, &wrk, &wanted, seconds)?;
            if runner.name.starts_with("secretbridge") {
                log.check(&runtime, load.requests + sampled)?;
            }
        }
    }
    let mut report = Report::default();
    for runner in &runners {
        report.add(runner.name, &runner.rounds, runner.process.usage()?);
    }
    println!("\n{rounds} rounds of {seconds} s each, in turns; medians\n{report}");
    let peak = serve.process.usage()?.peak;
    let peak = peak.max(burst(&runtime, &secretbridge, folder, &audits, &wanted)?);
    if peak > MOST_MEMORY {
        return Err(io::Error::other(format!(
            "secretbridge took {peak} bytes of memory, more than {MOST_MEMORY}"
        )));
    }
    match runners.iter().find(|runner| runner.rounds.iter().any(|round| round.load.errors > 0)) {
        Some(runner) => Err(io::Error::other(format!("{}: not every request was answered", runner.name))),
        None => Ok(()),
    }
}

/// Each secret is read several times at once, and never before, of a bridge over `store`: which is to be asked once for each.
/// Returns the peak of the bridge's memory.
#[expect(clippy::print_stdout, reason = "the numbers are what the program is for")]
fn burst(
    runtime: &Runtime,
    program: &Path,
    folder: &Path,
    store: &OpenBao,
    wanted: &Arc<Wanted>,
) -> io::Result<u64> {
    let folder = folder.join("burst");
    std::fs::create_dir(&folder)?;
    let config = format!(
        "instance: bench\nstore: {{ provider: vault, mount: {MOUNT}, kv_version: 2 }}\naudit: {{ path: audit }}\nbridge:\n  \
         token: {{ source: BRIDGE_TOKEN }}\n  cache: {{ ttl: 10m }}\n"
    );
    std::fs::write(folder.join("secretbridge.yaml"), config)?;
    let token = serde_json::json!({ "data": { "value": ROOT } });
    runtime.block_on(store.root().post(&format!("/v1/{MOUNT}/data/BRIDGE_TOKEN"), &token))?;
    let before = std::fs::metadata(store.log())?.len();
    let address = format!("http://{}", store.address());
    let environment = [("BAO_ADDR", address.as_str()), ("BAO_TOKEN", ROOT)];
    let serve = Serve::start_at(program, &folder, free_address()?, &environment)?;
    runtime.block_on(async {
        let asking: Vec<_> = (0..16 * TIMES)
            .map(|number| {
                let (wanted, client) = (Arc::clone(wanted), serve.root());
                tokio::spawn(async move { wanted.part(&client, number / TIMES, 16).await })
            })
            .collect();
        for asking in asking {
            asking.await??;
        }
        Ok::<_, io::Error>(())
    })?;
    // The bridge has the root token, and nobody else reads with it.
    let (reads, peak) = (reads(store.log(), before, "root")?, serve.process.usage()?.peak);
    let asked = |path: &String| reads.get(&format!("{MOUNT}/data/{path}")).copied().unwrap_or_default();
    let most = wanted.paths.iter().map(asked).max().unwrap_or_default();
    let all: usize = wanted.paths.iter().map(asked).sum();
    println!(
        "a burst of {} reads of {COUNT} secrets: the store was read {all} times, each secret at most {most} times; peak {} kB",
        TIMES * COUNT,
        peak / 1024
    );
    if (all, most) == (COUNT, 1) {
        return Ok(peak);
    }
    Err(io::Error::other(format!("the store was read {all} times for {COUNT} secrets")))
}

/// The policy of the bench, in the configuration of ours.
fn settings() -> String {
    let rules = RULES.map(|(path, capabilities)| {
        format!("      - {{ path: \"{path}\", capabilities: [{}] }}\n", capabilities.join(", "))
    });
    // Longer than the rounds take: what is measured is the bridge, and not how fast age decrypts.
    format!("  cache: {{ ttl: 10m }}\n  policies:\n    reader:\n{}", rules.concat())
}

async fn fill(server: &OpenBao, sample: &Sample) -> io::Result<()> {
    let root = server.root();
    for (path, fields) in sample.secrets() {
        let data = serde_json::json!({ "data": Wanted::object(fields) });
        root.post(&format!("/v1/{MOUNT}/data/{path}"), &data).await?;
    }
    Ok(())
}

impl Runner<'_> {
    /// One run of wrk, with answers looked at in between; how many that were.
    fn round(
        &mut self,
        runtime: &Runtime,
        wrk: &Wrk,
        wanted: &Arc<Wanted>,
        seconds: u64,
    ) -> io::Result<(Load, u64)> {
        let is_over = Arc::new(AtomicBool::new(false));
        let looking = runtime.spawn(Arc::clone(wanted).sample(self.client.clone(), Arc::clone(&is_over)));
        let before = self.process.usage()?.cpu;
        let load = wrk.run(self.address, &self.token, seconds);
        let cpu = self.process.usage()?.cpu.saturating_sub(before);
        is_over.store(true, Ordering::Relaxed);
        let sampled = runtime
            .block_on(looking)?
            .map_err(|error| io::Error::other(format!("{}, under load: {error}", self.name)))?;
        let load = load?;
        self.rounds.push(Measured { load, cpu });
        Ok((load, sampled))
    }
}

/// The audit log of ours.
struct Log<'a> {
    path: &'a Path,
    clients: &'a Client,
}

impl Log<'_> {
    /// What was before is verified and put aside, as by a rotation.
    fn begin(&self, runtime: &Runtime) -> io::Result<u64> {
        let aside = self.path.with_extension("aside");
        std::fs::rename(self.path, &aside)?;
        // The writer has the other file open until it writes again.
        let answer = runtime.block_on(self.clients.read("no/such/secret"))?;
        if answer.status != 404 {
            return Err(io::Error::other(format!("a secret that is not there is {}", answer.status)));
        }
        let records = audited(&aside)?.records;
        std::fs::remove_file(&aside)?;
        Ok(records)
    }

    /// Every request is in the log, and its chain holds.
    fn check(&self, runtime: &Runtime, requests: u64) -> io::Result<()> {
        // Of the rotation before.
        let requests = requests + 1;
        let records = self.begin(runtime)?;
        if (requests..=requests + UNDER_WAY).contains(&records) {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "{requests} requests were answered, and {records} are in the audit log"
        )))
    }
}

/// What every read has to answer.
struct Wanted {
    paths: Vec<String>,
    fields: HashMap<String, Value>,
}

impl Wanted {
    fn of(sample: &Sample) -> Self {
        let fields: HashMap<_, _> =
            sample.secrets().iter().map(|(path, fields)| (path.to_string(), Self::object(fields))).collect();
        Self { paths: sample.secrets().iter().map(|(path, _)| path.to_string()).collect(), fields }
    }

    fn object(fields: &SecretFields) -> Value {
        let text = secret_store::json::encode(fields).map(|text| serde_json::from_slice(&text));
        text.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// Reads every path, and looks at the answer.
    async fn all(&self, client: &Client) -> io::Result<Vec<(String, Bytes)>> {
        let mut answers = Vec::with_capacity(self.paths.len());
        for path in &self.paths {
            answers.push((path.clone(), self.read(client, path).await?.body));
        }
        Ok(answers)
    }

    /// Reads one path of every `parts`, and looks at the answers.
    async fn part(&self, client: &Client, part: usize, parts: usize) -> io::Result<()> {
        for path in self.paths.iter().skip(part).step_by(parts) {
            self.read(client, path).await?;
        }
        Ok(())
    }

    /// Reads one path after the other, and looks at the answers, until it is over; how many there were.
    async fn sample(self: Arc<Self>, client: Client, is_over: Arc<AtomicBool>) -> io::Result<u64> {
        let mut count = 0;
        for path in self.paths.iter().cycle() {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            self.read(&client, path).await?;
            count += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(count)
    }

    async fn read(&self, client: &Client, path: &str) -> io::Result<Answer> {
        let answer = client.read(path).await?;
        if answer.status == 200 && answer.fields() == self.fields[path] {
            return Ok(answer);
        }
        Err(io::Error::other(format!("{path}: {} with another body than was written", answer.status)))
    }
}
