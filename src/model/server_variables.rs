//! Sets the variables of servers (`OpenAPI` 3.1, §4.8.6).

use super::{
    Arguments,
    problem::{Problem, join_pointer},
    provider::{Environment, Provider},
    server_template::ServerTemplate,
};
use crate::text;
use url::Url;

/// Maximum length of a value, in bytes.
const MAX_VALUE_BYTES: usize = 200;

impl Provider {
    /// Returns the provider with values of the server variables of one of its environments.
    ///
    /// # Errors
    /// Returns the problem of a value that is invalid, or of a variable that the server does not have.
    pub fn with_server_variables(&self, environment: &str, values: &Arguments) -> Result<Self, Problem> {
        let mut provider = self.clone();
        let chosen = provider.environments.iter_mut().find(|candidate| candidate.name == environment);
        if let Some(chosen) = chosen.filter(|_| !values.is_empty()) {
            *chosen = chosen.with_variables(values)?;
        }
        Ok(provider)
    }
}

impl Environment {
    /// Returns the URL template with its variables, or else the URL.
    pub fn url_template(&self) -> &str {
        self.template.as_ref().map_or(&self.url, |template| &template.url)
    }

    /// Returns true if values of variables change the scheme, the host or the port of the URL.
    pub fn has_chosen_origin(&self) -> bool {
        self.template.as_ref().is_some_and(|template| template.has_chosen_origin)
    }

    /// Returns true if values of variables change the path of the URL.
    pub fn has_chosen_path(&self) -> bool {
        self.template.as_ref().is_some_and(|template| template.has_chosen_path)
    }

    /// Returns true if variables of the URL have other values than their defaults.
    pub fn has_chosen_values(&self) -> bool {
        self.template.as_ref().is_some_and(|template| template.has_chosen_values)
    }

    /// Returns the environment with values of its server variables. Empty values are the defaults.
    ///
    /// # Errors
    /// Returns the problem of a value that is invalid, or of a variable that the server does not have.
    pub fn with_variables(&self, values: &Arguments) -> Result<Self, Problem> {
        let problem = |name: &str, message: String| Problem::new(join_pointer("", name), message);
        let no_variables = ServerTemplate::default();
        let template = self.template.as_deref().unwrap_or(&no_variables);
        let is_known = |name: &str| template.variables.iter().any(|variable| variable.name == name);
        for (name, value) in values {
            let text = value.as_str();
            if text != Some("") && !is_known(name) {
                let message = text!("server-variable-unknown", environment = self.name, name = name);
                return Err(problem(name, message));
            }
            if text.is_none_or(|text| !text.is_empty() && !is_value(text)) {
                return Err(problem(name, text!("server-variable-invalid", name = name)));
            }
        }
        let chosen = |name: &str| values.get(name)?.as_str().filter(|text| !text.is_empty());
        let mut url = template.url.clone();
        let mut has_chosen_values = false;
        for variable in &template.variables {
            let value = chosen(&variable.name).unwrap_or(&variable.default);
            has_chosen_values |= value != variable.default;
            url = url.replace(&["{", &variable.name, "}"].concat(), value);
        }
        if !has_chosen_values {
            return Ok(self.clone());
        }
        let (Some(chosen), Some(default)) = (parse_plain_url(&url), parse_plain_url(&self.url)) else {
            let name = values.keys().next().map_or("", String::as_str);
            return Err(problem(name, text!("server-variable-invalid", name = name)));
        };
        let template = ServerTemplate {
            has_chosen_values,
            has_chosen_origin: chosen.origin() != default.origin(),
            has_chosen_path: chosen.path() != default.path(),
            ..template.clone()
        };
        Ok(Self { name: self.name.clone(), url, template: Some(Box::new(template)) })
    }
}

fn is_value(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    text.len() <= MAX_VALUE_BYTES && text.bytes().all(is_allowed) && text != "." && text != ".."
}

/// Parses a URL if a parser reads it as it is written: without user information, query or fragment, and without segments
/// that are removed from its path.
fn parse_plain_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let (_, after_scheme) = text.split_once("://")?;
    let path = after_scheme.find('/').map_or("", |start| &after_scheme[start..]);
    let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    let is_same_path = url.path().trim_end_matches('/') == path.trim_end_matches('/');
    let is_http = matches!(url.scheme(), "http" | "https");
    (is_plain && is_same_path && is_http && url.fragment().is_none() && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::server_template::ServerVariable;
    use serde_json::json;

    fn environment() -> Environment {
        let variable = |name: &str, default: &str| ServerVariable {
            name: name.into(),
            default: default.into(),
            ..ServerVariable::default()
        };
        let template = ServerTemplate {
            url: "https://{tenant}.example.com/{base}".into(),
            variables: vec![variable("tenant", "demo"), variable("base", "v1")],
            ..ServerTemplate::default()
        };
        let plain = Environment::new("main", "https://demo.example.com/v1");
        Environment { template: Some(Box::new(template)), ..plain }
    }

    #[test]
    fn values_replace_the_defaults_of_variables() {
        for (values, url, values_chosen, origin_chosen) in [
            (json!({}), "https://demo.example.com/v1", false, false),
            (json!({"tenant": "", "base": "v1"}), "https://demo.example.com/v1", false, false),
            (json!({"base": "v2"}), "https://demo.example.com/v2", true, false),
            (json!({"tenant": "DEMO"}), "https://DEMO.example.com/v1", true, false),
            (json!({"tenant": "acme"}), "https://acme.example.com/v1", true, true),
        ] {
            let resolved = environment().with_variables(values.as_object().unwrap_or(&Arguments::new()));
            let resolved = resolved
                .map(|resolved| (resolved.url.clone(), resolved.has_chosen_values(), resolved.has_chosen_origin()));
            assert_eq!(resolved, Ok((url.to_owned(), values_chosen, origin_chosen)), "{values}");
        }
    }

    #[test]
    fn no_value_changes_another_part_of_the_url() {
        for tenant in [
            "a/b",
            "evil.example/",
            "evil.example?",
            "evil.example#",
            "u@evil.example",
            "a%2Fb",
            "a b",
            "é",
            "\\",
            "..",
            "{base}",
        ] {
            let values = Arguments::from_iter([("tenant".to_owned(), json!(tenant))]);
            assert!(environment().with_variables(&values).is_err(), "{tenant}");
        }
        for (name, value) in [("base", json!(".")), ("base", json!(".:")), ("base", json!(1)), ("other", json!("a"))] {
            let result = environment().with_variables(&Arguments::from_iter([(name.to_owned(), value.clone())]));
            assert_eq!(result.is_err(), value != json!(".:"), "{name} {value}");
        }
        let values = Arguments::from_iter([("tenant".to_owned(), json!("evil.example:443:"))]);
        assert!(environment().with_variables(&values).is_err());
    }
}
