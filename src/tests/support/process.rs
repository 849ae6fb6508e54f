//! A server in a process of its own, as it is run.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};
use tokio::{task::spawn_blocking, time::timeout};

/// Longer than any of them takes to end.
const EXIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A server, killed without warning when this value goes.
pub(crate) struct ServerProcess {
    process: Child,
    pub(crate) url: String,
}

impl ServerProcess {
    /// Starts a server that keeps its data in a folder, with these variables and no others.
    pub(crate) fn start(folder: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_with(&mut Command::new(env!("CARGO_BIN_EXE_api-explorer")), folder, variables)
    }

    /// Starts one by a command that does something before.
    pub(crate) fn start_with(command: &mut Command, folder: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        // A test that made a client has chosen what TLS is made by.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut process = command
            .env_clear()
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            // Pages without the browser's part, which these tests do not build.
            .env("LEPTOS_OUTPUT_NAME", "api-explorer")
            .env("LEPTOS_HASH_FILES", "false")
            .env("LEPTOS_SITE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/site"))
            .env("DATABASE_URL", format!("sqlite:{}", folder.join("explorer.db").display()))
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = BufReader::new(process.stderr.take().context("no log")?).lines();
        let mut log_lines = Vec::new();
        for line in log {
            let line = line?;
            if let Some((_, url)) = line.split_once("listening on ") {
                return Ok(Self { process, url: url.to_owned() });
            }
            log_lines.push(line);
        }
        process.wait()?;
        anyhow::bail!("it does not start: {}", log_lines.join("\n"))
    }

    pub(crate) fn pid(&self) -> Result<Pid> {
        Pid::from_raw(self.process.id().try_into()?).context("no process")
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(self.pid()?, signal)?)
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn wait_for_exit(mut self) -> Result<ExitStatus> {
        let exit_status = spawn_blocking(move || {
            loop {
                if let Some(status) = self.process.try_wait()? {
                    return anyhow::Ok(status);
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        timeout(EXIT_TIMEOUT, exit_status).await.context("it does not end")??
    }

    pub(crate) fn kill(&mut self) -> Result<()> {
        Ok(self.process.kill()?)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // SIGKILL: nothing of its own runs after that.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
