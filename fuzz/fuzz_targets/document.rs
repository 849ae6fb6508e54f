//! Parses any text as an `OpenAPI` document, and as an overlay of itself, and reads everything that pages show of it.

#![no_main]

mod mutation;

use api_explorer::{
    model::{check::check_arguments, form, operation::Operation, request::OperationRequest},
    openapi::{Document, DocumentValue, DocumentedOperation, Overlay, ServerBase},
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|text: &str| {
    let Ok(mut value) = DocumentValue::parse(text) else { return };
    if let Ok(overlay) = Overlay::parse("overlay", text)
        && value.apply(&overlay).is_err()
    {
        return;
    }
    let Ok(mut document) = value.into_document() else { return };
    document.resolve_servers(ServerBase::default());
    document.collect_diagnostics();
    document.to_value();
    document.search_fields();
    document.operation_facts();
    for webhook in &document.webhooks {
        assert!(document.webhook(&webhook.name).is_some(), "{} is listed, but cannot be read", webhook.name);
    }
    for summary in &document.operations {
        let Some(first) = document.operation(&summary.name) else { panic!("{} is listed, but cannot be read", summary.name) };
        use_it(&first);
        read_responses(&document, &summary.name);
        for media_type in first.media_types.iter().skip(1) {
            document.operation_with_media_type(&summary.name, Some(media_type)).iter().for_each(|other| use_it(other));
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutation::mutate(data, size, max_size, seed).unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});

/// Reads the responses of an operation, and the requests that the provider sends for it.
fn read_responses(document: &Document, name: &str) {
    document.callbacks(name);
    document.responses(name);
    document.example_response(name, None);
    for status in [200, 404] {
        document.link_values(name, status);
        document.links_to_itself(name, status);
        document.expected_response(name, status, "application/json");
    }
}

/// Uses an operation as the application does: sends it to the browser, fills its form with its examples, and builds
/// their requests.
fn use_it(documented: &DocumentedOperation) {
    let received = serde_json::to_value(&documented.operation).map(Operation::from);
    let Ok(operation) = received else { panic!("{} cannot be sent to the browser", documented.operation.name) };
    for example in &documented.examples {
        let reading = form::read(&operation, &form::write(&operation, &example.arguments));
        assert_eq!(reading.arguments, example.arguments);
        check_arguments(&operation, &example.arguments);
        OperationRequest::new(&operation, &example.arguments);
    }
}
