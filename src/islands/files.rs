//! Files that the user chose: their names are read at once, their contents when they are sent.

use super::{
    dom,
    json_text::{json_object, quote},
};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    text,
};
use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileReader, HtmlInputElement};

/// Maximum size of a file, in bytes: encoded in Base64, it fits into a request.
const MAX_FILE_BYTES: f64 = 10_000_000.0;

/// Describes a file as an argument, in JSON, with a marker in place of its content.
pub(super) fn file_argument(control: &str, file: &File) -> String {
    let fields = [("filename", file.name()), ("contentType", file.type_()), ("base64", content_marker(control))];
    json_object(&fields.map(|(name, text)| (name, quote(&text))))
}

/// Returns the marker for the content of a control's file.
fn content_marker(control: &str) -> String {
    ["{{", control, "}}"].concat()
}

/// Replaces each marker in the JSON of the arguments by the content of its file.
pub(super) async fn fill_contents(mut arguments: String) -> Result<String, ExplorerError> {
    let inputs = dom::elements(document().query_selector_all("#call input[type=file]"));
    for input in inputs.collect::<Vec<_>>() {
        let Ok(input) = input.dyn_into::<HtmlInputElement>() else { continue };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { continue };
        if file.size() > MAX_FILE_BYTES {
            let message = text!("files-too-large", file = file.name());
            return Err(ExplorerError::new(ErrorCode::RequestTooLarge, message));
        }
        let content = read_base64(&file).await.ok_or_else(|| {
            let message = text!("files-unreadable", file = file.name());
            ExplorerError::new(ErrorCode::InvalidArguments, message)
        })?;
        arguments = arguments.replace(&quote(&content_marker(&input.name())), &quote(&content));
    }
    Ok(arguments)
}

/// Reads the content in Base64, as the browser writes it into a `data:` URL.
async fn read_base64(file: &File) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let loaded = Promise::new(&mut |resolve, reject| {
        reader.set_onload(Some(&resolve));
        reader.set_onerror(Some(&reject));
    });
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(loaded).await.ok()?;
    let url = reader.result().ok()?.as_string()?;
    // The `data:` URL of an empty file has no content.
    Some(url.split_once(',').map(|(_, content)| content.to_owned()).unwrap_or_default())
}
