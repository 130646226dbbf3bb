//! `secretbridge man`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::exit;
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
    let is_root = command.get_name() == Cli::command().get_name();
    let has_commands = command.get_subcommands().next().is_some();
    let man = Man::new(command);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    if is_root {
        writeln!(page, ".SH \"EXIT STATUS\"")?;
        exit::CODES.iter().try_for_each(|(code, text)| writeln!(page, ".TP\n\\fB{code}\\fR\n{text}"))?;
    }
    Ok(page)
}
