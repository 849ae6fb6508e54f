//! An input per field, the right one for its schema. Names of controls are those of `model::form`.

use super::Submission;
use crate::model::{
    form::{OTHER, choice_text, place_of},
    operation::Operation,
    problem::pointer,
    schema::{About, Field, Place, Schema, Variant},
};
use leptos::prelude::*;
use serde_json::Value;

/// What a form's fields are drawn from: the operation, what was typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) operation: &'a Operation,
    pub(super) submission: &'a Submission,
}

/// Stands for a row's number in a row that is not drawn yet.
const NEW_ROW: &str = "{row}";
/// How deep objects are drawn at once; below, each is opened on demand, so that schemas that contain themselves end.
const DEPTH: usize = 2;
/// In how many rows within rows anything is drawn at once: a row is drawn twice, once for rows to come, so that each list
/// within a list would double the page.
const ROWS: usize = 2;

impl Form<'_> {
    /// Inputs for these fields, but for the one that a union's variant sets itself.
    pub(super) fn fields(self, fields: &[Field], at: &str, tag: Option<&str>) -> Vec<AnyView> {
        let drawn = fields.iter().filter(|field| Some(field.name.as_str()) != tag);
        drawn.map(|field| self.field(field, &pointer(at, &field.name))).collect()
    }

    /// What was typed at a place into fields that are not drawn now, hidden: it is there again when the reader goes back to
    /// the media type or the variant that has them.
    pub(super) fn kept(self, fields: &[Field], at: &str) -> Vec<AnyView> {
        let is_drawn = |key: &str| fields.iter().any(|field| pointer("", &field.name)[1..] == *key);
        let is_elsewhere = |name: &str| {
            let inside = place_of(name).strip_prefix(at).and_then(|rest| rest.strip_prefix('/'));
            inside.and_then(|inside| inside.split('/').next()).is_some_and(|key| !is_drawn(key))
        };
        let typed = self.submission.controls.0.iter().filter(|(name, text)| {
            // A file itself stays in the browser, which cannot put it back.
            !text.is_empty() && is_elsewhere(name) && !text.contains(&["{{", name, "}}"].concat())
        });
        typed
            .map(|(name, text)| view! { <input type="hidden" name=name.clone() value=text.clone()/> }.into_any())
            .collect()
    }

    /// A key/value editor for fields that the document does not name.
    pub(super) fn other_fields(self) -> AnyView {
        let is_open = !self.submission.controls.rows(OTHER).is_empty();
        view! {
            <details class="other" open=is_open>
                <summary>"Fields that the document does not name"</summary>
                <div class="field" data-at=OTHER>
                    <p class="description">"Sent in the body as they are. Values are JSON: text needs quotes."</p>
                    {self.rows(OTHER, "another field", |form, row| form.map_row(&Schema::Any, row, "Value"))}
                    {self.problem(OTHER)}
                </div>
            </details>
        }
        .into_any()
    }

    fn field(self, field: &Field, at: &str) -> AnyView {
        let schema = self.operation.open(&field.schema);
        let about = (!field.about.description.is_empty()).then(|| {
            view! { <div class="description" id=["about", at].concat() inner_html=field.about.description.clone()></div> }
        });
        let can_be_json = field.place.is_in_body() && !matches!(schema, Schema::Any | Schema::File);
        let marks = self.marks(field, at, can_be_json);
        let json = can_be_json.then(|| {
            view! { <div class="json">{self.text_area(&["json", at].concat(), "JSON value", 3, false)}</div> }
        });
        let offers = offers(&field.about, at);
        let name = field.name.clone();
        if schema.is_single() {
            view! {
                <div class="field" data-at=at.to_owned()>
                    <div class="head"><label for=["value", at].concat()>{name}</label>{marks}</div>
                    {about}
                    <div class="plain">{self.control(schema, Some(field), at, None)}</div>
                    {json}
                    {offers}
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
                    <div class="plain nested">{self.inside(&field.schema, at, &field.name, field.required)}</div>
                    {json}
                    {offers}
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
            let is_on = self.submission.controls.is_json(at);
            view! {
                <label class="as-json" title="Write the value as JSON: null, an empty text, anything">
                    <input type="checkbox" name=["as", at].concat() value="json" checked=is_on/>"JSON"
                </label>
            }
        });
        view! {
            <span class="kind">{self.operation.open(&field.schema).kind()}{field.about.nullable.then_some(" or null")}{place}</span>
            {field.required.then(|| view! { <span class="required">"required"</span> })}
            {field.about.deprecated.then(|| view! { <span class="deprecated">"deprecated"</span> })}
            {switch}
        }
        .into_any()
    }

    /// What a list, an object, a map or a union has inside.
    fn inside(self, schema: &Schema, at: &str, name: &str, required: bool) -> AnyView {
        let is_named = matches!(schema, Schema::Ref(_));
        let schema = self.operation.open(schema);
        if !schema.is_single() && !self.is_open(at, is_named) {
            return closed(at, name);
        }
        let marker = self.submission.controls.get(&["open", at].concat()).map(|_| {
            view! { <input type="hidden" name=["open", at].concat() value="1"/> }
        });
        let inside = match schema {
            Schema::Object(fields) => self.fields(fields, at, None).into_any(),
            Schema::List(rules) => self.rows(at, name, |form, row| form.list_row(&rules.item, row, name)),
            Schema::Map(item) => self.rows(at, name, |form, row| form.map_row(item, row, name)),
            Schema::Union(variants) => self.union(variants, at, name, required),
            single => self.control(single, None, at, Some(name)),
        };
        view! { {marker}{inside} }.into_any()
    }

    fn is_open(self, at: &str, is_named: bool) -> bool {
        let controls = &self.submission.controls;
        let rows = at.split('/').filter(|key| *key == NEW_ROW || key.parse::<usize>().is_ok()).count();
        let is_near = if is_named { at.matches('/').count() <= DEPTH } else { rows <= ROWS };
        is_near || controls.get(&["open", at].concat()).is_some() || controls.has_inside(at)
    }

    /// A picker, and the inputs of the variant that is picked.
    fn union(self, variants: &[Variant], at: &str, name: &str, required: bool) -> AnyView {
        let pick = ["pick", at].concat();
        let chosen = self.submission.controls.get(&pick).map(str::to_owned);
        let chosen = chosen.unwrap_or_else(|| if required { "0".into() } else { String::new() });
        let options: Vec<_> = variants
            .iter()
            .enumerate()
            .map(|(number, variant)| {
                let number = number.to_string();
                view! { <option value=number.clone() selected=number == chosen>{variant.title.clone()}</option> }
            })
            .collect();
        let variant = chosen.parse::<usize>().ok().and_then(|number| variants.get(number));
        let inside = variant.map(|variant| {
            let tag = variant.tag.as_ref().map(|(name, _)| name.as_str());
            match self.operation.open(&variant.schema) {
                Schema::Object(fields) => view! { {self.fields(fields, at, tag)}{self.kept(fields, at)} }.into_any(),
                _ => self.inside(&variant.schema, at, name, false),
            }
        });
        view! {
            <select name=pick aria-label=[name, ": which kind"].concat() data-redraws="true">
                <option value="">"not set"</option>
                {options}
            </select>
            <button type="submit" class="quiet without-script" name="intent" value="redraw">"Show its fields"</button>
            {inside}
        }
        .into_any()
    }

    /// The rows of a list or map, one empty row if there is none, and what a script draws new rows from.
    fn rows(self, at: &str, name: &str, row: impl Fn(Self, &str) -> AnyView) -> AnyView {
        let numbers = match self.submission.controls.rows(at) {
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
        if item.is_single() { self.control(item, None, row, Some(name)) } else { self.inside(item, row, name, true) }
    }

    fn map_row(self, item: &Schema, row: &str, name: &str) -> AnyView {
        let input = |kind: &str, label: &'static str, placeholder: &'static str| {
            let name = [kind, row].concat();
            let invalid = self.submission.problems.iter().any(|problem| problem.at == name).then_some("true");
            view! {
                <input name=name.clone() value=self.submission.text(&name) aria-label=label placeholder=placeholder aria-describedby=["problem", row].concat() aria-invalid=invalid spellcheck="false" autocomplete="off"/>
            }
        };
        let value = match item {
            Schema::Any => input("value", "Value", "\"JSON value\"").into_any(),
            item if item.is_single() => self.control(item, None, row, Some("Value")),
            item => self.inside(item, row, name, true),
        };
        view! {
            {input("key", "Key", "key")}
            {value}
        }
        .into_any()
    }
}

