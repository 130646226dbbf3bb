//! How the process ends.

use std::process::ExitCode;

/// How the process ends. Scripts rely on the numbers: they do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// None of the below.
    Other = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The configuration, or what is declared in it.
    Config = 3,
    /// A secret that is needed is not in the store.
    Missing = 4,
    /// The store refuses, cannot be reached, or is damaged.
    Store = 5,
    /// A value does not fit what it is for.
    Value = 6,
    /// An output or the audit log cannot be written, or must not be.
    Output = 7,
    /// The audit log was changed, or is not there.
    Audit = 8,
    /// There is already something else.
    Conflict = 9,
    /// The user has stopped it.
    Interrupted = 130,
}

/// Every code, and what it says, for `--help` and the manual.
pub(crate) const CODES: [(u8, &str); 11] = [
    (0, "done"),
    (Exit::Other as u8, "anything that is none of the following"),
    (Exit::Usage as u8, "the command line makes no sense"),
    (Exit::Config as u8, "the configuration is wrong, or declarations in it contradict each other"),
    (Exit::Missing as u8, "a secret is missing in the store"),
    (Exit::Store as u8, "the store refuses, does not know who asks, cannot be reached, or is damaged"),
    (Exit::Value as u8, "a value does not fit its Secret: not the type's format, too large"),
    (
        Exit::Output as u8,
        "an output or the audit log cannot be written: permissions, full disk, tracked by Git",
    ),
    (Exit::Audit as u8, "the audit log was changed, or is not there"),
    (Exit::Conflict as u8, "there is already a secret, or somebody else's change"),
    (Exit::Interrupted as u8, "stopped with Ctrl-C"),
];

/// The codes as a part of `--help`.
pub(crate) fn help() -> String {
    let lines = CODES.iter().map(|(code, text)| format!("\n  {code:<3}  {text}"));
    std::iter::once("Exit codes:".to_owned()).chain(lines).collect()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
