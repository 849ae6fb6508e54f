//! References to secrets: `env:NAME` or `file:PATH`. No error message contains any part of a secret.

use secrecy::{SecretString, zeroize::Zeroizing};
use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

/// Maximum size of a secret file, in bytes.
const MAX_SECRET_FILE_BYTES: u64 = 65_536;

/// Resolves references to secrets.
#[derive(Clone, Copy)]
pub(crate) struct SecretResolver<'a> {
    /// Returns the value of an environment variable.
    pub(crate) get_var: &'a dyn Fn(&str) -> Option<String>,
    /// Folder of the settings file, to which paths are relative.
    pub(crate) folder: &'a Path,
}

/// A secret, and a warning about the permissions of its file.
pub(crate) struct ResolvedSecret {
    pub(crate) secret: SecretString,
    pub(crate) warning: Option<String>,
}

impl SecretResolver<'_> {
    /// Resolves a reference to a secret.
    ///
    /// # Errors
    /// Returns the reason as a message that follows the setting's name.
    pub(crate) fn resolve(self, reference: &str) -> Result<ResolvedSecret, String> {
        match reference.split_once(':') {
            Some(("env", name)) => self.resolve_variable(name),
            Some(("file", path)) if !path.is_empty() => read_secret_file(&self.folder.join(path)),
            _ => Err(
                "must be a reference to the secret, not the secret itself: \"env:NAME\" or \"file:PATH\". If this is a \
                 secret, remove it from the file."
                    .into(),
            ),
        }
    }

    fn resolve_variable(self, name: &str) -> Result<ResolvedSecret, String> {
        // A text that is not a variable name may be the secret itself, so no message may contain it.
        let is_variable_name = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_');
        if !is_variable_name {
            return Err("must name a variable after `env:`, in uppercase letters, digits and underscores.".into());
        }
        let value = (self.get_var)(name).unwrap_or_default();
        if value.trim().is_empty() {
            return Err(format!("refers to the variable {name}, which is not set. Set it, or remove this credential."));
        }
        Ok(ResolvedSecret { secret: value.trim().into(), warning: None })
    }
}

/// Reads a secret from a file.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name. It contains no part of the file's content.
pub(crate) fn read_secret_file(path: &Path) -> Result<ResolvedSecret, String> {
    let display_path = path.display();
    let unreadable_file_error = |error: std::io::Error| {
        format!(
            "refers to the file {display_path}, which cannot be read ({error}). Correct the path, or remove this \
             setting."
        )
    };
    if !fs::metadata(path).map_err(unreadable_file_error)?.is_file() {
        return Err(format!("refers to {display_path}, which is not a file."));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let file = File::open(path).map_err(unreadable_file_error)?;
    file.take(MAX_SECRET_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable_file_error)?;
    let text = std::str::from_utf8(&bytes).ok().map(str::trim).filter(|_| bytes.len() as u64 <= MAX_SECRET_FILE_BYTES);
    match text {
        None => Err(format!("refers to the file {display_path}, which is not UTF-8 text of at most 64 KiB.")),
        Some("") => Err(format!("refers to the file {display_path}, which is empty. Write the secret into it.")),
        Some(secret) => Ok(ResolvedSecret { secret: secret.into(), warning: world_readable_warning(path) }),
    }
}

/// Returns a warning if all users of this machine can read a file.
fn world_readable_warning(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let display_path = path.display();
    (mode & 0o004 != 0).then(|| {
        format!(
            "{display_path} contains a secret, and all users of this machine can read it (mode {mode:o}). Run \
             chmod 600 {display_path}"
        )
    })
}
