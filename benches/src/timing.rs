//! The best of several runs, and a table of two things measured side by side.

use std::fmt;
use std::time::Duration;

use events::{Clock as _, SystemClock};
use rustix::time::{ClockId, clock_gettime};

/// What a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// By the clock on the wall.
    pub wall: Duration,
    /// Of all cores together; what other programs do to the machine shows less.
    pub cpu: Duration,
}

/// The best of `runs` runs of each, wall and cores apart. They take turns, so that whatever else the machine does meets
/// all alike. One run of each goes before, unmeasured.
#[must_use]
pub fn best<const N: usize>(runs: usize, mut all: [&mut dyn FnMut(); N]) -> [Cost; N] {
    let clock = SystemClock::new();
    let mut best = [Cost { wall: Duration::MAX, cpu: Duration::MAX }; N];
    for run in 0..=runs {
        for (run_once, best) in all.iter_mut().zip(&mut best) {
            let (wall, cpu) = (clock.monotonic(), cpu());
            run_once();
            let (wall, cpu) = (clock.monotonic().saturating_sub(wall), self::cpu().saturating_sub(cpu));
            if run > 0 {
                *best = Cost { wall: wall.min(best.wall), cpu: cpu.min(best.cpu) };
            }
        }
    }
    best
}

/// What the process has had of all cores.
fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Ours beside a peer.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// What it took us.
    pub ours: Cost,
    /// What it took the peer.
    pub peer: Cost,
}

/// Rows under a head. A ratio is the peer's time over ours: above one, ours is faster.
#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|row| row.name.len()).max().unwrap_or(0).max(4);
        write!(f, "{:width$}  {:>11}  {:>11}  {:>7}", "name", "ours", "peer", "ratio")?;
        writeln!(f, "  {:>11}  {:>11}  {:>7}", "ours (CPU)", "peer (CPU)", "ratio")?;
        for Row { name, ours, peer } in &self.0 {
            write!(f, "{name:width$}")?;
            for (ours, peer) in [(ours.wall, peer.wall), (ours.cpu, peer.cpu)] {
                let ratio = peer.as_secs_f64() / ours.as_secs_f64();
                let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
                write!(f, "  {:>11}  {:>11}  {ratio:>6.2}x", ms(ours), ms(peer))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
