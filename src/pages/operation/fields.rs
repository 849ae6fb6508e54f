//! The inputs of the form, chosen by the schema of each field. The names of controls are defined in `model::form`.

use super::{Submission, constraint_labels::constraint_labels, suggestions::suggestions};
use crate::{
    model::{
        form::{ADDITIONAL_FIELDS, EMPTIED, control_path, is_within},
        operation::Operation,
        problem::join_pointer,
        schema::{ArrayConstraints, Field, Schema, UnionVariant},
    },
    pages::{description::write_description, schema_fields::write_rules},
    text, text_html,
    ui::html::HtmlWriter,
};
use leptos::prelude::*;

/// Renders the fields of a form from the operation, the submitted input and its problems.
#[derive(Clone, Copy)]
pub(super) struct FormRenderer<'a> {
    pub(super) operation: &'a Operation,
    pub(super) submission: &'a Submission,
    /// True if all values around the rendered one are required, so that none of them can be absent.
    pub(super) is_required: bool,
}

/// Maximum depth of references that are rendered at once. Deeper objects are opened on demand, so that recursive
/// schemas end.
const MAX_OPEN_DEPTH: usize = 2;
/// Maximum depth of nested rows that are rendered at once.
const MAX_OPEN_ROW_DEPTH: usize = 2;

/// Number of optional fields that are shown at first if no field is required.
const MAX_SHOWN_OPTIONAL_FIELDS: usize = 5;
/// Number of optional fields from which on they are folded.
const MIN_FOLDED_FIELDS: usize = 3;

