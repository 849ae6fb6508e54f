//! The control of a single value, and the element for its problems.

use super::fields::FormRenderer;
use crate::{
    model::{
        date_time::is_date,
        form::{self, control_path, to_control_text},
        request::FileArgument,
        schema::{Field, Schema, StringConstraints},
    },
    text, text_html,
    ui::html::HtmlWriter,
};
use leptos::prelude::*;
use serde_json::Number;

/// Maximum size of a file argument that a page preserves between two form posts, in bytes.
const MAX_RESENT_FILE_BYTES: usize = 200_000;

impl FormRenderer<'_> {
    /// Renders the control of a single value. An item of a list has no label of its own, and is named after its list.
    pub(super) fn control(
        self,
        schema: &Schema,
        field: Option<&Field>,
        path: &str,
        list_name: Option<&str>,
    ) -> AnyView {
        let name = format!("value{path}");
        let id = list_name.is_none().then(|| name.clone());
        let label = list_name.map(str::to_owned);
        let invalid = self.submission.problem_message(path).map(|_| "true");
        let mut text = self.submission.control_text(&name);
        let options: Vec<String> = match schema {
            Schema::Boolean => vec!["true".into(), "false".into()],
            Schema::Enum(choices) => choices.iter().map(to_control_text).collect(),
            Schema::Any => return self.text_area(&name, &label.unwrap_or_default(), 3, false),
            Schema::String(constraints) if constraints.is_multiline => {
                return self.text_area(&name, &label.unwrap_or_default(), 5, is_secret(constraints));
            }
            Schema::File => return self.file_input(path, (id, label)),
            schema => return self.text_input(schema, field, path, (id, label), text),
        };
        // A required field with only one choice is preselected, unless it is inside a value that can be absent.
        if let (Some(field), [only]) = (field, options.as_slice())
            && field.required
            && self.is_required
            && text.is_empty()
        {
            text.clone_from(only);
        }
        let option_label = |option: &String| {
            let choices = field.map(|field| field.annotations.value_descriptions.as_slice()).unwrap_or_default();
            let description = choices.iter().find(|(choice, _)| choice == option);
            description.map_or_else(|| option.clone(), |(_, meaning)| format!("{option} – {meaning}"))
        };
        let options: Vec<_> = options
            .iter()
            .map(|option| view! { <option value=option.clone() selected=*option == text>{option_label(option)}</option> })
            .collect();
        view! {
            <select id=id name=name class=matches!(schema, Schema::Boolean).then_some("boolean") aria-label=label aria-describedby=described_by(path) aria-invalid=invalid autofocus=self.submission.is_focused(path)>
                <option value="">{text!("form-not-set")}</option>
                {options}
            </select>
        }
        .into_any()
    }

    /// Renders a one-line input for a text or a number. Secrets are hidden; a default or an example is the placeholder.
    fn text_input(
        self,
        schema: &Schema,
        field: Option<&Field>,
        path: &str,
        (id, label): (Option<String>, Option<String>),
        text: String,
    ) -> AnyView {
        let name = format!("value{path}");
        let invalid = self.submission.problem_message(path).map(|_| "true");
        let mode = input_mode(schema);
        let kind = input_type(schema, &text);
        // The placeholder is the default, else the first example.
        let placeholder =
            field.and_then(|field| match (&field.annotations.default, field.annotations.examples.first()) {
                (Some(default), _) => Some(to_control_text(default)),
                (None, Some(example)) => Some(text!("controls-example", example = to_control_text(example))),
                (None, None) => None,
            });
        view! {
            <input type=kind id=id name=name value=text placeholder=placeholder aria-label=label aria-describedby=described_by(path) aria-invalid=invalid autofocus=self.submission.is_focused(path) inputmode=mode dir="auto" autocomplete="off" spellcheck="false"/>
        }
        .into_any()
    }

    /// Renders a file input. Without scripts, the page preserves the posted file, because the browser does not.
    fn file_input(self, path: &str, (id, label): (Option<String>, Option<String>)) -> AnyView {
        let name = format!("value{path}");
        let invalid = self.submission.problem_message(path).map(|_| "true");
        let text = self.submission.control_text(&name);
        let previous_file = form::parse_json(&text).ok().and_then(|value| FileArgument::from_value(&value));
        let previous_file = previous_file.filter(|file| !file.base64.starts_with("{{")).map(|file| {
            if text.len() > MAX_RESENT_FILE_BYTES {
                let note = text_html!("controls-file-lost", filename = file.filename);
                return view! { <p class="note" inner_html=note></p> }.into_any();
            }
            view! {
                <input type="hidden" name=name.clone() value=text.clone()/>
                <p class="note">
                    <b>{file.filename}</b>{text!("controls-file-kept-after")}
                    <button type="submit" class="quiet" name="intent" value=format!("remove{path}")>{text!("controls-remove-file")}</button>
                </p>
            }
            .into_any()
        });
        view! {
            <input type="file" id=id name=name.clone() aria-label=label aria-describedby=described_by(path) aria-invalid=invalid autofocus=self.submission.is_focused(path)/>
            {previous_file}
        }
        .into_any()
    }

    /// Renders a text area. It has an id for a separate label, or else a label of its own.
    pub(super) fn text_area(self, name: &str, label: &str, rows: u8, is_secret: bool) -> AnyView {
        let path = control_path(name);
        let (id, label) = if label.is_empty() { (Some(name.to_owned()), None) } else { (None, Some(label.to_owned())) };
        let invalid = self.submission.problem_message(path).map(|_| "true");
        // Leptos does not escape the `inner_html` of a text area, so it is escaped here. HTML drops a line feed right
        // after the tag, so one is added.
        let mut text = HtmlWriter::default();
        text.raw("\n").text(&self.submission.control_text(name));
        view! {
            <textarea id=id class=is_secret.then_some("secret") name=name.to_owned() aria-label=label aria-describedby=described_by(path) aria-invalid=invalid autofocus=self.submission.is_focused(path) rows=rows dir="auto" spellcheck="false" inner_html=text.finish()></textarea>
        }
        .into_any()
    }

    /// Renders the element that shows the problem at a path.
    pub(super) fn problem_element(self, path: &str) -> AnyView {
        view! { <p class="problem" id=format!("problem{path}") data-problem=path.to_owned()>{self.submission.problem_message(path)}</p> }
            .into_any()
    }
}

