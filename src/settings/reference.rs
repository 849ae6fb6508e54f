//! Secrets by reference: `env:NAME` or `file:PATH`. No message repeats what either holds.

use secrecy::SecretString;
use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

/// Longest secret that a file may hold, in bytes.
const LONGEST: u64 = 65_536;

/// What secrets are read from.
#[derive(Clone, Copy)]
pub(crate) struct References<'a> {
    /// The environment.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<String>,
    /// The folder of the file of settings.
    pub(crate) folder: &'a Path,
}

/// A secret, and what its owner should know about how it is kept.
pub(crate) struct Found {
    pub(crate) secret: SecretString,
    pub(crate) warning: Option<String>,
}

impl References<'_> {
    /// Reads a secret.
    ///
    /// # Errors
    /// What is wrong, to stand after the setting's name.
    pub(crate) fn read(self, reference: &str) -> Result<Found, String> {
        match reference.split_once(':') {
            Some(("env", name)) => self.read_variable(name),
            Some(("file", path)) if !path.is_empty() => read_file(&self.folder.join(path)),
            _ => Err(
                "must say where the secret is, not what it is: \"env:NAME\" or \"file:PATH\". If this was a secret, \
                      take it out of the file."
                    .into(),
            ),
        }
    }

    fn read_variable(self, name: &str) -> Result<Found, String> {
        // What does not look like a variable may be the secret itself.
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_');
        if !is_name {
            return Err("must name a variable after `env:`, in capital letters, digits and underscores.".into());
        }
        let value = (self.variable)(name).unwrap_or_default();
        if value.trim().is_empty() {
            return Err(format!("takes the variable {name}, which is not set. Set it, or take this credential out."));
        }
        Ok(Found { secret: value.trim().into(), warning: None })
    }
}

/// Reads a secret from a file.
///
/// # Errors
/// What is wrong, to stand after the setting's name; nothing of the content.
pub(crate) fn read_file(path: &Path) -> Result<Found, String> {
    let shown = path.display();
    let cannot = |error: std::io::Error| {
        format!("takes the file {shown}, which cannot be read ({error}). Correct the path, or remove this setting.")
    };
    if !fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(format!("takes {shown}, which is not a file."));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    let text = std::str::from_utf8(&bytes).ok().map(str::trim).filter(|_| bytes.len() as u64 <= LONGEST);
    match text {
        None => Err(format!("takes the file {shown}, which is not UTF-8 text of at most 64 KiB.")),
        Some("") => Err(format!("takes the file {shown}, which is empty. Write the secret into it.")),
        Some(secret) => Ok(Found { secret: secret.into(), warning: open_to_others(path) }),
    }
}

/// Says so where everybody on this machine can read a file.
fn open_to_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let shown = path.display();
    (mode & 0o004 != 0).then(|| {
        format!(
            "{shown} holds a secret and can be read by everybody on this machine (mode {mode:o}): chmod 600 {shown}"
        )
    })
}
