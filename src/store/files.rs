//! Files and folders that only their owner can read.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Permission bits of files.
pub(super) const FILE_MODE: u32 = 0o600;
/// Permission bits of folders.
const DIRECTORY_MODE: u32 = 0o700;
/// Suffixes of the files that SQLite creates beside a database.
pub(super) const SQLITE_COMPANION_SUFFIXES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Creates the folder of a file and its parents. Existing folders are unchanged.
pub(super) fn create_parent_directory(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(folder))
}

/// Removes the permissions of the group and of others from a file, if it exists.
pub(super) fn restrict_permissions(path: &Path) -> io::Result<()> {
    let result = fs::metadata(path).and_then(|metadata| {
        let is_private = metadata.permissions().mode().trailing_zeros() >= 6;
        if is_private { Ok(()) } else { fs::set_permissions(path, Permissions::from_mode(FILE_MODE)) }
    });
    result.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Returns true if a path exists, even as a dangling symbolic link.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Appends a suffix to the file name of a path.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut suffixed = OsString::from(path);
    suffixed.push(suffix);
    suffixed.into()
}

/// A file with a temporary name. It is removed when this value is dropped.
pub(super) struct PartialFile(PathBuf);

impl PartialFile {
    /// Creates an empty file beside its final path, and opens it for writing.
    pub(super) fn create_beside(path: &Path) -> io::Result<(Self, File)> {
        let partial_path = with_suffix(path, &format!(".{}.partial", Uuid::new_v4().simple()));
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&partial_path)?;
        Ok((Self(partial_path), file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Syncs the file to disk, and gives it its final name. Fails with `AlreadyExists` instead of replacing another
    /// file.
    pub(super) fn persist_noclobber(self, path: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        match fs::hard_link(&self.0, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // The file system does not support hard links.
            Err(_) if exists(path) => return Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.0, path)?,
            Ok(()) => {}
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // Some file systems cannot sync a folder.
        let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        for suffix in [""].into_iter().chain(SQLITE_COMPANION_SUFFIXES) {
            // The file usually has its final name already, or was never created.
            let _ = fs::remove_file(with_suffix(&self.0, suffix));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_partial_file_is_persisted_without_replacing_another() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a");
        for (text, published) in [("first", None), ("second", Some(ErrorKind::AlreadyExists))] {
            let (partial_file, mut file) = PartialFile::create_beside(&path)?;
            file.write_all(text.as_bytes())?;
            assert_eq!(partial_file.persist_noclobber(&path).err().map(|error| error.kind()), published);
            assert_eq!(fs::read_to_string(&path)?, "first");
        }
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_partial_file_is_removed_with_its_sqlite_files() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (partial_file, _) = PartialFile::create_beside(&folder.path().join("a"))?;
        fs::write(with_suffix(partial_file.path(), "-wal"), "")?;
        drop(partial_file);
        assert_eq!(fs::read_dir(folder.path())?.count(), 0);
        Ok(())
    }
}
