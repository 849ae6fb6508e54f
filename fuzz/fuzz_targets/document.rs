//! Parses any text as an `OpenAPI` document, reads all of its operations and uses each of them.

#![no_main]

mod mutation;

use api_explorer::{
    model::{check::check_arguments, form, operation::Operation, request::OperationRequest},
    openapi::{DocumentedOperation, parse_document},
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|text: &str| {
    let Ok(document) = parse_document(text) else { return };
    document.collect_diagnostics();
    document.to_json();
    for summary in &document.operations {
        let Some(first) = document.operation(&summary.name) else { panic!("{} is listed, but cannot be read", summary.name) };
        use_it(&first);
        for media_type in first.media_types.iter().skip(1) {
            document.operation_with_media_type(&summary.name, Some(media_type)).iter().for_each(|other| use_it(other));
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutation::mutate(data, size, max_size, seed).unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});

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
