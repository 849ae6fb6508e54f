//! `api-explorer man`: prints the man page.

use super::arguments::build_command;
use crate::settings::{ENVIRONMENT_VARIABLES, SECRET_FILES_HELP, variable_names};
use clap::{Arg, Command};
use clap_mangen::{
    Man,
    roff::{Inline, Roff, bold, italic, roman},
};

/// Title line of the page: name, section, date, source and manual.
const TITLE: &str =
    concat!(".TH API-EXPLORER 1 \"\" \"api-explorer ", env!("CARGO_PKG_VERSION"), "\" \"API Explorer\"\n");

/// Exit statuses and their meanings.
const EXIT_STATUSES: [(&str, &str); 3] = [
    ("0", "Success, or the server was stopped."),
    ("1", "Failure; standard error shows the reason."),
    ("2", "The command line is invalid."),
];

/// Example command lines and their descriptions.
const EXAMPLES: [(&str, &str); 5] = [
    ("api-explorer", "Serve on http://127.0.0.1:3000."),
    ("api-explorer check --config explorer.toml --strict", "Check the settings and the documents that they name."),
    (
        "LEPTOS_SITE_ADDR=0.0.0.0:3000 EXPLORER_HOSTS=explorer.example.com EXPLORER_ACCESS=sign-in api-explorer",
        "Serve users on other machines who sign in, behind a TLS proxy.",
    ),
    (
        "api-explorer token create --name Ann --expires 30d --allow GET",
        "Create an access token that permits only GET requests.",
    ),
    ("api-explorer backup /backups/explorer-$(date +%F).db", "Copy the store while the server runs."),
];

/// Returns the man page in roff.
///
/// # Errors
/// Returns an error if the page cannot be rendered.
pub fn render_man_page() -> anyhow::Result<String> {
    let mut command = build_command();
    command.build();
    // `clap_mangen` cannot write the empty date that the macro allows.
    let mut page = TITLE.as_bytes().to_vec();
    let mut leading_sections = Roff::new();
    leading_sections.control("SH", ["NAME"]).text([roman(concat!("api-explorer - ", env!("CARGO_PKG_DESCRIPTION")))]);
    leading_sections.control("SH", ["SYNOPSIS"]).text([bold("api-explorer"), roman(" [--config PATH] [COMMAND]")]);
    leading_sections.to_writer(&mut page)?;
    let man = Man::new(command.clone());
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut trailing_sections = Roff::new();
    trailing_sections.control("SH", ["COMMANDS"]);
    write_commands(&command, &mut trailing_sections);
    trailing_sections.control("SH", ["ENVIRONMENT"]);
    write_environment(&mut trailing_sections);
    trailing_sections.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in EXIT_STATUSES {
        write_entry([bold(status)], meaning, &mut trailing_sections);
    }
    trailing_sections.control("SH", ["EXAMPLES"]);
    for (line, meaning) in EXAMPLES {
        write_entry([bold(line)], meaning, &mut trailing_sections);
    }
    trailing_sections.to_writer(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// Writes a list entry: a tag and an indented text.
fn write_entry(tag: impl Into<Vec<Inline>>, text: &str, page: &mut Roff) {
    page.control("TP", []).text(tag).text([roman(text)]);
}

/// Writes all commands without subcommands, with their arguments.
fn write_commands(command: &Command, page: &mut Roff) {
    for subcommand in command.get_subcommands() {
        if subcommand.has_subcommands() {
            write_commands(subcommand, page);
            continue;
        }
        let usage = subcommand.clone().render_usage().to_string();
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        write_entry([bold(usage.trim_start_matches("Usage: "))], &about, page);
        let arguments: Vec<&Arg> =
            subcommand.get_arguments().filter(|argument| is_command_specific(argument)).collect();
        if !arguments.is_empty() {
            page.control("RS", []);
            for argument in arguments {
                write_entry([italic(argument.to_string())], &describe_argument(argument), page);
            }
            page.control("RE", []);
        }
    }
}

/// Returns true if an argument belongs to its command only.
fn is_command_specific(argument: &Arg) -> bool {
    !argument.is_global_set() && !matches!(argument.get_id().as_str(), "help" | "version")
}

fn describe_argument(argument: &Arg) -> String {
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    if argument.get_action().takes_values() {
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            help = format!("{help}: {}", values.join(", "));
        }
        let default = argument.get_default_values().first().and_then(|value| value.to_str()).unwrap_or_default();
        if !default.is_empty() {
            help = format!("{help} [default: {default}]");
        }
    }
    help
}

fn write_environment(page: &mut Roff) {
    for (name, default, meaning) in ENVIRONMENT_VARIABLES {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        let names = variable_names(name).join(", ");
        write_entry([bold(names)], &[meaning, &default].concat(), page);
    }
    page.control("PP", []).text([roman(SECRET_FILES_HELP)]);
    page.control("PP", [])
        .text([roman("Providers are configured in the file explorer.toml: see api-explorer --help config")]);
}
