//! What a validator found, in the words of `model::check`. No value of a reply becomes part of them.

use crate::{
    model::{
        check::{fault_of_format, found},
        problem::{Problem, pointer},
    },
    openapi::schema::Direction,
};
use jsonschema::{JsonType, ValidationError, error::TypeKind, error::ValidationErrorKind};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Characters of a name from outside.
const LONGEST_NAME: usize = 60;
/// Names in a pointer.
const DEEPEST: usize = 20;
/// Choices that are listed.
const MOST_CHOICES: usize = 20;

/// One thing in which a value differs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object that it is about, as a JSON Pointer.
    within: String,
    /// Names and indices that lead to the place.
    path: Vec<String>,
    message: String,
    /// In how many more items of lists the same was found.
    more: usize,
}

impl Difference {
    /// A difference of the whole.
    pub(super) fn of_all(message: impl Into<String>) -> Self {
        Self { within: String::new(), path: Vec::new(), message: message.into(), more: 0 }
    }

    /// The value that it is about.
    pub(super) fn of<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        root.pointer(&self.within)
    }

    /// The difference as it is told. Names come from outside, so they are cleaned and cut.
    pub fn problem(self, at: &str, clean: impl Fn(&str) -> String) -> Problem {
        let shown = self.path.iter().take(DEEPEST).fold(at.to_owned(), |at, name| pointer(&at, &cut(&clean(name))));
        let at = if self.path.len() > DEEPEST { shown + "/…" } else { shown };
        let more = match self.more {
            0 => String::new(),
            1 => " The same in one more place.".to_owned(),
            more => format!(" The same in {more} more places."),
        };
        Problem::new(at, self.message + &more)
    }
}

/// What the errors say. The same fault of many items of a list is one difference.
pub(super) fn differences<'a>(
    errors: impl Iterator<Item = ValidationError<'a>>,
    direction: Direction,
) -> Vec<Difference> {
    let mut teller = Teller::new(direction);
    for error in errors {
        teller.tell(&error);
    }
    teller.told
}

struct Teller {
    direction: Direction,
    told: Vec<Difference>,
    /// Places and messages that were told: a value that is described twice is not told twice.
    seen: HashSet<(Vec<String>, String)>,
    /// Numbers of differences, by their places without indices, and their messages.
    alike: HashMap<(Vec<String>, String), usize>,
}

impl Teller {
    fn new(direction: Direction) -> Self {
        Self { direction, told: Vec::new(), seen: HashSet::new(), alike: HashMap::new() }
    }

    fn add(&mut self, error: &ValidationError, name: Option<&str>, message: impl Into<String>) {
        let within = error.instance_path().as_str();
        let mut path: Vec<String> = names(within).collect();
        path.extend(name.map(str::to_owned));
        let message = message.into();
        let is_index = |name: &String| name.bytes().all(|b| b.is_ascii_digit());
        let general = path.iter().map(|name| if is_index(name) { String::new() } else { name.clone() }).collect();
        if !self.seen.insert((path.clone(), message.clone())) {
            return;
        }
        let next = self.told.len();
        match *self.alike.entry((general, message.clone())).or_insert(next) {
            new if new == next => self.told.push(Difference { within: within.to_owned(), path, message, more: 0 }),
            known => self.told[known].more += 1,
        }
    }

