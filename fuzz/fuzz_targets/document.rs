//! Whatever text claims to be an `OpenAPI` document: it is read, all of its operations are read and used, there is an end
//! to it, and nothing breaks.

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
        let Some(first) = document.operation(&summary.name) else { panic!("{} is only listed", summary.name) };
        use_it(&first);
        for media_type in first.media_types.iter().skip(1) {
            document.operation_with_media_type(&summary.name, Some(media_type)).iter().for_each(|other| use_it(other));
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutation::mutate(data, size, max_size, seed).unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});

/// What happens to an operation: it travels to the browser, its examples fill its form, and make a request.
fn use_it(documented: &DocumentedOperation) {
    let travelled = serde_json::to_value(&documented.operation).map(Operation::from);
    let Ok(operation) = travelled else { panic!("{} cannot travel", documented.operation.name) };
    for example in &documented.examples {
        let reading = form::read(&operation, &form::write(&operation, &example.arguments));
        assert_eq!(reading.arguments, example.arguments);
        check_arguments(&operation, &example.arguments);
        OperationRequest::new(&operation, &example.arguments);
    }
}
