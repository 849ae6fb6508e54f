//! Reads the styles of parameters and form fields (`OpenAPI` 3.1, §4.8.12.2).

use crate::model::schema::ParameterStyle;

/// Parses a parameter style. Returns `None` for an unknown style, so that the default of the location applies.
pub(super) fn parse_style(name: &str) -> Option<ParameterStyle> {
    Some(match name {
        "form" => ParameterStyle::Form,
        "simple" => ParameterStyle::Simple,
        "label" => ParameterStyle::Label,
        "matrix" => ParameterStyle::Matrix,
        "spaceDelimited" => ParameterStyle::SpaceDelimited,
        "pipeDelimited" => ParameterStyle::PipeDelimited,
        // Not of the specification: it stands for `tsv` of Swagger 2.0.
        "tabDelimited" => ParameterStyle::TabDelimited,
        "deepObject" => ParameterStyle::DeepObject,
        "cookie" => ParameterStyle::Cookie,
        _ => return None,
    })
}