    fn tell(&mut self, error: &ValidationError) {
        use ValidationErrorKind as Kind;
        let is_reply = self.direction == Direction::Reply;
        // What a reply holds stays out of the words, its sizes too.
        let size = |count: fn(&Value) -> usize, unit: &str| {
            let size = count(error.instance());
            if is_reply { ".".to_owned() } else { format!("; {unit} {size}.") }
        };
        let characters = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
        let items = |value: &Value| value.as_array().map_or(0, Vec::len);
        let fields = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
        let message = match error.kind() {
            Kind::Required { property } => {
                let words = if is_reply { "Is missing, though it is required." } else { "This field is required." };
                return self.add(error, property.as_str(), words);
            }
            Kind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let words = if is_reply { "Is not documented." } else { "The document names no such field." };
                    self.add(error, Some(name), words);
                }
                return;
            }
            Kind::AnyOf { context } => return self.union(error, context),
            Kind::PropertyNames { error: inner } => {
                let (name, mut told) = (inner.instance().as_str(), Self::new(self.direction));
                told.tell(inner);
                for fault in told.told {
                    self.add(error, name, ["Its name is not allowed: ", &fault.message].concat());
                }
                return;
            }
            Kind::Type { kind } => wrong_type(&types(kind), error.instance()),
            Kind::Enum { options } => {
                let choices: Vec<String> =
                    options.as_array().into_iter().flatten().take(MOST_CHOICES).map(ToString::to_string).collect();
                let is_cut = options.as_array().is_some_and(|all| all.len() > choices.len());
                format!("Must be one of {}{}", choices.join(", "), if is_cut { ", …." } else { "." })
            }
            Kind::Format { format } => {
                let fault = error.instance().as_str().and_then(|text| fault_of_format(format, text));
                fault.map_or_else(|| format!("Must have the format {format}."), str::to_owned)
            }
            Kind::Pattern { pattern } => format!("Must match the pattern {pattern}."),
            Kind::MaxLength { limit } => format!("At most {limit} characters{}", size(characters, "this has")),
            Kind::MinLength { limit } => format!("At least {limit} characters{}", size(characters, "this has")),
            Kind::MaxItems { limit } => format!("At most {limit} items{}", size(items, "there are")),
            Kind::MinItems { limit } => format!("At least {limit} items{}", size(items, "there are")),
            Kind::MaxProperties { limit } => format!("At most {limit} fields{}", size(fields, "there are")),
            Kind::MinProperties { limit } => format!("At least {limit} fields{}", size(fields, "there are")),
            Kind::UniqueItems => "No item may occur twice.".into(),
            Kind::Minimum { limit } => format!("Must be {limit} or more."),
            Kind::Maximum { limit } => format!("Must be {limit} or less."),
            Kind::ExclusiveMinimum { limit } => format!("Must be more than {limit}."),
            Kind::ExclusiveMaximum { limit } => format!("Must be less than {limit}."),
            Kind::MultipleOf { multiple_of } => format!("Must be a multiple of {multiple_of}."),
            Kind::Contains => "None of the items is one that the document wants here.".into(),
            Kind::Not { .. } => "Must not be like this: the document rules it out.".into(),
            Kind::FalseSchema => "Must not be here.".into(),
            // What cannot be judged is no difference.
            _ => return,
        };
        self.add(error, None, message);
    }

    /// A value that fits none of several schemas. Where it can be told which one is meant, what is wrong with it as that one
    /// is said.
    fn union(&mut self, error: &ValidationError, variants: &[Vec<ValidationError<'static>>]) {
        let here = error.instance_path().as_str();
        let is_here = |fault: &ValidationError| fault.instance_path().as_str() == here;
        // Another type, or another constant in one of its fields: that variant is not meant.
        let is_other = |fault: &ValidationError| match fault.kind() {
            ValidationErrorKind::Type { .. } => is_here(fault),
            ValidationErrorKind::Enum { options } => {
                options.as_array().is_some_and(|choices| choices.len() == 1)
                    && fault
                        .instance_path()
                        .as_str()
                        .strip_prefix(here)
                        .is_some_and(|rest| rest.matches('/').count() == 1)
            }
            _ => false,
        };
        let meant: Vec<_> = variants.iter().filter(|faults| !faults.iter().any(is_other)).collect();
        if let [only] = meant.as_slice() {
            return only.iter().for_each(|fault| self.tell(fault));
        }
        let types: Option<Vec<Vec<JsonType>>> = variants
            .iter()
            .map(|faults| match faults.first().map(ValidationError::kind) {
                Some(ValidationErrorKind::Type { kind }) if is_here(&faults[0]) => Some(types(kind)),
                _ => None,
            })
            .collect();
        if let Some(types) = types {
            return self.add(error, None, wrong_type(&types.concat(), error.instance()));
        }
        let missing = |faults: &Vec<ValidationError>| {
            let names = faults.iter().map(|fault| match fault.kind() {
                ValidationErrorKind::Required { property } if is_here(fault) => property.as_str(),
                _ => None,
            });
            names.collect::<Option<Vec<&str>>>().map(|names| names.join(" and "))
        };
        if let Some(missing) = variants.iter().map(missing).collect::<Option<Vec<String>>>() {
            return self.add(error, None, format!("Must have {}.", missing.join(", or ")));
        }
        self.add(error, None, format!("Fits none of the {} variants that are documented.", variants.len()));
    }
}

fn types(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().collect(),
    }
}

fn wrong_type(expected: &[JsonType], value: &Value) -> String {
    let mut words: Vec<&str> = expected
        .iter()
        .map(|kind| match kind {
            JsonType::Array => "a list",
            JsonType::Boolean => "true or false",
            JsonType::Integer => "a whole number",
            JsonType::Null => "null",
            JsonType::Number => "a number",
            JsonType::Object => "an object",
            JsonType::String => "text",
        })
        .collect();
    words.dedup();
    if value.is_number() && words == ["a whole number"] {
        return "Must be a whole number.".into();
    }
    format!("Must be {}, not {}.", words.join(" or "), found(value))
}

/// The names of a JSON Pointer.
fn names(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"))
}

/// As much of a name as is told.
fn cut(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => [&name[..end], "…"].concat(),
        None => name.to_owned(),
    }
}
