//! Names of programming languages, as authors of documents write them.

use super::{LanguageSyntax, find_syntax};

/// Maximum length of an unrecognized language name, in characters.
const MAX_LANGUAGE_NAME_CHARS: usize = 30;

/// Declared language of a code sample.
pub(super) struct SampleLanguage {
    /// Common name of the language.
    pub(super) name: String,
    /// Syntax of the language; `None` if the language is not recognized.
    pub(super) syntax: Option<&'static LanguageSyntax>,
    /// Command that the code must contain: `curl` if it is declared as curl, otherwise empty.
    pub(super) required_command: &'static str,
}

impl SampleLanguage {
    /// Recognizes a language by the start of its name: `Node.js`, `Csharp + Restsharp`, `cURL (next page)`.
    pub(super) fn from_name(name: &str) -> Self {
        let lower = name.trim().trim_start_matches('.').to_ascii_lowercase();
        let first = lower.split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#').next().unwrap_or_default();
        let canonical_name = match first {
            "axios" | "fetch" | "javascript" | "jquery" | "js" | "jsx" | "mjs" | "node" | "nodejs" => "JavaScript",
            "ts" | "tsx" | "typescript" => "TypeScript",
            "bash" | "cli" | "console" | "curl" | "httpie" | "sh" | "shell" | "terminal" | "wget" | "zsh" => "Shell",
            "py" | "python" | "python2" | "python3" => "Python",
            "go" | "golang" => "Go",
            "rs" | "rust" => "Rust",
            "java" => "Java",
            "kotlin" | "kt" => "Kotlin",
            "c#" | "cs" | "csharp" | "dotnet" | "net" => "C#",
            "php" => "PHP",
            "rb" | "ruby" => "Ruby",
            "swift" => "Swift",
            "dart" | "flutter" => "Dart",
            "elixir" | "ex" => "Elixir",
            "r" => "R",
            "c" | "libcurl" => "C",
            "c++" | "cpp" => "C++",
            "objc" | "objective" | "objectivec" => "Objective-C",
            "powershell" | "ps1" | "pwsh" => "PowerShell",
            "http" => "HTTP",
            _ => "",
        };
        Self {
            syntax: (!canonical_name.is_empty()).then(|| find_syntax(canonical_name)),
            required_command: if first == "curl" { "curl" } else { "" },
            name: match canonical_name {
                "" if name.trim().is_empty() => "Code".into(),
                "" => name.trim().chars().filter(|c| !super::is_invisible(*c)).take(MAX_LANGUAGE_NAME_CHARS).collect(),
                language => language.into(),
            },
        }
    }
}
