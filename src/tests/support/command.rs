//! The program, run to its end with a command.

use anyhow::{Context, Result};
use std::process::Command;

/// The outcome of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) printed: String,
    /// Standard error.
    pub(crate) said: String,
}

/// Runs a command with these variables and no others.
pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Ended> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_api-explorer"));
    let output = command.env_clear().envs(variables.iter().copied()).args(arguments).output()?;
    Ok(Ended {
        status: output.status.code().context("it was killed")?,
        printed: String::from_utf8(output.stdout)?,
        said: String::from_utf8(output.stderr)?,
    })
}
