//! Calls of SDKs with typed requests: every field of the request in the SDK's order, each value according to its type,
//! and each type with its name and module.
//!
//! Names of types follow rules: a request is named after its method, an enum after its request and its field, with the
//! `suffixes` of the document (`request`, `options`, `enum_owner`). The document contains the exceptions: `types` (by
//! `client.path.to.method.field`, by `Type.field`, or by the field alone), `requests`, `modules` and `orders`.

use super::{NameCase, Sdk, SdkCall, SdkMethod};
use crate::{
    model::schema::{Field, FieldLocation, Schema},
    snippet::text_template::TextTemplate,
};
use serde_json::Value;

const TYPE_MISMATCH: &str = "A value does not have the type that the SDK's request requires.";
const UNKNOWN_FIELD: &str = "The SDK's request does not have this field.";
const HYPHEN_DROPPED: &str = "The SDK sends this value without its hyphen, which the API does not recognize.";
const INTEGER_TOO_LARGE: &str = "The SDK uses 32-bit integers here, which cannot represent this number.";

/// A type, and the path of the module that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SdkType {
    /// Path of the module: `main`, `store_pets`, `photos`.
    pub(super) module_path: Vec<String>,
    /// Name of the type: `SendRequestLocale`.
    pub(super) name: String,
}

/// An object with a type. The type of a request is named after its method: `Send`.
#[derive(Clone, Debug)]
pub(super) struct TypedObject {
    pub(super) object_type: SdkType,
    pub(super) fields: Vec<TypedField>,
}

/// A field, with or without a value.
#[derive(Clone, Debug)]
pub(super) struct TypedField {
    pub(super) name: String,
    pub(super) is_required: bool,
    /// True if the field is a query parameter.
    pub(super) is_query: bool,
    /// Key of the document's metadata about the field: `main.pets.update.tags`.
    pub(super) metadata_key: String,
    pub(super) value: Option<TypedValue>,
}

/// A value, by its type in an SDK.
#[derive(Clone, Debug)]
pub(super) enum TypedValue {
    Null,
    Text(TextTemplate),
    /// A date and time: `2026-11-02T09:30:00Z`
    Timestamp(TextTemplate),
    /// An integer of 32 bits.
    Integer(String),
    Boolean(bool),
    /// A constant of an enum, and the value that is sent for it.
    EnumConstant(SdkType, String),
    TextList(Vec<TextTemplate>),
    Object(TypedObject),
    ObjectList(SdkType, Vec<TypedObject>),
    /// A list of objects without a type.
    MapList(Vec<Value>),
    /// Any JSON value.
    Json(Value),
}

impl TypedObject {
    /// Builds the request of a method.
    ///
    /// # Errors
    /// Returns an error if the SDK's request cannot represent the arguments. The message gives the reason.
    pub(super) fn build_request(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<Self, &'static str> {
        let client = std::slice::from_ref(&method.client);
        let method_path = [client, &method.services, std::slice::from_ref(&method.name)].concat().join(".");
        let request_name = sdk.metadata.name_at(&["requests", &method.name]);
        let name = request_name.map_or_else(|| sdk.convert_name(&method.name, NameCase::Pascal), str::to_owned);
        let request_type = SdkType { module_path: module_path(sdk, method), name };
        let fields: Vec<&Field> = call.operation.fields.iter().filter(|field| is_request_field(sdk, field)).collect();
        let names: Vec<&str> = match sdk.metadata.name_at(&["orders", &method_path]) {
            Some(order) => order.split('.').collect(),
            None => fields.iter().map(|field| field.name.as_str()).collect(),
        };
        if call.arguments.keys().any(|name| !names.contains(&name.as_str())) {
            return Err(UNKNOWN_FIELD);
        }
        let builder = TypedRequestBuilder { sdk, call, client: &method.client };
        let enum_owner =
            SdkType { name: format!("{}{}", request_type.name, sdk.suffix("enum_owner")), ..request_type.clone() };
        let typed_fields = names.into_iter().map(|name| {
            let field = fields.iter().copied().find(|field| field.name == name);
            builder.build_field((&method_path, &enum_owner), name, field, call.arguments.get(name))
        });
        Ok(Self { fields: typed_fields.collect::<Result<_, _>>()?, object_type: request_type })
    }

