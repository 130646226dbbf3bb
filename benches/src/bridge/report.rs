//! The table.

use std::fmt;
use std::time::Duration;

use super::{Load, Usage};

/// One round of one server.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// What wrk saw.
    pub load: Load,
    /// What the server had of the cores meanwhile.
    pub cpu: Duration,
}

/// The medians of each server's rounds, one line each, beside the first.
#[derive(Debug, Default)]
pub struct Report(Vec<Line>);

#[derive(Debug)]
struct Line {
    name: &'static str,
    rate: f64,
    median: Duration,
    p99: Duration,
    cpu: Duration,
    peak: u64,
    errors: u64,
}

impl Report {
    /// Adds a server, with all of its rounds and what it had taken at their end.
    pub fn add(&mut self, name: &'static str, rounds: &[Measured], end: Usage) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousand in a second"
        )]
        let rate = middle(rounds, |round| (round.load.rate() * 1000.0) as u64);
        #[expect(clippy::cast_precision_loss, reason = "the same")]
        let rate = rate as f64 / 1000.0;
        let each =
            |round: &Measured| round.cpu / u32::try_from(round.load.requests).unwrap_or(u32::MAX).max(1);
        self.0.push(Line {
            name,
            rate,
            median: middle(rounds, |round| round.load.median),
            p99: middle(rounds, |round| round.load.p99),
            cpu: middle(rounds, each),
            peak: end.peak,
            errors: rounds.iter().map(|round| round.load.errors).sum(),
        });
    }

    /// How many times as many answers in a second the first server gives as the one of this name.
    #[must_use]
    pub fn ratio_to(&self, name: &str) -> Option<f64> {
        let (first, other) = (self.0.first()?, self.0.iter().find(|line| line.name == name)?);
        Some(first.rate / other.rate)
    }
}

fn middle<T: Ord>(rounds: &[Measured], of: impl Fn(&Measured) -> T) -> T {
    let mut all: Vec<_> = rounds.iter().map(of).collect();
    all.sort_unstable();
    all.swap_remove(all.len() / 2)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|line| line.name.len()).max().unwrap_or_default();
        write!(f, "{:width$}  {:>10}  {:>7}  {:>10}", "", "requests/s", "ratio", "p50")?;
        writeln!(f, "  {:>10}  {:>12}  {:>9}  {:>6}", "p99", "CPU/request", "peak", "errors")?;
        let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
        for line in &self.0 {
            let ratio = self.ratio_to(line.name).unwrap_or_default();
            write!(f, "{:width$}  {:>10.0}  {ratio:>6.2}x  {:>10}", line.name, line.rate, ms(line.median))?;
            #[expect(clippy::cast_precision_loss, reason = "some MiB")]
            let peak = line.peak as f64 / f64::from(1 << 20);
            let cpu = line.cpu.as_secs_f64() * 1e6;
            writeln!(f, "  {:>10}  {cpu:>9.1} µs  {peak:>5.1} MiB  {:>6}", ms(line.p99), line.errors)?;
        }
        Ok(())
    }
}
