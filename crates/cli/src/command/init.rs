//! `secretbridge init`.

mod scaffold;

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use self::scaffold::Scaffold;
use crate::config::Instance;
use crate::error::{Error, Result};
use crate::output::Output;

/// Make a new set-up: configuration, identity, store. Overwrites nothing.
///
/// Run again, it adds what is missing and says what was there.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder of the set-up; it is made when it is not there.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// The name of the set-up; by default, that of the folder.
    #[arg(long, value_name = "NAME")]
    instance: Option<String>,
}

#[derive(Serialize)]
struct Initialised {
    folder: PathBuf,
    files: Vec<Made>,
}

/// A file of the set-up.
#[derive(Debug, Serialize)]
struct Made {
    path: PathBuf,
    outcome: Outcome,
    what: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// It was not there.
    Created,
    /// Something was added at its end.
    Amended,
    /// It was there, and was left alone.
    Exists,
    /// It was not made, because something else would not fit it.
    Skipped,
}

pub(crate) fn run(arguments: &InitArgs, output: Output) -> Result<()> {
    let folder = &arguments.folder;
    let instance = match &arguments.instance {
        Some(name) => Instance::try_from(name.clone()).map_err(|help| Error::Usage {
            message: "the name given as --instance cannot be used".to_owned(),
            help,
        })?,
        None => instance_of(folder),
    };
    let files = Scaffold::new(folder, &instance)?.make()?;
    output.summary(&Initialised { folder: folder.clone(), files })
}

/// The folder's name, as far as it can be one of an instance.
fn instance_of(folder: &Path) -> Instance {
    let absolute = std::path::absolute(folder).ok();
    let name = absolute.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let plain: String =
        name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    Instance::try_from(plain.trim_start_matches('.').to_owned()).unwrap_or_else(|_| Instance::fallback())
}

impl fmt::Display for Initialised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            let outcome = match file.outcome {
                Outcome::Created => "made   ",
                Outcome::Amended => "amended",
                Outcome::Exists => "exists ",
                Outcome::Skipped => "skipped",
            };
            writeln!(f, "{outcome}  {}  ({})", from_here(&file.path).display(), file.what)?;
        }
        let is_here = self.folder == Path::new(".");
        let config = self.folder.join("secretbridge.yaml");
        let option = if is_here { String::new() } else { format!(" --config {}", config.display()) };
        write!(
            f,
            "
Next:
  1. keep a copy of {key} somewhere safe: without it, nothing in the store can be read
  2. secretbridge store put{option} GITLAB_ROOT_PASSWORD
  3. declare it in {config}; an example stands there
  4. secretbridge build{option} --out out",
            key = from_here(&self.folder.join("age.key")).display(),
            config = from_here(&config).display(),
        )
    }
}

fn from_here(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}
