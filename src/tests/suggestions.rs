//! Tests for the suggestions of the search: nearest and recent operations, and commands.

use crate::support::{DEFAULT_HOST, OPERATION_PAGE, TestApp, TestEnv, visible_text};
use anyhow::{Context, Result};

/// Requests suggestions from a page. Returns the status line and the text of each option.
async fn suggest(app: &TestApp, query: &str, page: &str) -> Result<(String, Vec<String>)> {
    let html = request_suggestions(app, query, page).await?;
    let (status, options) = html.split_once('\n').context("no line")?;
    let options =
        options.split("</a>").flat_map(|option| option.split("</button>")).filter(|option| !option.is_empty());
    let text = |option: &str| visible_text(&format!("<body>{option}</body>")).trim().to_owned();
    Ok((status.to_owned(), options.map(text).collect()))
}

async fn request_suggestions(app: &TestApp, query: &str, page: &str) -> Result<String> {
    let referer = format!("http://{DEFAULT_HOST}{page}");
    let response = app.get(&format!("/search?fragment&{query}")).header("referer", &referer).send().await?;
    assert_eq!(response.status, 200);
    Ok(response.text())
}

#[tokio::test]
async fn the_nearest_operations_are_offered_if_nothing_matches() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let (status, options) = suggest(&app, "q=create+user+unicorn", "/").await?;
    assert_eq!(status, "No exact match. Nearest:");
    assert!(options.first().context("nothing")?.starts_with("POST Create a user /v1/users"), "{options:?}");
    for path in ["/search?q=create+user+unicorn", "/stytch?q=create+user+unicorn"] {
        let text = visible_text(&app.get(path).send().await?.text());
        assert!(text.contains("No exact match. Nearest:") && text.contains("Create a user"), "{path}");
    }
    let (status, options) = suggest(&app, "q=xyzzy", "/").await?;
    assert_eq!((status.as_str(), options.len()), ("No operation matches “xyzzy”. Try fewer or other words.", 0));
    Ok(())
}

#[tokio::test]
async fn recent_operations_are_listed_in_order_with_their_titles() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let paths = ["/stytch/apiUserV1Get", "/stytch/apiUserV1Create", "/stytch/gone", "/nobody/x", "x", "//", ""];
    let (status, options) = suggest(&app, &format!("recent={}", paths.join("%0A")), "/").await?;
    assert_eq!(status, "Recent");
    let starts: Vec<&str> = options.iter().filter_map(|option| option.split(" /v1").next()).collect();
    assert_eq!(starts, ["GET Get a user", "POST Create a user"]);
    assert_eq!(suggest(&app, "recent=/stytch/gone", "/").await?, ("No recent operations".into(), Vec::new()));
    let list = app.get(&format!("/search?fragment=list&recent={}", paths.join("%0A"))).send().await?.text();
    assert!(list.starts_with("<ul class=\"operations\"><li><a href=\"/stytch/apiUserV1Get\">"), "{list}");
    assert_eq!((list.matches("<li>").count(), list.contains("role=")), (2, false));
    assert_eq!(app.get("/search?fragment=list&recent=/stytch/gone").send().await?.text(), "");
    let many = vec!["/stytch/apiUserV1Get"; 100].join("%0A");
    assert_eq!(suggest(&app, &format!("recent={many}"), "/").await?.1.len(), 8);
    Ok(())
}

#[tokio::test]
async fn a_query_after_a_greater_than_sign_lists_commands() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let themes = ["Theme: system", "Theme: light", "Theme: dark"];
    let all = [&themes[..], &["Go to the home page"]].concat();
    assert_eq!(suggest(&app, "q=%3E", "/").await?.1, all);
    let environments = ["Environment: example", "Environment: test", "Environment: live"];
    let of_operation = [&themes[..], &environments, &["Go to the home page", "Go to Stytch"]].concat();
    assert_eq!(
        suggest(&app, "q=%3E", OPERATION_PAGE).await?,
        ("8 commands".into(), of_operation.iter().map(ToString::to_string).collect())
    );
    for (query, expected) in [
        ("%3Edark", vec!["Theme: dark"]),
        ("%3E+dark+mode", vec!["Theme: dark"]),
        ("%3Eswitch+theme", themes.to_vec()),
        ("%3Eenv+li", vec!["Environment: live"]),
        ("%3Ego+to+sty", vec!["Go to Stytch"]),
        ("%3Estytch", vec!["Go to Stytch"]),
        ("%3Ehome", vec!["Go to the home page"]),
        ("%3Exyzzy", vec![]),
    ] {
        assert_eq!(suggest(&app, &format!("q={query}"), OPERATION_PAGE).await?.1, expected, "{query}");
    }
    assert_eq!(
        suggest(&app, "q=%3Eenv", "/stytch").await?.0,
        "No command matches “env”. Try theme, environment or home."
    );
    Ok(())
}

#[tokio::test]
async fn commands_follow_the_operations_that_match_the_same_words() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let (status, options) = suggest(&app, "q=dark", "/").await?;
    assert_eq!((status.as_str(), options), ("1 command", vec!["Theme: dark".to_owned()]));
    let (_, options) = suggest(&app, "q=stytch", "/").await?;
    assert_eq!((options.len(), options.last().map(String::as_str)), (9, Some("Go to Stytch")));
    for short in ["q=da", "q=a+dark", "q="] {
        assert!(!suggest(&app, short, "/").await?.1.iter().any(|option| option.contains(':')), "{short}");
    }
    Ok(())
}

#[tokio::test]
async fn options_are_numbered_and_escaped() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let html = request_suggestions(&app, "q=%3E", OPERATION_PAGE).await?;
    for number in 0..8 {
        assert_eq!(html.matches(&format!("id=\"suggestion-{number}\"")).count(), 1);
    }
    assert!(html.contains("<button form=\"theme\" name=\"theme\" value=\"dark\" role=\"option\""));
    assert!(html.contains("<button type=\"button\" data-environment=\"live\" role=\"option\""));
    let html = request_suggestions(&app, "q=%3E%3Cimg%20src%3Dx%3E%0A", OPERATION_PAGE).await?;
    assert!(html.starts_with("No command matches “&lt;img src=x&gt;”."), "{html}");
    Ok(())
}
