//! Calls with a vendor's own SDKs. Which SDKs there are, and what their methods are called, is in the document (`x-sdks`);
//! it is read once, on the server, and nothing of it travels to the browser.

mod csharp;
mod go;
mod go_columns;
mod java;
mod kotlin;
mod metadata;
mod naming;
mod node;
mod php;
mod python;
mod ruby;
mod rust;
mod typed_request;

use naming::NameCase;

use super::{SnippetInput, http_clients::literal::JsonLiteralStyle};
use crate::model::{Arguments, operation::Operation};
use metadata::SdkMetadata;
use serde_json::Value;
use std::{collections::HashMap, fmt};

/// A vendor's SDK for one language.
#[derive(Clone)]
pub struct Sdk {
    /// Its name in URLs and markup: `stytch-python`.
    pub id: String,
    /// The language that it is for, as people call it.
    pub language: String,
    /// What it is called.
    pub title: String,
    /// The command that brings it.
    pub install_command: String,
    /// What the code is saved as.
    pub file_name: String,
    /// The command that runs it there.
    pub run_command: String,
    /// What else the document says of it, for its printer.
    metadata: SdkMetadata,
    /// Its methods, by the ids of operations.
    methods: HashMap<String, SdkMethod>,
    /// Where parameters go in a method's options, by the parameters' names: `authorization.session_token`.
    option_paths: HashMap<String, String>,
    renderer: Renderer,
}

type Renderer = fn(&Sdk, &SdkMethod, &SdkCall) -> Result<String, &'static str>;

/// The method that performs an operation. Names are in snake case, as the table of the document has them; languages derive
/// theirs by [`Sdk::name`].
#[derive(Clone, Debug)]
struct SdkMethod {
    /// The client that has it: `b2b`.
    client: String,
    /// The way to it from the client: `organizations`, `members`.
    services: Vec<String>,
    /// What it is called: `delete_totp`.
    name: String,
}

/// What is called with what.
struct SdkCall<'a> {
    operation: &'a Operation,
    /// The variables that hold the two parts of the credential.
    username_variable: &'a str,
    password_variable: &'a str,
    /// What the method is told, in the reader's order: fields of path, query and body alike.
    arguments: Arguments,
    /// Its options: `{"authorization": {"session_token": …}}`; empty where there are none.
    options: Arguments,
}

/// The printers, by the names that documents know them by.
fn find_renderer(name: &str) -> Option<Renderer> {
    Some(match name {
        "csharp" => csharp::render,
        "go" => go::render,
        "java" => java::render,
        "kotlin" => kotlin::render,
        "rust" => rust::render,
        "node" => node::render,
        "php" => php::render,
        "python" => python::render,
        "ruby" => ruby::render,
        _ => return None,
    })
}

impl Sdk {
    /// The SDKs of a document. What is malformed is left out.
    pub fn parse_all(document: &Value) -> Vec<Self> {
        let extension = &document["x-sdks"];
        let definitions = extension["sdks"].as_object().into_iter().flatten();
        definitions.filter_map(|(id, sdk)| Self::parse_one(extension, id, sdk)).collect()
    }

    fn parse_one(extension: &Value, id: &str, sdk: &Value) -> Option<Self> {
        let text_line = |key: &str| metadata::parse_line(&sdk[key]);
        Some(Self {
            id: metadata::parse_id(id)?,
            language: text_line("language")?,
            title: text_line("title")?,
            install_command: text_line("install")?,
            file_name: text_line("file").filter(|file| !file.contains(['/', ' ']))?,
            run_command: text_line("run")?,
            renderer: find_renderer(sdk["printer"].as_str()?)?,
            methods: metadata::parse_methods(&extension["methods"], &sdk["operations"]),
            option_paths: metadata::parse_option_paths(&extension["options"]),
            metadata: SdkMetadata(sdk.clone()),
        })
    }

