//! Branding of the site: its name, logo, accent color and notice, as its operator sets them.

use super::color::Color;
use std::{fmt, sync::Arc};

/// Name of the site, unless the operator sets another one.
pub const DEFAULT_NAME: &str = "API Explorer";

/// Name, logo, accent color and notice of the site.
#[derive(Clone, Debug)]
pub struct Branding {
    /// Name of the site.
    pub name: String,
    /// Logo of the site.
    pub logo: Option<Logo>,
    /// Accent color, in place of that of the styles.
    pub accent: Option<Accent>,
    /// Plain text that every page shows.
    pub notice: Option<String>,
}

impl Default for Branding {
    fn default() -> Self {
        Self { name: DEFAULT_NAME.into(), logo: None, accent: None, notice: None }
    }
}

/// The accent color in each theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// On light backgrounds.
    pub light: Color,
    /// On dark backgrounds.
    pub dark: Color,
}

/// A logo: the content of an image file.
#[derive(Clone)]
pub struct Logo {
    /// Media type of the image: `image/svg+xml`.
    pub media_type: &'static str,
    /// Content of the file.
    pub content: Arc<[u8]>,
    /// Start of the content's SHA-256, which is part of the URL.
    pub hash: String,
}

impl Logo {
    /// Returns the URL path of the logo of a provider, or of the site.
    pub fn url(&self, provider: Option<&str>) -> String {
        match provider {
            Some(id) => format!("/assets/logo/{id}?v={}", self.hash),
            None => format!("/assets/logo?v={}", self.hash),
        }
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Logo({}, {})", self.media_type, self.hash)
    }
}
