//! Other programs that tests run: proxies, poolers.

use anyhow::{Result, bail, ensure};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Finds a program on the path, or where Debian keeps those of administrators. Without it, a test is skipped, unless
/// `EXPLORER_TEST_ALL` is set.
pub(crate) fn find(name: &str) -> Result<Option<PathBuf>> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&folders).chain(["/usr/sbin".into()]).map(|folder| folder.join(name));
    if let Some(program) = places.find(|place| place.is_file()) {
        return Ok(Some(program));
    }
    ensure!(env::var_os("EXPLORER_TEST_ALL").is_none(), "{name} is missing");
    println!("{name} is missing, so its test is skipped.");
    Ok(None)
}

/// A running program, killed when this value goes.
pub(crate) struct Program(Child);

impl Program {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).spawn()?))
    }

    /// Fails if the program has ended.
    pub(crate) fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("it ended: {status}");
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program to its end, and returns what it said if it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
    Ok(())
}

/// Reads a file of the project.
pub(crate) fn project_file(path: &str) -> Result<String> {
    Ok(std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))?)
}
