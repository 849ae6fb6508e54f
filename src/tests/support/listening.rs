//! The app with a listening socket, as clients connect to it.

use super::TestApp;
use anyhow::Result;
use api_explorer::{
    server::{connections, shutdown::ShutdownMode},
    settings::ClientTimeouts,
};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A server that accepts connections until this value is dropped.
pub(crate) struct ListeningServer {
    pub(crate) address: SocketAddr,
    pub(crate) stop_sender: oneshot::Sender<()>,
    pub(crate) server_task: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// Accepts connections until the shutdown signal; requests in flight then have `shutdown_timeout` to finish.
    pub(crate) async fn listen(&self, timeouts: ClientTimeouts, shutdown_timeout: Duration) -> Result<ListeningServer> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, (stop_sender, stop_receiver)) = (listener.local_addr()?, oneshot::channel());
        let shutdown_signal = async move {
            drop(stop_receiver.await);
            ShutdownMode::Immediate
        };
        let server_task = tokio::spawn(connections::serve(
            listener,
            self.router.clone(),
            timeouts,
            shutdown_signal,
            shutdown_timeout,
        ));
        Ok(ListeningServer { address, stop_sender, server_task })
    }
}
