//! The ways in which a page can print its call, and the one that a reader chose.

use super::{HttpClientTarget, SnippetInput, code_sample::CodeSample, render_generated_sdk, sdk::Sdk};
use crate::model::provider::Provider;

/// What an operation can be printed with.
#[derive(Clone, Copy, Debug)]
pub struct SnippetTargets<'a> {
    /// The API, which has a generated SDK.
    pub provider: &'a Provider,
    /// The vendor's own SDKs.
    pub sdks: &'a [Sdk],
    /// The operation's `operationId`; empty where it has none.
    pub operation_id: &'a str,
    /// Code that the document brings along.
    pub samples: &'a [CodeSample],
}

/// One way to print a call.
#[derive(Clone, Copy, Debug)]
pub enum SnippetTarget<'a> {
    /// The provider's generated TypeScript SDK: the default, and the only one that the browser prints itself.
    GeneratedSdk(&'a Provider),
    /// An HTTP client.
    HttpClient(&'static HttpClientTarget),
    /// A vendor's SDK that has a method for the operation with this id.
    VendorSdk(&'a Sdk, &'a str),
    /// Code that the document brings along, by its number.
    CodeSample(&'a CodeSample, usize),
}

impl<'a> SnippetTargets<'a> {
    /// All of them, the default first.
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

    /// The one with an id or a label.
    pub fn find(&self, name: &str) -> Option<SnippetTarget<'a>> {
        self.all().into_iter().find(|target| target.id() == name || target.label().eq_ignore_ascii_case(name.trim()))
    }
}

impl SnippetTarget<'_> {
    /// Its name in URLs, markup and the cookie: `python-requests`.
    pub fn id(&self) -> String {
        match self {
            Self::GeneratedSdk(_) => "typescript".into(),
            Self::HttpClient(client) => client.id.into(),
            Self::VendorSdk(sdk, _) => sdk.id.clone(),
            Self::CodeSample(_, number) => ["sample-", &(number + 1).to_string()].concat(),
        }
    }

    /// Its name on the page: `Python · requests`.
    pub fn label(&self) -> String {
        let name = match self {
            Self::GeneratedSdk(_) => return "TypeScript".into(),
            Self::HttpClient(client) => client.name.to_owned(),
            Self::VendorSdk(sdk, _) => sdk.title.clone(),
            Self::CodeSample(sample, number) => match sample.label.as_str() {
                "" => ["the vendor's sample ", &(number + 1).to_string()].concat(),
                label => [label, " (the vendor's sample ", &(number + 1).to_string(), ")"].concat(),
            },
        };
        [self.language(), " · ", &name].concat()
    }

    /// The language of its code.
    pub fn language(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "TypeScript",
            Self::HttpClient(client) => client.language,
            Self::VendorSdk(sdk, _) => &sdk.language,
            Self::CodeSample(sample, _) => &sample.language,
        }
    }

    /// The command that brings what the code needs; empty where the language has it, or nobody knows.
    pub fn install_command(&self) -> String {
        match self {
            Self::GeneratedSdk(provider) => ["npm install ", &provider.package].concat(),
            Self::HttpClient(client) => client.install_command.into(),
            Self::VendorSdk(sdk, _) => sdk.install_command.clone(),
            Self::CodeSample(..) => String::new(),
        }
    }

    /// What the code is saved as.
    pub fn file_name(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "call.mts",
            Self::HttpClient(client) => client.file_name,
            Self::VendorSdk(sdk, _) => &sdk.file_name,
            Self::CodeSample(..) => "sample.txt",
        }
    }

    /// The command that runs the file; empty where nobody knows.
    pub fn run_command(&self) -> &str {
        match self {
            Self::GeneratedSdk(_) => "npx tsx call.mts",
            Self::HttpClient(client) => client.run_command,
            Self::VendorSdk(sdk, _) => &sdk.run_command,
            Self::CodeSample(..) => "",
        }
    }

    /// The call as source code.
    ///
    /// # Errors
    /// In words, where this way cannot make such a call.
    pub fn render(&self, input: SnippetInput) -> Result<String, &'static str> {
        match self {
            Self::GeneratedSdk(_) => Ok(render_generated_sdk(input)),
            Self::HttpClient(client) => client.render(input),
            Self::VendorSdk(sdk, id) => sdk.render(input, id),
            Self::CodeSample(sample, _) => Ok(sample.render(input.operation, input.arguments)),
        }
    }
}
