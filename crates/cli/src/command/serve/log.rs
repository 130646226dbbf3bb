//! The log of the server, on stderr.

use tracing::Level;
use tracing_subscriber::fmt;

use super::telemetry::Telemetry;
use super::{LogFormat, LogLevel};

/// Logs from now on. What is logged holds no value: it is told by the same types as errors are.
pub(super) fn start(
    format: LogFormat,
    level: LogLevel,
    #[cfg_attr(not(feature = "otel"), expect(unused_variables, reason = "there is nothing to trace"))]
    telemetry: &Telemetry,
) {
    let level = match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    #[cfg(feature = "otel")]
    if let Some(traces) = telemetry.layer() {
        return beside(traces, format, level);
    }
    let log = fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).with_target(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

/// Spans are the traces' alone, and events the log's.
#[cfg(feature = "otel")]
fn beside<T>(traces: T, format: LogFormat, level: Level)
where
    T: tracing_subscriber::Layer<tracing_subscriber::Registry> + Send + Sync,
{
    use tracing_subscriber::Layer as _;
    use tracing_subscriber::filter::filter_fn;
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;

    let events = filter_fn(move |metadata| metadata.is_event() && *metadata.level() <= level);
    let log = fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(false);
    let log = match format {
        LogFormat::Text => log.with_filter(events).boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_filter(events).boxed(),
    };
    tracing_subscriber::registry().with(traces).with(log).init();
}
