//! Timeouts for clients.

use std::time::Duration;

/// Timeouts for clients.
#[derive(Clone, Copy, Debug)]
pub struct ClientTimeouts {
    /// Timeout for the headers of the first request.
    pub first_headers: Duration,
    /// Timeout for the headers of each further request on a connection. Reverse proxies close idle connections after a
    /// minute. They should close them before the server does, because a proxy may be about to send a request on a
    /// connection that the server closes.
    pub idle: Duration,
    /// Timeout for a request body, measured from the end of the headers.
    pub body: Duration,
    /// Timeout for each write of a response.
    pub response_write: Duration,
}

impl Default for ClientTimeouts {
    fn default() -> Self {
        let [first_headers, idle, body, response_write] = [30, 75, 60, 30].map(Duration::from_secs);
        Self { first_headers, idle, body, response_write }
    }
}
