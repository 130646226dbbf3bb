//! The fastest of several runs, and a table of two things measured side by side.

use std::fmt;
use std::time::Duration;

use events::{Clock as _, SystemClock};

/// The fastest of `runs` runs of each, taken in turns, so that whatever else the machine does meets both alike. One run
/// of each goes before, unmeasured.
#[must_use]
pub fn fastest<const N: usize>(runs: usize, mut all: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let clock = SystemClock::new();
    let mut best = [Duration::MAX; N];
    for run in 0..=runs {
        for (run_once, best) in all.iter_mut().zip(&mut best) {
            let start = clock.monotonic();
            run_once();
            let took = clock.monotonic() - start;
            if run > 0 {
                *best = took.min(*best);
            }
        }
    }
    best
}

/// Ours beside a peer.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// What it took us.
    pub ours: Duration,
    /// What it took the peer.
    pub peer: Duration,
}

/// Rows under a head; the ratio is the peer's time over ours: above one, ours is faster.
#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|row| row.name.len()).max().unwrap_or(0).max(4);
        writeln!(f, "{:width$}  {:>11}  {:>11}  {:>10}", "name", "ours", "peer", "peer/ours")?;
        for Row { name, ours, peer } in &self.0 {
            let ratio = peer.as_secs_f64() / ours.as_secs_f64();
            let ms = |time: &Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
            writeln!(f, "{name:width$}  {:>11}  {:>11}  {ratio:>9.2}x", ms(ours), ms(peer))?;
        }
        Ok(())
    }
}
