//! A server that runs in a separate process.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};
use tokio::{task::spawn_blocking, time::timeout};

/// Longer than any server takes to exit.
const EXIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A server process, killed with SIGKILL when this value is dropped.
pub(crate) struct ServerProcess {
    process: Child,
    pub(crate) url: String,
    /// Origin of the listener for programs, if there is one.
    pub(crate) api_url: Option<String>,
}

impl ServerProcess {
    /// Starts a server that stores its data in a folder, with these environment variables and no others.
    pub(crate) fn start(folder: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_with(&mut Command::new(env!("CARGO_BIN_EXE_api-explorer")), folder, variables)
    }

    /// Starts a server with the given command, which may do something first.
    pub(crate) fn start_with(command: &mut Command, folder: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        // A client in the same test may have installed a rustls provider already, so an error is ignored.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut process = command
            .env_clear()
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            // Serves pages without the browser's files, which these tests do not build.
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
                let api_url = log_lines.iter().find_map(|line: &String| line.split_once("listening for programs on "));
                let api_url = api_url.map(|(_, url)| url.to_owned());
                return Ok(Self { process, url: url.to_owned(), api_url });
            }
            log_lines.push(line);
        }
        process.wait()?;
        anyhow::bail!("the server does not start: {}", log_lines.join("\n"))
    }

    pub(crate) fn pid(&self) -> Result<Pid> {
        Pid::from_raw(self.process.id().try_into()?).context("no process")
    }

    /// Returns the address that the server listens on.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Returns the cookie of a session under the name that this server gives it. The name contains the port, which
    /// changes at each start.
    pub(crate) fn session_cookie(&self, session: &str) -> String {
        let port = self.address().rsplit(':').next().unwrap_or_default();
        format!("api-explorer-{port}={session}")
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(self.pid()?, signal)?)
    }

    /// Waits until the server exits by itself.
    pub(crate) async fn wait_for_exit(mut self) -> Result<ExitStatus> {
        let exit_status = spawn_blocking(move || {
            loop {
                if let Some(status) = self.process.try_wait()? {
                    return anyhow::Ok(status);
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        timeout(EXIT_TIMEOUT, exit_status).await.context("the server does not exit")??
    }

    pub(crate) fn kill(&mut self) -> Result<()> {
        Ok(self.process.kill()?)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // SIGKILL: no code of the server runs afterwards.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
