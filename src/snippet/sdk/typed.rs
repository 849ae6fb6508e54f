//! Calls as SDKs with typed requests see them: every field of the request in the SDK's order, each value as what its type
//! is, and each type by its name and the module that has it.
//!
//! Types go by rule: a request is called after its method, an enum after its request and its field. What the rule does not
//! give is in the document: `types` (by `client.way.to.method.field`, by `Type.field`, or by the field alone), `requests`, `modules`
//! and `orders`.

use super::{Call, Case, Method, Sdk};
use crate::{
    model::schema::{Field, Place, Schema},
    snippet::text::Text,
};
use serde_json::Value;

const MISFIT: &str = "One of the values is not of the kind that the SDK's request takes.";
const UNKNOWN: &str = "The SDK's request has no such field.";
const HYPHEN: &str = "The SDK sends this choice without its hyphen, and so as one that the API does not know.";
const WIDE: &str = "The SDK keeps numbers like this one in 32 bits, which do not hold it.";

/// A type, and the way to the module that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    /// `consumer`, `magic_links`, `email`
    pub(super) module: Vec<String>,
    /// `SendRequestLocale`
    pub(super) name: String,
}

/// An object that has a type. That of a request is called after its method: `Send`.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) of: Type,
    pub(super) fields: Vec<Slot>,
}

/// A field, with or without a value.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) required: bool,
    /// Whether it goes in the query.
    pub(super) is_query: bool,
    /// What the document has facts about it by: `consumer.users.update.roles`.
    pub(super) key: String,
    pub(super) value: Option<Typed>,
}

/// A value, by what an SDK takes it for.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    Null,
    Text(Text),
    /// A moment: `2026-11-02T09:30:00Z`
    Time(Text),
    /// A whole number of 32 bits.
    Number(String),
    Boolean(bool),
    /// A constant of an enum, by what is sent for it.
    Choice(Type, String),
    Texts(Vec<Text>),
    Object(Object),
    Objects(Type, Vec<Object>),
    /// Objects of a list that have no type.
    Maps(Vec<Value>),
    /// Any JSON.
    Json(Value),
}

impl Object {
    /// What the method is told.
    ///
    /// # Errors
    /// In words, where the SDK's request cannot hold it.
    pub(super) fn request(sdk: &Sdk, method: &Method, call: &Call) -> Result<Self, &'static str> {
        let client = std::slice::from_ref(&method.client);
        let way = [client, &method.services, std::slice::from_ref(&method.name)].concat().join(".");
        let own = sdk.facts.text(&["requests", &method.name]);
        let name = own.map_or_else(|| sdk.name(&method.name, Case::Pascal), str::to_owned);
        let of = Type { module: module(sdk, method), name };
        let fields: Vec<&Field> = call.operation.fields.iter().filter(|field| is_argument(sdk, field)).collect();
        let names: Vec<&str> = match sdk.facts.text(&["orders", &way]) {
            Some(order) => order.split('.').collect(),
            None => fields.iter().map(|field| field.name.as_str()).collect(),
        };
        if call.arguments.keys().any(|name| !names.contains(&name.as_str())) {
            return Err(UNKNOWN);
        }
        let reader = Reader { sdk, call, client: &method.client };
        let enums = Type { name: [&of.name, "Request"].concat(), ..of.clone() };
        let slots = names.into_iter().map(|name| {
            let field = fields.iter().copied().find(|field| field.name == name);
            reader.slot((&way, &enums), name, field, call.arguments.get(name))
        });
        Ok(Self { fields: slots.collect::<Result<_, _>>()?, of })
    }

    /// The types in it, each time one is needed; its own is not among them.
    pub(super) fn types(&self) -> Vec<&Type> {
        let values = self.fields.iter().filter_map(|slot| slot.value.as_ref());
        values.flat_map(Typed::types).collect()
    }

    /// The fields that have a value.
    pub(super) fn given(&self) -> impl Iterator<Item = (&Slot, &Typed)> {
        self.fields.iter().filter_map(|slot| Some((slot, slot.value.as_ref()?)))
    }

    /// Whether a value anywhere in it is so.
    pub(super) fn any(&self, is: &dyn Fn(&Typed) -> bool) -> bool {
        self.given().any(|(_, value)| is(value) || value.objects().any(|object| object.any(is)))
    }
}

