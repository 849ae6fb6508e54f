//! Finds the path parameters whose slashes are sent as they are, not as `%2F`.

use super::{
    operation_summary::OperationSummary, parameter::MAX_PARAMETERS, path_item::find_operation, reference::Resolver,
};
use serde_json::Value;

/// The extension of a path parameter (`true`) or of an operation (a list of parameter names) that has the effect of
/// `allowReserved`, which is not defined for paths before `OpenAPI` 3.2.
const EXTENSION: &str = "x-allow-slashes";

/// Returns the names of the path parameters that an operation of the document allows to span several segments.
pub(super) fn read_slash_parameters(resolver: Resolver, operation_summary: &OperationSummary) -> Vec<String> {
    let Ok(path_item) = resolver.resolve(resolver.entry("paths", &operation_summary.path)) else { return Vec::new() };
    let Some(operation) = find_operation(&path_item, &operation_summary.method) else { return Vec::new() };
    let mut names: Vec<&str> = Vec::new();
    for parameters in [path_item.get("parameters"), operation.get("parameters")] {
        let parameters = parameters.and_then(Value::as_array).into_iter().flatten().take(MAX_PARAMETERS);
        for parameter in parameters.filter_map(|parameter| resolver.resolve(parameter).ok()) {
            if parameter.get_str("in") == "path" {
                let name = parameter.get_str("name");
                // A parameter of the operation replaces the path's parameter of the same name.
                names.retain(|other| *other != name);
                names.extend((parameter.is_true("allowReserved") || parameter.is_true(EXTENSION)).then_some(name));
            }
        }
    }
    names.extend(operation[EXTENSION].as_array().into_iter().flatten().filter_map(Value::as_str));
    names.into_iter().map(str::to_owned).collect()
}

/// Returns the parameter of a path that can span several segments: the last one that is in `names`. If there were
/// several, a path could be read in two ways.
pub(super) fn slash_parameter<'a>(path: &'a str, names: &[String]) -> Option<&'a str> {
    let in_path = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    in_path.filter(|name| names.iter().any(|other| other == name)).last()
}
