//! Tests that the audit log is bounded, that a change of a record is found, and that records are exported as they happen.

use crate::support::{OPERATION_TOOL, TestApp, TestEnv, TestStore, Upstream};
use anyhow::{Context, Result};
use api_explorer::{
    audit::AuditExport,
    cli::audit::verify_audit,
    store::{
        Store,
        audit::{AuditChain, AuditQuery, AuditRecord},
    },
};
use serde_json::Value;
use sqlx::Executor;
use std::{fs, os::unix::net::UnixDatagram, time::Duration};

/// Returns the report of `audit verify`, or its error.
async fn verify(store: &Store, expected_hashes: &[String]) -> Result<String> {
    let mut report = Vec::new();
    verify_audit(expected_hashes, store, &mut report).await?;
    Ok(String::from_utf8(report)?)
}

async fn records(app: &TestApp) -> Result<Vec<AuditRecord>> {
    app.gateway.audit().flush().await;
    app.store.find_records(&AuditQuery::default(), 10_000).await.ok().context("no records")
}

fn refusal(number: usize) -> AuditRecord {
    AuditRecord {
        chain: AuditChain::Refusals,
        code: Some("policy_denied".into()),
        ..AuditRecord::new(&format!("session:{number}"), None, "call")
    }
}

#[tokio::test]
async fn a_flood_of_refused_calls_becomes_a_few_records_that_count_all_of_them() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let token = app.access_token(&["GET"], &[]).await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    for _ in 0..300 {
        assert_eq!(app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?.status, 403);
    }
    let records = records(&app).await?;
    let refused: Vec<_> = records.iter().filter(|record| record.code.as_deref() == Some("policy_denied")).collect();
    assert_eq!((refused.len(), refused.iter().map(|record| record.count).sum::<i64>()), (2, 300));
    assert_eq!(records.iter().filter(|record| record.status == Some(200)).count(), 1);
    let page = app.get("/admin/audit").send().await?.text();
    assert!(page.contains("policy_denied, 299 times"), "{page}");
    Ok(())
}

#[tokio::test]
async fn the_size_limit_drops_the_oldest_refusals_and_no_executed_call() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let of_both = (0..200).flat_map(|number| [refusal(number), AuditRecord::new("local", None, "call")]);
    app.store.insert_records(&of_both.collect::<Vec<_>>()).await.ok().context("not added")?;
    assert_eq!(app.store.limit_audit_bytes(10_000_000).await.ok(), Some(0));
    let dropped = app.store.limit_audit_bytes(170_000).await.ok().context("not limited")?;
    assert!((1..200).contains(&dropped), "{dropped}");
    let subjects = async || -> Result<Vec<String>> {
        Ok(records(&app).await?.into_iter().map(|record| record.subject).filter(|subject| subject != "local").collect())
    };
    let left = subjects().await?;
    assert_eq!(left.len(), 200 - usize::try_from(dropped)?);
    assert!(left.contains(&"session:199".to_owned()) && !left.contains(&"session:0".to_owned()));
    assert!(verify(&app.store, &[]).await?.contains(&format!("{dropped} older ones deleted")));
    // Even if all refusals are dropped, the records of calls stay.
    app.store.limit_audit_bytes(1).await.ok().context("not limited")?;
    assert_eq!((subjects().await?.len(), records(&app).await?.len()), (0, 200));
    verify(&app.store, &[]).await?;
    Ok(())
}

#[tokio::test]
async fn a_record_that_was_changed_removed_or_added_is_found() -> Result<()> {
    const COPY: &str = "INSERT INTO audit (id, at, subject, action, chain, position, previous_hash, hash, bytes) SELECT \
                        'zz', at, subject, action, chain, 9, hash, hash, bytes FROM audit WHERE chain = 'refusals' AND \
                        position = 3";
    for (change, expected) in [
        ("UPDATE audit SET subject = 'session:7' WHERE chain = 'refusals' AND position = 2", "record 2"),
        ("UPDATE audit SET at = at + 1 WHERE chain = 'actions' AND position = 1", "record 1"),
        ("UPDATE audit SET count = 2 WHERE chain = 'actions' AND position = 1", "was changed"),
        ("DELETE FROM audit WHERE chain = 'refusals' AND position = 1", "missing"),
        ("DELETE FROM audit WHERE chain = 'refusals' AND position = 2", "missing"),
        ("DELETE FROM audit WHERE chain = 'refusals' AND position = 3", "missing"),
        ("UPDATE audit SET hash = previous_hash WHERE position = 2", "hash does not match"),
        ("UPDATE audit_chains SET hash = '' WHERE chain = 'actions'", "not the last hash"),
        (COPY, "1 records follow"),
    ] {
        let store = TestStore::new().await?;
        let app = store.apply_to(TestEnv::new()).start_app().await?;
        let added = [refusal(1), AuditRecord::new("local", None, "unlock"), refusal(2), refusal(3)];
        app.store.insert_records(&added).await.ok().context("not added")?;
        let report = verify(&app.store, &[]).await?;
        assert!(report.contains("refusals: intact; 3 records checked, 0 older ones deleted"), "{report}");
        store.connect().await?.execute(change).await?;
        let fault = verify(&app.store, &[]).await.err().with_context(|| change.to_owned())?.to_string();
        assert!(fault.contains(expected), "{change}: {fault}");
    }
    Ok(())
}

