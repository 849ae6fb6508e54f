//! A network connection to another server that can go silent without closing.

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A local port that forwards to another address.
pub(crate) struct Relay {
    pub(crate) port: u16,
    silence_sender: watch::Sender<bool>,
}

impl Relay {
    /// Starts a relay to an address.
    pub(crate) async fn start(target_address: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, silence_sender) = (listener.local_addr()?.port(), watch::Sender::new(false));
        let silence = silence_sender.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await?;
                let (client, server) = (client.into_split(), TcpStream::connect(&target_address).await?.into_split());
                tokio::spawn(forward(client.0, server.1, silence.subscribe()));
                tokio::spawn(forward(server.0, client.1, silence.subscribe()));
            }
            #[expect(unreachable_code, reason = "it determines the type of errors")]
            std::io::Result::Ok(())
        });
        Ok(Self { port, silence_sender })
    }

    /// Stops or resumes forwarding. Bytes held back while silent are forwarded first.
    pub(crate) fn set_silent(&self, silent: bool) {
        self.silence_sender.send_replace(silent);
    }
}

async fn forward(
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    mut silence_receiver: watch::Receiver<bool>,
) -> Result<()> {
    let mut bytes = [0; 10_000];
    loop {
        let length = reader.read(&mut bytes).await?;
        silence_receiver.wait_for(|silent| !silent).await?;
        if length == 0 {
            return Ok(writer.shutdown().await?);
        }
        writer.write_all(&bytes[..length]).await?;
    }
}
