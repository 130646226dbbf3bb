//! Asking the person at the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::sync::{Mutex, PoisonError};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;
use secret_store::{Prompt, SecretValue};

use crate::error::{Error, Result};
use crate::progress::Progress;

const TERMINAL: &str = "/dev/tty";

/// The terminal as it was before a question hid what is typed.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

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

    /// Asks for a value twice, without showing it.
    pub(crate) fn new_value(what: &str) -> Result<SecretValue> {
        const HELP: &str = "pipe the value: printf %s VALUE-FROM-SOMEWHERE | secretbridge store put PATH";
        let ask = |question: String| hidden(&question).map_err(|_| Error::NoTerminal(format!("cannot ask for {what}"), HELP));
        let (first, second) = (ask(format!("{what}: "))?, ask("Once more: ".to_owned())?);
        if first == second {
            return Ok(first);
        }
        Err(Error::Usage {
            message: "the two values are not the same: nothing was written".to_owned(),
            help: "try again, or pipe the value".to_owned(),
        })
    }
}

impl Prompt for Terminal {
    fn passphrase(&self, what: &str) -> Option<SecretString> {
        let answer = self.progress.suspended(|| hidden_text(&format!("Passphrase of {what}: ")));
        answer.ok().filter(|text| !text.is_empty()).map(SecretString::from)
    }
}

/// Shows again what is typed, if a question that was not answered had hidden it.
pub(crate) fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let (Some(before), Ok(terminal)) = (before, open()) {
        // The process ends now; a terminal that cannot be restored cannot be complained on either.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        let _ = writeln!(&terminal);
    }
}

fn hidden(question: &str) -> io::Result<SecretValue> {
    hidden_text(question).map(|text| SecretValue::new(text.into_bytes()))
}

/// The buffer that is read into is wiped when it is freed, as every buffer of this process is.
fn hidden_text(question: &str) -> io::Result<String> {
    let terminal = open()?;
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(&terminal).ok();
    let answer = rpassword::prompt_password(question);
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = None;
    answer
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}