/// Returns the ids of the elements that describe a control: its description and its problem.
fn described_by(path: &str) -> String {
    format!("about{path} problem{path}")
}

/// Returns the type of an input. A text that a date input cannot show is shown as text, so that nothing is lost.
fn input_type(schema: &Schema, text: &str) -> &'static str {
    match schema {
        Schema::String(constraints) if is_secret(constraints) => "password",
        Schema::String(constraints)
            if constraints.format.as_deref() == Some("date") && (text.is_empty() || is_date(text.as_bytes())) =>
        {
            "date"
        }
        _ => "text",
    }
}

/// Returns the keyboard that phones show. The keyboard for digits has no minus sign.
fn input_mode(schema: &Schema) -> Option<&'static str> {
    match schema {
        Schema::Number(constraints) => {
            let lower_bound = constraints.minimum.as_ref().or(constraints.exclusive_minimum.as_ref());
            let has_sign = lower_bound.and_then(Number::as_f64).is_none_or(|bound| bound < 0.0);
            (!has_sign).then_some(if constraints.integer { "numeric" } else { "decimal" })
        }
        Schema::String(constraints) => match constraints.format.as_deref()? {
            "email" | "idn-email" => Some("email"),
            "uri" | "url" | "iri" | "uri-reference" => Some("url"),
            "e164" | "phone" => Some("tel"),
            _ => None,
        },
        _ => None,
    }
}

fn is_secret(constraints: &StringConstraints) -> bool {
    constraints.format.as_deref() == Some("password")
}
