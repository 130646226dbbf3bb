//! A server's process, and what it takes of the machine.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};

/// A server of its own. It ends with the value.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

/// What a process has taken since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of all cores together.
    pub cpu: Duration,
    /// Most memory that was resident at once, in bytes.
    pub peak: u64,
}

impl Process {
    /// Starts `command`, and waits until it listens at `address`. What it says goes to the file `said`.
    ///
    /// # Errors
    /// When it ends before; with what it had to say.
    pub fn start(command: &mut Command, address: SocketAddr, said: &Path) -> io::Result<Self> {
        let output = File::create(said)?;
        let child = command.stdout(output.try_clone()?).stderr(output).spawn()?;
        let mut process = Self { child };
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(io::Error::other(format!("{status}: {}", fs::read_to_string(said)?)));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(process)
    }

    /// What it has taken so far, as the kernel tells.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn usage(&self) -> io::Result<Usage> {
        let folder = Path::new("/proc").join(self.child.id().to_string());
        let stat = fs::read_to_string(folder.join("stat"))?;
        // After the name, which may hold anything: utime and stime are the 12th and 13th from there.
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let numbers = after_name.split(' ').skip(11).take(2).map(str::parse::<u64>);
        let ticks = numbers.sum::<Result<u64, _>>().map_err(io::Error::other)?;
        let status = fs::read_to_string(folder.join("status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        let kilobytes: u64 = peak.unwrap_or_default().trim().parse().map_err(io::Error::other)?;
        let cpu = Duration::from_millis(ticks * 1000 / clock_ticks_per_second());
        Ok(Usage { cpu, peak: kilobytes * 1024 })
    }

    /// Asks it to end.
    ///
    /// # Errors
    /// As the kernel.
    pub fn terminate(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::TERM)?)
    }

    /// Ends it at once, as a machine that loses power.
    ///
    /// # Errors
    /// As the kernel.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Waits until it has ended; whether it ended as it should.
    ///
    /// # Errors
    /// As the kernel.
    pub fn wait(&mut self) -> io::Result<bool> {
        Ok(self.child.wait()?.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
