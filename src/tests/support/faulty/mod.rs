//! A faulty upstream: plays the script that a request selects, byte by byte.

mod calls;

pub(crate) use calls::*;

use anyhow::Result;
use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// The response to requests that select no script.
const OK_RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n{\"status_code\":200,\"user_id\":\"u1\"}";

/// One step of a script.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends bytes.
    Write(Vec<u8>),
    /// Sends bytes, one every tenth of a second.
    WriteSlowly(Vec<u8>),
    /// Sends bytes repeatedly, until the client closes the connection.
    WriteForever(Vec<u8>),
    /// Sends nothing more, and waits until the client closes the connection.
    HoldOpen,
    /// Closes the connection cleanly.
    Close,
    /// Resets the connection.
    Reset,
    /// Resets the connection, unless this is its first request.
    ResetUnlessFirst,
}

/// Returns a step that sends a text.
pub(crate) fn write_text(text: &str) -> Step {
    Step::Write(text.into())
}

type Scripts = HashMap<&'static str, Vec<Step>>;

/// An upstream that violates the protocol.
#[derive(Clone)]
pub(crate) struct FaultyUpstream {
    pub(crate) port: u16,
    shared: Arc<SharedState>,
}

struct SharedState {
    scripts: Scripts,
    /// Connection number and script name of each request.
    requests: Mutex<Vec<(usize, String)>>,
    /// Bytes sent by scripts.
    sent_bytes: AtomicU64,
    /// Number of connections on which a script waits for the client to close them.
    held_connections: watch::Sender<usize>,
}

impl FaultyUpstream {
    /// Starts an upstream with scripts by name. All other requests succeed.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = (&'static str, Vec<Step>)>) -> Result<Self> {
        Self::listen(scripts, None).await
    }

    /// Starts an upstream with TLS and without scripts.
    pub(crate) async fn start_tls(tls: TlsAcceptor) -> Result<Self> {
        Self::listen([], Some(tls)).await
    }

    async fn listen(
        scripts: impl IntoIterator<Item = (&'static str, Vec<Step>)>,
        tls: Option<TlsAcceptor>,
    ) -> Result<Self> {
        let shared = Arc::new(SharedState {
            scripts: scripts.into_iter().collect(),
            requests: Mutex::default(),
            sent_bytes: AtomicU64::default(),
            held_connections: watch::Sender::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let upstream = Self { port: listener.local_addr()?.port(), shared: shared.clone() };
        tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await?;
                let (shared, tls) = (shared.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => shared.serve_plain(stream, connection).await,
                        Some(tls) => shared.serve(&mut tls.accept(stream).await?, connection).await.map(drop),
                    }
                });
            }
            io::Result::Ok(())
        });
        Ok(upstream)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the connection number and script name of each request so far.
    pub(crate) fn requests(&self) -> Vec<(usize, String)> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the number of bytes that scripts have sent.
    pub(crate) fn sent_bytes(&self) -> u64 {
        self.shared.sent_bytes.load(Ordering::SeqCst)
    }

    /// Waits until exactly this number of connections is held open.
    pub(crate) async fn wait_for_held_connections(&self, number: usize) -> Result<()> {
        self.shared.held_connections.subscribe().wait_for(|held| *held == number).await?;
        Ok(())
    }
}

impl SharedState {
    async fn serve_plain(&self, mut stream: TcpStream, connection: usize) -> io::Result<()> {
        if self.serve(&mut stream, connection).await? {
            stream.set_zero_linger()?;
        }
        Ok(())
    }

    /// Serves the requests of a connection. Returns true if the connection is to be reset.
    async fn serve(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), connection: usize) -> io::Result<bool> {
        let mut is_first_request = true;
        while let Some(request) = read_request(stream).await? {
            let script_and_rest = request.split_once("fault-").map_or("content", |(_, rest)| rest);
            let script =
                script_and_rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push((connection, script.to_owned()));
            let Some(steps) = self.scripts.get(script) else {
                stream.write_all(OK_RESPONSE).await?;
                is_first_request = false;
                continue;
            };
            for step in steps {
                match step {
                    Step::Write(bytes) => self.write(stream, bytes).await?,
                    Step::WriteSlowly(bytes) => {
                        for byte in bytes {
                            self.write(stream, &[*byte]).await?;
                            sleep(Duration::from_millis(100)).await;
                        }
                    }
                    Step::WriteForever(bytes) => {
                        let _held = HeldConnection::new(&self.held_connections);
                        while self.write(stream, bytes).await.is_ok() {}
                    }
                    Step::HoldOpen => {
                        let _held = HeldConnection::new(&self.held_connections);
                        while stream.read(&mut [0; 1000]).await? > 0 {}
                    }
                    Step::Close => {
                        stream.shutdown().await?;
                        return Ok(false);
                    }
                    Step::ResetUnlessFirst if is_first_request => {}
                    Step::Reset | Step::ResetUnlessFirst => return Ok(true),
                }
            }
            is_first_request = false;
        }
        Ok(false)
    }

    async fn write(&self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes).await?;
        stream.flush().await?;
        self.sent_bytes.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        Ok(())
    }
}

/// Counts a connection as held open until this value is dropped.
struct HeldConnection<'a>(&'a watch::Sender<usize>);

impl<'a> HeldConnection<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for HeldConnection<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Reads the next request, headers and body. Returns `None` if the connection ends.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = lengths.find_map(|(_, length)| length.parse().ok()).unwrap_or_default();
            if body.len() >= length {
                return Ok(Some(text.into_owned()));
            }
        }
        let mut chunk = [0; 10_000];
        match stream.read(&mut chunk).await {
            Ok(0) => return Ok(None),
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}
