//! The key that seals the store's secrets: XChaCha20-Poly1305, with a random nonce of 192 bits per text.

use super::files::{PartialFile, create_parent_directory};
use anyhow::{Context, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use secrecy::{
    ExposeSecret, SecretString,
    zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing},
};
use sha2::{Digest, Sha256};
use std::{
    fmt, fs,
    io::{ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Size of a key, in bytes.
const KEY_BYTES: usize = 32;
/// Size of the nonce that precedes each sealed text, in bytes.
const NONCE_BYTES: usize = 24;

/// Source of the key.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A setting: 32 bytes in Base64.
    Inline(SecretString),
    /// A file, which is created if it does not exist.
    File(PathBuf),
}

/// A key that seals and opens texts.
#[derive(Clone)]
pub struct SealingKey {
    cipher: XChaCha20Poly1305,
    id: String,
}

/// Error of a text that was sealed with another key or for other associated data, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealError;

impl SealingKey {
    /// Parses a key of 32 bytes in Base64.
    ///
    /// # Errors
    /// Returns an error if the text is not a key. The message contains no part of the text.
    pub fn from_base64(text: &str) -> anyhow::Result<Self> {
        let bytes = BASE64_STANDARD.decode(text.trim()).ok().map(Zeroizing::new);
        let bytes = bytes.filter(|bytes| bytes.len() == KEY_BYTES);
        let bytes = bytes.context("a key is 32 random bytes in Base64; `api-explorer key new` prints one")?;
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).ok().context("the key has the wrong length")?;
        let id = hex::encode(&Sha256::new_with_prefix("api-explorer key id\0").chain_update(&*bytes).finalize()[..4]);
        Ok(Self { cipher, id })
    }

    /// Returns the text of a new random key.
    pub fn generate_base64() -> SecretString {
        let mut key = chacha20poly1305::aead::Key::<XChaCha20Poly1305>::generate();
        let text = BASE64_STANDARD.encode(key).into();
        key.as_mut_slice().zeroize();
        text
    }

    /// Loads the key of a source. If `can_create` is set, creates a missing key file; a new key could not open anything
    /// sealed before.
    ///
    /// # Errors
    /// Returns an error if there is no key, or if others on this machine can read its file.
    pub fn load(source: &KeySource, can_create: bool) -> anyhow::Result<Self> {
        match source {
            KeySource::Inline(text) => Self::from_base64(text.expose_secret()).context("EXPLORER_KEY cannot be used"),
            KeySource::File(path) => {
                let display_path = path.display();
                if can_create && !path.exists() {
                    write_private_file(path, Self::generate_base64().expose_secret()).with_context(|| {
                        format!("the key file {display_path} cannot be created; set EXPLORER_KEY instead")
                    })?;
                }
                read_private_file(path)
                    .and_then(|text| Self::from_base64(text.expose_secret()))
                    .with_context(|| format!("the key file {display_path} cannot be used"))
            }
        }
    }

    /// Returns an ID of eight hexadecimal digits, which distinguishes keys and reveals nothing about them.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals a text and binds it to its associated data, so that it cannot be opened in another context.
    ///
    /// # Errors
    /// Returns an error if the text is too long for the cipher (256 GB).
    pub fn seal(&self, associated_data: &str, plaintext: &str) -> Result<String, SealError> {
        let nonce = XNonce::generate();
        let payload = Payload { msg: plaintext.as_bytes(), aad: associated_data.as_bytes() };
        let sealed = self.cipher.encrypt(&nonce, payload).map_err(|_| SealError)?;
        Ok(BASE64_STANDARD.encode([&*nonce, &sealed].concat()))
    }

    /// Opens a sealed text.
    ///
    /// # Errors
    /// Returns an error if the text was not sealed with this key and this associated data.
    pub fn open(&self, associated_data: &str, sealed: &str) -> Result<SecretString, SealError> {
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| SealError)?;
        let (nonce, msg) = bytes.split_at_checked(NONCE_BYTES).ok_or(SealError)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| SealError)?;
        let payload = Payload { msg, aad: associated_data.as_bytes() };
        let plaintext = self.cipher.decrypt(&nonce, payload).map_err(|_| SealError)?;
        String::from_utf8(plaintext).map(Into::into).map_err(|_| SealError)
    }
}

