//! `api-explorer completions`: prints shell completion scripts.

use super::arguments::build_command;
use clap_complete::{Shell, generate};

/// Returns the completion script for a shell.
pub fn render_completions(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut build_command(), "api-explorer", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