#[tokio::test]
async fn an_exported_hash_is_missing_in_a_replaced_store() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("audit.jsonl");
    let export = AuditExport::parse(&format!("file:{}", file.display())).map_err(anyhow::Error::msg)?;
    export.ensure_usable()?;
    app.gateway.audit().export_to(export).await;
    for _ in 0..2 {
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    }
    app.gateway.audit().flush().await;
    let exported = fs::read_to_string(&file)?;
    let exported: Vec<Value> = exported.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert_eq!(exported.len(), 2, "{exported:?}");
    assert_eq!(exported[1]["previousHash"], exported[0]["hash"]);
    assert_eq!((&exported[1]["chain"], &exported[1]["position"]), (&"actions".into(), &2.into()));
    let hash = [exported[0]["hash"].as_str().context("no hash")?.to_owned()];
    verify(&app.store, &hash).await?;
    let other = TestEnv::new().start_app().await?;
    let missing = verify(&other.store, &hash).await.err().context("the hash was found")?.to_string();
    assert!(missing.contains(&hash[0]), "{missing}");
    Ok(())
}

#[tokio::test]
async fn each_record_becomes_a_message_of_syslog() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let folder = tempfile::tempdir()?;
    let socket = folder.path().join("log");
    let export = AuditExport::parse(&format!("syslog:{}", socket.display())).map_err(anyhow::Error::msg)?;
    assert!(export.ensure_usable().is_err_and(|error| error.to_string().contains("EXPLORER_AUDIT_EXPORT")));
    let syslog = UnixDatagram::bind(&socket)?;
    export.ensure_usable()?;
    app.gateway.audit().export_to(export).await;
    assert_eq!(app.post_json("/api/live/unlock", &serde_json::json!({"provider": "stytch"})).send().await?.status, 200);
    app.gateway.audit().flush().await;
    syslog.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut message = vec![0; 4096];
    let length = syslog.recv(&mut message)?;
    let message = String::from_utf8_lossy(&message[..length]).into_owned();
    let (header, json) = message.split_once(" audit - ").context("no header")?;
    assert!(header.starts_with("<110>1 20") && header.contains(" - api-explorer "), "{header}");
    assert_eq!(serde_json::from_str::<Value>(json)?["action"], "unlock");
    Ok(())
}

#[tokio::test]
async fn servers_that_share_a_store_append_to_the_same_chain() -> Result<()> {
    let store = TestStore::new().await?;
    let setup = store.apply_to(TestEnv::new());
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    let add = async |app: &TestApp, offset: usize| -> Result<()> {
        for number in 0..20 {
            let added = [refusal(offset + number), AuditRecord::new("local", None, "unlock")];
            app.store.insert_records(&added).await.ok().context("not added")?;
        }
        Ok(())
    };
    tokio::try_join!(add(&one, 0), add(&other, 100))?;
    let report = verify(&one.store, &[]).await?;
    assert_eq!(report.matches("intact; 40 records checked").count(), 2, "{report}");
    Ok(())
}

#[tokio::test]
async fn records_of_earlier_versions_are_kept_and_reported() -> Result<()> {
    let store = TestStore::new().await?;
    let app = store.apply_to(TestEnv::new()).start_app().await?;
    let old = "INSERT INTO audit (id, at, subject, action) VALUES ('00', 1, 'local', 'call')";
    store.connect().await?.execute(old).await?;
    assert!(verify(&app.store, &[]).await?.contains("1 records of earlier versions"));
    assert_eq!(records(&app).await?.len(), 1);
    app.store.delete_records_older_than(Duration::from_hours(1)).await.ok().context("not deleted")?;
    assert_eq!(records(&app).await?.len(), 0);
    Ok(())
}
