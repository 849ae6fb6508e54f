//! An input per field, the right one for its schema. Names of controls are those of `model::form`.

use super::Submission;
use crate::model::{
    form::{OTHER, choice_text, place_of},
    problem::pointer,
    schema::{Field, Place, Schema},
};
use crate::ui::html::Html;
use leptos::prelude::*;

/// What a form's fields are drawn from: what was typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Form<'a>(pub(super) &'a Submission);

/// Stands for a row's number in a row that is not drawn yet.
const NEW_ROW: &str = "{row}";

impl Form<'_> {
    /// Inputs for all of an operation's fields.
    pub(super) fn fields(self, fields: &[Field], at: &str) -> Vec<AnyView> {
        fields.iter().map(|field| self.field(field, &pointer(at, &field.name))).collect()
    }

    /// A key/value editor for fields that the document does not name.
    pub(super) fn other_fields(self) -> AnyView {
        let is_open = !self.0.controls.rows(OTHER).is_empty();
        view! {
            <details class="other" open=is_open>
                <summary>"Fields that the document does not name"</summary>
                <div class="field" data-at=OTHER>
                    <p class="description">"Sent in the body as they are. Values are JSON: text needs quotes."</p>
                    {self.rows(OTHER, "another field", Self::map_row)}
                    {self.problem(OTHER)}
                </div>
            </details>
        }
        .into_any()
    }

    fn field(self, field: &Field, at: &str) -> AnyView {
        let about = (!field.description.is_empty()).then(|| {
            view! { <div class="description" id=["about", at].concat() inner_html=field.description.clone()></div> }
        });
        let can_be_json = field.place.is_json() && field.schema != Schema::Any;
        let marks = self.marks(field, at, can_be_json);
        let json = can_be_json.then(|| {
            view! { <div class="json">{self.text_area(&["json", at].concat(), "JSON value", 3)}</div> }
        });
        let name = field.name.clone();
        if field.schema.is_single() {
            view! {
                <div class="field" data-at=at.to_owned()>
                    <div class="head"><label for=["value", at].concat()>{name}</label>{marks}</div>
                    {about}
                    <div class="plain">{self.control(&field.schema, at, None)}</div>
                    {json}
                    {self.problem(at)}
                </div>
            }
            .into_any()
        } else {
            view! {
                <fieldset class="field" data-at=at.to_owned()>
                    <legend>{name}</legend>
                    <div class="head">{marks}</div>
                    {about}
                    <div class="plain nested">{self.inside(&field.schema, at, &field.name)}</div>
                    {json}
                    {self.problem(at)}
                </fieldset>
            }
            .into_any()
        }
    }

    /// Kind, place, whether required, and the switch to JSON.
    fn marks(self, field: &Field, at: &str, can_be_json: bool) -> AnyView {
        let place = match field.place {
            Place::Path => " in the path",
            Place::Query => " in the query",
            Place::Header => " in a header",
            Place::Cookie => " in a cookie",
            Place::BodyField | Place::Body => "",
        };
        let switch = can_be_json.then(|| {
            let is_on = self.0.controls.is_json(at);
            view! {
                <label class="as-json" title="Write the value as JSON: null, an empty text, anything">
                    <input type="checkbox" name=["as", at].concat() value="json" checked=is_on/>"JSON"
                </label>
            }
        });
        view! {
            <span class="kind">{field.schema.kind()}{place}</span>
            {field.required.then(|| view! { <span class="required">"required"</span> })}
            {switch}
        }
        .into_any()
    }

    /// What a list, an object or a map has inside.
    fn inside(self, schema: &Schema, at: &str, name: &str) -> AnyView {
        match schema {
            Schema::Object(fields) => self.fields(fields, at).into_any(),
            Schema::List(item) => self.rows(at, name, |form, row| form.list_row(item, row, name)),
            _ => self.rows(at, name, Self::map_row),
        }
    }

    /// The rows of a list or map, one empty row if there is none, and what a script draws new rows from.
    fn rows(self, at: &str, name: &str, row: impl Fn(Self, &str) -> AnyView) -> AnyView {
        let numbers = match self.0.controls.rows(at) {
            none if none.is_empty() && at != OTHER => vec![0],
            some => some,
        };
        let draw = |number: &str| {
            let place = [at, "/", number].concat();
            view! {
                <div class="row" data-row=place.clone()>
                    {row(self, &place)}
                    <button type="submit" class="quiet" name="intent" value=["remove", &place].concat()>
                        "Remove"<span class="visually-hidden">" from "{name.to_owned()}</span>
                    </button>
                    {self.problem(&place)}
                </div>
            }
        };
        let rows: Vec<_> = numbers.iter().map(|number| draw(&number.to_string())).collect();
        view! {
            {rows}
            <template data-rows=at.to_owned()>{draw(NEW_ROW)}</template>
            <button type="submit" class="quiet" name="intent" value=["add", at].concat()>
                "Add"<span class="visually-hidden">" to "{name.to_owned()}</span>
            </button>
        }
        .into_any()
    }

    fn list_row(self, item: &Schema, row: &str, name: &str) -> AnyView {
        if item.is_single() { self.control(item, row, Some(name)) } else { self.inside(item, row, name) }
    }

    fn map_row(self, row: &str) -> AnyView {
        let input = |kind: &str, label: &'static str, placeholder: &'static str| {
            let name = [kind, row].concat();
            let invalid = self.0.problems.iter().any(|problem| problem.at == name).then_some("true");
            view! {
                <input name=name.clone() value=self.0.text(&name) aria-label=label placeholder=placeholder aria-describedby=["problem", row].concat() aria-invalid=invalid spellcheck="false" autocomplete="off"/>
            }
        };
        view! {
            {input("key", "Key", "key")}
            {input("value", "Value", "\"JSON value\"")}
        }
        .into_any()
    }

    /// The one control of a single value. An item of a list has no label beside it: it is named after its list.
    fn control(self, schema: &Schema, at: &str, item_of: Option<&str>) -> AnyView {
        let name = ["value", at].concat();
        let id = item_of.is_none().then(|| name.clone());
        let label = item_of.map(str::to_owned);
        let text = self.0.text(&name);
        let invalid = self.0.problem(at).map(|_| "true");
        let options: Vec<String> = match schema {
            Schema::Boolean => vec!["true".into(), "false".into()],
            Schema::Choice(choices) => choices.iter().map(choice_text).collect(),
            Schema::Any => return self.text_area(&name, &label.unwrap_or_default(), 3),
            _ => {
                let mode = matches!(schema, Schema::Number(_)).then_some("decimal");
                return view! {
                    <input type="text" id=id name=name value=text aria-label=label aria-describedby=described(at) aria-invalid=invalid inputmode=mode autocomplete="off" spellcheck="false"/>
                }
                .into_any();
            }
        };
        let options: Vec<_> = options
            .into_iter()
            .map(|option| view! { <option value=option.clone() selected=option == text>{option.clone()}</option> })
            .collect();
        view! {
            <select id=id name=name aria-label=label aria-describedby=described(at) aria-invalid=invalid>
                <option value="">"not set"</option>
                {options}
            </select>
        }
        .into_any()
    }

    /// A text of several lines. It has an id, for a label beside it, or a name of its own.
    pub(super) fn text_area(self, name: &str, label: &str, rows: u8) -> AnyView {
        let place = place_of(name);
        let (id, label) = if label.is_empty() { (Some(name.to_owned()), None) } else { (None, Some(label.to_owned())) };
        let invalid = self.0.problem(place).map(|_| "true");
        // Leptos leaves the text of a textarea as it is, so it is escaped here; HTML drops the line feed behind the tag.
        let mut text = Html::default();
        text.raw("\n").text(&self.0.text(name));
        view! {
            <textarea id=id name=name.to_owned() aria-label=label aria-describedby=described(place) aria-invalid=invalid rows=rows spellcheck="false" inner_html=text.finish()></textarea>
        }
        .into_any()
    }

    /// Where it is said what is wrong at a place.
    pub(super) fn problem(self, at: &str) -> AnyView {
        view! { <p class="problem" id=["problem", at].concat() data-problem=at.to_owned()>{self.0.problem(at)}</p> }
            .into_any()
    }
}

/// The ids of what describes a control: its text, and what is wrong with it.
fn described(at: &str) -> String {
    ["about", at, " problem", at].concat()
}