    /// The call as source code, with the method for the operation with this id.
    ///
    /// # Errors
    /// In words, where it has no such method, or the method cannot make such a call.
    pub fn render(&self, input: SnippetInput, operation_id: &str) -> Result<String, &'static str> {
        let method = self.methods.get(operation_id).ok_or("The SDK has no method for this operation.")?;
        let (arguments, options) = self.split_options(input.arguments);
        let basic_auth = input
            .credential_variables
            .iter()
            .find_map(|credential| Some((credential.username_variable.as_ref()?, &credential.variable)));
        let (username, password) =
            basic_auth.ok_or("The SDK signs in with a user name and a password, which this API does not ask for.")?;
        let is_operation_field = |name: &String| input.operation.field(name).is_some();
        if !arguments.keys().all(is_operation_field) {
            return Err("The SDK's method takes no other arguments than those of the form.");
        }
        let call = SdkCall {
            operation: input.operation,
            username_variable: username,
            password_variable: password,
            arguments,
            options,
        };
        (self.renderer)(self, method, &call)
    }

    /// Whether it has a method for the operation with this id.
    pub fn has_method(&self, operation_id: &str) -> bool {
        self.methods.contains_key(operation_id)
    }

    /// The two arguments of a method: what the call is about, and its options.
    fn split_options(&self, all_arguments: &Arguments) -> (Arguments, Arguments) {
        let (mut arguments, mut options) = (Arguments::new(), Arguments::new());
        for (name, value) in all_arguments {
            let Some(path) = self.option_paths.get(name) else {
                arguments.insert(name.clone(), value.clone());
                continue;
            };
            let Some((group, key)) = path.split_once('.') else {
                options.insert(path.clone(), value.clone());
                continue;
            };
            if let Value::Object(group) = options.entry(group).or_insert_with(|| Value::Object(Arguments::new())) {
                group.insert(key.to_owned(), value.clone());
            }
        }
        (arguments, options)
    }

    /// A name in snake case as this language writes it. The document's `names` say what is written quite otherwise, its
    /// `words` how single words are: `totp` → `TOTP`.
    fn convert_name(&self, snake: &str, case: NameCase) -> String {
        if let Some(name) = self.metadata.name_at(&["names", snake]) {
            return name.to_owned();
        }
        naming::convert_case(snake, case, |word| self.metadata.name_at(&["words", word]).map(str::to_owned))
    }

    /// A method and the services that lead to it, each in its case.
    fn method_path(&self, method: &SdkMethod, [services, name]: [NameCase; 2], separator: &str) -> String {
        let services = method.services.iter().map(|service| self.convert_name(service, services));
        services.chain([self.convert_name(&method.name, name)]).collect::<Vec<_>>().join(separator)
    }

    /// What the document must say of the SDK.
    fn require_metadata(&self, key: &str) -> Result<&str, &'static str> {
        self.metadata.name_at(&[key]).ok_or("The document does not say all of this SDK that code needs.")
    }

    /// What the client calls a part of the credential (`credential`).
    fn require_credential_name(&self, part: &str) -> Result<&str, &'static str> {
        self.metadata.name_at(&["credential", part]).ok_or("The document does not say how the SDK's client signs in.")
    }

    /// Where the types of a method's client are (`models`).
    fn require_models_module(&self, method: &SdkMethod) -> Result<&str, &'static str> {
        self.metadata
            .name_at(&["models", &method.client])
            .ok_or("The document does not say where the SDK has its types.")
    }

    /// The class of a group of options, behind what it is in (`options`).
    fn split_option_class(&self, group: &str) -> Option<(&str, &str)> {
        let class = self.metadata.name_at(&["options", group])?;
        class.rsplit_once(['.', '\\']).or_else(|| class.rsplit_once("::"))
    }

    /// The client that a method belongs to, as the SDK calls it (`clients`).
    fn require_client_class(&self, method: &SdkMethod) -> Result<&str, &'static str> {
        self.metadata
            .name_at(&["clients", &method.client])
            .ok_or("The document does not say which client has the method.")
    }
}

impl SdkCall<'_> {
    /// Refuses `null` as an argument, where it is what stands for no argument.
    fn ensure_no_null(&self, message: &'static str) -> Result<(), &'static str> {
        if self.arguments.values().any(Value::is_null) { Err(message) } else { Ok(()) }
    }
}

/// A value behind the beginning of its line, and before a comma.
fn render_labelled_value(style: &JsonLiteralStyle, label: &str, value: &Value, depth: usize) -> String {
    [label, &style.render_with_used_columns(value, depth, label.chars().count() + 1)].concat()
}

impl fmt::Debug for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sdk({})", self.id)
    }
}

#[cfg(test)]
mod tests;
