//! Reads documents from memory, files or URLs, with limits on size and time.

use super::{
    document_files::{add_files_of_folder, add_files_of_url},
    referenced_files::{DocumentFiles, may_refer_to_files, references_of_overlay},
};
use anyhow::{Context, anyhow, bail, ensure};
use reqwest::{Client, Response, StatusCode, header::LOCATION, redirect::Policy};
use serde_json::Value;
use std::{
    borrow::Cow,
    error::Error,
    fmt,
    fs::File,
    io::Read,
    iter::successors,
    path::PathBuf,
    time::{Duration, Instant},
};
use url::Url;

/// The source of a provider's document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentSource {
    /// Text in memory, such as a built-in document.
    Text(Cow<'static, str>),
    /// A file.
    File(PathBuf),
    /// An HTTP or HTTPS URL.
    Url(Url),
}

/// Default maximum size of a document, in megabytes. `EXPLORER_DOCUMENT_LIMIT_MB` overrides it.
pub const DEFAULT_DOCUMENT_LIMIT_MB: u64 = 30;

/// Limits for reading a document.
#[derive(Clone, Copy)]
struct ReadLimits {
    max_megabytes: u64,
    timeout: Duration,
    max_redirects: usize,
}

const DEFAULT_LIMITS: ReadLimits =
    ReadLimits { max_megabytes: DEFAULT_DOCUMENT_LIMIT_MB, timeout: Duration::from_secs(20), max_redirects: 3 };

impl DocumentSource {
    /// Reads the document's text, up to a maximum size in megabytes.
    ///
    /// Blocks until the text is read, so it must not run on a thread that other tasks depend on.
    ///
    /// # Errors
    /// Returns an error if the text cannot be read. The message names the source and the remedy.
    pub fn read(&self, max_megabytes: u64) -> anyhow::Result<Cow<'_, str>> {
        self.read_with_files(max_megabytes, &[])
    }

    /// Reads the document's text as [`Self::read`] does, with the files that overlays refer to.
    ///
    /// # Errors
    /// Returns an error if the text cannot be read. The message names the source and the remedy.
    pub(super) fn read_with_files(
        &self,
        max_megabytes: u64,
        overlay_references: &[String],
    ) -> anyhow::Result<Cow<'_, str>> {
        match self {
            Self::File(path) => {
                let text = self.read_alone(max_megabytes)?;
                Ok(if may_refer_to_files(&text) || !overlay_references.is_empty() {
                    let limits = ReadLimits { max_megabytes, ..DEFAULT_LIMITS };
                    Cow::Owned(add_files_of_folder(path, &text, overlay_references, limits.max_bytes())?)
                } else {
                    text
                })
            }
            Self::Url(_) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(self.fetch(max_megabytes, overlay_references)).map(Cow::Owned)
            }
            Self::Text(_) => self.read_alone(max_megabytes),
        }
    }

    /// Returns the references to files in overlays. An overlay that cannot be read has none; it is reported when it is
    /// applied.
    pub(super) fn read_overlay_references(overlays: &[Self], max_megabytes: u64) -> Vec<String> {
        let texts = overlays.iter().filter_map(|overlay| overlay.read_alone(max_megabytes).ok());
        texts.flat_map(|text| references_of_overlay(&text)).collect()
    }

    /// Returns a document that overlays have changed, in which their references lead to the files that it was read with.
    pub(super) fn resolve_overlay_references(&self, root: Value) -> Value {
        let (name, url) = match self {
            Self::Text(_) => return root,
            Self::File(path) => (path.canonicalize().unwrap_or_else(|_| path.clone()), None),
            Self::Url(url) => (PathBuf::from(url.path()), Some(url)),
        };
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        DocumentFiles::from_changed_document(root, &name, url).into_value()
    }

    /// Reads the text without the files that it refers to.
    ///
    /// # Errors
    /// Returns an error if the text cannot be read. The message names the source and the remedy.
    pub(super) fn read_alone(&self, max_megabytes: u64) -> anyhow::Result<Cow<'_, str>> {
        match self {
            Self::Text(text) => Ok(Cow::Borrowed(text)),
            Self::File(path) => {
                let limits = ReadLimits { max_megabytes, ..DEFAULT_LIMITS };
                self.decode_text(read_file(path, limits)).map(Cow::Owned)
            }
            Self::Url(_) => bail!("{self} is not a file."),
        }
    }

    /// Fetches the document's text from its URL, up to a maximum size in megabytes, with the files that it and overlays
    /// refer to.
    ///
    /// # Errors
    /// Returns an error if the text cannot be fetched. The message names the URL and the remedy.
    pub(super) async fn fetch(&self, max_megabytes: u64, overlay_references: &[String]) -> anyhow::Result<String> {
        let Self::Url(url) = self else { bail!("{self} is not a URL.") };
        let limits = ReadLimits { max_megabytes, ..DEFAULT_LIMITS };
        let deadline = Instant::now() + limits.timeout;
        let client = document_client()?;
        let (bytes, url) = match fetch_bytes(&client, url.clone(), limits).await {
            Ok((bytes, final_url)) => (Ok(bytes), final_url),
            Err(error) => (Err(error), url.clone()),
        };
        let text = self.decode_text(bytes)?;
        if !may_refer_to_files(&text) && overlay_references.is_empty() {
            return Ok(text);
        }
        let fetch = |file| fetch_file(&client, file, limits, deadline);
        add_files_of_url(&url, &text, overlay_references, limits.max_bytes(), fetch).await
    }

    /// Returns true if the document is part of this program, and changes only with it.
    pub fn is_built_in(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Returns the name of the source as pages show it: a file without its directory, a URL without its query.
    pub fn public_name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Text(_) | Self::Url(_) => self.to_string(),
        }
    }

    fn decode_text(&self, bytes: anyhow::Result<Vec<u8>>) -> anyhow::Result<String> {
        bytes.and_then(decode_utf8).with_context(|| format!("{self} cannot be read"))
    }
}

