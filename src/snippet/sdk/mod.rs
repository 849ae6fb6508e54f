//! Calls with a vendor's own SDKs. Which SDKs there are, and what their methods are called, is in the document (`x-sdks`);
//! it is read once, on the server, and nothing of it travels to the browser.

mod csharp;
mod facts;
mod go;
mod go_columns;
mod java;
mod kotlin;
mod name;
mod node;
mod php;
mod python;
mod ruby;
mod rust;
mod typed;

use name::Case;

use super::{Source, clients::literal::Dialect};
use crate::model::{Arguments, operation::Operation};
use facts::Facts;
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
    pub install: String,
    /// What the code is saved as.
    pub file: String,
    /// The command that runs it there.
    pub run: String,
    /// What else the document says of it, for its printer.
    facts: Facts,
    /// Its methods, by the ids of operations.
    methods: HashMap<String, Method>,
    /// Where parameters go in a method's options, by the parameters' names: `authorization.session_token`.
    options: HashMap<String, String>,
    print: Print,
}

type Print = fn(&Sdk, &Method, &Call) -> Result<String, &'static str>;

/// The method that performs an operation. Names are in snake case, as the table of the document has them; languages derive
/// theirs by [`Sdk::name`].
#[derive(Clone, Debug)]
struct Method {
    /// The client that has it: `b2b`.
    client: String,
    /// The way to it from the client: `organizations`, `members`.
    services: Vec<String>,
    /// What it is called: `delete_totp`.
    name: String,
}

/// What is called with what.
struct Call<'a> {
    operation: &'a Operation,
    /// The variables that hold the two parts of the credential.
    username: &'a str,
    password: &'a str,
    /// What the method is told, in the reader's order: fields of path, query and body alike.
    arguments: Arguments,
    /// Its options: `{"authorization": {"session_token": …}}`; empty where there are none.
    options: Arguments,
}

/// The printers, by the names that documents know them by.
fn printer(name: &str) -> Option<Print> {
    Some(match name {
        "csharp" => csharp::print,
        "go" => go::print,
        "java" => java::print,
        "kotlin" => kotlin::print,
        "rust" => rust::print,
        "node" => node::print,
        "php" => php::print,
        "python" => python::print,
        "ruby" => ruby::print,
        _ => return None,
    })
}

impl Sdk {
    /// The SDKs of a document. What is malformed is left out.
    pub fn read(document: &Value) -> Vec<Self> {
        let all = &document["x-sdks"];
        let listed = all["sdks"].as_object().into_iter().flatten();
        listed.filter_map(|(id, sdk)| Self::read_one(all, id, sdk)).collect()
    }

    fn read_one(all: &Value, id: &str, sdk: &Value) -> Option<Self> {
        let line = |key: &str| facts::line(&sdk[key]);
        Some(Self {
            id: facts::id(id)?,
            language: line("language")?,
            title: line("title")?,
            install: line("install")?,
            file: line("file").filter(|file| !file.contains(['/', ' ']))?,
            run: line("run")?,
            print: printer(sdk["printer"].as_str()?)?,
            methods: facts::methods(&all["methods"], &sdk["operations"]),
            options: facts::options(&all["options"]),
            facts: Facts(sdk.clone()),
        })
    }

    /// The call as source code, with the method for the operation with this id.
    ///
    /// # Errors
    /// In words, where it has no such method, or the method cannot make such a call.
    pub fn print(&self, source: Source, operation_id: &str) -> Result<String, &'static str> {
        let method = self.methods.get(operation_id).ok_or("The SDK has no method for this operation.")?;
        let (arguments, options) = self.sorted(source.arguments);
        let basic =
            source.references.iter().find_map(|known| Some((known.username_variable.as_ref()?, &known.variable)));
        let (username, password) =
            basic.ok_or("The SDK signs in with a user name and a password, which this API does not ask for.")?;
        let is_known = |name: &String| source.operation.field(name).is_some();
        if !arguments.keys().all(is_known) {
            return Err("The SDK's method takes no other arguments than those of the form.");
        }
        let call = Call { operation: source.operation, username, password, arguments, options };
        (self.print)(self, method, &call)
    }

    /// Whether it has a method for the operation with this id.
    pub fn has(&self, operation_id: &str) -> bool {
        self.methods.contains_key(operation_id)
    }

    /// The two arguments of a method: what the call is about, and its options.
    fn sorted(&self, all: &Arguments) -> (Arguments, Arguments) {
        let (mut arguments, mut options) = (Arguments::new(), Arguments::new());
        for (name, value) in all {
            let Some(path) = self.options.get(name) else {
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
    fn name(&self, snake: &str, case: Case) -> String {
        if let Some(name) = self.facts.text(&["names", snake]) {
            return name.to_owned();
        }
        name::cased(snake, case, |word| self.facts.text(&["words", word]).map(str::to_owned))
    }

    /// A method and the services that lead to it, each in its case.
    fn way(&self, method: &Method, [services, name]: [Case; 2], separator: &str) -> String {
        let services = method.services.iter().map(|service| self.name(service, services));
        services.chain([self.name(&method.name, name)]).collect::<Vec<_>>().join(separator)
    }

    /// What the document must say of the SDK.
    fn fact(&self, key: &str) -> Result<&str, &'static str> {
        self.facts.text(&[key]).ok_or("The document does not say all of this SDK that code needs.")
    }

    /// What the client calls a part of the credential (`credential`).
    fn credential(&self, part: &str) -> Result<&str, &'static str> {
        self.facts.text(&["credential", part]).ok_or("The document does not say how the SDK's client signs in.")
    }

    /// Where the types of a method's client are (`models`).
    fn models(&self, method: &Method) -> Result<&str, &'static str> {
        self.facts.text(&["models", &method.client]).ok_or("The document does not say where the SDK has its types.")
    }

    /// The class of a group of options, behind what it is in (`options`).
    fn option_class(&self, group: &str) -> Option<(&str, &str)> {
        let class = self.facts.text(&["options", group])?;
        class.rsplit_once(['.', '\\']).or_else(|| class.rsplit_once("::"))
    }

    /// The client that a method belongs to, as the SDK calls it (`clients`).
    fn client(&self, method: &Method) -> Result<&str, &'static str> {
        self.facts.text(&["clients", &method.client]).ok_or("The document does not say which client has the method.")
    }
}

impl Call<'_> {
    /// Refuses `null` as an argument, where it is what stands for no argument.
    fn has_no_null(&self, why: &'static str) -> Result<(), &'static str> {
        if self.arguments.values().any(Value::is_null) { Err(why) } else { Ok(()) }
    }
}

/// A value behind the beginning of its line, and before a comma.
fn beside(language: &Dialect, before: &str, value: &Value, depth: usize) -> String {
    [before, &language.write_beside(value, depth, before.chars().count() + 1)].concat()
}

impl fmt::Debug for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sdk({})", self.id)
    }
}

#[cfg(test)]
mod tests;