/// The cipher zeroizes its key.
impl ZeroizeOnDrop for SealingKey {}

/// Shows the ID only, because the key is a secret.
impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

/// Returns the path of the next key, which a rotation creates beside the current key file.
pub(super) fn next_to(path: &Path) -> PathBuf {
    path.with_extension("key.next")
}

/// Writes a file atomically that only its owner can read. An existing file is not replaced.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub fn write_private_file(path: &Path, text: &str) -> std::io::Result<()> {
    create_parent_directory(path)?;
    let (partial_file, mut file) = PartialFile::create_beside(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    match partial_file.persist_noclobber(path) {
        // If two servers start at the same time, one creates the file and the other uses it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn read_private_file(path: &Path) -> anyhow::Result<SecretString> {
    let display_path = path.display();
    let metadata = fs::metadata(path).with_context(|| {
        format!(
            "it does not exist, but the store contains data that was sealed with it. Restore {display_path} from a \
             backup, or set EXPLORER_KEY to the same key"
        )
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    // The last six bits are the permissions of the group and of others.
    ensure!(
        mode.trailing_zeros() >= 6,
        "other users of this machine can read it (mode {mode:o}). Run: chmod 600 {display_path}"
    );
    Ok(fs::read_to_string(path).context("it cannot be read")?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_secrets_are_zeroized_when_they_are_dropped() -> anyhow::Result<()> {
        fn require_zeroize_on_drop(_: &impl ZeroizeOnDrop) {}
        let text = SealingKey::generate_base64();
        let key = SealingKey::from_base64(text.expose_secret())?;
        require_zeroize_on_drop(&text);
        require_zeroize_on_drop(&key);
        require_zeroize_on_drop(&key.cipher);
        require_zeroize_on_drop(&key.open("", "").unwrap_or_default());
        Ok(())
    }

    #[test]
    fn sealed_data_opens_only_with_the_same_key_and_context() -> anyhow::Result<()> {
        let text = SealingKey::generate_base64();
        let key = SealingKey::from_base64(text.expose_secret())?;
        let sealed = key.seal("a", "the secret").map_err(|_| anyhow::anyhow!("not sealed"))?;
        assert!(!sealed.contains("secret") && key.seal("a", "the secret") != Ok(sealed.clone()));
        let again = SealingKey::from_base64(text.expose_secret())?;
        assert_eq!(again.open("a", &sealed).map(|text| text.expose_secret().to_owned()), Ok("the secret".into()));
        assert!(key.open("b", &sealed).is_err());
        assert!(key.open("a", &sealed[4..]).is_err() && key.open("a", "").is_err() && key.open("a", "?").is_err());
        assert!(SealingKey::from_base64(SealingKey::generate_base64().expose_secret())?.open("a", &sealed).is_err());
        Ok(())
    }

    #[test]
    fn a_key_file_is_created_once_and_only_its_owner_can_read_it() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("new/key");
        let source = KeySource::File(path.clone());
        assert!(SealingKey::load(&source, false).is_err_and(|error| format!("{error:#}").contains("backup")));
        let first = SealingKey::load(&source, true)?;
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        assert_eq!(SealingKey::load(&source, true)?.id(), first.id());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640))?;
        assert!(SealingKey::load(&source, true).is_err_and(|error| format!("{error:#}").contains("chmod 600")));
        Ok(())
    }

    #[test]
    fn an_invalid_key_is_refused_without_its_value() {
        for text in ["", "a password", "c2hvcnQ="] {
            let message = SealingKey::from_base64(text).map_err(|error| format!("{error:#}"));
            assert!(message.is_err_and(|error| text.is_empty() || !error.contains(text)), "{text}");
        }
    }
}
