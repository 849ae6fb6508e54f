//! Reads the branding of the site: its name, logo, accent color and notice; and the logos of providers.

use super::{parsers, toml_reader::TomlTable};
use crate::model::{
    branding::{Accent, Branding, Logo},
    color::Color,
};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

/// Maximum size of a logo, in bytes.
const MAX_LOGO_BYTES: usize = 200_000;
/// Maximum length of a notice, in characters.
const MAX_NOTICE_CHARS: usize = 500;
/// Minimum contrast between text and its background (WCAG 2.2, 1.4.3).
const MIN_CONTRAST: f64 = 4.5;
/// The backgrounds on which a link has the least contrast: `--shade` in `style/tokens.css`.
const LIGHT_BACKGROUND: Color = Color([0xec, 0xef, 0xf3]);
const DARK_BACKGROUND: Color = Color([0x1f, 0x26, 0x31]);
const BLACK: Color = Color([0; 3]);
const WHITE: Color = Color([255; 3]);

/// Reads the `[site]` table. Paths in it are relative to a folder.
pub(crate) fn read_branding(table: TomlTable, folder: &Path) -> Branding {
    let default = Branding::default();
    let light = table.parse_string("accent", |text| parse_accent(text, LIGHT_BACKGROUND, BLACK, "light"));
    let dark = table.parse_string("accent_dark", |text| parse_accent(text, DARK_BACKGROUND, WHITE, "dark"));
    if table.has("accent_dark") && !table.has("accent") {
        table.report_invalid("accent_dark", table.value_offset("accent_dark"), "has no effect without `site.accent`.");
    }
    let accent = light.map(|light| {
        let lightened = || light.with_contrast(MIN_CONTRAST, DARK_BACKGROUND, WHITE);
        Accent { light, dark: dark.unwrap_or_else(lightened) }
    });
    Branding {
        name: table.parse_string("name", parsers::parse_short_text).unwrap_or(default.name),
        logo: table.parse_string("logo", |path| read_logo(&folder.join(path))),
        accent,
        notice: table.parse_string("notice", parse_notice),
    }
}

/// Parses an accent color, which must be readable on a background and below text in the background's color.
fn parse_accent(text: &str, background: Color, toward: Color, theme: &str) -> Result<Color, String> {
    let color = Color::parse(text).ok_or("must be a color in the notation \"#0b5cad\".")?;
    let contrast = color.contrast(background);
    if contrast < MIN_CONTRAST {
        let readable = color.with_contrast(MIN_CONTRAST, background, toward);
        return Err(format!(
            "has a contrast of {contrast:.1} with the background {background} of the {theme} theme, and needs \
             {MIN_CONTRAST} to be readable. The nearest color that has it is \"{readable}\"."
        ));
    }
    Ok(color)
}

fn parse_notice(text: &str) -> Result<String, String> {
    let text = text.trim();
    let has_control_characters = text.chars().any(|c| c.is_control() && c != '\n');
    if text.is_empty() || text.chars().count() > MAX_NOTICE_CHARS || has_control_characters {
        return Err(format!("must be 1 to {MAX_NOTICE_CHARS} characters of plain text."));
    }
    Ok(text.to_owned())
}

/// Reads a logo from a file.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn read_logo(path: &Path) -> Result<Logo, String> {
    let content = fs::read(path).map_err(|error| {
        format!("names {}, which cannot be read ({}). Correct the path.", path.display(), error.kind())
    })?;
    if content.len() > MAX_LOGO_BYTES {
        return Err(format!("names {}, which is larger than {MAX_LOGO_BYTES} bytes.", path.display()));
    }
    let media_type = image_type(&content)
        .ok_or_else(|| format!("names {}, which is not an SVG, PNG, JPEG or WebP image.", path.display()))?;
    let hash = hex::encode(&Sha256::digest(&content)[..8]);
    Ok(Logo { media_type, content: content.into(), hash })
}

/// Returns the media type of an image, by its content.
fn image_type(content: &[u8]) -> Option<&'static str> {
    match content {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => {
            let document = roxmltree::Document::parse(std::str::from_utf8(content).ok()?).ok()?;
            let root = document.root_element().tag_name();
            (root.name() == "svg" && root.namespace() == Some("http://www.w3.org/2000/svg")).then_some("image/svg+xml")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DARK_BACKGROUND, LIGHT_BACKGROUND, image_type};

    #[test]
    fn the_backgrounds_are_those_of_the_styles() {
        let expected = format!("--shade: var(--light, {LIGHT_BACKGROUND}) var(--dark, {DARK_BACKGROUND});");
        assert!(include_str!("../../style/tokens.css").contains(&expected));
    }

    #[test]
    fn the_type_of_an_image_is_that_of_its_content() {
        let svg = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>"#;
        assert_eq!(image_type(svg), Some("image/svg+xml"));
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\n\0"), Some("image/png"));
        assert_eq!(image_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b""[..], b"<html></html>", b"<svg></svg>", b"GIF89a", b"\xff\xfe"] {
            assert_eq!(image_type(other), None, "{other:?}");
        }
    }
}
