//! Scope of the cookies that a caller's browser receives.

/// Scope of cookies: the servers that a browser sends them to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieScope {
    /// One host, over HTTPS only.
    SecureHost,
    /// This machine, over plain HTTP. Browsers send a cookie to all ports of a host (RFC 6265, §8.5), so the names of
    /// cookies contain the port. Otherwise, two explorers on one machine would end each other's sessions.
    LoopbackPort(u16),
}

impl CookieScope {
    /// Returns true if the cookies are sent over HTTPS only.
    pub(crate) fn is_secure(self) -> bool {
        self == Self::SecureHost
    }
}

impl Default for CookieScope {
    fn default() -> Self {
        Self::LoopbackPort(80)
    }
}
