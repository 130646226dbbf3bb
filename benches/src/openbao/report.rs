//! A table of programs.

use std::fmt;
use std::time::Duration;

use super::{Seen, Spent};

/// Rows, the first of which is ours: the others' times are also told as multiples of its.
#[derive(Debug, Clone, Default)]
pub struct Report(Vec<Row>);

#[derive(Debug, Clone)]
struct Row {
    name: &'static str,
    walls: Vec<Duration>,
    cpu: Duration,
    peak: u64,
    seen: Seen,
}

impl Report {
    /// Adds what the runs of a program took, and what the server saw of one of them.
    pub fn add(&mut self, name: &'static str, runs: &[Spent], seen: &Seen) {
        let mut walls: Vec<_> = runs.iter().map(|run| run.cost.wall).collect();
        walls.sort();
        let cpu = runs.iter().map(|run| run.cost.cpu).min().unwrap_or_default();
        let peak = runs.iter().map(|run| run.peak).max().unwrap_or_default();
        self.0.push(Row { name, walls, cpu, peak, seen: seen.clone() });
    }
}

impl Row {
    fn best(&self) -> Duration {
        self.walls.first().copied().unwrap_or_default()
    }

    fn median(&self) -> Duration {
        self.walls.get(self.walls.len() / 2).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|row| row.name.len()).max().unwrap_or(0);
        write!(f, "{:width$}  {:>9}  {:>9}  {:>7}  {:>9}", "", "best", "median", "ratio", "CPU")?;
        writeln!(f, "  {:>9}  {:>8}  {:>7}  {:>11}", "peak", "requests", "auth", "connections")?;
        let ours = self.0.first().map(Row::best).unwrap_or_default();
        for row in &self.0 {
            let seconds = |time: Duration| format!("{:.3} s", time.as_secs_f64());
            let ratio = row.best().as_secs_f64() / ours.as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
            let peak = format!("{:.1} MB", row.peak as f64 / 1e6);
            let [best, median, cpu] = [row.best(), row.median(), row.cpu].map(seconds);
            write!(f, "{:width$}  {best:>9}  {median:>9}  {ratio:>6.1}x  {cpu:>9}  {peak:>9}", row.name)?;
            let Seen { requests, auth, .. } = row.seen;
            writeln!(f, "  {requests:>8}  {auth:>7}  {:>11}", row.seen.connections())?;
        }
        Ok(())
    }
}
