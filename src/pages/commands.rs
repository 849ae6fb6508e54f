//! Commands in the suggestions of the search: open a page, choose a theme or an environment. A query that begins with
//! `>` lists commands only.

use crate::{
    model::{provider::EXAMPLE_ENVIRONMENT, theme::Theme},
    providers::Catalog,
    text,
    ui::html::HtmlWriter,
};

/// Minimum length of each word of a query that commands are offered for beside operations, in bytes.
const MIN_WORD_BYTES: usize = 3;
/// Maximum number of commands beside operations, and of providers among the commands.
const MAX_COMMANDS_BESIDE_OPERATIONS: usize = 3;
const MAX_PROVIDERS: usize = 3;

/// A command.
#[derive(Debug)]
pub(super) struct Command {
    label: String,
    action: Action,
}

#[derive(Debug)]
enum Action {
    Open(String),
    ChooseTheme(Theme),
    ChooseEnvironment(String),
}

/// Returns the words after `>` if a query lists commands only.
pub(super) fn command_words(query: &str) -> Option<&str> {
    query.trim_start().strip_prefix('>')
}

/// Returns the commands whose labels match every word of a query, on the page with a path.
pub(super) fn find_commands(catalog: &Catalog, query: &str, page_path: &str) -> Vec<Command> {
    let page_path = page_path.split('?').next().unwrap_or_default();
    let words = command_words(query);
    let text = words.unwrap_or(query).to_lowercase();
    let query_words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_none() && (query_words.is_empty() || query_words.iter().any(|word| word.len() < MIN_WORD_BYTES)) {
        return Vec::new();
    }
    let matches = |command: &Command| {
        let label = format!("{} {}", command.label.to_lowercase(), command.keywords());
        query_words.iter().all(|word| label.split(' ').any(|known| known.starts_with(word)))
    };
    let mut commands: Vec<Command> = Theme::ALL.into_iter().map(Command::choose_theme).collect();
    commands.extend(environments(catalog, page_path).into_iter().map(Command::choose_environment));
    commands.push(Command::open(text!("command-home").into(), "/".into()));
    commands.retain(matches);
    commands.extend(find_providers(catalog, &text, page_path));
    if words.is_none() {
        commands.truncate(MAX_COMMANDS_BESIDE_OPERATIONS);
    }
    commands
}

/// Returns the names of the environments that calls of an operation's page can be sent to.
fn environments(catalog: &Catalog, page_path: &str) -> Vec<String> {
    let names = split_path(page_path).and_then(|(provider, operation)| {
        let entry = catalog.entry(provider)?;
        let documented = entry.document.operation(operation)?;
        let provider = entry.provider_for_operation(&documented);
        Some(provider.environments.into_iter().map(|environment| environment.name).collect())
    });
    names.map_or_else(Vec::new, |names: Vec<String>| {
        std::iter::once(EXAMPLE_ENVIRONMENT.to_owned()).chain(names).collect()
    })
}

/// Returns commands that open the providers that a text names, or the provider of the current page if it names none.
fn find_providers(catalog: &Catalog, text: &str, page_path: &str) -> Vec<Command> {
    let text = text.trim();
    let go_to = text!("command-go-to", title = "").to_lowercase();
    let go = go_to.split(' ').next().unwrap_or_default();
    let without_go = || text.strip_prefix(go)?.strip_prefix(' ');
    let text = text.strip_prefix(go_to.as_str()).or_else(without_go).unwrap_or(text).trim();
    let found = if text.is_empty() || text == go {
        page_path.split('/').nth(1).and_then(|id| catalog.provider(id)).into_iter().collect()
    } else {
        catalog.find_providers(text, MAX_PROVIDERS)
    };
    let open = |id: &str, title: &str| Command::open(text!("command-go-to", title = title), format!("/{id}"));
    found.into_iter().map(|provider| open(&provider.settings.id, provider.title())).collect()
}

/// Splits the path of an operation's page into the provider's ID and the operation's name.
pub(super) fn split_path(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix('/')?.split_once('/')
}

impl Command {
    fn open(label: String, url: String) -> Self {
        Self { label, action: Action::Open(url) }
    }

    fn choose_theme(theme: Theme) -> Self {
        Self { label: text!("command-theme", theme = theme.name()), action: Action::ChooseTheme(theme) }
    }

    fn choose_environment(name: String) -> Self {
        Self { label: text!("command-environment", name = name), action: Action::ChooseEnvironment(name) }
    }

    /// Returns further words that find the command.
    fn keywords(&self) -> &'static str {
        match self.action {
            Action::Open(_) => text!("command-open-keywords"),
            Action::ChooseTheme(_) => text!("command-theme-keywords"),
            Action::ChooseEnvironment(_) => text!("command-environment-keywords"),
        }
    }

    /// Writes the command as an option of the list with a number.
    pub(super) fn write(&self, html: &mut HtmlWriter, index: usize) {
        html.raw(match self.action {
            Action::Open(_) => "<a",
            Action::ChooseTheme(_) => "<button form=\"theme\" name=\"theme\"",
            Action::ChooseEnvironment(_) => "<button type=\"button\"",
        });
        match &self.action {
            Action::Open(url) => html.raw(" href=\"").text(url),
            Action::ChooseTheme(theme) => html.raw(" value=\"").text(theme.name()),
            Action::ChooseEnvironment(name) => html.raw(" data-environment=\"").text(name),
        };
        write_option_attributes(html.raw("\""), index);
        html.raw("><span class=\"title\">").text(&self.label);
        html.raw(if matches!(self.action, Action::Open(_)) { "</span></a>" } else { "</span></button>" });
    }
}

/// Writes the attributes of the option with a number in the list of suggestions.
pub(super) fn write_option_attributes(html: &mut HtmlWriter, index: usize) {
    html.raw(" role=\"option\" aria-selected=\"false\" tabindex=\"-1\" id=\"suggestion-");
    html.text(&index.to_string()).raw("\"");
}
