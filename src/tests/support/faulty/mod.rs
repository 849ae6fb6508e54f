//! A provider's double that breaks the rules: it plays, byte by byte, the script that a request asks for.

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

/// What requests that name no script are answered.
const CONTENT: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n{\"status_code\":200,\"user_id\":\"u1\"}";

/// What the provider does next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends bytes.
    Say(Vec<u8>),
    /// Sends bytes, one each tenth of a second.
    Drip(Vec<u8>),
    /// Sends bytes over and over, as long as somebody takes them.
    Flood(Vec<u8>),
    /// Sends nothing more, and waits until the other side ends the connection.
    Hold,
    /// Ends the connection in good order.
    Close,
    /// Breaks it off.
    Reset,
    /// Breaks it off, unless this is its first request.
    ResetUnlessNew,
}

/// Sends a text.
pub(crate) fn say(text: &str) -> Step {
    Step::Say(text.into())
}

type Scripts = HashMap<&'static str, Vec<Step>>;

/// A provider's double that breaks the rules.
#[derive(Clone)]
pub(crate) struct Faulty {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    scripts: Scripts,
    /// Connection and script of each request.
    requests: Mutex<Vec<(usize, String)>>,
    /// Bytes that were sent by scripts.
    sent: AtomicU64,
    /// Connections on which a script waits for the other side to end them.
    hanging: watch::Sender<usize>,
}

impl Faulty {
    /// Plays scripts by name, and is content with every other request.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = (&'static str, Vec<Step>)>) -> Result<Self> {
        Self::listen(scripts, None).await
    }

    /// Does so over TLS.
    pub(crate) async fn start_tls(tls: TlsAcceptor) -> Result<Self> {
        Self::listen([], Some(tls)).await
    }

    async fn listen(
        scripts: impl IntoIterator<Item = (&'static str, Vec<Step>)>,
        tls: Option<TlsAcceptor>,
    ) -> Result<Self> {
        let shared = Arc::new(Shared {
            scripts: scripts.into_iter().collect(),
            requests: Mutex::default(),
            sent: AtomicU64::default(),
            hanging: watch::Sender::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let faulty = Self { port: listener.local_addr()?.port(), shared: shared.clone() };
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
        Ok(faulty)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Connection and script of each request so far.
    pub(crate) fn requests(&self) -> Vec<(usize, String)> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many bytes the scripts could send before nobody took more.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Waits until so many connections are on hold.
    pub(crate) async fn hanging(&self, number: usize) -> Result<()> {
        self.shared.hanging.subscribe().wait_for(|hanging| *hanging == number).await?;
        Ok(())
    }
}

impl Shared {
    async fn serve_plain(&self, mut stream: TcpStream, connection: usize) -> io::Result<()> {
        if self.serve(&mut stream, connection).await? {
            stream.set_zero_linger()?;
        }
        Ok(())
    }

    /// Answers the requests of a connection; true, where it is to be broken off.
    async fn serve(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), connection: usize) -> io::Result<bool> {
        let mut is_new = true;
        while let Some(request) = read(stream).await? {
            let asked = request.split_once("fault-").map_or("content", |(_, rest)| rest);
            let script = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push((connection, script.to_owned()));
            let Some(steps) = self.scripts.get(script) else {
                stream.write_all(CONTENT).await?;
                is_new = false;
                continue;
            };
            for step in steps {
                match step {
                    Step::Say(bytes) => self.send(stream, bytes).await?,
                    Step::Drip(bytes) => {
                        for byte in bytes {
                            self.send(stream, &[*byte]).await?;
                            sleep(Duration::from_millis(100)).await;
                        }
                    }
                    Step::Flood(bytes) => {
                        let _held = Held::new(&self.hanging);
                        while self.send(stream, bytes).await.is_ok() {}
                    }
                    Step::Hold => {
                        let _held = Held::new(&self.hanging);
                        while stream.read(&mut [0; 1000]).await? > 0 {}
                    }
                    Step::Close => {
                        stream.shutdown().await?;
                        return Ok(false);
                    }
                    Step::ResetUnlessNew if is_new => {}
                    Step::Reset | Step::ResetUnlessNew => return Ok(true),
                }
            }
            is_new = false;
        }
        Ok(false)
    }

    async fn send(&self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes).await?;
        stream.flush().await?;
        self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        Ok(())
    }
}

/// Counts a connection as on hold as long as it lives.
struct Held<'a>(&'a watch::Sender<usize>);

impl<'a> Held<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// The next request, headers and body; nothing where the connection ends.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
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
        let mut more = [0; 10_000];
        match stream.read(&mut more).await {
            Ok(0) => return Ok(None),
            Ok(length) => bytes.extend_from_slice(&more[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}