impl FormRenderer<'_> {
    /// Renders inputs for the fields, except the discriminator of a union's variant.
    pub(super) fn fields(self, fields: &[Field], path: &str, discriminator: Option<&str>) -> Vec<AnyView> {
        let visible_fields = fields.iter().filter(|field| Some(field.name.as_str()) != discriminator);
        visible_fields.map(|field| self.field(field, &join_pointer(path, &field.name))).collect()
    }

    /// Renders inputs for the operation's fields: those that are required or used by an example, and then the others, which
    /// are folded unless they have input.
    pub(super) fn grouped_fields(self, is_in_example: impl Fn(&str) -> bool) -> AnyView {
        let (mut first, mut others): (Vec<&Field>, Vec<&Field>) =
            self.operation.fields.iter().partition(|field| field.required || is_in_example(&field.name));
        if first.is_empty() {
            first = others.drain(..others.len().min(MAX_SHOWN_OPTIONAL_FIELDS)).collect();
        }
        if others.len() < MIN_FOLDED_FIELDS {
            return self.fields(&self.operation.fields, "", None).into_any();
        }
        let is_used = |field: &&Field| {
            let path = join_pointer("", &field.name);
            let controls = &self.submission.controls;
            let has_input = |kind: &str| controls.get(&format!("{kind}{path}")).is_some_and(|text| !text.is_empty());
            controls.has_nested_values(&path)
                || ["value", "json", "pick"].into_iter().any(has_input)
                || self.submission.is_focused(&path)
                || self.submission.problems.iter().any(|problem| is_within(control_path(&problem.location), &path))
        };
        let is_open = others.iter().any(is_used);
        let render = |fields: Vec<&Field>| -> Vec<AnyView> {
            fields.into_iter().map(|field| self.field(field, &join_pointer("", &field.name))).collect()
        };
        view! {
            {render(first)}
            <details id="optional-fields" open=is_open>
                <summary>{text!("fields-optional", count = others.len())}</summary>
                {render(others)}
            </details>
        }
        .into_any()
    }

    /// Renders hidden inputs for the values of fields that are not visible now. They are restored when the user selects
    /// the media type or the variant that has them.
    pub(super) fn hidden_inputs(self, fields: &[Field], path: &str) -> Vec<AnyView> {
        let is_visible = |key: &str| fields.iter().any(|field| join_pointer("", &field.name)[1..] == *key);
        let is_hidden = |name: &str| {
            let nested_path = control_path(name).strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
            nested_path.and_then(|inside| inside.split('/').next()).is_some_and(|key| !is_visible(key))
        };
        let hidden_controls = self.submission.controls.0.iter().filter(|(name, text)| {
            // The marker of a file is left out: only the browser has the file, and it cannot put it back.
            !text.is_empty() && is_hidden(name) && !text.contains(&format!("{{{{{name}}}}}"))
        });
        hidden_controls
            .map(|(name, text)| view! { <input type="hidden" name=name.clone() value=text.clone()/> }.into_any())
            .collect()
    }

    /// Renders a key/value editor for fields that the document does not name.
    pub(super) fn additional_fields(self) -> AnyView {
        let is_open = !self.submission.controls.row_numbers(ADDITIONAL_FIELDS).is_empty();
        view! {
            <details class="other" open=is_open>
                <summary>{text!("fields-other-title")}</summary>
                <div class="field" data-at=ADDITIONAL_FIELDS>
                    <p class="description">{text!("fields-other-hint")}</p>
                    {self.rows(ADDITIONAL_FIELDS, text!("fields-other-name"), 0, |form, row| {
                        form.map_row(&Schema::Any, row, text!("fields-value"))
                    })}
                    {self.problem_element(ADDITIONAL_FIELDS)}
                </div>
            </details>
        }
        .into_any()
    }

    fn field(self, field: &Field, path: &str) -> AnyView {
        let schema = self.operation.resolve(&field.schema);
        let inside = Self { is_required: self.is_required && field.required, ..self };
        let mut description = HtmlWriter::default();
        let annotations = &field.annotations;
        write_description(&mut description, &annotations.description, annotations.beginning.as_deref());
        write_rules(&mut description, &annotations.rules);
        let description = Some(description.finish()).filter(|description| !description.is_empty()).map(|description| {
            view! { <div class="description" dir="auto" id=format!("about{path}") inner_html=description></div> }
        });
        let can_be_json = (field.location.is_in_body() || field.serialization.allow_empty)
            && !matches!(schema, Schema::Any | Schema::File);
        let is_json = can_be_json && self.submission.controls.is_json(path);
        let badges = self.badges(field);
        let json_button = can_be_json.then(|| json_button(&field.name, path, is_json));
        let suggestions = suggestions(&field.annotations, path);
        let name = field.name.clone();
        if is_json {
            // The label names no control: the text area has a name of its own.
            view! {
                <div class="field" data-at=path.to_owned()>
                    <div class="head"><span class="name">{name}</span>{badges}{json_button}</div>
                    {description}
                    <input type="hidden" name=format!("as{path}") value="json"/>
                    {self.text_area(&format!("json{path}"), text!("fields-json-value"), 3, false)}
                    {self.problem_element(path)}
                </div>
            }
            .into_any()
        } else if schema.has_single_control() {
            view! {
                <div class="field" data-at=path.to_owned()>
                    <div class="head"><label for=format!("value{path}")>{name}</label>{badges}{json_button}</div>
                    {description}
                    {self.control(schema, Some(field), path, None)}
                    {suggestions}
                    {self.problem_element(path)}
                </div>
            }
            .into_any()
        } else {
            view! {
                <fieldset class="field" data-at=path.to_owned()>
                    <legend>{name}</legend>
                    <div class="head">{badges}{json_button}</div>
                    {description}
                    <div class="nested">{inside.nested_controls(&field.schema, path, &field.name)}</div>
                    {suggestions}
                    {self.problem_element(path)}
                </fieldset>
            }
            .into_any()
        }
    }

    /// Renders the type, the location, the constraints, and whether the field is required.
    fn badges(self, field: &Field) -> AnyView {
        let location = field.location.in_words();
        let location = if location.is_empty() { String::new() } else { [" ", location].concat() };
        let schema = self.operation.resolve(&field.schema);
        let kind = schema.type_label();
        let kind = if field.annotations.nullable { text!("fields-or-null", kind = kind) } else { kind.to_owned() };
        let constraints: String = constraint_labels(schema).iter().flat_map(|label| [" · ", label.as_str()]).collect();
        view! {
            <span class="kind">{kind}{location}{constraints}</span>
            {field.required.then(|| view! { <span class="required">{text!("fields-required")}</span> })}
            {field.annotations.deprecated.then(|| view! { <span class="deprecated">{text!("list-deprecated")}</span> })}
        }
        .into_any()
    }

    /// Renders the content of a list, an object, a map or a union.
    fn nested_controls(self, schema: &Schema, path: &str, name: &str) -> AnyView {
        let is_ref = matches!(schema, Schema::Ref(_));
        let schema = self.operation.resolve(schema);
        if !schema.has_single_control() && !self.is_open(path, is_ref) {
            return open_button(path, name);
        }
        let open_input = self.submission.controls.get(&format!("open{path}")).map(|_| {
            view! { <input type="hidden" name=format!("open{path}") value="1"/> }
        });
        let content = match schema {
            Schema::Object(fields) => self.fields(fields, path, None).into_any(),
            Schema::Array(constraints) if !constraints.prefix.is_empty() => self.tuple(constraints, path, name),
            Schema::Array(constraints) => {
                self.rows(path, name, 0, |form, row| form.list_row(&constraints.item, row, name))
            }
            Schema::Map(item) => self.rows(path, name, 0, |form, row| form.map_row(item, row, name)),
            Schema::Union(variants) => self.union_controls(variants, path, name),
            single => self.control(single, None, path, Some(name)),
        };
        view! { {open_input}{content} }.into_any()
    }

    fn is_open(self, path: &str, is_ref: bool) -> bool {
        let controls = &self.submission.controls;
        let rows = path.split('/').filter(|key| key.parse::<usize>().is_ok()).count();
        let is_shallow = if is_ref { path.matches('/').count() <= MAX_OPEN_DEPTH } else { rows <= MAX_OPEN_ROW_DEPTH };
        is_shallow || controls.get(&format!("open{path}")).is_some() || controls.has_nested_values(path)
    }

    /// Renders a select element for the variant, and the inputs of the selected variant.
    fn union_controls(self, variants: &[UnionVariant], path: &str, name: &str) -> AnyView {
        let pick = format!("pick{path}");
        let chosen = self.submission.controls.get(&pick).map(str::to_owned);
        let chosen = chosen.unwrap_or_else(|| if self.is_required { "0".into() } else { String::new() });
        let options: Vec<_> = variants
            .iter()
            .enumerate()
            .map(|(number, variant)| {
                let number = number.to_string();
                view! { <option value=number.clone() selected=number == chosen>{variant.title.clone()}</option> }
            })
            .collect();
        let variant = chosen.parse::<usize>().ok().and_then(|number| variants.get(number));
        let content = variant.map(|variant| {
            let discriminator = variant.discriminator.as_ref().map(|(name, _)| name.as_str());
            match self.operation.resolve(&variant.schema) {
                Schema::Object(fields) => {
                    view! { {self.fields(fields, path, discriminator)}{self.hidden_inputs(fields, path)} }.into_any()
                }
                _ => Self { is_required: false, ..self }.nested_controls(&variant.schema, path, name),
            }
        });
        view! {
            <select name=pick aria-label=text!("fields-variant", field = name) autofocus=self.submission.is_focused(path)>
                <option value="">{text!("form-not-set")}</option>
                {options}
            </select>
            <button type="submit" class="quiet without-script" name="intent" value="redraw">{text!("fields-show")}</button>
            {content}
        }
        .into_any()
    }

    /// Renders a field for each position of a tuple, and rows for the items after them.
    fn tuple(self, constraints: &ArrayConstraints, path: &str, name: &str) -> AnyView {
        let count = constraints.prefix.len();
        let positions = constraints.prefix.iter().enumerate().map(|(index, field)| {
            let position = join_pointer(path, &index.to_string());
            // The number of a new row is higher than that of every control, so each position has one.
            view! { <input type="hidden" name=format!("at{position}")/>{self.field(field, &position)} }
        });
        let positions: Vec<_> = positions.collect();
        let other_items = constraints
            .has_other_items()
            .then(|| self.rows(path, name, count, |form, row| form.list_row(&constraints.item, row, name)));
        view! { {positions}{other_items} }.into_any()
    }

    /// Renders the rows of a list or map from a number on, with one empty row unless the user has removed all.
    fn rows(self, path: &str, name: &str, first: usize, row: impl Fn(Self, &str) -> AnyView) -> AnyView {
        let inside = Self { is_required: false, ..self };
        let mut numbers = self.submission.controls.row_numbers(path);
        numbers.retain(|number| *number >= first);
        let is_emptied = self.submission.controls.get(&format!("{EMPTIED}{path}")).is_some();
        if numbers.is_empty() && first == 0 && path != ADDITIONAL_FIELDS && !is_emptied {
            numbers.push(0);
        }
        let emptied = is_emptied.then(|| view! { <input type="hidden" name=format!("{EMPTIED}{path}")/> });
        let render_row = |number: &str| {
            let row_path = format!("{path}/{number}");
            view! {
                <div class="row" data-row=row_path.clone()>
                    {row(inside, &row_path)}
                    <button type="submit" class="quiet" name="intent" value=format!("remove{row_path}") inner_html=text_html!("fields-remove-row", list = name)></button>
                    {self.problem_element(&row_path)}
                </div>
            }
        };
        let rows: Vec<_> = numbers.iter().map(|number| render_row(&number.to_string())).collect();
        view! {
            {emptied}
            {rows}
            <button type="submit" class="quiet" name="intent" value=format!("add{path}") inner_html=text_html!("fields-add-row", list = name)></button>
        }
        .into_any()
    }

    fn list_row(self, item: &Schema, row_path: &str, name: &str) -> AnyView {
        if item.has_single_control() {
            self.control(item, None, row_path, Some(name))
        } else {
            self.nested_controls(item, row_path, name)
        }
    }

    fn map_row(self, item: &Schema, row_path: &str, name: &str) -> AnyView {
        let input = |kind: &str, label: &'static str, placeholder: &'static str| {
            let name = [kind, row_path].concat();
            let invalid = self.submission.problems.iter().any(|problem| problem.location == name).then_some("true");
            view! {
                <input name=name.clone() value=self.submission.control_text(&name) aria-label=label placeholder=placeholder aria-describedby=format!("problem{row_path}") aria-invalid=invalid autofocus=self.submission.is_focused(row_path) dir="auto" spellcheck="false" autocomplete="off"/>
            }
        };
        let value = match item {
            Schema::Any => input("value", text!("fields-value"), text!("fields-value-placeholder")).into_any(),
            item if item.has_single_control() => self.control(item, None, row_path, Some(text!("fields-value"))),
            item => self.nested_controls(item, row_path, name),
        };
        view! {
            {input("key", text!("fields-key"), text!("fields-key-placeholder"))}
            {value}
        }
        .into_any()
    }
}

/// Renders the button that enters the value of a field as JSON, or in the field's own input again.
fn json_button(name: &str, path: &str, is_json: bool) -> AnyView {
    let (intent, title) =
        if is_json { ("plain", text!("fields-enter-plain")) } else { ("json", text!("fields-enter-json")) };
    view! {
        <button type="submit" class="quiet as-json" name="intent" value=format!("{intent}{path}") aria-pressed=is_json.to_string() title=title aria-label=text!("fields-as-json", field = name)>"{ }"</button>
    }
    .into_any()
}

/// Renders a button in place of the fields of an object that is rendered on demand.
fn open_button(path: &str, name: &str) -> AnyView {
    view! {
        <button type="submit" class="quiet" name="intent" value=format!("open{path}") inner_html=text_html!("fields-open", field = name)></button>
    }
    .into_any()
}
