//! Runs the program with a command, until it exits.

use anyhow::{Context, Result};
use std::process::Command;

/// The outcome of a command.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    /// The text of standard error.
    pub(crate) stderr: String,
}

/// Runs a command with these environment variables and no others.
pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Result<CommandOutput> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_api-explorer"));
    let output = command.env_clear().envs(variables.iter().copied()).args(arguments).output()?;
    Ok(CommandOutput {
        status: output.status.code().context("the command was killed")?,
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}
