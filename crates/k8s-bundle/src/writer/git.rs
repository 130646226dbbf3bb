//! Whether Git tracks a file, and whether it ignores it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::BundlePath;
use crate::error::{Error, Result};

/// Whether to ask Git before values are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum GitCheck {
    /// Ask, and refuse if the file is tracked, if a pattern keeps it from being ignored, or if Git cannot say.
    #[default]
    Refuse,
    /// Do not ask. For output that can never be committed.
    Skip,
}

/// `git ls-files --error-unmatch` and `git check-ignore` end with this code for "no", and with another when they fail.
const NO: i32 = 1;

/// Refuses a file that Git tracks. Outside of any repository nothing is run.
pub(super) fn refuse_tracked(root: &Path, file: &BundlePath) -> Result<()> {
    match ask(root, file, &["--literal-pathspecs", "ls-files", "--error-unmatch"])? {
        Some(true) => Err(Error::Tracked { path: root.join(file) }),
        Some(false) | None => Ok(()),
    }
}

/// Refuses a file that Git would add: a `.gitignore` between ours and the file can bring it back.
pub(super) fn refuse_not_ignored(root: &Path, file: &BundlePath) -> Result<()> {
    match ask(root, file, &["check-ignore", "--quiet"])? {
        Some(false) => Err(Error::NotIgnored { path: root.join(file) }),
        Some(true) | None => Ok(()),
    }
}

/// What Git answers about the file; nothing where there is no repository around it.
fn ask(root: &Path, file: &BundlePath, question: &[&str]) -> Result<Option<bool>> {
    let path = root.join(file);
    let failed = |problem: String| Error::GitCheck { path: path.clone(), problem };
    let absolute = std::path::absolute(&path).map_err(|error| failed(error.to_string()))?;
    let existing = absolute.ancestors().skip(1).find(|directory| directory.is_dir());
    let Some(existing) = existing else { return Ok(None) };
    // Git compares real paths, and `..` in the file's own path would hide the repository it is in.
    let directory = existing.canonicalize().map_err(|error| failed(error.to_string()))?;
    if !directory.ancestors().any(|ancestor| ancestor.join(".git").symlink_metadata().is_ok()) {
        return Ok(None);
    }
    let rest: PathBuf = absolute.strip_prefix(existing).map_or_else(|_| absolute.clone(), Path::to_path_buf);
    let output = git(&directory, question, &rest)
        .output()
        .map_err(|error| failed(format!("cannot run git: {error}")))?;
    match output.status.code() {
        Some(0) => Ok(Some(true)),
        Some(NO) => Ok(Some(false)),
        _ => {
            let message = output.stderr.trim_ascii().escape_ascii().to_string();
            Err(failed(format!("git ended with {}: {message}", output.status)))
        }
    }
}

fn git(directory: &Path, question: &[&str], file: &Path) -> Command {
    let mut command = Command::new("git");
    // A hook or a wrapper that started us may point Git at another repository.
    for (variable, _) in std::env::vars_os() {
        if is_git_variable(&variable) {
            command.env_remove(variable);
        }
    }
    command
        .current_dir(directory)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        // A repository of another owner is read as well, but must not start programs of its own.
        .args(["-c", "safe.directory=*", "-c", "core.fsmonitor=false"])
        .args(question)
        .arg("--")
        // So that no name is taken for pathspec magic, which not every command lets itself be told.
        .arg(Path::new(".").join(file));
    command
}

fn is_git_variable(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("GIT_"))
}
