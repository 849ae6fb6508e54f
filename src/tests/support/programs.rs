//! Other programs that tests run: proxies, poolers.

use anyhow::{Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Finds a program in `PATH` or in Debian's directories for administrators. Returns `None` so that the test is skipped
/// if it is not installed, or an error if `EXPLORER_TEST_ALL` is set.
pub(crate) fn find_program(name: &str) -> Result<Option<PathBuf>> {
    let path_variable = env::var_os("PATH").unwrap_or_default();
    let mut candidates = env::split_paths(&path_variable).chain(["/usr/sbin".into()]).map(|folder| folder.join(name));
    if let Some(program) = candidates.find(|path| path.is_file()) {
        return Ok(Some(program));
    }
    ensure!(env::var_os("EXPLORER_TEST_ALL").is_none(), "{name} is missing");
    println!("{name} is missing, so its test is skipped.");
    Ok(None)
}

/// A running program, ended when this value is dropped.
pub(crate) struct Program(Child);

impl Program {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).spawn()?))
    }

    /// Returns an error if the program has exited.
    pub(crate) fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("the program exited: {status}");
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGKILL would leave the child processes of the program running.
        if let Some(id) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::TERM);
        }
        for _ in 0..1000 {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program until it exits, and returns its output as an error if it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    let combined_output = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&combined_output));
    Ok(())
}

/// Reads a file of the project.
pub(crate) fn read_project_file(path: &str) -> Result<String> {
    Ok(std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))?)
}

/// Configuration of nginx that uses no files of the system.
pub(crate) mod nginx {
    use anyhow::Result;
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    /// Writes a main configuration that contains the text of a site, with all files in one folder.
    pub(crate) fn write_config(folder: &Path, site_config: &str) -> Result<PathBuf> {
        fs::write(folder.join("site.conf"), site_config)?;
        // As root, nginx would run its workers as another user, which cannot write to this folder.
        let user = if rustix::process::getuid().is_root() { "user root;" } else { "" };
        let folder_path = folder.display();
        let temp_path_names = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temp_path_directives =
            temp_path_names.map(|name| format!("{name}_temp_path {folder_path}/{name};\n")).concat();
        let main_config = format!(
            "{user}\ndaemon off;\nworker_processes 2;\npid {folder_path}/nginx.pid;\nerror_log {folder_path}/error.log warn;\n\
             events {{}}\nhttp {{\naccess_log {folder_path}/access.log;\n{temp_path_directives}include {folder_path}/site.conf;\n}}\n"
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, main_config)?;
        Ok(path)
    }
}
