//! Migrations of the tables, in order. A released migration is never changed.

use anyhow::{Context, ensure};
use sqlx::{
    AnyConnection, AnyPool, SqlSafeStr,
    migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator},
};

/// Version, description and statements of each migration.
const MIGRATIONS: [(i64, &str, &str); 10] = [
    (1, "sessions", include_str!("migrations/0001_sessions.sql")),
    (2, "access", include_str!("migrations/0002_access.sql")),
    (4, "policy", include_str!("migrations/0004_policy.sql")),
    (5, "audit", include_str!("migrations/0005_audit.sql")),
    (6, "replies", include_str!("migrations/0006_replies.sql")),
    (7, "documents", include_str!("migrations/0007_documents.sql")),
    (8, "sign-ins", include_str!("migrations/0008_sign_ins.sql")),
    (9, "audit chains", include_str!("migrations/0009_audit_chains.sql")),
    (10, "networks", include_str!("migrations/0010_networks.sql")),
    (11, "accepted documents", include_str!("migrations/0011_accepted_documents.sql")),
];

/// Latest schema version that this version of the program knows.
const LATEST_VERSION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Migrates the tables to the latest version.
///
/// # Errors
/// Returns an error if this version does not know the schema, or if a statement fails.
pub(super) async fn run(pool: &AnyPool) -> anyhow::Result<()> {
    match migrator().run(pool).await {
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            ensure_known_schema(&mut *pool.acquire().await?).await.map(|_| ())
        }
        other => Ok(other?),
    }
}

/// Returns the schema version of a store: the version of the last migration that was applied.
///
/// # Errors
/// Returns an error if this version does not know the schema.
pub(super) async fn ensure_known_schema(connection: &mut AnyConnection) -> anyhow::Result<i64> {
    let migrator = migrator();
    let applied = connection.list_applied_migrations(&migrator.table_name).await?;
    let schema = applied.iter().map(|migration| migration.version).max().context("it has no schema")?;
    ensure!(
        schema <= LATEST_VERSION,
        "it was written by a newer version of api-explorer (schema {schema}; this one supports up to \
         {LATEST_VERSION}). Install that version, or restore a backup made before the upgrade."
    );
    for applied_migration in applied {
        let is_known = migrator.iter().any(|known_migration| {
            known_migration.version == applied_migration.version
                && known_migration.checksum == applied_migration.checksum
        });
        ensure!(
            is_known,
            "it was written by another version of api-explorer, and this one does not support its schema {}. Install \
             that version, or restore a backup made by this one.",
            applied_migration.version
        );
    }
    Ok(schema)
}

/// Returns the migrator. sqlx's macros are not used, because they would compile its drivers a second time, for the
/// build.
fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(version, description, statements)| {
        Migration::new(version, description.into(), MigrationType::Simple, statements.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.into())
}
