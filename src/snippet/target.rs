//! The targets with which a page can render a call, and the target that a user chose.

use super::{HttpClientTarget, SnippetInput, code_sample::CodeSample, render_generated_sdk, sdk::Sdk};
use crate::model::provider::Provider;

/// The targets available for an operation.
#[derive(Clone, Copy, Debug)]
pub struct SnippetTargets<'a> {
    /// Provider of the API, which has a generated SDK.
    pub provider: &'a Provider,
    /// SDKs published by the vendor.
    pub sdks: &'a [Sdk],
    /// The operation's `operationId`; empty if it has none.
    pub operation_id: &'a str,
    /// Code samples in the document.
    pub samples: &'a [CodeSample],
}

/// An SDK, an HTTP client or a code sample that renders a call.
#[derive(Clone, Copy, Debug)]
pub enum SnippetTarget<'a> {
    /// The provider's generated TypeScript SDK: the default, and the only target that the browser renders itself.
    GeneratedSdk(&'a Provider),
    /// An HTTP client.
    HttpClient(&'static HttpClientTarget),
    /// A vendor's SDK, and the id of an operation for which it has a method.
    VendorSdk(&'a Sdk, &'a str),
    /// A code sample in the document, and its zero-based index.
    CodeSample(&'a CodeSample, usize),
}

impl<'a> SnippetTargets<'a> {
    /// Returns all targets, the default first.
    pub fn all(&self) -> Vec<SnippetTarget<'a>> {
        let sdks = self
            .sdks
            .iter()
            .filter(|sdk| sdk.has_method(self.operation_id))
            .map(|sdk| SnippetTarget::VendorSdk(sdk, self.operation_id));
        let clients = super::HTTP_CLIENT_TARGETS.into_iter().map(SnippetTarget::HttpClient);
        let samples = self.samples.iter().enumerate().map(|(number, sample)| SnippetTarget::CodeSample(sample, number));
        [SnippetTarget::GeneratedSdk(self.provider)].into_iter().chain(sdks).chain(clients).chain(samples).collect()
    }

    /// Returns the target with the given id or label. Labels match regardless of ASCII case.
    pub fn find(&self, name: &str) -> Option<SnippetTarget<'a>> {
        self.all().into_iter().find(|target| target.id() == name || target.label().eq_ignore_ascii_case(name.trim()))
    }
}

impl SnippetTarget<'_> {
    /// Returns the id used in URLs, markup and the cookie: `python-requests`.
    pub fn id(&self) -> String {
        match self {
            Self::GeneratedSdk(_) => "typescript".into(),
            Self::HttpClient(client) => client.id.into(),
            Self::VendorSdk(sdk, _) => sdk.id.clone(),
            Self::CodeSample(_, number) => format!("sample-{}", number + 1),
        }
    }

    /// Returns the label shown on the page: `Python · requests`.
    pub fn label(&self) -> String {
        let name = match self {
            Self::GeneratedSdk(_) => return "TypeScript".into(),
            Self::HttpClient(client) => client.name.to_owned(),
            Self::VendorSdk(sdk, _) => sdk.title.clone(),
            Self::CodeSample(sample, number) => match sample.label.as_str() {
                "" => format!("vendor sample {}", number + 1),
                label => format!("{label} (vendor sample {})", number + 1),
            },
        };
        format!("{} · {name}", self.language())
    }

    /// Returns the language of the code.
    pub fn language(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "TypeScript",
            Self::HttpClient(client) => client.language,
            Self::VendorSdk(sdk, _) => &sdk.language,
            Self::CodeSample(sample, _) => &sample.language,
        }
    }

    /// Returns the command that installs the dependencies of the code; empty if there are none or they are unknown.
    pub fn install_command(&self) -> String {
        match self {
            Self::GeneratedSdk(provider) => format!("npm install {}", provider.package),
            Self::HttpClient(client) => client.install_command.into(),
            Self::VendorSdk(sdk, _) => sdk.install_command.clone(),
            Self::CodeSample(..) => String::new(),
        }
    }

    /// Returns the name of the file that the code is saved as.
    pub fn file_name(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "call.mts",
            Self::HttpClient(client) => client.file_name,
            Self::VendorSdk(sdk, _) => &sdk.file_name,
            Self::CodeSample(..) => "sample.txt",
        }
    }

    /// Returns the command that runs the file; empty if there is none or it is unknown.
    pub fn run_command(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "npx tsx call.mts",
            Self::HttpClient(client) => client.run_command,
            Self::VendorSdk(sdk, _) => &sdk.run_command,
            Self::CodeSample(..) => "",
        }
    }

    /// Renders the call as source code.
    ///
    /// # Errors
    /// Returns an error if the target cannot make such a call. The message gives the reason.
    pub fn render(&self, input: SnippetInput) -> Result<String, &'static str> {
        match self {
            Self::GeneratedSdk(_) => Ok(render_generated_sdk(input)),
            Self::HttpClient(client) => client.render(input),
            Self::VendorSdk(sdk, id) => sdk.render(input, id),
            Self::CodeSample(sample, _) => Ok(sample.render(input.operation, input.arguments)),
        }
    }
}