    /// Returns the types used in the object, with duplicates and without its own type.
    pub(super) fn collect_types(&self) -> Vec<&SdkType> {
        let values = self.fields.iter().filter_map(|field| field.value.as_ref());
        values.flat_map(TypedValue::collect_types).collect()
    }

    /// Returns the fields that have a value.
    pub(super) fn fields_with_value(&self) -> impl Iterator<Item = (&TypedField, &TypedValue)> {
        self.fields.iter().filter_map(|field| Some((field, field.value.as_ref()?)))
    }

    /// Returns true if the predicate matches any value in the object, at any depth.
    pub(super) fn any_value(&self, predicate: &dyn Fn(&TypedValue) -> bool) -> bool {
        self.fields_with_value()
            .any(|(_, value)| predicate(value) || value.nested_objects().any(|object| object.any_value(predicate)))
    }
}

impl TypedValue {
    fn collect_types(&self) -> Vec<&SdkType> {
        match self {
            Self::EnumConstant(of, _) => vec![of],
            Self::Object(object) => [vec![&object.object_type], object.collect_types()].concat(),
            Self::ObjectList(of, objects) => {
                [&of].into_iter().copied().chain(objects.iter().flat_map(TypedObject::collect_types)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn nested_objects(&self) -> impl Iterator<Item = &TypedObject> {
        match self {
            Self::Object(object) => std::slice::from_ref(object),
            Self::ObjectList(_, objects) => objects,
            _ => &[],
        }
        .iter()
    }

    /// Returns the JSON values in the value.
    pub(super) fn json_values(&self) -> &[Value] {
        match self {
            Self::Json(value) => std::slice::from_ref(value),
            Self::MapList(values) => values,
            _ => &[],
        }
    }
}

/// Returns true if a field is part of the request. Options, headers and cookies are not.
fn is_request_field(sdk: &Sdk, field: &Field) -> bool {
    !matches!(field.location, FieldLocation::Header | FieldLocation::Cookie)
        && !sdk.option_paths.contains_key(&field.name)
}

/// Returns the path of a method's module: its client and its services, unless the document overrides their names.
fn module_path(sdk: &Sdk, method: &SdkMethod) -> Vec<String> {
    let mut module = vec![method.client.clone()];
    for (index, service) in method.services.iter().enumerate() {
        let service_path = method.services[..=index].join(".");
        let client_module = sdk.metadata.name_at(&["modules", &format!("{}.{service_path}", method.client)]);
        let module_override = client_module.or_else(|| sdk.metadata.name_at(&["modules", &service_path]));
        module.push(module_override.unwrap_or(service).to_owned());
    }
    module
}

struct TypedRequestBuilder<'a> {
    sdk: &'a Sdk,
    call: &'a SdkCall<'a>,
    client: &'a str,
}

/// Owner of a field: the prefix of its metadata key, and the type after which its enum is named.
type FieldOwner<'a> = (&'a str, &'a SdkType);

impl TypedRequestBuilder<'_> {
    fn build_field(
        &self,
        owner: FieldOwner,
        name: &str,
        field: Option<&Field>,
        value: Option<&Value>,
    ) -> Result<TypedField, &'static str> {
        let key = format!("{}.{name}", owner.0);
        let value = match (field, value) {
            (Some(field), Some(value)) => Some(self.build_value(owner, &key, field, value)?),
            _ => None,
        };
        Ok(TypedField {
            name: name.to_owned(),
            is_required: field.is_some_and(|field| field.required),
            is_query: field.is_some_and(|field| field.location == FieldLocation::Query),
            metadata_key: key,
            value,
        })
    }

    fn build_value(
        &self,
        owner: FieldOwner,
        key: &str,
        field: &Field,
        value: &Value,
    ) -> Result<TypedValue, &'static str> {
        let schema = self.call.operation.resolve(&field.schema);
        Ok(match (schema, value) {
            (_, Value::Null) => TypedValue::Null,
            (Schema::String(constraints), Value::String(text))
                if constraints.format.as_deref() == Some("date-time") =>
            {
                TypedValue::Timestamp(TextTemplate::from(text.as_str()))
            }
            (Schema::String(_), Value::String(text)) => TypedValue::Text(TextTemplate::from(text.as_str())),
            (Schema::Number(_), Value::Number(number)) => {
                let is_i32 = |number: i64| i32::try_from(number).is_ok();
                if !number.as_i64().is_some_and(is_i32) {
                    return Err(INTEGER_TOO_LARGE);
                }
                TypedValue::Integer(number.to_string())
            }
            (Schema::Boolean, Value::Bool(value)) => TypedValue::Boolean(*value),
            (Schema::Enum(choices), Value::String(text)) if choices.contains(value) => {
                if text.contains('-') && self.sdk.metadata.has_flag(&["drops_hyphens"]) {
                    return Err(HYPHEN_DROPPED);
                }
                let named_type = self.find_named_type(key, &field.name);
                let derived_type = || SdkType {
                    module_path: owner.1.module_path.clone(),
                    name: format!("{}{}", owner.1.name, self.sdk.convert_name(&field.name, NameCase::Pascal)),
                };
                TypedValue::EnumConstant(named_type.unwrap_or_else(derived_type), text.clone())
            }
            (Schema::Array(constraints), Value::Array(items)) if constraints.prefix.is_empty() => {
                self.build_list(key, &field.name, self.call.operation.resolve(&constraints.item), items)?
            }
            (Schema::Object(fields), Value::Object(_)) => match self.find_named_type(key, &field.name) {
                Some(of) => TypedValue::Object(self.build_object(&of, fields, value)?),
                None => TypedValue::Json(value.clone()),
            },
            (Schema::Map(_) | Schema::Union(_), Value::Object(_)) | (Schema::Any, _) => TypedValue::Json(value.clone()),
            _ => return Err(TYPE_MISMATCH),
        })
    }

