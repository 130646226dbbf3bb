//! The log of the server, on stderr.

use tracing::Level;
use tracing_subscriber::fmt;

use super::{LogFormat, LogLevel};

/// Logs from now on. What is logged holds no value: it is told by the same types as errors are.
pub(super) fn start(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    let log = fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).with_target(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
