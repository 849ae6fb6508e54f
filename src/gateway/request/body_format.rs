//! Checks that a body can be sent in its media type.

use crate::{
    model::{
        Arguments,
        media_type::{MediaType, other_charset},
        operation::{BodyEncoding, Operation},
        problem::{Problem, join_pointer},
        request::find_xml_problems,
        schema::FieldLocation,
        xml,
    },
    text,
};

/// Returns the problems of values that the media type of the body cannot express, and of a text that is not of this type.
pub(crate) fn check_body_format(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let Some((name, text)) = written_text(operation, arguments) else { return find_xml_problems(operation, arguments) };
    let content_type = operation.body.as_ref().map_or("", |body| &body.content_type);
    let problem = check_text(content_type, text).err();
    problem.map(|message| Problem::new(join_pointer("", name), message)).into_iter().collect()
}

/// Returns a body that is written as text, with the name of its argument.
fn written_text<'a>(operation: &'a Operation, arguments: &'a Arguments) -> Option<(&'a str, &'a str)> {
    let is_raw = operation.body.as_ref().is_some_and(|body| body.encoding() == BodyEncoding::Raw);
    let whole = operation.fields.iter().find(|field| is_raw && field.location == FieldLocation::Body);
    let whole = whole.and_then(|field| Some((field.name.as_str(), arguments.get(&field.name)?.as_str()?)));
    whole.or_else(|| operation.written_body(arguments))
}

/// Checks a text, which is sent in UTF-8.
///
/// # Errors
/// Returns what is wrong, as a sentence.
pub(super) fn check_text(content_type: &str, text: &str) -> Result<(), String> {
    // Apart from UTF-16 and the like, all charsets contain ASCII.
    let is_same = |charset: &&str| text.is_ascii() && !charset.to_ascii_lowercase().starts_with('u');
    if let Some(charset) = other_charset(content_type).filter(|charset| !is_same(charset)) {
        return Err(text!("request-other-charset", charset = charset));
    }
    if MediaType::parse(content_type).is_xml() { xml::parse_texts(text).map(drop) } else { Ok(()) }
}
