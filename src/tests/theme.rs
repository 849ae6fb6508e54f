//! Tests that a reader can choose the theme of the pages, also without scripts.

use crate::support::{OPERATION_PAGE, TestApp, TestEnv};
use anyhow::{Context, Result};

const THEMES: [&str; 3] = ["system", "light", "dark"];

/// Chooses a theme on a page, and returns the cookie and the URL that the response redirects to.
async fn choose(app: &TestApp, theme: &str, page: &str) -> Result<(String, String)> {
    let response = app.post_form("/theme", &[("theme", theme)]).header("referer", page).send().await?;
    assert_eq!(response.status, 303, "{}", response.text());
    let cookie = response.header("set-cookie").split(';').next().context("no cookie")?.to_owned();
    Ok((cookie, response.header("location").to_owned()))
}

fn html_tag(html: &str) -> &str {
    html.split_once("<html").and_then(|(_, rest)| rest.split('>').next()).unwrap_or_default()
}

#[tokio::test]
async fn pages_are_rendered_in_the_chosen_theme() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for theme in THEMES {
        let (cookie, _) = choose(&app, theme, "http://127.0.0.1:3000/").await?;
        for path in ["/", "/stytch", OPERATION_PAGE, "/search?q=user", "/no/such/page"] {
            let html = app.get(path).header("cookie", &cookie).send().await?.text();
            let expected =
                if theme == "system" { " lang=\"en\"".into() } else { format!(" lang=\"en\" data-theme=\"{theme}\"") };
            assert_eq!(html_tag(&html), expected, "{path}");
            let (_, form) = html.split_once("id=\"theme\"").context("no form")?;
            let pressed = form.split("aria-pressed=\"true\"").next().and_then(|before| before.rsplit("<button").next());
            assert!(pressed.context("no button")?.contains(&format!("value=\"{theme}\"")), "{path}");
        }
    }
    let html = app.get("/").send().await?.text();
    assert_eq!(html_tag(&html), " lang=\"en\"");
    assert_eq!(html.matches("action=\"/theme\"").count(), 1);
    Ok(())
}

#[tokio::test]
async fn the_choice_returns_to_its_page_on_this_site_only() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for (page, expected) in [
        ("http://127.0.0.1:3000/stytch?q=a%20b", "/stytch?q=a%20b"),
        ("http://127.0.0.1:3000/search?q=user", "/search?q=user"),
        ("http://127.0.0.1:3000/reveal", "/"),
        ("http://127.0.0.1:3000//evil.example", "/"),
        ("http://127.0.0.1:3001/stytch", "/"),
        ("https://evil.example/stytch", "/"),
        ("/stytch", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ] {
        assert_eq!(choose(&app, "dark", page).await?.1, expected, "{page}");
    }
    Ok(())
}

#[tokio::test]
async fn other_themes_and_methods_are_refused_and_scripts_get_no_page() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for body in ["", "theme=", "theme=red", "theme=Dark", "theme=dark&x=1", "dark"] {
        let response = app.post("/theme", body).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{body}");
        assert_eq!(response.header("set-cookie"), "", "{body}");
    }
    assert_eq!(app.get("/theme").send().await?.status, 405);
    let response = app.post("/theme", "theme=dark").header("sec-fetch-dest", "empty").send().await?;
    assert_eq!((response.status.as_u16(), response.header("location")), (204, ""));
    assert!(response.header("set-cookie").contains("=dark; HttpOnly; SameSite=Lax"));
    Ok(())
}
