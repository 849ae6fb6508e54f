//! Detects PostgreSQL poolers that share sessions between connections.
//!
//! PgBouncer in transaction mode runs each transaction in any free PostgreSQL session. The driver prepares a statement
//! in one round trip and executes it in the next, so it could execute another client's statement, or none. Timeouts
//! that are set for a session would also apply to other clients. Session mode has neither problem.

use anyhow::ensure;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row, raw_sql};
use uuid::Uuid;

/// Number of times that the sessions of two connections are compared.
const ROUNDS: usize = 3;

/// Checks that connections do not share sessions through a pooler.
///
/// Two connections each set a session variable and read it back. If each connection has a session of its own, as is
/// always the case with PostgreSQL itself, each reads the value that it has set.
///
/// # Errors
/// Returns an error if sessions are shared, or if two connections cannot be acquired.
pub(super) async fn ensure_dedicated_sessions(pool: &AnyPool) -> anyhow::Result<()> {
    let (mut first, mut second) = (pool.acquire().await?, pool.acquire().await?);
    let markers = [0, 1].map(|_| Uuid::new_v4().simple().to_string());
    for _ in 0..ROUNDS {
        set_marker(&mut first, &markers[0]).await?;
        set_marker(&mut second, &markers[1]).await?;
        // The reverse order detects a pooler that alternates between two sessions.
        let read_back = [read_marker(&mut second).await?, read_marker(&mut first).await?];
        ensure!(
            read_back[0].as_ref() == Some(&markers[1]) && read_back[1].as_ref() == Some(&markers[0]),
            "its connections share PostgreSQL sessions, as with PgBouncer in transaction mode. Set pool_mode = session \
             for this database, or set DATABASE_URL to PostgreSQL itself"
        );
    }
    Ok(())
}

/// Sets the session variable without a prepared statement.
async fn set_marker(connection: &mut AnyConnection, marker: &str) -> Result<(), sqlx::Error> {
    let statement = AssertSqlSafe(format!("SELECT set_config('explorer.session', '{marker}', false)"));
    raw_sql(statement).execute(connection).await?;
    Ok(())
}

async fn read_marker(connection: &mut AnyConnection) -> Result<Option<String>, sqlx::Error> {
    let row = raw_sql("SELECT current_setting('explorer.session', true)").fetch_one(connection).await?;
    row.try_get(0)
}
