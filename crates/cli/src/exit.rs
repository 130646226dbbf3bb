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

/// For `--help` and the manual.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done
  1    anything that is none of the following
  2    the command line makes no sense
  3    the configuration is wrong, or declarations in it contradict each other
  4    a secret is missing in the store
  5    the store refuses, does not know who asks, cannot be reached, or is damaged
  6    a value does not fit its Secret: not the type's format, too large
  7    an output or the audit log cannot be written: permissions, full disk, tracked by Git
  8    the audit log was changed, or is not there
  9    there is already a secret, or somebody else's change
  130  stopped with Ctrl-C";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