fn decode_utf8(bytes: Vec<u8>) -> anyhow::Result<String> {
    let text = String::from_utf8(bytes).context("It is not UTF-8 text. Save it as UTF-8.")?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

impl From<String> for DocumentSource {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// Formats the source for messages. The query of a URL is omitted, because it may contain a token.
impl fmt::Display for DocumentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("the built-in document"),
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(&redact_query(url)),
        }
    }
}

fn redact_query(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(url.query().map(|_| "…"));
    shown.set_fragment(None);
    shown.to_string().replace("%E2%80%A6", "…")
}

fn read_file(path: &PathBuf, limits: ReadLimits) -> anyhow::Result<Vec<u8>> {
    let file = File::open(path).context("Correct the path; it is relative to the settings file")?;
    ensure!(file.metadata()?.is_file(), "It is not a file. Set the path of the document.");
    let mut bytes = Vec::new();
    file.take(limits.max_bytes() + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() as u64 <= limits.max_bytes(), limits.too_large_message());
    Ok(bytes)
}

/// Returns a builder with the settings that all clients of this server share: no redirects, and no proxy from the
/// environment.
pub(crate) fn http_client_builder() -> reqwest::ClientBuilder {
    // Installation fails only if a provider is already installed in this process, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(Policy::none()).no_proxy()
}

/// Returns a client that ignores proxies of the environment and verifies certificates.
fn document_client() -> anyhow::Result<Client> {
    Ok(http_client_builder().user_agent(concat!("api-explorer/", env!("CARGO_PKG_VERSION"))).build()?)
}

/// Fetches a document, and follows a few redirects on the same origin. Returns its final URL as well.
async fn fetch_bytes(client: &Client, mut url: Url, limits: ReadLimits) -> anyhow::Result<(Vec<u8>, Url)> {
    let download = async {
        for _ in 0..=limits.max_redirects {
            let response = send_request(client, &url).await?;
            if !response.status().is_redirection() {
                return Ok((read_body(response, limits).await?, url));
            }
            let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            let target = target.and_then(|target| url.join(target).ok()).context("Its redirect is not valid.")?;
            ensure!(
                target.origin() == url.origin() && target.username().is_empty(),
                "It redirects to {}. If that is correct, set this URL as the document.",
                redact_query(&target)
            );
            url = target;
        }
        bail!("It redirects more than {} times. Set the final URL as the document.", limits.max_redirects)
    };
    let seconds = limits.timeout.as_secs_f64();
    tokio::time::timeout(limits.timeout, download)
        .await
        .with_context(|| format!("It did not arrive within {seconds} s. Store it in a file next to the settings"))?
}

/// Fetches a file that a document refers to, until the deadline of the document. Returns `None` if the server does not
/// have it, redirects to another URL, or it is not text.
async fn fetch_file(
    client: &Client,
    url: Url,
    limits: ReadLimits,
    deadline: Instant,
) -> anyhow::Result<Option<String>> {
    let download = async {
        let response = send_request(client, &url).await?;
        let status = response.status();
        if status.is_redirection() || status.is_client_error() {
            return Ok(None);
        }
        Ok(decode_utf8(read_body(response, limits).await?).ok())
    };
    let text = tokio::time::timeout_at(deadline.into(), download).await;
    text.context("The document and its files did not arrive in time. Store them next to the settings")
        .flatten()
        .with_context(|| format!("the file {url}, which the document refers to, cannot be read"))
}

async fn send_request(client: &Client, url: &Url) -> anyhow::Result<Response> {
    let request = client.get(url.clone()).header("accept", "application/json, application/yaml, */*");
    let response = request.send().await;
    response.map_err(|error| anyhow!("It cannot be reached ({}). Check the URL.", root_cause(&error.without_url())))
}

