//! `secretbridge serve`.

mod dev;
mod log;
mod memory;
mod open_files;
mod stop;
#[cfg(feature = "otel")]
mod telemetry;
#[cfg(not(feature = "otel"))]
#[path = "serve/no_telemetry.rs"]
mod telemetry;
mod told;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bridge::config::{BootstrapTokenConfig, BridgeConfig};
use bridge::server::{Ended, Limits, Server, Threads, Tls, Transport};
use bridge::{OpenWith, Opened};
use clap::{Args, ValueEnum};
use events::{AuditLog, Clock, EventBus, FanOut, SystemClock};
use ring::rand::SystemRandom;
use secret_store::wrapper::RetryPolicy;
use secret_store::{Environment, OpenContext, SecretStore, SecretStoreExt as _, StoreConfig};
use serde::Serialize;

use self::stop::Stop;
use self::telemetry::Telemetry;
use self::told::Telling;
use crate::cli::ConfigArgs;
use crate::config::{self, ConfigError, Loaded, Problem, load};
use crate::env::actor;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::progress::Progress;
use crate::session::{context, scoped};

/// A client waits for its answer: a store that is not there after this is reported to it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between the signal to end and the last request that is taken: load balancers look at `/readyz` meanwhile.
const SETTLE: Duration = Duration::from_secs(3);

/// Serve the store to the External Secrets Operator and every other client of Vault.
///
/// Answers until SIGTERM or Ctrl-C; then it says at `/readyz` that it ends, and answers what is under way. A second signal ends
/// it at once. With `--dev`, it serves a store in memory, for trying. `--deadline` means nothing here.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Serve a store in memory on loopback, without a configuration, and print its root token: for trying. What is written is
    /// gone when it ends.
    #[arg(long)]
    dev: bool,
    /// The address and port to listen at, instead of the configuration's.
    #[arg(long, value_name = "ADDRESS:PORT", env = "SECRETBRIDGE_LISTEN")]
    listen: Option<SocketAddr>,
    /// How the log is written, on stderr.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", env = "SECRETBRIDGE_LOG_FORMAT")]
    log_format: LogFormat,
    /// What is logged: `debug` says why clients are turned away as well.
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL", env = "SECRETBRIDGE_LOG_LEVEL")]
    log_level: LogLevel,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum LogFormat {
    /// A line of text for each.
    #[default]
    Text,
    /// A JSON object on a line of its own for each.
    Json,
}

/// What is logged.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum LogLevel {
    /// What must be looked at.
    Error,
    /// And what may have to be.
    Warn,
    /// And what the server does.
    #[default]
    Info,
    /// And why clients are turned away.
    Debug,
}

/// That it serves, and where.
#[derive(Serialize)]
struct Serving {
    instance: String,
    /// As clients are given it.
    address: String,
}

impl fmt::Display for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "serving {} at {}", self.instance, self.address)
    }
}

pub(crate) async fn run(arguments: ServeArgs, output: Output) -> Result<()> {
    // Before anything else: a signal that comes during the start ends it in order.
    let stop = Stop::listen()?;
    let telemetry = Telemetry::of(&Environment::process())?;
    log::start(arguments.log_format, arguments.log_level, &telemetry);
    if arguments.dev {
        let served = dev::run(arguments.listen, stop, &telemetry, output).await;
        telemetry.end().await;
        return served;
    }
    let loaded = load(&arguments.config.config)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let progress = Progress::new(output, Arc::clone(&clock));
    let context = context(&loaded, &clock, &progress);
    let mut config = loaded.config.bridge.clone();
    config.token = Some(first_token(&loaded)?);
    for method in config.auth.values_mut() {
        *method = method.clone().resolved(|path| context.resolve(path));
    }
    config.listen = arguments.listen.unwrap_or(config.listen);
    let transport = transport(&config, &context)?;
    let folder = loaded.resolve(&loaded.config.audit.path);
    let log = AuditLog::open(folder, loaded.config.instance.as_str(), actor(&context.environment))?;
    let bus: Arc<dyn EventBus> = Arc::new(FanOut::new().with(log.clone()));
    let store = open(loaded.config.store.as_ref(), &loaded, &context, &clock).await?;
    let opened = config
        .open(OpenWith {
            instance: loaded.config.instance.as_str().to_owned(),
            store: telemetry.store(scoped(store, loaded.config.scope.as_ref())),
            stores: mounted(&config, &context, &clock, &telemetry).await?,
            bootstrap: None,
            bus,
            clock: Arc::clone(&clock),
            random: Arc::new(SystemRandom::new()),
        })
        .await?;
    let telling = Telling::start(&opened.bridge, &config, &loaded, &clock).await?;
    let instance = loaded.config.instance.as_str().to_owned();
    let said = |address| output.summary(&Serving { instance, address });
    let sockets = Sockets { listen: config.listen, transport, limits: config.limits.server() };
    let served = serve(opened, sockets, SETTLE, stop, &telemetry, said).await;
    telling.end().await;
    telemetry.end().await;
    let synced = tokio::task::spawn_blocking(move || log.sync()).await;
    synced.map_err(|_| Error::Internal)??;
    served
}

