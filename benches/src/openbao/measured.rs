//! What one run of a program took.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use events::{Clock as _, SystemClock};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::Cost;

/// What one run of a program took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// Time.
    pub cost: Cost,
    /// Most memory that was resident at once, in bytes.
    pub peak: u64,
}

/// Runs `program`, with its standard output in the file `output`, as the only child of a process that asks the kernel what
/// its children took: `measurer`, which ends in [`run_and_report`].
///
/// A process of its own, since what the kernel calls the peak of a program is at least what was resident in the process that
/// started it, and this one holds a thousand Secrets.
///
/// # Errors
/// When the program cannot be run, or fails; with what it had to say.
pub fn measure(measurer: &mut Command, output: &Path, program: &Command) -> io::Result<Spent> {
    measurer.arg(output).arg(program.get_program()).args(program.get_args());
    measurer.env_clear();
    if let Some(folder) = program.get_current_dir() {
        measurer.current_dir(folder);
    }
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            measurer.env(name, value);
        }
    }
    let report = measurer.output()?;
    if !report.status.success() {
        let said = String::from_utf8_lossy(&report.stderr);
        return Err(io::Error::other(format!("{} fails: {said}", program.get_program().display())));
    }
    let numbers: Vec<u64> = report
        .stdout
        .split(|byte| *byte == b' ')
        .filter_map(|it| str::from_utf8(it).ok()?.parse().ok())
        .collect();
    let [wall, cpu, peak] = numbers[..] else {
        return Err(io::Error::other(format!("{measurer:?} does not measure")));
    };
    Ok(Spent { cost: Cost { wall: Duration::from_nanos(wall), cpu: Duration::from_nanos(cpu) }, peak })
}

/// What a measuring process does: runs `program` with its output in the file `output`, and prints what it took.
///
/// # Errors
/// When the program cannot be run, or fails.
#[expect(clippy::print_stdout, reason = "how the measuring process answers")]
pub fn run_and_report(output: &Path, program: &mut Command) -> io::Result<()> {
    let output = File::create(output)?;
    let clock = SystemClock::new();
    let status = program.stdout(output).status()?;
    let wall = clock.monotonic();
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = duration(usage.user_time()) + duration(usage.system_time());
    print!("{} {} {}", wall.as_nanos(), cpu.as_nanos(), usage.max_rss().unsigned_abs() * 1024);
    Ok(())
}

fn duration(time: TimeVal) -> Duration {
    Duration::new(time.tv_sec().unsigned_abs(), 0) + Duration::from_micros(time.tv_usec().unsigned_abs())
}
