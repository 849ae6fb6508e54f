//! Closing a listener without losing connections.

use std::{io, net::TcpListener};

/// Makes the kernel ignore new connections of a listener, while those that it has begun go on.
///
/// When a listener is closed, the kernel resets the connections that wait to be accepted, though their clients may have sent
/// a request already. A proxy cannot tell whether such a request was carried out, and does not repeat a `POST`. After this
/// call no more connections begin to wait, so the listener can be closed once those that wait are accepted. A client whose
/// packet is ignored sends it again after a second, when the listener is closed, and is refused.
///
/// # Errors
/// Returns an error if the kernel does not allow it; connections may then be lost in the moment of closing.
#[cfg(target_os = "linux")]
pub(crate) fn ignore_new_connections(listener: &TcpListener) -> io::Result<()> {
    use socket2::{SockFilter, SockRef};
    // Instructions of classic BPF, on a packet that begins with its TCP header (bpf(4), linux/filter.h).
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

/// Does nothing: only Linux can.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ignore_new(_: &TcpListener) -> io::Result<()> {
    Ok(())
}
