//! The tables' migrations, in their order. A migration that was released is never changed.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Version, description and statements of each migration.
const MIGRATIONS: [(i64, &str, &str); 6] = [
    (1, "sessions", include_str!("migrations/0001_sessions.sql")),
    (2, "access", include_str!("migrations/0002_access.sql")),
    (4, "policy", include_str!("migrations/0004_policy.sql")),
    (5, "audit", include_str!("migrations/0005_audit.sql")),
    (6, "replies", include_str!("migrations/0006_replies.sql")),
    (7, "documents", include_str!("migrations/0007_documents.sql")),
];

/// Returns the migrator, without sqlx's macros: they would build its drivers a second time, for the compiler.
pub(super) fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(version, description, statements)| {
        Migration::new(version, description.into(), MigrationType::Simple, statements.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.into())
}