/// Returns the root cause of an error, such as "Connection refused".
fn root_cause(error: &(dyn Error + 'static)) -> String {
    successors(Some(error), |&error| error.source()).last().map_or_else(String::new, ToString::to_string)
}

async fn read_body(mut response: Response, limits: ReadLimits) -> anyhow::Result<Vec<u8>> {
    let status = response.status();
    ensure!(
        status == StatusCode::OK,
        "The response status is {status}. Check the URL, and that it requires no sign-in."
    );
    let mut bytes = Vec::new();
    let closed = "The connection closed early";
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url).context(closed)? {
        ensure!((bytes.len() + chunk.len()) as u64 <= limits.max_bytes(), limits.too_large_message());
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

impl ReadLimits {
    fn max_bytes(self) -> u64 {
        self.max_megabytes * 1_000_000
    }

    fn too_large_message(self) -> String {
        format!(
            "It is larger than {} MB. Raise EXPLORER_DOCUMENT_LIMIT_MB, or remove unused parts.",
            self.max_megabytes
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_DOCUMENT_LIMIT_MB, DEFAULT_LIMITS, DocumentSource, ReadLimits, document_client, fetch_bytes};
    use anyhow::Result;
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
        time::Duration,
    };
    use url::Url;

    /// Starts a local server that sends the given responses, one per connection.
    fn server(responses: Vec<String>) -> Result<Url> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/openapi.json?token=hush", listener.local_addr()?);
        thread::spawn(move || {
            for response in responses {
                let (mut connection, _) = listener.accept()?;
                let _ = connection.read(&mut [0; 4096])?;
                connection.write_all(response.as_bytes())?;
            }
            std::io::Result::Ok(())
        });
        Ok(url.parse()?)
    }

    fn http_response(head: &str, body: &str) -> String {
        format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    fn read_error(url: &Url) -> String {
        DocumentSource::Url(url.clone())
            .read(DEFAULT_DOCUMENT_LIMIT_MB)
            .map_or_else(|error| format!("{error:#}"), |text| format!("read {text}"))
    }

    #[test]
    fn a_document_at_a_url_is_read_through_redirects_on_its_host() -> Result<()> {
        let moved = http_response("302 Found\r\nlocation: /v2/openapi.json", "");
        let url = server(vec![moved, http_response("200 OK", "\u{feff}openapi: 3.1.0")])?;
        assert_eq!(DocumentSource::Url(url).read(DEFAULT_DOCUMENT_LIMIT_MB)?, "openapi: 3.1.0");
        Ok(())
    }

    #[test]
    fn redirects_to_other_hosts_are_named_and_not_followed() -> Result<()> {
        for target in ["https://elsewhere.example/a", "http://localhost/a", "//elsewhere.example/a"] {
            let url = server(vec![http_response(&format!("301 Moved\r\nlocation: {target}"), "")])?;
            let error = read_error(&url);
            let host = url.join(target)?.host_str().unwrap_or_default().to_owned();
            assert!(error.contains(&host) && error.contains("set this URL"), "{error}");
        }
        Ok(())
    }

    #[test]
    fn endless_redirects_are_refused() -> Result<()> {
        let url = server(vec![http_response("307 Again\r\nlocation: /", ""); DEFAULT_LIMITS.max_redirects + 2])?;
        assert!(read_error(&url).contains("more than 3 times"));
        Ok(())
    }

    #[test]
    fn a_missing_document_is_reported_without_its_query() -> Result<()> {
        let url = server(vec![http_response("404 Not Found", "nothing")])?;
        let error = read_error(&url);
        assert!(error.contains("127.0.0.1") && error.contains("404") && error.contains("Check"), "{error}");
        assert!(!error.contains("hush"), "{error}");
        Ok(())
    }

    #[tokio::test]
    async fn size_and_time_are_limited() -> Result<()> {
        let large = server(vec![http_response("200 OK", &"x".repeat(1_000_001))])?;
        let refused = fetch_bytes(&document_client()?, large, ReadLimits { max_megabytes: 1, ..DEFAULT_LIMITS }).await;
        assert!(
            refused
                .is_err_and(|error| error.to_string().contains("larger than 1 MB. Raise EXPLORER_DOCUMENT_LIMIT_MB"))
        );
        let silent = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/", silent.local_addr()?).parse()?;
        let refused =
            fetch_bytes(&document_client()?, url, ReadLimits { timeout: Duration::from_millis(20), ..DEFAULT_LIMITS })
                .await;
        assert!(refused.is_err_and(|error| error.to_string().contains("within 0.02 s")));
        Ok(())
    }

    #[test]
    fn a_missing_or_irregular_file_is_reported_with_its_path() {
        for path in ["/no/such/file.yaml", env!("CARGO_MANIFEST_DIR")] {
            let refusal = DocumentSource::File(path.into())
                .read(DEFAULT_DOCUMENT_LIMIT_MB)
                .err()
                .map(|error| format!("{error:#}"));
            assert!(refusal.is_some_and(|refusal| refusal.contains(path)));
        }
    }
}
