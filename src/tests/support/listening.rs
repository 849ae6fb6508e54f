//! The app behind a socket, as clients meet it.

use super::TestApp;
use anyhow::Result;
use api_explorer::server::{
    connections::{self, Patience},
    shutdown::Stop,
};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A server that takes connections until this value goes.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) serving: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// Takes connections, until the task is told to stop; what is under way then has this long.
    pub(crate) async fn listen(&self, patience: Patience, to_finish: Duration) -> Result<Listening> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, (stop, stopped)) = (listener.local_addr()?, oneshot::channel());
        let stopped = async move {
            drop(stopped.await);
            Stop::Now
        };
        let serving = tokio::spawn(connections::serve(listener, self.router.clone(), patience, stopped, to_finish));
        Ok(Listening { address, stop, serving })
    }
}
