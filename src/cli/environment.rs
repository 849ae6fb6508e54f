//! The environment of the server's process, from which secrets are removed.
//!
//! Root and other processes of the same user can read the environment that a process was started with
//! (`/proc/PID/environ`), children inherit it, and removing a variable changes nothing there. So a server whose
//! environment contains secrets executes its own program again without them (`execve`). It passes them on as standard
//! input: a file in memory, which is closed once it is read. The process keeps its ID, its parent and its other files,
//! so service managers and containers notice nothing.

use crate::settings::{SECRET_VARIABLES, Settings};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, env};

/// Environment variables of the process, and the secrets that were removed from them.
#[derive(Debug, Default)]
pub struct Environment {
    removed_secrets: BTreeMap<String, SecretString>,
}

impl Environment {
    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        let secret = self.removed_secrets.get(name).map(|secret| secret.expose_secret().to_owned());
        secret.or_else(|| env::var(name).ok())
    }
}

/// Returns the names of the variables of the environment that contain secrets of the settings.
fn secret_names(settings: &Settings) -> Vec<&str> {
    let names = SECRET_VARIABLES.into_iter().filter(|name| !is_path(name));
    let names = names.chain(settings.secret_variables.iter().map(String::as_str));
    names.filter(|name| env::var_os(name).is_some_and(|value| !value.is_empty())).collect()
}

/// Returns true if the value of a variable is not the secret, but the path of a file.
fn is_path(name: &str) -> bool {
    let value = env::var(name).unwrap_or_default();
    value.starts_with("file:") || name == "DATABASE_URL" && value.starts_with("sqlite:")
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Environment, secret_names};
    use crate::settings::Settings;
    use anyhow::{Context, ensure};
    use rustix::{
        fs::{FileType, MemfdFlags, fstat, memfd_create},
        stdio::dup2_stdin,
    };
    use secrecy::{
        ExposeSecret, SecretString,
        zeroize::{Zeroize, Zeroizing},
    };
    use std::{
        env,
        fs::File,
        io::{self, Seek, Write},
        os::unix::process::CommandExt,
        process::Command,
    };

    /// Variable that tells the process that its standard input contains secrets.
    const MARKER: &str = "API_EXPLORER_SECRETS";

    impl Environment {
        /// Reads the secrets that [`Self::remove_secrets`] passed on, if it did.
        ///
        /// # Errors
        /// Returns an error if they cannot be read.
        pub fn receive() -> anyhow::Result<Self> {
            let stdin = io::stdin();
            let metadata = fstat(&stdin);
            // A file in memory has no name. Any other standard input is not read.
            let is_passed_on = env::var_os(MARKER).is_some()
                && metadata.is_ok_and(|metadata| {
                    FileType::from_raw_mode(metadata.st_mode) == FileType::RegularFile && metadata.st_nlink == 0
                });
            if !is_passed_on {
                return Ok(Self::default());
            }
            let mut bytes = Zeroizing::new(vec![0; usize::try_from(fstat(&stdin)?.st_size)?]);
            let mut length = 0;
            // `io::Stdin` would keep a copy in its buffer.
            while length < bytes.len() {
                let count = rustix::io::read(&stdin, &mut bytes[length..])?;
                ensure!(count > 0, "the secrets on standard input are incomplete");
                length += count;
            }
            dup2_stdin(File::open("/dev/null").context("/dev/null cannot be opened")?)?;
            let text = str::from_utf8(&bytes).context("the secrets on standard input are not UTF-8")?;
            let pairs = text.split_terminator('\0').filter_map(|pair| pair.split_once('='));
            Ok(Self { removed_secrets: pairs.map(|(name, value)| (name.to_owned(), value.into())).collect() })
        }

        /// Executes the program again if the environment contains secrets of the settings. Returns only if it contains
        /// none.
        ///
        /// # Errors
        /// Returns an error if the program cannot be executed again.
        pub fn remove_secrets(self, settings: &Settings) -> anyhow::Result<()> {
            let names = secret_names(settings);
            if names.is_empty() {
                return Ok(());
            }
            let mut secrets = self.removed_secrets;
            // The settings ignore a value that is not UTF-8.
            secrets.extend(names.iter().filter_map(|name| Some(((*name).to_owned(), env::var(name).ok()?.into()))));
            let execute = || -> anyhow::Result<io::Error> {
                let mut file = File::from(memfd_create("secrets", MemfdFlags::CLOEXEC)?);
                for (name, value) in &secrets {
                    write_pair(&mut file, name, value)?;
                }
                file.rewind()?;
                let mut command = Command::new(env::current_exe()?);
                command.args(env::args_os().skip(1)).env(MARKER, "stdin").stdin(file);
                if let Some(name) = env::args_os().next() {
                    command.arg0(name);
                }
                for name in &names {
                    command.env_remove(name);
                }
                Ok(command.exec())
            };
            let error = execute().map_or_else(|error| error, Into::into);
            Err(error).with_context(|| {
                format!(
                    "the secrets cannot be removed from the environment of the server. Put them into files, and name \
                     these by {}",
                    names.iter().map(|name| format!("{name}_FILE or {name}=file:PATH")).collect::<Vec<_>>().join(", ")
                )
            })
        }
    }

    fn write_pair(file: &mut File, name: &str, value: &SecretString) -> io::Result<()> {
        let mut pair = [name, "=", value.expose_secret(), "\0"].concat();
        let result = file.write_all(pair.as_bytes());
        pair.zeroize();
        result
    }
}

#[cfg(not(target_os = "linux"))]
impl Environment {
    /// Returns the environment unchanged, because secrets are removed from it only on Linux.
    ///
    /// # Errors
    /// Returns no error.
    pub fn receive() -> anyhow::Result<Self> {
        Ok(Self::default())
    }

    /// Does nothing.
    ///
    /// # Errors
    /// Returns no error.
    pub fn remove_secrets(self, settings: &Settings) -> anyhow::Result<()> {
        let _ = secret_names(settings);
        Ok(())
    }
}