/// Where and how it listens.
struct Sockets {
    listen: SocketAddr,
    transport: Transport,
    limits: Limits,
}

/// Answers until it is told to end; `said` is told where it listens.
async fn serve(
    Opened { bridge, upkeep }: Opened,
    Sockets { listen, transport, limits }: Sockets,
    settle: Duration,
    mut stop: Stop,
    telemetry: &Telemetry,
    said: impl FnOnce(String) -> Result<()>,
) -> Result<()> {
    memory::lock();
    open_files::make_room(limits.connections);
    let scheme = if let Transport::Tls(tls) = &transport {
        tokio::spawn(Arc::clone(tls).keep_fresh());
        "https"
    } else {
        "http"
    };
    let handler = telemetry.handler(Arc::clone(&bridge));
    let threads = Threads::start().map_err(Error::io("start threads for", "serve".as_ref()))?;
    let server = Server::bind(listen, transport, handler, limits).await?.on(threads);
    let address = server.local_addr().map_err(Error::io("listen at", listen.to_string().as_ref()))?;
    tokio::spawn(upkeep);
    said(format!("{scheme}://{address}"))?;
    tracing::info!(%address, scheme, "serving");
    let (ended, mut again) = tokio::sync::oneshot::channel();
    let end = async move {
        stop.recv().await;
        bridge.drain();
        tracing::info!("told to end: answering what is under way");
        tokio::select! {
            () = tokio::time::sleep(settle) => {}
            () = stop.recv() => { let _ = ended.send(()); return; }
        }
        tokio::spawn(async move {
            stop.recv().await;
            let _ = ended.send(());
        });
    };
    tokio::select! {
        ended = server.run(end) => match ended {
            Ended::Drained => {
                tracing::info!("ended");
                Ok(())
            }
            Ended::Cut => Err(Error::Cut),
        },
        Ok(()) = &mut again => Err(Error::Interrupted),
    }
}

fn transport(config: &BridgeConfig, context: &OpenContext) -> Result<Transport> {
    let Some(tls) = &config.tls else {
        return Ok(if config.plain_http { Transport::PlainAnywhere } else { Transport::Loopback });
    };
    let resolved = tls.clone().resolved(|path| context.resolve(path));
    Ok(Transport::Tls(Arc::new(Tls::open(resolved)?)))
}

/// Without a first token, nobody could ask.
fn first_token(loaded: &Loaded) -> Result<BootstrapTokenConfig> {
    config::first_token(&loaded.config).ok_or_else(|| {
        let problem = Problem::new("`bridge.token` is missing: nobody could ask the bridge for anything");
        let help = "name the secret that is the first token: `bridge: { token: { source: BRIDGE_TOKEN } }`, and put a random \
                    value there: head -c 32 /dev/urandom | base64 | tr -d '\\n' | secretbridge store put BRIDGE_TOKEN";
        let problem = problem.help(help).at(loaded.source.span_of(&["bridge".into()]));
        ConfigError::Problems { text: Box::new(loaded.source.clone()), problems: vec![problem] }.into()
    })
}

async fn mounted(
    config: &BridgeConfig,
    context: &OpenContext,
    clock: &Arc<dyn Clock>,
    telemetry: &Telemetry,
) -> Result<BTreeMap<String, Arc<dyn SecretStore>>> {
    let mut stores = BTreeMap::new();
    for (path, mount) in &config.mounts {
        if let Some(store) = &mount.store {
            stores.insert(path.clone(), telemetry.store(asked_again(store, context, clock).await?));
        }
    }
    Ok(stores)
}

async fn open(
    config: Option<&StoreConfig>,
    loaded: &Loaded,
    context: &OpenContext,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn SecretStore>> {
    match config {
        Some(config) => asked_again(config, context, clock).await,
        None => Err(ConfigError::NoStore { path: loaded.source.path().to_owned() }.into()),
    }
}

/// A store that is asked again for as long as a client waits.
async fn asked_again(
    config: &StoreConfig,
    context: &OpenContext,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn SecretStore>> {
    let policy = config.retry_policy();
    let within = policy.deadline.map_or(PATIENCE, |within| within.min(PATIENCE));
    let policy = RetryPolicy { deadline: Some(within), ..policy };
    Ok(Arc::new(config.open(context).await?.retrying(policy, Arc::clone(clock))))
}
