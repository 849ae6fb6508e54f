//! Tests for connection poolers in front of PostgreSQL: a pooler that shares sessions between connections is refused,
//! and one that does not works like PostgreSQL itself.

use crate::{
    store::{has_saved_credential, save},
    support::{
        TestEnv, TestStore, Upstream,
        programs::{Program, find_program},
        unused_address,
    },
};
use anyhow::{Context, Result};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;
use tokio::{net::TcpStream, task::yield_now};

/// A PgBouncer in front of the PostgreSQL of the tests.
struct PgBouncer {
    port: u16,
    _program: Program,
    _folder: TempDir,
}

impl PgBouncer {
    async fn start(program: &Path, postgres: &str, mode: &str, round_robin: u8) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, unused_address().await?.port());
        let (host, postgres_port) = postgres.split_once(':').context("no port")?;
        let settings = folder.path().join("pgbouncer.ini");
        fs::write(
            &settings,
            format!(
                "[databases]\n* = host={host} port={postgres_port} user=explorer\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\nserver_round_robin = {round_robin}\n\
                 ignore_startup_parameters = extra_float_digits\n"
            ),
        )?;
        let mut command = Command::new(program);
        command.arg("--quiet").arg(&settings);
        if rustix::process::getuid().is_root() {
            // PgBouncer refuses to run as root.
            command.args(["--user", "nobody"]);
        }
        let mut started = Program::start(&mut command)?;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            started.ensure_running()?;
            yield_now().await;
        }
        Ok(Self { port, _program: started, _folder: folder })
    }
}

#[tokio::test]
async fn a_pooler_that_shares_sessions_is_refused_and_one_that_does_not_is_used() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    // The test run with PostgreSQL covers this case.
    if store.sqlite_path().is_some() {
        return Ok(());
    }
    let Some(program) = find_program("pgbouncer")? else { return Ok(()) };
    for (mode, round_robin) in [("transaction", 0), ("transaction", 1), ("statement", 0), ("session", 0)] {
        let pooler = PgBouncer::start(&program, &store.postgres_address()?, mode, round_robin).await?;
        let setup = store
            .apply_to(TestEnv::new().with_base_url(&upstream.url))
            .set_var("DATABASE_URL", &store.url_at_port(pooler.port)?);
        if mode == "session" {
            let app = setup.start_app().await?;
            let cookie = save(&app, None).await?.cookie()?;
            assert!(has_saved_credential(&app, &cookie).await?);
        } else {
            let refused = setup.start_app().await.err().with_context(|| format!("{mode} was accepted"))?;
            let refused = format!("{refused:#}");
            assert!(refused.contains("pool_mode = session") && refused.contains("DATABASE_URL"), "{refused}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn two_servers_with_one_connection_each_share_a_store() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup =
        store.apply_to(TestEnv::new().with_base_url(&upstream.url)).set_var("EXPLORER_DATABASE_CONNECTIONS", "1");
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    let cookie = save(&one, None).await?.cookie()?;
    assert!(has_saved_credential(&other, &cookie).await?);
    Ok(())
}
