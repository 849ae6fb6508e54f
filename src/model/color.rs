//! Colors and the contrast between them.

use std::fmt;

/// A color in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl Color {
    /// Parses a color in the notation `#1f4fd8`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let channel = |start: usize| {
            let pair = digits.get(start..start + 2).filter(|pair| pair.bytes().all(|c| c.is_ascii_hexdigit()))?;
            u8::from_str_radix(pair, 16).ok()
        };
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Returns the contrast ratio between this color and another one, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Returns the color that is nearest to this one on the way to another, and has a contrast with a background.
    #[must_use]
    pub fn with_contrast(self, contrast: f64, background: Self, toward: Self) -> Self {
        let mut mixed = (0..=100).map(|percent| self.mix(toward, percent));
        mixed.find(|color| color.contrast(background) >= contrast).unwrap_or(toward)
    }

    fn mix(self, other: Self, percent: u32) -> Self {
        let channel = |index: usize| {
            let sum = u32::from(self.0[index]) * (100 - percent) + u32::from(other.0[index]) * percent;
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self([channel(0), channel(1), channel(2)])
    }

    /// Returns the relative luminance, from 0 to 1.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    const WHITE: Color = Color([255; 3]);
    const BLACK: Color = Color([0; 3]);

    #[test]
    fn colors_have_six_digits() {
        assert_eq!(Color::parse("#1F4fd8").map(|color| color.to_string()).as_deref(), Some("#1f4fd8"));
        for text in ["", "#", "#fff", "1f4fd8", "#1f4fd", "#1f4fd8ff", "#+1+1+1", "#é1é1", "red"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.001);
        assert!((WHITE.contrast(WHITE) - 1.0).abs() < 0.001);
        assert!((Color([0x77; 3]).contrast(WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn the_nearest_color_with_a_contrast_is_found() {
        let green = Color([0, 0xaa, 0x55]);
        let darker = green.with_contrast(4.5, WHITE, BLACK);
        assert!((4.5..4.7).contains(&darker.contrast(WHITE)), "{darker}");
        assert_eq!(BLACK.with_contrast(4.5, WHITE, BLACK), BLACK);
    }
}