impl Typed {
    fn types(&self) -> Vec<&Type> {
        match self {
            Self::Choice(of, _) => vec![of],
            Self::Object(object) => [vec![&object.of], object.types()].concat(),
            Self::Objects(of, objects) => {
                [&of].into_iter().copied().chain(objects.iter().flat_map(Object::types)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn objects(&self) -> impl Iterator<Item = &Object> {
        match self {
            Self::Object(object) => std::slice::from_ref(object),
            Self::Objects(_, objects) => objects,
            _ => &[],
        }
        .iter()
    }

    /// The JSON in it.
    pub(super) fn json(&self) -> &[Value] {
        match self {
            Self::Json(value) => std::slice::from_ref(value),
            Self::Maps(values) => values,
            _ => &[],
        }
    }
}

/// Whether a field is one of the request, and not one of the options.
fn is_argument(sdk: &Sdk, field: &Field) -> bool {
    !matches!(field.place, Place::Header | Place::Cookie) && !sdk.options.contains_key(&field.name)
}

/// The way to the module of a method: its client and its services, but for what they are called otherwise.
fn module(sdk: &Sdk, method: &Method) -> Vec<String> {
    let mut module = vec![method.client.clone()];
    for (place, service) in method.services.iter().enumerate() {
        let way = method.services[..=place].join(".");
        let of_client = sdk.facts.text(&["modules", &[&method.client, ".", &way].concat()]);
        let own = of_client.or_else(|| sdk.facts.text(&["modules", &way]));
        module.push(own.unwrap_or(service).to_owned());
    }
    module
}

struct Reader<'a> {
    sdk: &'a Sdk,
    call: &'a Call<'a>,
    client: &'a str,
}

/// What a field belongs to: what its facts go by, and what its enum is called after.
type Owner<'a> = (&'a str, &'a Type);

impl Reader<'_> {
    fn slot(
        &self,
        owner: Owner,
        name: &str,
        field: Option<&Field>,
        value: Option<&Value>,
    ) -> Result<Slot, &'static str> {
        let key = [owner.0, ".", name].concat();
        let value = match (field, value) {
            (Some(field), Some(value)) => Some(self.value(owner, &key, field, value)?),
            _ => None,
        };
        Ok(Slot {
            name: name.to_owned(),
            required: field.is_some_and(|field| field.required),
            is_query: field.is_some_and(|field| field.place == Place::Query),
            key,
            value,
        })
    }

    fn value(&self, owner: Owner, key: &str, field: &Field, value: &Value) -> Result<Typed, &'static str> {
        let schema = self.call.operation.open(&field.schema);
        Ok(match (schema, value) {
            (_, Value::Null) => Typed::Null,
            (Schema::Text(rules), Value::String(text)) if rules.format.as_deref() == Some("date-time") => {
                Typed::Time(Text::from(text.as_str()))
            }
            (Schema::Text(_), Value::String(text)) => Typed::Text(Text::from(text.as_str())),
            (Schema::Number(_), Value::Number(number)) => {
                let is_held = |number: i64| i32::try_from(number).is_ok();
                if !number.as_i64().is_some_and(is_held) {
                    return Err(WIDE);
                }
                Typed::Number(number.to_string())
            }
            (Schema::Boolean, Value::Bool(value)) => Typed::Boolean(*value),
            (Schema::Choice(choices), Value::String(text)) if choices.contains(value) => {
                if text.contains('-') && self.sdk.facts.flag(&["drops_hyphens"]) {
                    return Err(HYPHEN);
                }
                let own = self.named(key, &field.name);
                let rule = || Type {
                    module: owner.1.module.clone(),
                    name: [owner.1.name.as_str(), &self.sdk.name(&field.name, Case::Pascal)].concat(),
                };
                Typed::Choice(own.unwrap_or_else(rule), text.clone())
            }
            (Schema::List(rules), Value::Array(items)) => {
                self.list(key, &field.name, self.call.operation.open(&rules.item), items)?
            }
            (Schema::Object(fields), Value::Object(_)) => match self.named(key, &field.name) {
                Some(of) => Typed::Object(self.object(&of, fields, value)?),
                None => Typed::Json(value.clone()),
            },
            (Schema::Map(_) | Schema::Union(_), Value::Object(_)) | (Schema::Any, _) => Typed::Json(value.clone()),
            _ => return Err(MISFIT),
        })
    }

    fn list(&self, key: &str, name: &str, item: &Schema, items: &[Value]) -> Result<Typed, &'static str> {
        let text = |item: &Value| item.as_str().map(Text::from).ok_or(MISFIT);
        Ok(match (item, self.named(key, name)) {
            (Schema::Text(_) | Schema::Choice(_), _) => Typed::Texts(items.iter().map(text).collect::<Result<_, _>>()?),
            (Schema::Object(fields), Some(of)) => {
                let objects = items.iter().map(|item| self.object(&of, fields, item));
                let objects = objects.collect::<Result<_, _>>()?;
                Typed::Objects(of, objects)
            }
            _ if items.iter().all(Value::is_object) => Typed::Maps(items.to_vec()),
            _ => return Err(MISFIT),
        })
    }

    fn object(&self, of: &Type, fields: &[Field], value: &Value) -> Result<Object, &'static str> {
        let given = value.as_object().ok_or(MISFIT)?;
        if given.keys().any(|name| !fields.iter().any(|field| field.name == *name)) {
            return Err(UNKNOWN);
        }
        let slots = fields.iter().map(|field| {
            let value = given.get(&field.name);
            if value.is_some_and(Value::is_null) {
                return Err(MISFIT);
            }
            self.slot((&of.name, of), &field.name, Some(field), value)
        });
        Ok(Object { fields: slots.collect::<Result<_, _>>()?, of: of.clone() })
    }

    /// A type that the document names.
    fn named(&self, key: &str, name: &str) -> Option<Type> {
        let of_client = [self.client, ".", name].concat();
        let found = [key, &of_client, name].into_iter().find_map(|key| self.sdk.facts.text(&["types", key]))?;
        let (module, name) = found.rsplit_once('.')?;
        Some(Type { module: module.split('.').map(str::to_owned).collect(), name: name.to_owned() })
    }
}
