//! The command line: what may be said there, and what `--help` says about it.

use super::settings::VARIABLES;
use std::fmt::Write;

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve, with the settings of a file if one is named.
    Serve {
        /// `--config`
        config: Option<String>,
    },
    /// Read settings and documents, and report.
    Check {
        /// `--config`
        config: Option<String>,
        /// `--strict`: faults inside documents count too.
        strict: bool,
    },
    /// Make a key for the store, and print it.
    NewKey,
    /// Say what can be said.
    Help,
    /// Say what `explorer.toml` can hold.
    HelpConfig,
    /// Say which version this is.
    Version,
}

impl Command {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// What is not understood, in words.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let (mut config, mut strict, mut check) = (None, false, false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => {
                    return match arguments.next().as_deref() {
                        None => Ok(Self::Help),
                        Some("config") => Ok(Self::HelpConfig),
                        Some(other) => Err(format!("There is no help about {other:?}, only about config.")),
                    };
                }
                "--version" | "-V" => return Ok(Self::Version),
                "check" if !check => check = true,
                "key" => {
                    return match (arguments.next().as_deref(), arguments.next()) {
                        (Some("new"), None) => Ok(Self::NewKey),
                        _ => Err("key goes with new: api-explorer key new.".into()),
                    };
                }
                "--strict" => strict = true,
                "--config" => config = Some(arguments.next().unwrap_or_default()),
                other => match other.strip_prefix("--config=") {
                    Some(path) => config = Some(path.to_owned()),
                    None => return Err(format!("api-explorer has no argument {other:?}.")),
                },
            }
        }
        if config.as_deref() == Some("") {
            return Err("--config needs the path of an explorer.toml.".into());
        }
        match (check, strict) {
            (true, strict) => Ok(Self::Check { config, strict }),
            (false, false) => Ok(Self::Serve { config }),
            (false, true) => Err("--strict goes with check.".into()),
        }
    }
}

/// The text of `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "API Explorer: try any API from a web page, without the page ever holding its keys.

Usage:
  api-explorer [--config PATH]                    serve
  api-explorer check [--config PATH] [--strict]   read settings and documents, and report; exit status 1 if it could
                                                  not start, with --strict also if a document has faults
  api-explorer key new                            print a new key for the store (EXPLORER_KEY)
  api-explorer --help [config]                    this, or every key of explorer.toml
  api-explorer --version

Settings are environment variables, and the file explorer.toml (--config, or EXPLORER_CONFIG):
",
    );
    for (name, default, meaning) in VARIABLES {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        let _ = write!(text, "\n  {name}\n      {meaning}{default}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Command;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_form_of_the_usage_is_understood() {
        let config = || Some("a.toml".to_owned());
        for (line, command) in [
            ("", Command::Serve { config: None }),
            ("--config a.toml", Command::Serve { config: config() }),
            ("check", Command::Check { config: None, strict: false }),
            ("check --config=a.toml --strict", Command::Check { config: config(), strict: true }),
            ("--strict --config a.toml check", Command::Check { config: config(), strict: true }),
            ("key new", Command::NewKey),
            ("-h", Command::Help),
            ("check --help", Command::Help),
            ("--help config", Command::HelpConfig),
            ("-V", Command::Version),
        ] {
            assert_eq!(parse(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("--confg", "--confg"),
            ("check check", "check"),
            ("--config", "path"),
            ("--help me", "me"),
            ("--strict", "check"),
            ("key old", "key new"),
        ] {
            assert!(parse(line).is_err_and(|message| message.contains(named)), "{line}");
        }
    }
}
