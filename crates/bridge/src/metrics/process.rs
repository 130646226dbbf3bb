//! The process, under the names that Prometheus' own libraries give these.

use std::fmt;
use std::fs;

use events::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Unit;
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::standing::{counter, gauge};

/// Memory, time and files of the process. What the system does not tell is left out: all but time, elsewhere than on Linux.
#[derive(Debug)]
pub(super) struct Process {
    started: Timestamp,
}

impl Process {
    pub(super) fn new(started: Timestamp) -> Self {
        Self { started }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let encoder = &mut encoder;
        let used = clock_gettime(ClockId::ProcessCPUTime);
        let used = std::time::Duration::try_from(used).unwrap_or_default().as_secs_f64();
        let seconds = Some(&Unit::Seconds);
        counter(encoder, "process_cpu", "Time on processors.", seconds, used)?;
        gauge(
            encoder,
            "process_start_time",
            "When it began, since 1970.",
            seconds,
            &self.started.as_second(),
        )?;
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes = Some(&Unit::Bytes);
        for (name, help, field) in [
            ("process_resident_memory", "Memory in use.", "VmRSS"),
            ("process_virtual_memory", "Memory that is mapped.", "VmSize"),
        ] {
            if let Some(kibibytes) = number(&status, field) {
                gauge(encoder, name, help, bytes, &kibibytes.saturating_mul(1024))?;
            }
        }
        if let Some(threads) = number(&status, "Threads") {
            gauge(encoder, "process_threads", "Threads.", None, &threads)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            let open = u64::try_from(open.count()).unwrap_or(u64::MAX);
            gauge(encoder, "process_open_fds", "Files and sockets that are open.", None, &open)?;
        }
        match getrlimit(Resource::Nofile).current {
            Some(most) => {
                gauge(encoder, "process_max_fds", "Files and sockets that may be open.", None, &most)
            }
            None => Ok(()),
        }
    }
}

/// `VmRSS:     1234 kB`
fn number(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_whole_name() {
        let status = "Name:\tbridge\nVmRSSs:\t 1 kB\nVmRSS:\t   2048 kB\nThreads:\t3\n";
        assert_eq!(number(status, "VmRSS"), Some(2048));
        assert_eq!(number(status, "Threads"), Some(3));
        assert_eq!(number(status, "VmSize"), None);
        assert_eq!(number(status, "Name"), None);
    }
}
