//! Tests for backups of the store: made under load, verified, and restored.

use crate::{
    store::{has_saved_credential, save, setup},
    support::{TestApp, TestStore, Upstream, command::run},
};
use anyhow::{Context, Result, ensure};
use api_explorer::store::{
    Database, Store, StoreSettings,
    access_tokens::NewAccessToken,
    audit::{AuditQuery, AuditRecord},
    backup::{back_up, restore},
    key::{KeySource, SealingKey},
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Connection, Executor, any::install_default_drivers};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};
use tokio::sync::Barrier;

/// Number of concurrent writers, and number of records that each adds per transaction.
const WRITERS: usize = 4;
const RECORDS_PER_ROUND: usize = 5;
/// Number of rounds that each writer completes before the backup starts.
const ROUNDS_BEFORE_BACKUP: usize = 20;

/// SQL that adds a migration of a newer version to a store.
const ADD_NEWER_MIGRATION: &str = "INSERT INTO _sqlx_migrations SELECT 99, 'later', installed_on, success, checksum, 0 FROM _sqlx_migrations \
                     WHERE version = 6";

fn settings(path: &Path, key: &SecretString) -> StoreSettings {
    StoreSettings {
        database: Database::Sqlite(path.to_owned()),
        key: KeySource::Inline(key.clone()),
        max_connections: 8,
    }
}

async fn connect(path: &Path) -> Result<AnyConnection> {
    install_default_drivers();
    Ok(AnyConnection::connect(&format!("sqlite:{}", path.display())).await?)
}

fn mode(path: &Path) -> Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o777)
}

/// Saves credentials, creates tokens and adds records, each token before its records, until `is_enough` is set.
async fn write(number: usize, store: &Store, started: &Barrier, is_stopped: &AtomicBool) -> Result<usize> {
    let mut round = 0;
    while !is_stopped.load(Ordering::Relaxed) {
        let parts =
            BTreeMap::from([("basicAuth/username".to_owned(), SecretString::from(format!("{number}-{round}")))]);
        store.save_credential(None, "192.0.2.1", "stytch", &parts).await.ok().context("not saved")?;
        // Large enough that writes continue while the store is copied.
        let allow = vec!["x".repeat(100_000)];
        let new = NewAccessToken {
            name: format!("{number}-{round}"),
            expires_at: None,
            allow_rules: allow,
            grants: Vec::new(),
        };
        let (token, _) = store.create_token(&new).await.ok().context("no token")?;
        let record =
            || AuditRecord { target: Some(token.id.clone()), ..AuditRecord::new("writer", None, "create_token") };
        let records: Vec<AuditRecord> = (0..RECORDS_PER_ROUND).map(|_| record()).collect();
        store.insert_records(&records).await.ok().context("not recorded")?;
        round += 1;
        if round == ROUNDS_BEFORE_BACKUP {
            started.wait().await;
        }
    }
    Ok(round)
}

