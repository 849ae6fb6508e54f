//! Poolers in front of PostgreSQL that share sessions.
//!
//! PgBouncer in transaction mode runs each statement in whichever session of PostgreSQL's is free. The driver prepares a
//! statement in one round trip and runs it in the next, so that it would run another client's, or none; and timeouts that
//! are set for a session would apply to other clients. Session mode has neither problem.

use anyhow::ensure;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row, raw_sql};
use uuid::Uuid;

/// Number of times that the sessions of two connections are compared.
const ROUNDS: usize = 3;

/// Refuses a pooler that lets connections share sessions.
///
/// Two connections each set a variable of their session and read it back. Where each has a session of its own, as always
/// with PostgreSQL itself, each reads what it has set.
///
/// # Errors
/// Returns an error if sessions are shared, or if there are no two connections.
pub(super) async fn refuse(pool: &AnyPool) -> anyhow::Result<()> {
    let (mut first, mut second) = (pool.acquire().await?, pool.acquire().await?);
    let own = [0, 1].map(|_| Uuid::new_v4().simple().to_string());
    for _ in 0..ROUNDS {
        mark(&mut first, &own[0]).await?;
        mark(&mut second, &own[1]).await?;
        // The other way round: a pooler that takes turns between two sessions is found out too.
        let found = [read(&mut second).await?, read(&mut first).await?];
        ensure!(
            found[0].as_ref() == Some(&own[1]) && found[1].as_ref() == Some(&own[0]),
            "its connections share sessions of PostgreSQL, as with PgBouncer in transaction mode. Set pool_mode = session \
             for this database, or let DATABASE_URL name PostgreSQL itself"
        );
    }
    Ok(())
}

/// Sets the variable, without a prepared statement.
async fn mark(connection: &mut AnyConnection, mark: &str) -> Result<(), sqlx::Error> {
    let statement = AssertSqlSafe(format!("SELECT set_config('explorer.session', '{mark}', false)"));
    raw_sql(statement).execute(connection).await?;
    Ok(())
}

async fn read(connection: &mut AnyConnection) -> Result<Option<String>, sqlx::Error> {
    let row = raw_sql("SELECT current_setting('explorer.session', true)").fetch_one(connection).await?;
    row.try_get(0)
}
