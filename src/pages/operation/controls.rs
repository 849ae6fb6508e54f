//! The one control of a single value, and what stands beside it.

use super::fields::Form;
use crate::model::{
    form::{self, choice_text, place_of},
    request::File,
    schema::{Field, Schema, TextRules},
};
use crate::ui::html::Html;
use leptos::prelude::*;

/// Bytes of a file that a page carries from one sending to the next.
const MOST_KEPT: usize = 200_000;

impl Form<'_> {
    /// The one control of a single value. An item of a list has no label beside it: it is named after its list.
    pub(super) fn control(self, schema: &Schema, field: Option<&Field>, at: &str, item_of: Option<&str>) -> AnyView {
        let name = ["value", at].concat();
        let id = item_of.is_none().then(|| name.clone());
        let label = item_of.map(str::to_owned);
        let invalid = self.submission.problem(at).map(|_| "true");
        let mut text = self.submission.text(&name);
        let options: Vec<String> = match schema {
            Schema::Boolean => vec!["true".into(), "false".into()],
            Schema::Choice(choices) => choices.iter().map(choice_text).collect(),
            Schema::Any => return self.text_area(&name, &label.unwrap_or_default(), 3, false),
            Schema::Text(rules) if rules.lines => {
                return self.text_area(&name, &label.unwrap_or_default(), 5, is_secret(rules));
            }
            Schema::File => return self.file(at, (id, label)),
            schema => return self.line(schema, field, at, (id, label), text),
        };
        // What can be nothing else need not be chosen.
        if let (Some(field), [only]) = (field, options.as_slice())
            && field.required
            && text.is_empty()
        {
            text.clone_from(only);
        }
        let meaning = |option: &String| {
            let choices = field.map(|field| field.about.choices.as_slice()).unwrap_or_default();
            let known = choices.iter().find(|(choice, _)| choice == option);
            known.map_or_else(|| option.clone(), |(_, meaning)| [option, " – ", meaning].concat())
        };
        let options: Vec<_> = options
            .iter()
            .map(|option| view! { <option value=option.clone() selected=*option == text>{meaning(option)}</option> })
            .collect();
        view! {
            <select id=id name=name aria-label=label aria-describedby=described(at) aria-invalid=invalid>
                <option value="">"not set"</option>
                {options}
            </select>
        }
        .into_any()
    }

    /// One line of text or a number. Secrets are masked; a default or an example shows in it.
    fn line(
        self,
        schema: &Schema,
        field: Option<&Field>,
        at: &str,
        (id, label): (Option<String>, Option<String>),
        text: String,
    ) -> AnyView {
        let name = ["value", at].concat();
        let invalid = self.submission.problem(at).map(|_| "true");
        let mode = matches!(schema, Schema::Number(_)).then_some("decimal");
        let kind = if matches!(schema, Schema::Text(rules) if is_secret(rules)) { "password" } else { "text" };
        // What is assumed where nothing is typed, else what could be.
        let placeholder = field.and_then(|field| match (&field.about.default, field.about.examples.first()) {
            (Some(default), _) => Some(choice_text(default)),
            (None, Some(example)) => Some(["like ", &choice_text(example)].concat()),
            (None, None) => None,
        });
        view! {
            <input type=kind id=id name=name value=text placeholder=placeholder aria-label=label aria-describedby=described(at) aria-invalid=invalid inputmode=mode autocomplete="off" spellcheck="false"/>
        }
        .into_any()
    }

    /// A file to choose. What was sent without scripts is kept for the next time, as the browser does not.
    fn file(self, at: &str, (id, label): (Option<String>, Option<String>)) -> AnyView {
        let name = ["value", at].concat();
        let invalid = self.submission.problem(at).map(|_| "true");
        let text = self.submission.text(&name);
        let sent = form::parse(&text).ok().and_then(|value| File::from_argument(&value));
        let sent = sent.filter(|file| !file.base64.starts_with("{{")).map(|file| {
            if text.len() > MOST_KEPT {
                return view! { <p class="note">"Choose "<b>{file.filename}</b>" again to send it again."</p> }.into_any();
            }
            view! {
                <input type="hidden" name=name.clone() value=text.clone()/>
                <p class="note">
                    <b>{file.filename}</b>" is sent, unless you choose another. "
                    <button type="submit" class="quiet" name="intent" value=["remove", at].concat()>"Leave it out"</button>
                </p>
            }
            .into_any()
        });
        view! {
            <input type="file" id=id name=name.clone() aria-label=label aria-describedby=described(at) aria-invalid=invalid/>
            {sent}
        }
        .into_any()
    }

    /// A text of several lines. It has an id, for a label beside it, or a name of its own.
    pub(super) fn text_area(self, name: &str, label: &str, rows: u8, is_secret: bool) -> AnyView {
        let place = place_of(name);
        let (id, label) = if label.is_empty() { (Some(name.to_owned()), None) } else { (None, Some(label.to_owned())) };
        let invalid = self.submission.problem(place).map(|_| "true");
        // Leptos leaves the text of a textarea as it is, so it is escaped here; HTML drops the line feed behind the tag.
        let mut text = Html::default();
        text.raw("\n").text(&self.submission.text(name));
        view! {
            <textarea id=id class=is_secret.then_some("secret") name=name.to_owned() aria-label=label aria-describedby=described(place) aria-invalid=invalid rows=rows spellcheck="false" inner_html=text.finish()></textarea>
        }
        .into_any()
    }

    /// Where it is said what is wrong at a place.
    pub(super) fn problem(self, at: &str) -> AnyView {
        view! { <p class="problem" id=["problem", at].concat() data-problem=at.to_owned()>{self.submission.problem(at)}</p> }
            .into_any()
    }
}

/// The ids of what describes a control: its text, and what is wrong with it.
fn described(at: &str) -> String {
    ["about", at, " problem", at].concat()
}

fn is_secret(rules: &TextRules) -> bool {
    rules.format.as_deref() == Some("password")
}
