//! Files that the reader chose: named at once, read when they are sent.

use crate::model::error::{Code, ExplorerError};
use js_sys::Promise;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileReader, HtmlFormElement, HtmlInputElement};

/// Bytes of a file that can be sent: as Base64, it fits into a request.
const LARGEST: f64 = 10_000_000.0;

/// A file as an argument, with a mark in place of its content.
pub(super) fn argument(control: &str, file: &File) -> String {
    json!({"filename": file.name(), "contentType": file.type_(), "base64": mark(control)}).to_string()
}

/// Stands for the content of the file that a control has.
fn mark(control: &str) -> String {
    ["{{", control, "}}"].concat()
}

/// Puts the content of each file in the place of its mark.
pub(super) async fn fill(form: &HtmlFormElement, arguments: &mut Value) -> Result<(), ExplorerError> {
    let controls = form.query_selector_all("input[type=\"file\"]").ok();
    let inputs = controls.iter().flat_map(|found| (0..found.length()).filter_map(|index| found.get(index)));
    for input in inputs.collect::<Vec<_>>() {
        let Ok(input) = input.dyn_into::<HtmlInputElement>() else { continue };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { continue };
        if file.size() > LARGEST {
            let message = [&file.name(), " is larger than 10 MB, which is as much as can be sent from here."].concat();
            return Err(ExplorerError::new(Code::RequestTooLarge, message));
        }
        let content = read(&file).await.ok_or_else(|| {
            let message = [&file.name(), " cannot be read any more. Choose it again, then send."].concat();
            ExplorerError::new(Code::InvalidArguments, message)
        })?;
        replace(arguments, &mark(&input.name()), &content);
    }
    Ok(())
}

/// The content in Base64, as the browser writes it into a `data:` URL.
async fn read(file: &File) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let read = Promise::new(&mut |resolve, reject| {
        reader.set_onload(Some(&resolve));
        reader.set_onerror(Some(&reject));
    });
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(read).await.ok()?;
    let url = reader.result().ok()?.as_string()?;
    // An empty file has an URL without content.
    Some(url.split_once(',').map(|(_, content)| content.to_owned()).unwrap_or_default())
}

fn replace(value: &mut Value, mark: &str, content: &str) {
    match value {
        Value::String(text) if text == mark => content.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, mark, content)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, mark, content)),
        _ => {}
    }
}