/// What a field offers to be filled in with: its default, which is assumed where it is left out, and its examples. A single
/// example shows in the field itself.
fn offers(about: &About, at: &str) -> Option<AnyView> {
    let button = |intent: String, text: String| {
        view! { <button type="submit" class="quiet" name="intent" value=intent>{text}</button> }
    };
    let shown = |value: &Value| choice_text(value).chars().take(80).collect::<String>();
    let default = about.default.as_ref().map(|default| {
        view! { "Left out, it is "<code>{shown(default)}</code>". "{button(["take", at].concat(), "Send it".into())} }
    });
    let several = if about.examples.len() > 1 { about.examples.as_slice() } else { &[] };
    let examples: Vec<_> = several
        .iter()
        .enumerate()
        .map(|(number, example)| button(["try/", &number.to_string(), at].concat(), shown(example)))
        .collect();
    let is_anything = default.is_some() || !examples.is_empty();
    is_anything.then(|| view! { <p class="offers">{default}{examples}</p> }.into_any())
}

/// A button in place of the fields of an object that is drawn on demand.
fn closed(at: &str, name: &str) -> AnyView {
    view! {
        <button type="submit" class="quiet" name="intent" value=["open", at].concat()>
            "Fill in"<span class="visually-hidden">" "{name.to_owned()}</span>
        </button>
    }
    .into_any()
}
