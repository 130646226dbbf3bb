//! `secretbridge man`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::output::Output;

/// Print the manual, or write all of its pages.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder.
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(arguments: &ManArgs, output: Output) -> Result<()> {
    let mut root = Cli::command();
    root.build();
    let Some(folder) = &arguments.dir else {
        return output.bytes(&render(root).map_err(Error::Stdout)?);
    };
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    write_pages(root, folder)
}

fn write_pages(command: Command, folder: &Path) -> Result<()> {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        write_pages(below.clone(), folder)?;
    }
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let path = folder.join(format!("{name}.1"));
    let page = render(command).map_err(Error::io("write", &path))?;
    fs::write(&path, page).map_err(Error::io("write", &path))
}

fn render(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
