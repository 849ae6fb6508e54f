//! Tests for the `[site]` table and the logos of providers: what pages show, and which values prevent the start.

use crate::{
    config::{folder, setup},
    support::{OPERATION_PAGE, TestEnv},
};
use anyhow::{Context, Result};
use std::fs;

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>"#;
const PAGES: [&str; 6] = ["/", "/stytch", OPERATION_PAGE, "/search?q=user", "/no/such/page", "/sign-in"];

fn refusal(toml: &str) -> Result<String> {
    let folder = folder(toml)?;
    fs::write(folder.path().join("page.html"), "<html></html>")?;
    fs::write(folder.path().join("large.svg"), SVG.repeat(2500))?;
    setup(&folder).startup_error().with_context(|| toml.to_owned())
}

#[tokio::test]
async fn name_and_notice_are_on_every_page_as_text() -> Result<()> {
    let folder =
        folder("[site]\nname = \"Acme <b>APIs\"\nnotice = \"For employees <i>only</i>.\\nNo personal data.\"\n")?;
    let app = setup(&folder).start_app().await?;
    for path in PAGES {
        let html = app.get(path).send().await?.text();
        let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).context("no title")?.0;
        assert!(title.ends_with("Acme &lt;b&gt;APIs") && !html.contains("API Explorer"), "{path}: {title}");
        assert!(html.contains("For employees &lt;i&gt;only&lt;/i&gt;.\nNo personal data."), "{path}");
        assert!(!html.contains("<b>APIs") && !html.contains("<i>only"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn logos_are_images_that_are_inert_by_themselves() -> Result<()> {
    let toml = "[site]\nlogo = \"acme.svg\"\n[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"\nlogo = \"sun.png\"\n";
    let folder = folder(toml)?;
    fs::write(folder.path().join("acme.svg"), SVG)?;
    fs::write(folder.path().join("sun.png"), b"\x89PNG\r\n\x1a\n\0")?;
    let app = setup(&folder).start_app().await?;
    let home = app.get("/").send().await?.text();
    for (start, media_type) in [("/assets/logo?v=", "image/svg+xml"), ("/assets/logo/weather?v=", "image/png")] {
        let rest = home.split(&format!("<img class=\"logo\" src=\"{start}")).nth(1);
        let rest = rest.or_else(|| home.split(&format!("<img src=\"{start}")).nth(1)).context("no image")?;
        let url = [start, rest.split('"').next().unwrap_or_default()].concat();
        let logo = app.get(&url).send().await?;
        assert_eq!((logo.status.as_u16(), logo.header("content-type")), (200, media_type), "{url}");
        let policy = logo.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert_eq!(
            (logo.header("x-content-type-options"), logo.header("content-disposition")),
            ("nosniff", "attachment")
        );
    }
    assert!(home.contains("<link rel=\"icon\" href=\"/assets/logo?v="));
    for path in ["/assets/logo/stytch", "/assets/logo/nobody", "/assets/logo/..%2Fweather"] {
        assert_eq!(app.get(path).send().await?.status, 404, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn without_settings_there_is_no_logo_and_no_notice() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    assert_eq!(app.get("/assets/logo").send().await?.status, 404);
    let html = app.get("/").send().await?.text();
    assert!(html.contains("<title>API Explorer</title>") && html.contains("href=\"/favicon.svg\""));
    assert!(!html.contains("class=\"notice\"") && !html.contains("--accent-light:"));
    Ok(())
}

#[tokio::test]
async fn the_accent_of_the_dark_theme_is_lightened_until_it_is_readable() -> Result<()> {
    for (toml, expected) in [
        ("accent = \"#0b5cad\"", "--accent-light:#0b5cad;--accent-dark:#"),
        ("accent = \"#0b5cad\"\naccent_dark = \"#7fb6ff\"", "--accent-light:#0b5cad;--accent-dark:#7fb6ff}"),
    ] {
        let app = setup(&folder(&format!("[site]\n{toml}\n"))?).start_app().await?;
        let response = app.get("/").send().await?;
        let policy = response.header("content-security-policy").to_owned();
        let html = response.text();
        let style = html.split("<style nonce=\"").find(|style| style.contains(expected)).context(html.clone())?;
        assert!(policy.contains(&format!("'nonce-{}'", style.split('"').next().unwrap_or_default())), "{policy}");
        assert!(!html.contains("--accent-dark:#0b5cad"));
    }
    Ok(())
}

#[test]
fn invalid_branding_is_reported_with_its_place_and_reason() -> Result<()> {
    for (toml, expected) in [
        ("nmae = \"x\"", ["line 2, column 1", "site has no key `nmae`", "Did you mean `name`?"]),
        ("name = \"\"", ["line 2", "`site.name`", "1 to 100 characters"]),
        ("accent = \"blue\"", ["line 2, column 10", "`site.accent`", "\"#0b5cad\""]),
        ("accent = \"#fc0\"", ["line 2", "`site.accent`", "notation"]),
        ("accent = \"#ffcc00\"", ["line 2, column 10", "contrast of 1.3", "The nearest color that has it is \"#"]),
        ("accent = \"#0b5cad\"\naccent_dark = \"#0b5cad\"", ["line 3", "`site.accent_dark`", "dark theme"]),
        ("accent_dark = \"#7fb6ff\"", ["line 2", "`site.accent_dark`", "no effect without `site.accent`"]),
        ("notice = \"\"", ["line 2", "`site.notice`", "1 to 500 characters"]),
        ("notice = \"a\\u001bb\"", ["line 2", "`site.notice`", "plain text"]),
        ("logo = \"lost.svg\"", ["line 2, column 8", "`site.logo`", "lost.svg"]),
        ("logo = \"page.html\"", ["line 2", "`site.logo`", "not an SVG, PNG, JPEG or WebP image"]),
        ("logo = \"large.svg\"", ["line 2", "`site.logo`", "larger than"]),
        ("logo = \".\"", ["line 2", "`site.logo`", "cannot be read"]),
    ] {
        let message = refusal(&format!("[site]\n{toml}\n"))?;
        for expected in expected.into_iter().chain(["explorer.toml"]) {
            assert!(message.contains(expected), "{expected:?} is missing for {toml:?} in: {message}");
        }
    }
    let provider = "[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"\nlogo = \"page.html\"\n";
    let message = refusal(provider)?;
    assert!(message.contains("line 4, column 8") && message.contains("`provider.logo`"), "{message}");
    Ok(())
}
