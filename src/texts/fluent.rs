//! Reads texts from the Fluent syntax. `build.rs` compiles this file, so it uses nothing else of this crate.

use anyhow::{Context, bail, ensure};
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser::parse,
};
use serde_json::{Map, Value, json};

/// Returns the patterns of a file, by the IDs of their messages.
///
/// A pattern is a string, or a list of parts: a string, `["name"]` for an argument, or `["name", {"one": pattern, …},
/// "other"]` for a choice by an argument, with the key of its default.
///
/// # Errors
/// Returns an error for a syntax error, for a message without a text, and for syntax that texts have no use for: terms,
/// attributes, functions and references.
pub(crate) fn parse_texts(source: &str) -> anyhow::Result<Map<String, Value>> {
    let resource = match parse(source) {
        Ok(resource) => resource,
        Err((_, errors)) => {
            let error = errors.first().context("the file cannot be read")?;
            bail!("line {}: {error}", source[..error.pos.start].lines().count());
        }
    };
    let mut texts = Map::new();
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let id = message.id.name;
                ensure!(message.attributes.is_empty(), "{id} has attributes");
                let pattern = message.value.with_context(|| format!("{id} has no text"))?;
                let pattern = read_pattern(&pattern).with_context(|| id.to_owned())?;
                ensure!(texts.insert(id.to_owned(), pattern).is_none(), "{id} occurs twice");
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            Entry::Term(term) => bail!("-{} is a term", term.id.name),
            Entry::Junk { content } => bail!("cannot be read: {content}"),
        }
    }
    Ok(texts)
}

fn read_pattern(pattern: &Pattern<&str>) -> anyhow::Result<Value> {
    let mut parts: Vec<Value> = Vec::new();
    for element in &pattern.elements {
        let part = match element {
            PatternElement::TextElement { value } => json!(value),
            PatternElement::Placeable { expression } => read_expression(expression)?,
        };
        match (parts.last_mut(), &part) {
            (Some(Value::String(text)), Value::String(more)) => text.push_str(more),
            _ => parts.push(part),
        }
    }
    Ok(match parts.as_slice() {
        [Value::String(text)] => json!(text),
        _ => Value::Array(parts),
    })
}

fn read_expression(expression: &Expression<&str>) -> anyhow::Result<Value> {
    match expression {
        Expression::Inline(InlineExpression::StringLiteral { value }) => Ok(json!(value)),
        Expression::Inline(InlineExpression::VariableReference { id }) => Ok(json!([id.name])),
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            let mut patterns = Map::new();
            let mut default = None;
            for variant in variants {
                let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) = &variant.key;
                patterns.insert((*key).to_owned(), read_pattern(&variant.value)?);
                default = default.or(variant.default.then_some(*key));
            }
            Ok(json!([id.name, patterns, default]))
        }
        _ => bail!("functions, terms and references to messages are not supported"),
    }
}
