//! Tests that administrators see which parts of the documents could not be read.

use crate::support::{TestEnv, Upstream, visible_text};
use anyhow::Result;

/// Returns a document in which these many paths are faulty.
fn document(faults: usize) -> String {
    let paths = (0..faults).map(|number| format!("  /p{number}: {{ get: \"<b>nothing\" }}\n"));
    let paths = paths.collect::<Vec<_>>().concat();
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Faults, version: '1' }}\nservers: [{{ url: 'https://a.example' }}]\npaths:\n{paths}  /ok: {{ \
         get: {{ operationId: ok, responses: {{}} }} }}\n"
    )
}

#[tokio::test]
async fn the_faults_of_each_document_are_on_the_page_of_administrators() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    for (faults, count, link) in [(1, "faulty: 1 part", false), (40, "faulty: 40 parts", true)] {
        let app = TestEnv::start_app_with_document("faulty", &document(faults), &upstream).await?;
        let html = app.get("/admin").send().await?.text();
        let page = visible_text(&html);
        assert!(page.contains(count) && page.contains("paths./p0.get"), "{page}");
        assert_eq!(html.contains("href=\"/faulty#faults\""), link, "{html}");
        assert!(app.get("/faulty").send().await?.text().contains("id=\"faults\""));
    }
    let app = TestEnv::start_app_with_document("right", &document(0), &upstream).await?;
    let page = visible_text(&app.get("/admin").send().await?.text());
    assert!(page.contains("None so far") && !page.contains("right: "), "{page}");
    Ok(())
}
