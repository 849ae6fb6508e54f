//! Closes a listener without losing connections.

use std::{io, net::TcpListener};

/// Makes the kernel ignore new connections to a listener. Connections already established continue.
///
/// Closing a listener makes the kernel reset the connections that wait to be accepted, although their clients may have
/// sent a request already. A proxy cannot determine if such a request was processed, and does not retry a `POST`. After
/// this call, no further connections are queued, so the listener can be closed once the queued ones are accepted. A
/// client whose packet is ignored retransmits it after a second. By then the listener is closed, and the connection is
/// refused.
///
/// # Errors
/// Returns an error if the kernel does not allow the filter. Connections may then be lost when the listener is closed.
#[cfg(target_os = "linux")]
pub(crate) fn ignore_new_connections(listener: &TcpListener) -> io::Result<()> {
    use socket2::{SockFilter, SockRef};
    // Instructions of classic BPF. The packet begins with its TCP header (bpf(4), linux/filter.h).
    const LOAD_BYTE: u16 = 0x30;
    const JUMP_IF_ANY_BIT: u16 = 0x45;
    const RETURN: u16 = 0x06;
    const FLAGS_OFFSET: u32 = 13;
    const SYN_FLAG: u32 = 0x02;
    SockRef::from(listener).attach_filter(&[
        SockFilter::new(LOAD_BYTE, 0, 0, FLAGS_OFFSET),
        SockFilter::new(JUMP_IF_ANY_BIT, 0, 1, SYN_FLAG),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ])
}

/// Does nothing: only Linux supports such a filter.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ignore_new_connections(_: &TcpListener) -> io::Result<()> {
    Ok(())
}
