//! Exports audit records as JSON, as soon as they are stored: to a file, or to syslog.

use crate::store::audit::AuditRecord;
use anyhow::Context;
use jiff::Timestamp;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::{fs::OpenOptionsExt, net::UnixDatagram},
    path::{Path, PathBuf},
    process,
    time::Duration,
};
use tokio::task::spawn_blocking;

/// Socket of the local syslog service.
const SYSLOG_SOCKET: &str = "/dev/log";
/// Priority of all messages: facility 13 (log audit), severity 6 (informational); RFC 5424, §6.2.1.
const SYSLOG_PRIORITY: u32 = 13 * 8 + 6;
/// Timeout of sending a message to syslog.
const SYSLOG_TIMEOUT: Duration = Duration::from_secs(1);

/// Place that records are exported to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditExport {
    /// File that JSON lines are appended to. It is opened for each batch, so that it can be rotated at any time.
    File(PathBuf),
    /// Socket of a syslog service, which receives one message (RFC 5424) per record.
    Syslog(PathBuf),
}

impl AuditExport {
    /// Parses `file:PATH`, `syslog` or `syslog:SOCKET`.
    ///
    /// # Errors
    /// Returns an error if the text is none of them. The message is worded to follow the name of the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':').unwrap_or((text, "")) {
            ("file", path) if !path.is_empty() => Ok(Self::File(path.into())),
            ("syslog", "") => Ok(Self::Syslog(SYSLOG_SOCKET.into())),
            ("syslog", socket) => Ok(Self::Syslog(socket.into())),
            _ => Err(format!("must be file:PATH, syslog or syslog:SOCKET, not {text:?}")),
        }
    }

    /// Checks that records can be exported.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or if nothing listens on the socket.
    pub fn ensure_usable(&self) -> anyhow::Result<()> {
        let (path, result) = match self {
            Self::File(path) => (path, open_file(path).map(drop)),
            Self::Syslog(socket) => (socket, UnixDatagram::unbound().and_then(|client| client.connect(socket))),
        };
        result.with_context(|| {
            format!("audit records cannot be exported to {}; check EXPLORER_AUDIT_EXPORT", path.display())
        })
    }

    /// Exports records. If that fails, logs an error: the records are in the store.
    pub(super) async fn write(&self, records: Vec<AuditRecord>) {
        let export = self.clone();
        let result = spawn_blocking(move || match export {
            Self::File(path) => append_to_file(&path, &records),
            Self::Syslog(socket) => send_to_syslog(&socket, &records),
        });
        if let Ok(Err(error)) = result.await {
            tracing::error!(%error, "audit records were stored, but not exported");
        }
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

fn append_to_file(path: &Path, records: &[AuditRecord]) -> io::Result<()> {
    let lines: String = records.iter().map(|record| record.to_json() + "\n").collect();
    open_file(path)?.write_all(lines.as_bytes())
}

fn send_to_syslog(socket: &Path, records: &[AuditRecord]) -> io::Result<()> {
    let client = UnixDatagram::unbound()?;
    client.set_write_timeout(Some(SYSLOG_TIMEOUT))?;
    for record in records {
        let time = Timestamp::from_millisecond(record.started_at).unwrap_or_default();
        let header = format!("<{SYSLOG_PRIORITY}>1 {time} - api-explorer {} audit - ", process::id());
        client.send_to([&header, &*record.to_json()].concat().as_bytes(), socket)?;
    }
    Ok(())
}