/// Returns the number of records of each token, by name.
async fn record_counts(store: &Store) -> Result<BTreeMap<String, usize>> {
    let query = AuditQuery::default();
    let records = store.find_records(&query, i64::MAX).await.ok().context("no records")?;
    let tokens = store.list_tokens().await.ok().context("no tokens")?;
    let mut counted: BTreeMap<String, usize> = tokens.iter().map(|token| (token.id.clone(), 0)).collect();
    for record in records {
        let id = record.target.context("no target")?;
        // A record is added after its token, so a consistent copy that has the record has the token too.
        *counted.get_mut(&id).context("a record without its token")? += 1;
    }
    let name = |id: &str| tokens.iter().find(|token| token.id == id).map(|token| token.name.clone());
    counted.into_iter().map(|(id, records)| Ok((name(&id).context("no name")?, records))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_a_consistent_snapshot() -> Result<()> {
    let (folder, key) = (tempfile::tempdir()?, SealingKey::generate_base64());
    let [source, file, target] =
        ["explorer.db", "backup.db", "elsewhere/explorer.db"].map(|name| folder.path().join(name));
    let store = Store::open(&settings(&source, &key)).await?;
    let (started, is_stopped) = (Barrier::new(WRITERS + 1), AtomicBool::new(false));
    let writers =
        futures::future::try_join_all((0..WRITERS).map(|number| write(number, &store, &started, &is_stopped)));
    let copying = async {
        started.wait().await;
        let copied = back_up(&source, &file).await;
        is_stopped.store(true, Ordering::Relaxed);
        copied
    };
    let (written, schema) = futures::try_join!(writers, copying)?;
    ensure!(schema > 0);
    restore(&file, &target, &KeySource::Inline(key.clone())).await?;

    let mut connection = connect(&target).await?;
    let problems: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
    assert_eq!(problems, ["ok"]);
    assert!(sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await?.is_empty());
    let [sessions, credentials]: [i64; 2] = [
        sqlx::query_scalar("SELECT COUNT(*) FROM sessions").fetch_one(&mut connection).await?,
        sqlx::query_scalar("SELECT COUNT(*) FROM credentials").fetch_one(&mut connection).await?,
    ];
    connection.close().await?;
    let (before, after) =
        (record_counts(&store).await?, record_counts(&Store::open(&settings(&target, &key)).await?).await?);
    assert_eq!(before.len(), written.iter().sum::<usize>());
    for (number, rounds) in written.iter().enumerate() {
        let of_writer: Vec<usize> =
            (0..*rounds).filter_map(|round| after.get(&format!("{number}-{round}")).copied()).collect();
        assert!(of_writer.len() >= ROUNDS_BEFORE_BACKUP, "a round that was acknowledged before the backup is missing");
        let (last, earlier) = of_writer.split_last().context("empty")?;
        assert!(
            earlier.iter().all(|records| *records == RECORDS_PER_ROUND) && [0, RECORDS_PER_ROUND].contains(last),
            "{of_writer:?}"
        );
        assert!(
            (0..of_writer.len()).all(|round| after.contains_key(&format!("{number}-{round}"))),
            "a round is missing"
        );
    }
    assert_eq!(sessions, credentials, "a session and its credential are one transaction");
    // Each writer saves its credential first, so it is at most one credential ahead of its tokens.
    let tokens = i64::try_from(after.len())?;
    assert!((tokens..=tokens + i64::try_from(WRITERS)?).contains(&credentials), "{credentials} {tokens}");
    Ok(())
}

#[tokio::test]
async fn a_restored_store_contains_the_saved_credentials() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let setup = setup(folder.path(), &upstream);
    let app: TestApp = setup.start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    let database = format!("sqlite:{}", folder.path().join("explorer.db").display());
    let (file, elsewhere) = (folder.path().join("backup.db"), tempfile::tempdir()?);
    let backup = run(&["backup", file.to_str().context("no path")?], &[("DATABASE_URL", &database)])?;
    assert_eq!(backup.status, 0, "{backup:?}");
    assert!(backup.stdout.contains("explorer.key. Store a copy of the key in another place."), "{backup:?}");
    assert_eq!(mode(&file)?, 0o600);
    let later = save(&app, None).await?.cookie()?;

    let path = elsewhere.path().join("new/explorer.db");
    let database = format!("sqlite:{}", path.display());
    let variables = [("DATABASE_URL", database.as_str())];
    let arguments = ["restore", file.to_str().context("no path")?];
    let restored = run(&arguments, &variables)?;
    assert!(
        restored.status == 1 && restored.stderr.contains("explorer.key cannot be used: it does not exist"),
        "{restored:?}"
    );
    assert!(!path.exists());
    fs::copy(folder.path().join("explorer.key"), path.with_extension("key"))?;
    let restored = run(&arguments, &variables)?;
    assert_eq!(restored.status, 0, "{restored:?}");
    assert_eq!((mode(&path)?, mode(&elsewhere.path().join("new"))?), (0o600, 0o700));
    assert_eq!(fs::read_dir(elsewhere.path().join("new"))?.count(), 2, "there are no other files");

    let app = setup.set_var("DATABASE_URL", &database).start_app().await?;
    assert!(has_saved_credential(&app, &cookie).await? && !has_saved_credential(&app, &later).await?);
    Ok(())
}

#[tokio::test]
async fn a_backup_never_overwrites_a_file_or_leaves_a_partial_one() -> Result<()> {
    let (folder, key) = (tempfile::tempdir()?, SealingKey::generate_base64());
    let source = folder.path().join("explorer.db");
    let file = folder.path().join("backup.db");
    let refusal = back_up(&source, &file).await.err().context("a missing store was backed up")?;
    assert!(refusal.to_string().contains("there is no store at"), "{refusal:#}");
    assert!(!source.exists() && !file.exists());

    Store::open(&settings(&source, &key)).await?.close().await;
    fs::write(&file, "mine")?;
    let refusal = back_up(&source, &file).await.err().context("the file was overwritten")?;
    assert!(refusal.to_string().contains("already exists"), "{refusal:#}");
    assert_eq!(fs::read_to_string(&file)?, "mine");
    let refusal = back_up(&source, &folder.path().join("lost/backup.db"))
        .await
        .err()
        .context("a backup was written to a missing folder")?;
    assert!(format!("{refusal:#}").contains("lost/backup.db cannot be written"), "{refusal:#}");

    fs::remove_file(&file)?;
    let mut bytes = fs::read(&source)?;
    let half = bytes.len() / 2;
    bytes[half..].fill(0xaa);
    fs::write(&source, bytes)?;
    back_up(&source, &file).await.err().context("a damaged store was backed up")?;
    assert_eq!(fs::read_dir(folder.path())?.count(), 1, "there are other files than the store");
    Ok(())
}

/// Creates a store and a complete backup of it.
async fn create_with_backup(folder: &Path, key: &SecretString) -> Result<(PathBuf, PathBuf)> {
    let (source, file) = (folder.join("explorer.db"), folder.join("backup.db"));
    Store::open(&settings(&source, key)).await?.close().await;
    back_up(&source, &file).await?;
    Ok((source, file))
}

#[tokio::test]
async fn a_restore_never_replaces_a_store_and_explains_how_to_move_it() -> Result<()> {
    let (folder, key) = (tempfile::tempdir()?, SealingKey::generate_base64());
    let (source, file) = create_with_backup(folder.path(), &key).await?;
    let key_source = KeySource::Inline(key.clone());
    let before = fs::read(&source)?;
    let wal = folder.path().join("explorer.db-wal");
    // A WAL file of a deleted store must not be read as part of the restored store.
    for leftover in [None, Some(&wal)] {
        if let Some(leftover) = leftover {
            fs::write(leftover, "changes")?;
        }
        let refusal = restore(&file, &source, &key_source).await.err().context("the store was replaced")?.to_string();
        assert!(refusal.contains("mkdir ") && refusal.contains("Stop the servers"), "{refusal}");
        assert_eq!(refusal.contains("explorer.db-wal"), leftover.is_some(), "{refusal}");
        assert_eq!(fs::read(&source)?, before);
    }
    fs::remove_file(&source)?;
    assert!(restore(&file, &source, &key_source).await.is_err());
    fs::remove_file(&wal)?;
    restore(&file, &source, &key_source).await?;
    Store::open(&settings(&source, &key)).await?;
    Ok(())
}

#[tokio::test]
async fn incomplete_or_foreign_backups_are_not_restored() -> Result<()> {
    let (folder, key) = (tempfile::tempdir()?, SealingKey::generate_base64());
    let (_, file) = create_with_backup(folder.path(), &key).await?;
    let [text, foreign, damaged, copied, target] =
        ["text", "foreign.db", "damaged.db", "copied.db", "target.db"].map(|name| folder.path().join(name));
    fs::write(&text, "not a database at all")?;
    fs::write(&foreign, "")?;
    connect(&foreign).await?.execute("CREATE TABLE keys (id TEXT)").await?;
    let mut bytes = fs::read(&file)?;
    let half = bytes.len() / 2;
    bytes[half..].fill(0xaa);
    fs::write(&damaged, bytes)?;
    fs::copy(&file, &copied)?;
    fs::write(folder.path().join("copied.db-wal"), "changes")?;
    let (key_source, other) = (KeySource::Inline(key), KeySource::Inline(SealingKey::generate_base64()));
    for (file, key, expected_message) in [
        (&folder.path().join("lost"), &key_source, "cannot be read"),
        (&text, &key_source, "is not an SQLite database"),
        (&foreign, &key_source, "not an api-explorer store"),
        (&damaged, &key_source, "damaged.db cannot be restored"),
        (&copied, &key_source, "contains changes that"),
        (&file, &other, "was sealed with the key"),
    ] {
        let refusal =
            restore(file, &target, key).await.err().with_context(|| format!("{} was restored", file.display()))?;
        assert!(format!("{refusal:#}").contains(expected_message), "{refusal:#}");
        assert!(!target.exists());
    }
    let remaining: Vec<_> = fs::read_dir(folder.path())?.collect::<Result<_, _>>()?;
    assert!(remaining.iter().all(|file| !file.file_name().to_string_lossy().contains("partial")), "{remaining:?}");
    Ok(())
}

#[tokio::test]
async fn every_command_refuses_a_store_of_another_version() -> Result<()> {
    let (folder, key) = (tempfile::tempdir()?, SealingKey::generate_base64());
    let (source, file) = create_with_backup(folder.path(), &key).await?;
    let [database, target] =
        ["explorer.db", "target.db"].map(|name| format!("sqlite:{}", folder.path().join(name).display()));
    let [file, copy] = [file, folder.path().join("copy.db")].map(|path| path.display().to_string());
    let change_checksum = "DELETE FROM _sqlx_migrations WHERE version = 99; UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 5";
    for (change, expected_message) in [
        (
            ADD_NEWER_MIGRATION,
            "newer version of api-explorer (schema 99; this one supports up to 11). Install that version, or restore \
             a backup",
        ),
        (change_checksum, "another version of api-explorer, and this one does not support its schema 5"),
    ] {
        for path in [&source, Path::new(&file)] {
            connect(path).await?.execute(change).await?;
        }
        for (arguments, database) in [
            (vec![], &database),
            (vec!["token", "list"], &database),
            (vec!["switch", "list"], &database),
            (vec!["audit"], &database),
            (vec!["key", "rotate"], &database),
            (vec!["backup", &copy], &database),
            (vec!["restore", &file], &target),
        ] {
            let variables = [
                ("DATABASE_URL", database.as_str()),
                ("EXPLORER_KEY", key.expose_secret()),
                ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
            ];
            let output = run(&arguments, &variables)?;
            assert!(output.status == 1 && output.stderr.contains(expected_message), "{arguments:?} {output:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_with_both_databases() -> Result<()> {
    let store = TestStore::new().await?;
    Store::open(&store.settings()).await?.close().await;
    store.connect().await?.execute(ADD_NEWER_MIGRATION).await?;
    let refusal = format!("{:#}", Store::open(&store.settings()).await.err().context("the store was opened")?);
    assert!(refusal.contains("(schema 99; this one supports up to 11)"), "{refusal}");
    Ok(())
}

#[test]
fn postgresql_stores_are_backed_up_with_postgresql_tools() -> Result<()> {
    let key = SealingKey::generate_base64();
    let variables =
        [("DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:9/explorer"), ("EXPLORER_KEY", key.expose_secret())];
    for (command, tool) in
        [("backup", "pg_dump --format=custom --file=file"), ("restore", "pg_restore --dbname=\"$DATABASE_URL\"")]
    {
        let output = run(&[command, "file"], &variables)?;
        assert!(output.status == 1 && output.stderr.contains(tool) && !output.stderr.contains("hunter2"), "{output:?}");
    }
    Ok(())
}
