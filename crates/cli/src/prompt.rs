//! Asking the person at the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;
use secret_store::{Prompt, SecretPath, SecretValue};

use crate::error::{Error, Result};
use crate::progress::Progress;

const TERMINAL: &str = "/dev/tty";

/// The terminal as it was before a question hid what is typed.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// A hidden question takes Ctrl-C as an answer and sends the signal itself: either may be noticed first.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The person at the terminal of this process, whatever stdin and stdout are.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    progress: Progress,
}

impl Terminal {
    /// The person, whom a sign of life does not disturb while they are asked.
    pub(crate) fn new(progress: Progress) -> Self {
        Self { progress }
    }

    /// Asks for yes or no; anything but yes is no.
    pub(crate) fn confirm(question: &str) -> io::Result<bool> {
        let mut terminal = open()?;
        write!(terminal, "{question} [y/N] ")?;
        let mut answer = String::new();
        BufReader::new(&terminal).read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Asks for the value at a path twice, without showing it.
    pub(crate) fn new_value(path: &SecretPath) -> Result<SecretValue> {
        let nothing_written = |message: &str| Error::Usage {
            message: format!("{message}: nothing was written"),
            help: "try again, or pipe the value".to_owned(),
        };
        let ask = |question: &str| {
            hidden(question).map(|text| SecretValue::new(text.into_bytes())).map_err(|error| {
                match error.kind() {
                    io::ErrorKind::Interrupted => Error::Interrupted,
                    io::ErrorKind::UnexpectedEof => nothing_written("the question was not answered"),
                    _ => Error::NoTerminal(
                        format!("cannot ask for the value of {path}"),
                        "pipe the value: secretbridge store put PATH < FILE",
                    ),
                }
            })
        };
        let (first, second) = (ask(&format!("Value of {path}: "))?, ask("Once more: ")?);
        if first == second { Ok(first) } else { Err(nothing_written("the two values are not the same")) }
    }
}

impl Prompt for Terminal {
    fn passphrase(&self, what: &str) -> Option<SecretString> {
        let answer = self.progress.suspended(|| hidden(&format!("Passphrase of {what}: ")));
        answer.ok().filter(|text| !text.is_empty()).map(SecretString::from)
    }
}

/// Shows again what is typed, if a question that was not answered had hidden it.
pub(crate) fn restore() {
    let before = before().take();
    if let (Some(before), Ok(terminal)) = (before, open()) {
        // The process ends now; a terminal that cannot be restored cannot be complained on either.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        let _ = writeln!(&terminal);
    }
}

/// Whether a question was answered with Ctrl-C.
pub(crate) fn was_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// The buffer that is read into is wiped when it is freed, as every buffer of this process is.
fn hidden(question: &str) -> io::Result<String> {
    let terminal = open()?;
    *before() = tcgetattr(&terminal).ok();
    let answer = rpassword::prompt_password(question);
    *before() = None;
    if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        INTERRUPTED.store(true, Ordering::Relaxed);
    }
    answer
}

fn before() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}
