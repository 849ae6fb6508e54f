//! Runs, parses and formats the code of a client, with a script per language in `tools/` that knows the language's
//! programs.
//!
//! | arguments | action |
//! | --- | --- |
//! | `how CLIENT` | prints `run` or `parse`, as this machine can do with the code, or nothing without the tools |
//! | `build CLIENT FOLDER…` | compiles the code, all at once |
//! | `run CLIENT` | runs the code in the current folder |
//! | `parse CLIENT FOLDER…` | fails if a folder's code cannot be parsed |
//! | `format CLIENT FOLDER…` | fails if a formatter would change the code; does nothing if no formatter is installed |

use anyhow::{Context, Result, ensure};
use api_explorer::snippet::HttpClientTarget;
use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};
use tokio::{process::Command, time::timeout};

/// Longer than any of the programs takes, even on a busy machine.
const RUN_TIMEOUT: Duration = Duration::from_mins(10);

/// The support that this machine has for a client's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToolSupport {
    Run,
    Parse,
    Missing,
}

/// The tools for a client.
pub(super) struct Tools {
    script: PathBuf,
    client: &'static HttpClientTarget,
}

impl Tools {
    pub(super) fn of(client: &'static HttpClientTarget) -> Self {
        let language = client.language.to_lowercase().replace('#', "sharp");
        Self { script: Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/proof/tools").join(language), client }
    }

    pub(super) async fn support(&self) -> Result<ToolSupport> {
        if !self.script.exists() {
            return Ok(ToolSupport::Missing);
        }
        let output = self.run_script("how", &[], Path::new("."), &[]).await?;
        Ok(match String::from_utf8_lossy(&output.stdout).trim() {
            "run" => ToolSupport::Run,
            "parse" => ToolSupport::Parse,
            _ => ToolSupport::Missing,
        })
    }

    /// Runs the script with a verb and the folders of several calls.
    pub(super) async fn run_for_folders(&self, verb: &str, folders: &[PathBuf]) -> Result<()> {
        let output = self.run_script(verb, folders, Path::new("."), &[]).await?;
        ensure!(output.status.success(), "{verb}: {}", output_text(&output));
        Ok(())
    }

    /// Runs the code of a folder.
    pub(super) async fn run(&self, folder: &Path, variables: &[(String, &str)]) -> Result<()> {
        let output = self.run_script("run", &[], folder, variables).await?;
        ensure!(output.status.success(), "{}: {}", output.status, output_text(&output));
        Ok(())
    }

    async fn run_script(
        &self,
        verb: &str,
        folders: &[PathBuf],
        at: &Path,
        variables: &[(String, &str)],
    ) -> Result<Output> {
        let mut command = Command::new("bash");
        command.arg(&self.script).args([verb, self.client.id]).args(folders).current_dir(at);
        command.envs(variables.iter().map(|(name, value)| (name, value))).env("NO_PROXY", "*").env("no_proxy", "*");
        let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
        timeout(RUN_TIMEOUT, running).await.context("the program does not exit")?.context("bash is missing")
    }
}

fn output_text(output: &Output) -> String {
    let text = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    let start = text.char_indices().nth_back(4_000).map_or(0, |(at, _)| at);
    text[start..].to_owned()
}
