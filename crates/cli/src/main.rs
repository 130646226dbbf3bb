//! The `secretbridge` command.

mod cli;
mod command;
mod config;
mod deadline;
mod env;
mod error;
mod exit;
mod inventory;
mod next;
mod output;
mod prepare;
mod problems;
mod progress;
mod prompt;
mod report;
mod session;
mod warning;

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use events::{SignedDuration, SystemClock};
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use zeroizing_alloc::ZeroAlloc;

use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::output::Output;

/// Buffers inside of libraries (the age crate's, the YAML reader's) hold values too: what is freed is wiped.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    without_core_dumps();
    let Cli { global, command } = Cli::parse();
    let output = Output::new(global);
    match run(command, global.deadline, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report::report(&error, output);
            error.exit().into()
        }
    }
}

/// A core dump would hold values, and lie in the working directory, which may be a Git repository.
fn without_core_dumps() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // To lower a limit is always allowed; were it not, the command would still be of use.
    let _ = setrlimit(Resource::Core, none);
}

fn run(command: cli::Command, deadline: Option<Duration>, output: Output) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Error::io("start threads for", "secretbridge".as_ref()))?;
    let clock = SystemClock::new();
    let result = runtime.block_on(async {
        // Before the command begins: until then, the signal ends the process at once, and a terminal stays as it is.
        let mut interrupts =
            signal(SignalKind::interrupt()).map_err(Error::io("listen for", "Ctrl-C".as_ref()))?;
        if let cli::Command::Serve(_) = command {
            // It ends when it is told to, by signals of its own.
            return command::run(command, deadline, output).await;
        }
        let command = tokio::spawn(command::run(command, deadline, output));
        tokio::select! {
            ended = command => match ended {
                Ok(Err(_)) if prompt::was_interrupted() => Err(Error::Interrupted),
                ended => ended.unwrap_or(Err(Error::Internal)),
            },
            // What is being written is complete or not there, whenever the process ends.
            Some(()) = interrupts.recv() => {
                prompt::restore();
                Err(Error::Interrupted)
            }
            duration = deadline::passed(deadline, &clock) => {
                prompt::restore();
                Err(Error::Deadline(duration.try_into().unwrap_or(SignedDuration::MAX)))
            }
        }
    });
    // A thread that waits for an answer at the terminal would keep the process.
    runtime.shutdown_background();
    result
}
