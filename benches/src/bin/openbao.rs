//! Has secretbridge and others deliver a thousand Secrets from one OpenBao server, and prints a table.
//!
//! `openbao BAO SECRETBRIDGE VALS ARGOCD_VAULT_PLUGIN`: where the programs are.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use benches::openbao::{
    Contender, Delayed, Delivered, Programs, Report, Seen, Server, Spent, measure, run_and_report,
};
use benches::{Kind, Sample};

const COUNT: usize = 1000;
/// How far away the server is, and how often each program is run.
const DISTANCES: [(Duration, usize); 2] = [(Duration::ZERO, 5), (Duration::from_millis(5), 3)];
/// The first argument of a process that measures.
const MEASURE: &str = "measure";

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
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let given: [Option<PathBuf>; 4] = std::array::from_fn(|_| arguments.next());
    match given {
        [Some(word), Some(output), Some(program), first] if word.as_os_str() == MEASURE => {
            run_and_report(&output, Command::new(program).args(first).args(arguments))
        }
        [Some(bao), Some(secretbridge), Some(vals), Some(argocd_vault_plugin)] => {
            let [bao, secretbridge, vals, argocd_vault_plugin] =
                [bao, secretbridge, vals, argocd_vault_plugin].map(std::path::absolute);
            let programs = Programs {
                secretbridge: secretbridge?,
                vals: vals?,
                argocd_vault_plugin: argocd_vault_plugin?,
            };
            compare(&bao?, &programs)
        }
        _ => Err(io::Error::other("usage: openbao BAO SECRETBRIDGE VALS ARGOCD_VAULT_PLUGIN")),
    }
}

#[expect(clippy::print_stdout, reason = "the tables are what the program is for")]
fn compare(bao: &Path, programs: &Programs) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let sample = Sample::new(COUNT, Kind::Text);
    let wanted = Delivered::of(&sample);
    let server = Server::start(bao, folder.path())?;
    server.fill(sample.secrets())?;
    let contenders = Contender::all(programs, &sample, folder.path())?;
    let mut race = Race { server, wanted };
    for contender in &contenders {
        race.run(contender, race.server.address())?;
    }
    for (distance, runs) in DISTANCES {
        let address = if distance.is_zero() {
            race.server.address()
        } else {
            Delayed::before(race.server.address(), distance)?.address()
        };
        println!(
            "\n{COUNT} Secrets from as many paths, {} kB of values, {} ms away, {runs} runs",
            sample.bytes() / 1000,
            distance.as_millis(),
        );
        print!("{}", race.rounds(&contenders, address, runs)?);
    }
    Ok(())
}

/// The server that all take from, and what they have to make of it.
struct Race {
    server: Server,
    wanted: Delivered,
}

impl Race {
    /// `runs` runs of each. They take turns, so that whatever else the machine does meets all alike.
    fn rounds(&mut self, contenders: &[Contender], address: SocketAddr, runs: usize) -> io::Result<Report> {
        let mut spent = vec![Vec::new(); contenders.len()];
        let mut seen = vec![Seen::default(); contenders.len()];
        for _ in 0..runs {
            for (index, contender) in contenders.iter().enumerate() {
                let (took, asked) = self.run(contender, address)?;
                spent[index].push(took);
                seen[index] = asked;
            }
        }
        let mut report = Report::default();
        for ((contender, spent), seen) in contenders.iter().zip(&spent).zip(&seen) {
            report.add(contender.name, spent, seen);
        }
        Ok(report)
    }

    /// One run, and whether it delivered what it was asked for.
    fn run(&mut self, contender: &Contender, address: SocketAddr) -> io::Result<(Spent, Seen)> {
        let command = contender.command(address)?;
        self.server.seen()?;
        let mut measurer = Command::new(std::env::current_exe()?);
        let spent = measure(measurer.arg(MEASURE), &contender.output(), &command)?;
        let seen = self.server.seen()?;
        let name = contender.name;
        if let Some(difference) = self.wanted.difference(&Delivered::read(&contender.secrets())?) {
            return Err(io::Error::other(format!("{name}: {difference} as in the server")));
        }
        if contender.is_ours() && seen.requests - seen.auth > COUNT {
            return Err(io::Error::other(format!("{name}: {seen:?} for {COUNT} paths")));
        }
        Ok((spent, seen))
    }
}
