//! URL templates of servers (`OpenAPI` 3.1, §4.8.5).

/// The URL of a server with variables that users can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerTemplate {
    /// The URL, with variables as `{name}`.
    pub url: String,
    /// The variables.
    pub variables: Vec<ServerVariable>,
    /// True if variables have other values than their defaults.
    pub has_chosen_values: bool,
    /// True if these values change the scheme, the host or the port.
    pub has_chosen_origin: bool,
    /// True if these values change the path.
    pub has_chosen_path: bool,
}

/// A variable of a server that has no list of values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerVariable {
    /// Name in the template.
    pub name: String,
    /// Value, unless the user sets another one.
    pub default: String,
    /// Description, as HTML.
    pub description: String,
}

/// Returns true if a variable can be set: its name is one that a form control and a URL template can have.
pub fn is_variable_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}
