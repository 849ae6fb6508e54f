//! The color theme of the pages.

use crate::text;

/// Choice of the reader between light and dark colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// That of the operating system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All themes, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns the theme with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Returns the name of the theme, as in forms and in the cookie.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the label of the theme.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => text!("theme-system"),
            Self::Light => text!("theme-light"),
            Self::Dark => text!("theme-dark"),
        }
    }
}
