//! Tests that only the owner of the store's files can read them.

use crate::{
    store::{save, setup},
    support::{Upstream, process::ServerProcess},
};
use anyhow::Result;
use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

fn modes(folder: &Path) -> Result<BTreeMap<String, u32>> {
    let files = fs::read_dir(folder)?.map(|file| {
        let file = file?;
        Ok((file.file_name().to_string_lossy().into_owned(), file.metadata()?.permissions().mode() & 0o777))
    });
    files.collect()
}

fn owner_only_modes() -> BTreeMap<String, u32> {
    let names = ["explorer.db", "explorer.db-shm", "explorer.db-wal", "explorer.key"];
    names.map(|name| (name.to_owned(), 0o600)).into()
}

#[test]
fn new_files_and_folders_are_private_to_their_owner_whatever_the_umask() -> Result<()> {
    for umask in ["022", "000"] {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("deeper/data");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("umask {umask}; exec \"$0\""), env!("CARGO_BIN_EXE_api-explorer")]);
        let server = ServerProcess::start_with(&mut command, &data, &[])?;
        assert_eq!(modes(&data)?, owner_only_modes(), "{umask}");
        assert_eq!(modes(folder.path())?, [("deeper".to_owned(), 0o700)].into());
        assert_eq!(modes(&folder.path().join("deeper"))?, [("data".to_owned(), 0o700)].into());
        drop(server);
    }
    Ok(())
}

#[tokio::test]
async fn opening_a_store_removes_the_permissions_of_other_users() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    // Through a symbolic link, SQLite keeps its other files beside the target.
    let other = tempfile::tempdir()?;
    symlink(folder.path().join("explorer.db"), other.path().join("explorer.db"))?;
    let running = setup(folder.path(), &upstream).start_app().await?;
    save(&running, None).await?;
    fs::copy(folder.path().join("explorer.key"), other.path().join("explorer.key"))?;
    for path in [folder.path(), other.path()] {
        for name in ["explorer.db", "explorer.db-wal", "explorer.db-shm"] {
            fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o644))?;
        }
        setup(path, &upstream).start_app().await?;
        assert_eq!(modes(folder.path())?, owner_only_modes());
    }
    Ok(())
}
