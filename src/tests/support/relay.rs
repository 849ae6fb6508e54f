//! A network between a server and something that it needs: it can go silent, and nobody is told.

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A port that leads to another.
pub(crate) struct Relay {
    pub(crate) port: u16,
    is_silent: watch::Sender<bool>,
}

impl Relay {
    /// Leads to an address.
    pub(crate) async fn start(to: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, is_silent) = (listener.local_addr()?.port(), watch::Sender::new(false));
        let silence = is_silent.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await?;
                let (near, far) = (near.into_split(), TcpStream::connect(&to).await?.into_split());
                tokio::spawn(pass(near.0, far.1, silence.subscribe()));
                tokio::spawn(pass(far.0, near.1, silence.subscribe()));
            }
            #[expect(unreachable_code, reason = "it tells the type of errors")]
            std::io::Result::Ok(())
        });
        Ok(Self { port, is_silent })
    }

    /// From now on, nothing passes, or everything does again, what was held back first.
    pub(crate) fn be_silent(&self, silent: bool) {
        self.is_silent.send_replace(silent);
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut is_silent: watch::Receiver<bool>,
) -> Result<()> {
    let mut bytes = [0; 10_000];
    loop {
        let length = from.read(&mut bytes).await?;
        is_silent.wait_for(|silent| !silent).await?;
        if length == 0 {
            return Ok(to.shutdown().await?);
        }
        to.write_all(&bytes[..length]).await?;
    }
}
