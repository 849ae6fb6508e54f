//! Calls with a vendor's own SDKs. The document lists the SDKs and the names of their methods (`x-sdks`). The server
//! parses this metadata once and sends none of it to the browser.

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
    /// Id used in URLs and markup: `petstore-python`.
    pub id: String,
    /// Common name of its language.
    pub language: String,
    /// Name of the SDK.
    pub title: String,
    /// Command that installs the SDK.
    pub install_command: String,
    /// Name of the file that the code is saved as.
    pub file_name: String,
    /// Command that runs the file.
    pub run_command: String,
    /// Further metadata from the document, for the renderer.
    metadata: SdkMetadata,
    /// Methods by the ids of their operations.
    methods: HashMap<String, SdkMethod>,
    /// Paths of parameters in a method's options, by the names of the parameters: `authorization.session_token`.
    option_paths: HashMap<String, String>,
    renderer: Renderer,
}

type Renderer = fn(&Sdk, &SdkMethod, &SdkCall) -> Result<String, &'static str>;

/// The method that performs an operation. Its names are in snake case, as in the document. [`Sdk::convert_name`]
/// converts them to the case of a language.
#[derive(Clone, Debug)]
struct SdkMethod {
    /// Client that has the method: `admin`.
    client: String,
    /// Services that lead from the client to the method: `stores`, `pets`.
    services: Vec<String>,
    /// Name of the method: `delete_totp`.
    name: String,
}

/// A call of a method, with its arguments.
struct SdkCall<'a> {
    operation: &'a Operation,
    /// Variable that holds the user name of the credential.
    username_variable: &'a str,
    /// Variable that holds the password of the credential.
    password_variable: &'a str,
    /// Arguments of the method in the order of the user: fields of the path, the query and the body.
    arguments: Arguments,
    /// Options of the method: `{"authorization": {"session_token": …}}`; empty if there are none.
    options: Arguments,
}

/// Returns the renderer that documents refer to by this name.
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
    /// Parses the SDKs of a document. Malformed SDKs are omitted.
    pub fn parse_all(extension: &Value) -> Vec<Self> {
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

    /// Renders the call as source code, with the method for the operation with this id.
    ///
    /// # Errors
    /// Returns an error if the SDK has no such method, or if the method cannot make such a call. The message gives the
    /// reason.
    pub fn render(&self, input: SnippetInput, operation_id: &str) -> Result<String, &'static str> {
        let method = self.methods.get(operation_id).ok_or("The SDK has no method for this operation.")?;
        let (arguments, options) = self.split_options(input.arguments);
        let basic_auth = input
            .credential_variables
            .iter()
            .find_map(|credential| Some((credential.username_variable.as_ref()?, &credential.variable)));
        let (username, password) =
            basic_auth.ok_or("The SDK authenticates with a user name and a password, which this API does not use.")?;
        let is_operation_field = |name: &String| input.operation.field(name).is_some();
        if !arguments.keys().all(is_operation_field) {
            return Err("The SDK's method accepts only the arguments of the form.");
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

    /// Returns true if the SDK has a method for the operation with this id.
    pub fn has_method(&self, operation_id: &str) -> bool {
        self.methods.contains_key(operation_id)
    }

    /// Splits the arguments of a call into the arguments of the method and its options.
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

    /// Converts a name in snake case to the case of the language. In the document, `names` overrides entire names and
    /// `words` overrides single words: `totp` → `TOTP`.
    fn convert_name(&self, snake: &str, case: NameCase) -> String {
        if let Some(name) = self.metadata.name_at(&["names", snake]) {
            return name.to_owned();
        }
        naming::convert_case(snake, case, |word| self.metadata.name_at(&["words", word]).map(str::to_owned))
    }

    /// Returns the name of the constant for a value of an enum, without hyphens: `first_party` → `FIRST_PARTY` or
    /// `FirstParty`. The document can override the language's case (`constant_case`).
    fn enum_constant(&self, value: &str, language_case: NameCase) -> String {
        let case = match self.metadata.name_at(&["constant_case"]) {
            Some("upper") => NameCase::Upper,
            Some("pascal") => NameCase::Pascal,
            _ => language_case,
        };
        naming::convert_case(&value.replace('-', ""), case, |_| None)
    }

    /// Returns the path of a method, with its services and its name converted to their cases.
    fn method_path(&self, method: &SdkMethod, [services, name]: [NameCase; 2], separator: &str) -> String {
        let services = method.services.iter().map(|service| self.convert_name(service, services));
        services.chain([self.convert_name(&method.name, name)]).collect::<Vec<_>>().join(separator)
    }

    /// Returns metadata that the document must contain for the SDK.
    fn require_metadata(&self, key: &str) -> Result<&str, &'static str> {
        self.metadata.name_at(&[key]).ok_or("The document does not describe this SDK completely.")
    }

    /// Returns the name that the client uses for a part of the credential (`credential`).
    fn require_credential_name(&self, part: &str) -> Result<&str, &'static str> {
        self.metadata
            .name_at(&["credential", part])
            .ok_or("The document does not say how the SDK's client authenticates.")
    }

    /// Returns the module that has the types of a client (`models`).
    fn require_models_module(&self, client: &str) -> Result<&str, &'static str> {
        self.metadata.name_at(&["models", client]).ok_or("The document does not say where the SDK defines its types.")
    }

    /// Returns the namespace and the name of the class for a group of options (`options`).
    fn split_option_class(&self, group: &str) -> Option<(&str, &str)> {
        self.metadata.name_at(&["options", group]).and_then(split_namespace)
    }

    /// Returns the suffix of the names of a kind of type (`suffixes`); empty if there is none.
    fn suffix(&self, kind: &str) -> &str {
        self.metadata.name_at(&["suffixes", kind]).unwrap_or_default()
    }

    /// Returns the class of the client that has a method (`clients`).
    fn require_client_class(&self, method: &SdkMethod) -> Result<&str, &'static str> {
        self.metadata
            .name_at(&["clients", &method.client])
            .ok_or("The document does not say which client has the method.")
    }
}

impl SdkCall<'_> {
    /// Returns an error if an argument is `null`, for languages in which `null` means that an argument is absent.
    fn ensure_no_null(&self, message: &'static str) -> Result<(), &'static str> {
        if self.arguments.values().any(Value::is_null) { Err(message) } else { Ok(()) }
    }
}

/// Splits the name of a class into its namespace and the name without it. A path with slashes is a namespace too.
fn split_namespace(class: &str) -> Option<(&str, &str)> {
    class.rsplit_once(['.', '\\']).or_else(|| class.rsplit_once("::"))
}

/// Renders a value after the start of its line, and before a comma.
fn render_labelled_value(style: &JsonLiteralStyle, label: &str, value: &Value, depth: usize) -> String {
    format!("{label}{}", style.render_with_used_columns(value, depth, label.chars().count() + 1))
}

impl fmt::Debug for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sdk({})", self.id)
    }
}

#[cfg(test)]
mod tests;