    fn build_list(&self, key: &str, name: &str, item: &Schema, items: &[Value]) -> Result<TypedValue, &'static str> {
        let text = |item: &Value| item.as_str().map(TextTemplate::from).ok_or(TYPE_MISMATCH);
        Ok(match (item, self.find_named_type(key, name)) {
            (Schema::String(_) | Schema::Enum(_), _) => {
                TypedValue::TextList(items.iter().map(text).collect::<Result<_, _>>()?)
            }
            (Schema::Object(fields), Some(of)) => {
                let objects = items.iter().map(|item| self.build_object(&of, fields, item));
                let objects = objects.collect::<Result<_, _>>()?;
                TypedValue::ObjectList(of, objects)
            }
            _ if items.iter().all(Value::is_object) => TypedValue::MapList(items.to_vec()),
            _ => return Err(TYPE_MISMATCH),
        })
    }

    fn build_object(
        &self,
        object_type: &SdkType,
        fields: &[Field],
        value: &Value,
    ) -> Result<TypedObject, &'static str> {
        let entries = value.as_object().ok_or(TYPE_MISMATCH)?;
        if entries.keys().any(|name| !fields.iter().any(|field| field.name == *name)) {
            return Err(UNKNOWN_FIELD);
        }
        let typed_fields = fields.iter().map(|field| {
            let value = entries.get(&field.name);
            if value.is_some_and(Value::is_null) {
                return Err(TYPE_MISMATCH);
            }
            self.build_field((&object_type.name, object_type), &field.name, Some(field), value)
        });
        Ok(TypedObject { fields: typed_fields.collect::<Result<_, _>>()?, object_type: object_type.clone() })
    }

    /// Returns the type that the document names for a field.
    fn find_named_type(&self, key: &str, name: &str) -> Option<SdkType> {
        let client_key = format!("{}.{name}", self.client);
        let qualified_name =
            [key, &client_key, name].into_iter().find_map(|key| self.sdk.metadata.name_at(&["types", key]))?;
        let (module, name) = qualified_name.rsplit_once('.')?;
        Some(SdkType { module_path: module.split('.').map(str::to_owned).collect(), name: name.to_owned() })
    }
}
