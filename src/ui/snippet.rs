//! A snippet as the page shows it: the code in colours, what it is saved as, what is known of it, and how it is run.

#[cfg(feature = "ssr")]
use super::html::Html;
#[cfg(feature = "ssr")]
use crate::snippet::{Choice, Keeper, Source, commands, is_proven, to_html};
use serde::{Deserialize, Serialize};

/// What the page shows of a choice. The parts are HTML, but for the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// The choice's label.
    pub label: String,
    /// What is known of the code.
    pub note: String,
    /// The code, coloured.
    pub code: String,
    /// What it is saved as; empty where there is no code.
    pub file: String,
    /// How long it is, in words.
    pub length: String,
    /// The commands that run it, coloured; empty where nothing runs it.
    pub run: String,
}

#[cfg(feature = "ssr")]
impl Printed {
    /// Prints a call in one of the ways that there are.
    pub fn new(choice: &Choice, source: Source, keeper: Keeper) -> Self {
        let label = choice.label();
        match choice.print(source) {
            Ok(code) => Self {
                note: note(choice),
                code: to_html(choice.language(), &code),
                file: choice.file().to_owned(),
                length: length(&code),
                run: to_html("Shell", &commands(choice, source, keeper)),
                label,
            },
            Err(reason) => Self { note: cannot(reason), label, ..Self::default() },
        }
    }
}

/// How many lines a code has.
pub fn length(code: &str) -> String {
    match code.lines().count() {
        1 => "1 line".into(),
        count => [&count.to_string(), " lines"].concat(),
    }
}

#[cfg(feature = "ssr")]
fn cannot(reason: &str) -> String {
    let mut html = Html::default();
    html.raw("<b>Not with this client:</b> ").text(reason).raw(" Choose another.");
    html.finish()
}

#[cfg(feature = "ssr")]
fn note(choice: &Choice) -> String {
    let mut html = Html::default();
    match choice {
        Choice::Generated(_) => return String::new(),
        Choice::Client(client) if is_proven(client) => {
            html.raw("<b class=\"proven\">Proven</b> Run in our tests, it sends what the explorer sends.")
        }
        Choice::Client(_) => html.raw("Printed from the request that the explorer sends; not run in our tests."),
        Choice::Sdk(..) => html.raw("With the vendor's own SDK."),
        Choice::Sample(..) => {
            html.raw("<b>By the vendor, not checked.</b> What you filled in stands where it names it.")
        }
    };
    html.finish()
}
