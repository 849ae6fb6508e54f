//! The ways in which a page can print its call, and the one that a reader chose.

use super::{Client, Source, generated_sdk, sample::Sample, sdk::Sdk};
use crate::model::provider::Provider;

/// What an operation can be printed with.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The API, which has a generated SDK.
    pub provider: &'a Provider,
    /// The vendor's own SDKs.
    pub sdks: &'a [Sdk],
    /// The operation's `operationId`; empty where it has none.
    pub id: &'a str,
    /// Code that the document brings along.
    pub samples: &'a [Sample],
}

/// One way to print a call.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// The provider's generated TypeScript SDK: the default, and the only one that the browser prints itself.
    Generated(&'a Provider),
    /// An HTTP client.
    Client(&'static Client),
    /// A vendor's SDK that has a method for the operation with this id.
    Sdk(&'a Sdk, &'a str),
    /// Code that the document brings along, by its number.
    Sample(&'a Sample, usize),
}

impl<'a> Choices<'a> {
    /// All of them, the default first.
    pub fn all(&self) -> Vec<Choice<'a>> {
        let sdks = self.sdks.iter().filter(|sdk| sdk.has(self.id)).map(|sdk| Choice::Sdk(sdk, self.id));
        let clients = super::CLIENTS.into_iter().map(Choice::Client);
        let samples = self.samples.iter().enumerate().map(|(number, sample)| Choice::Sample(sample, number));
        [Choice::Generated(self.provider)].into_iter().chain(sdks).chain(clients).chain(samples).collect()
    }

    /// The one with an id or a label.
    pub fn find(&self, name: &str) -> Option<Choice<'a>> {
        self.all().into_iter().find(|choice| choice.id() == name || choice.label().eq_ignore_ascii_case(name.trim()))
    }
}

impl Choice<'_> {
    /// Its name in URLs, markup and the cookie: `python-requests`.
    pub fn id(&self) -> String {
        match self {
            Self::Generated(_) => "typescript".into(),
            Self::Client(client) => client.id.into(),
            Self::Sdk(sdk, _) => sdk.id.clone(),
            Self::Sample(_, number) => ["sample-", &(number + 1).to_string()].concat(),
        }
    }

    /// Its name on the page: `Python · requests`.
    pub fn label(&self) -> String {
        let name = match self {
            Self::Generated(_) => return "TypeScript".into(),
            Self::Client(client) => client.name.to_owned(),
            Self::Sdk(sdk, _) => sdk.title.clone(),
            Self::Sample(sample, number) => match sample.label.as_str() {
                "" => ["the vendor's sample ", &(number + 1).to_string()].concat(),
                label => [label, " (the vendor's sample ", &(number + 1).to_string(), ")"].concat(),
            },
        };
        [self.language(), " · ", &name].concat()
    }

    /// The language of its code.
    pub fn language(&self) -> &str {
        match self {
            Self::Generated(_) => "TypeScript",
            Self::Client(client) => client.language,
            Self::Sdk(sdk, _) => &sdk.language,
            Self::Sample(sample, _) => &sample.language,
        }
    }

    /// The command that brings what the code needs; empty where the language has it, or nobody knows.
    pub fn install(&self) -> String {
        match self {
            Self::Generated(provider) => ["npm install ", &provider.package].concat(),
            Self::Client(client) => client.install.into(),
            Self::Sdk(sdk, _) => sdk.install.clone(),
            Self::Sample(..) => String::new(),
        }
    }

    /// What the code is saved as.
    pub fn file(&self) -> &str {
        match self {
            Self::Generated(_) => "call.mts",
            Self::Client(client) => client.file,
            Self::Sdk(sdk, _) => &sdk.file,
            Self::Sample(..) => "sample.txt",
        }
    }

    /// The command that runs the file; empty where nobody knows.
    pub fn run(&self) -> &str {
        match self {
            Self::Generated(_) => "npx tsx call.mts",
            Self::Client(client) => client.run,
            Self::Sdk(sdk, _) => &sdk.run,
            Self::Sample(..) => "",
        }
    }

    /// The call as source code.
    ///
    /// # Errors
    /// In words, where this way cannot make such a call.
    pub fn print(&self, source: Source) -> Result<String, &'static str> {
        match self {
            Self::Generated(_) => Ok(generated_sdk(source)),
            Self::Client(client) => client.print(source),
            Self::Sdk(sdk, id) => sdk.print(source, id),
            Self::Sample(sample, _) => Ok(sample.print(source.operation, source.arguments)),
        }
    }
}
