//! Tests for bodies of XML that a document describes by a schema: form, call, snippet and example.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::Result;
use serde_json::{Value, json};

const SHIP: &str = "http://ns.example.com/ship?a=1&b=2";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Starts the app with a document whose operation `ship` accepts the schema as XML, and an upstream. `more` are further
/// keys of the media type, `content_type`.
async fn start_with(schema: &Value, content_type: &str, more: &Value) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let mut content = json!({"schema": {"$ref": "#/components/schemas/Shipment"}});
    for (name, value) in more.as_object().into_iter().flatten() {
        content[name] = value.clone();
    }
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "XML", "version": "1"}, "servers": [{"url": "https://xml.example"}],
        "paths": {"/shipments": {"post": {
            "operationId": "ship",
            "requestBody": {"required": true, "content": {content_type: content}},
            "responses": {"200": {"description": "ok", "content": {"application/xml": {
                "schema": {"$ref": "#/components/schemas/Shipment"}}}}}}}},
        "components": {"schemas": {"Shipment": schema}},
    });
    Ok((TestEnv::start_app_with_document("xml", &document.to_string(), &upstream).await?, upstream))
}

async fn start(schema: &Value) -> Result<(TestApp, Upstream)> {
    start_with(schema, "application/xml", &json!({})).await
}

async fn call(app: &TestApp, arguments: &Value) -> Result<TestResponse> {
    app.post_json("/tools/xml/ship", &json!({"args": arguments})).send().await
}

/// Checks that arguments are refused, and nothing is sent.
async fn ensure_refused(schema: &Value, refused: &[(Value, &str, &str)]) -> Result<()> {
    let (app, upstream) = start(schema).await?;
    for (arguments, field, message) in refused {
        let response = call(&app, arguments).await?;
        assert_eq!(response.status, 400, "{arguments}: {}", response.text());
        assert_eq!(response.invalid_fields()?, [*field], "{arguments}: {}", response.text());
        assert!(response.text().contains(message), "{arguments}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

fn shipment() -> Value {
    json!({
        "type": "object",
        "xml": {"name": "shipment", "prefix": "sh", "namespace": SHIP},
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": true}},
            "ref": {"type": "string", "xml": {"attribute": true, "prefix": "sh", "namespace": SHIP}},
            "parcels": {"type": "array", "xml": {"name": "parcels", "wrapped": true},
                "items": {"type": "string", "xml": {"name": "parcel"}}},
            "boxes": {"type": "array", "xml": {"name": "crates", "wrapped": true}, "items": {"type": "string"}},
            "notes": {"type": "array", "xml": {"name": "ignored"}, "items": {"type": "string", "xml": {"name": "note"}}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "to": {"type": "object", "xml": {"prefix": "sh", "namespace": SHIP},
                "properties": {"town": {"type": "string", "xml": {"namespace": "urn:towns"}}}},
            "parent": {"$ref": "#/components/schemas/Shipment"},
        },
    })
}

/// Sends arguments, and returns the body that the provider received, without the XML declaration.
async fn sent(schema: &Value, arguments: &Value) -> Result<String> {
    let (app, upstream) = start(schema).await?;
    let response = call(&app, arguments).await?;
    assert_eq!(response.status, 200, "{arguments}: {}", response.text());
    let request = upstream.only_request()?;
    assert_eq!(request.header("content-type"), "application/xml");
    let body = request.body;
    assert!(body.starts_with(DECLARATION), "{body}");
    Ok(body[DECLARATION.len()..].to_owned())
}

#[tokio::test]
async fn names_attributes_lists_and_namespaces_are_written_as_documented() -> Result<()> {
    let arguments = json!({
        "to": {"town": "Bonn"}, "tags": ["t"], "notes": ["n1", "n2"], "boxes": ["b"], "parcels": ["p1", "p2"],
        "ref": "r", "id": 9_007_199_254_740_993_u64, "parent": {"id": 1},
    });
    let escaped = SHIP.replace('&', "&amp;");
    assert_eq!(
        sent(&shipment(), &arguments).await?,
        format!(
            "<sh:shipment xmlns:sh=\"{escaped}\" id=\"9007199254740993\" sh:ref=\"r\">\
             <parcels><parcel>p1</parcel><parcel>p2</parcel></parcels><crates><crates>b</crates></crates>\
             <note>n1</note><note>n2</note><tags>t</tags><sh:to><town xmlns=\"urn:towns\">Bonn</town></sh:to>\
             <sh:shipment id=\"1\"/></sh:shipment>"
        )
    );
    Ok(())
}

#[tokio::test]
async fn every_node_type_is_written() -> Result<()> {
    let schema = json!({"type": "object", "properties": {
        "lang": {"type": "string", "xml": {"nodeType": "attribute", "name": "xml:lang"}},
        "group": {"type": "object", "xml": {"nodeType": "none"}, "properties": {
            "size": {"type": "integer", "xml": {"nodeType": "attribute"}}, "unit": {"type": "string"}}},
        "list": {"type": "array", "xml": {"nodeType": "element"}, "items": {"type": "integer", "xml": {"name": "n"}}},
        "html": {"type": "string", "xml": {"nodeType": "cdata"}},
        "text": {"type": "string", "xml": {"nodeType": "text"}}}});
    let arguments =
        json!({"lang": "de", "group": {"size": 3, "unit": "kg"}, "list": [1, 2], "html": "<b>]]></b>", "text": "x"});
    assert_eq!(
        sent(&schema, &arguments).await?,
        "<Shipment xml:lang=\"de\" size=\"3\"><unit>kg</unit><list><n>1</n><n>2</n></list>\
         <![CDATA[<b>]]]]><![CDATA[></b>]]>x</Shipment>"
    );
    Ok(())
}

#[tokio::test]
async fn no_value_can_add_markup() -> Result<()> {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "string", "xml": {"attribute": true}}, "b": {"type": ["string", "null"]}, "c": {"type": "object"}}});
    let typed = "\"><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;\r\n\t'";
    let arguments = json!({"a": typed, "b": typed, "c": {"k": [true, null]}});
    assert_eq!(
        sent(&schema, &arguments).await?,
        "<Shipment a=\"&quot;&gt;&lt;!ENTITY x SYSTEM &quot;file:///etc/passwd&quot;&gt;&amp;x;&#13;&#10;&#9;'\">\
         <b>\"&gt;&lt;!ENTITY x SYSTEM \"file:///etc/passwd\"&gt;&amp;x;&#13;\n\t'</b><c><k>true</k>\
         <k xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/></c></Shipment>"
    );
    ensure_refused(
        &schema,
        &[
            (json!({"b": "\u{0}"}), "/b", "U+0000"),
            (json!({"a": "\u{1b}"}), "/a", "U+001B"),
            (json!({"c": {"x y": 1}}), "/c/x y", "cannot have the name x y"),
            (json!({"c": {"a><b": 1}}), "/c/a><b", "cannot have the name"),
            (json!({"c": {"xmlns": "urn:a"}}), "/c/xmlns", "cannot have the name"),
            (json!({"c": {"xmlns:p": "urn:a"}}), "/c/xmlns:p", "cannot have the name"),
            (json!({"c": {"p:a": "1"}}), "/c/p:a", "no namespace for the prefix p"),
            (json!({"c": {"": 1}}), "/c/", "cannot have the name"),
            (json!({"a": 1}), "/a", "Must be text"),
            (json!({"unknown": 1}), "/unknown", "no field named unknown"),
        ],
    )
    .await
}

#[tokio::test]
async fn namespaces_are_declared_once_and_never_contradict() -> Result<()> {
    let nullable = json!({"type": ["string", "null"]});
    let schema = json!({"type": "object", "xml": {"name": "s", "namespace": "urn:a"}, "properties": {
        "plain": {"type": "object", "properties": {"a": nullable, "b": nullable}},
        "other": {"type": "string", "xml": {"namespace": "urn:b"}},
        "id": {"type": "string", "xml": {"attribute": true, "namespace": "urn:c"}},
        "key": {"type": "string", "xml": {"attribute": true, "namespace": "urn:c", "prefix": "c"}},
        "lang": {"type": "string", "xml": {"attribute": true, "name": "xml:lang"}}}});
    assert_eq!(
        sent(&schema, &json!({"plain": {"a": null, "b": null}, "other": "o", "id": "1", "key": "2", "lang": "de"}))
            .await?,
        "<s xmlns=\"urn:a\" xmlns:ns=\"urn:c\" xmlns:c=\"urn:c\" ns:id=\"1\" c:key=\"2\" xml:lang=\"de\">\
         <plain><a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
         <b xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/></plain>\
         <other xmlns=\"urn:b\">o</other></s>"
    );
    let schema = json!({"type": "object", "xml": {"prefix": "p", "namespace": "urn:a"}, "properties": {
        "undeclared": {"type": "string", "xml": {"prefix": "q"}},
        "two": {"type": "string", "xml": {"attribute": true, "prefix": "p", "namespace": "urn:b"}},
        "one": {"type": "string", "xml": {"attribute": true, "name": "x", "prefix": "p", "namespace": "urn:a"}},
        "same": {"type": "string", "xml": {"attribute": true, "name": "x", "prefix": "p2", "namespace": "urn:a"}},
        "xml": {"type": "string", "xml": {"prefix": "xml", "namespace": "urn:a"}}}});
    ensure_refused(
        &schema,
        &[
            (json!({"undeclared": "a"}), "/undeclared", "no namespace for the prefix q"),
            (json!({"two": "a"}), "/two", "has two namespaces here: urn:a and urn:b"),
            (json!({"one": "a", "same": "b"}), "/same", "another attribute p2:x"),
            (json!({"xml": "a"}), "/xml", "reserved"),
        ],
    )
    .await
}

#[tokio::test]
async fn a_value_that_xml_cannot_express_is_refused_instead_of_left_out() -> Result<()> {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let schema = json!({"type": "object", "properties": {
        "id": {"type": ["string", "null"], "xml": {"attribute": true}},
        "text": {"type": ["string", "null"], "xml": {"nodeType": "text"}},
        "ids": {"type": "array", "items": {"type": "string", "xml": {"attribute": true}}},
        "codes": {"type": "array", "xml": {"attribute": true}, "items": {"type": "string"}},
        "tags": list, "boxes": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "string"}}}});
    ensure_refused(
        &schema,
        &[
            (json!({"id": null}), "/id", "Cannot be null"),
            (json!({"text": null}), "/text", "Cannot be null"),
            (json!({"ids": ["a"]}), "/ids/0", "makes its items attributes"),
            (json!({"codes": ["a"]}), "/codes", "Must be a single value"),
            (json!({"tags": []}), "/tags", "cannot express this empty list"),
        ],
    )
    .await?;
    assert_eq!(sent(&schema, &json!({"boxes": []})).await?, "<Shipment><boxes/></Shipment>");
    Ok(())
}

#[tokio::test]
async fn the_form_has_a_field_for_each_property_and_an_object_example_fills_it() -> Result<()> {
    let example = json!({"example": {"id": 7, "parcels": ["p"], "to": {"town": "Bonn"}}});
    let (app, upstream) = start_with(&shipment(), "application/xml", &example).await?;
    let html = app.post_form("/xml/ship", &[("intent", "example/0")]).send().await?.text();
    for name in ["value/id", "value/ref", "value/parcels/0", "value/notes/0", "value/to/town"] {
        assert!(html.contains(&format!(" name=\"{name}\"")), "{name}: {html}");
    }
    let responses = app.get("/xml/ship/replies").send().await?.text();
    assert!(responses.contains("&lt;sh:shipment xmlns:sh="), "the example is XML: {responses}");
    let controls = [("environment", "server1"), ("intent", "send"), ("value/id", "7"), ("value/parcels/0", "p & q")];
    let html = app.post_form("/xml/ship", &controls).send().await?.text();
    assert!(html.contains("200 OK"), "{html}");
    let body = upstream.only_request()?.body;
    assert!(body.contains(" id=\"7\"><parcels><parcel>p &amp; q</parcel></parcels></sh:shipment>"), "{body}");
    Ok(())
}

#[tokio::test]
async fn snippets_send_the_same_xml() -> Result<()> {
    let (app, _) = start(&shipment()).await?;
    for client in ["Shell · curl", "JavaScript · fetch", "Python · requests"] {
        let message = json!({
            "provider": "xml", "operation": "ship", "environment": "server1", "content_type": "application/xml",
            "arguments": {"id": 7, "parcels": ["p"]}, "client": client, "secret_source": "environment",
        });
        let response = app.post_json("/api/snippet", &message).send().await?;
        let code = text(&response.json()?["code"]);
        assert!(code.contains("<parcels><parcel>p</parcel></parcels></sh:shipment>"), "{client}: {code}");
        assert!(code.contains("application/xml"), "{client}: {code}");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_has_an_element_of_its_own_and_a_schema_without_a_name_is_entered_as_text() -> Result<()> {
    let list = json!({"type": "array", "items": {"type": "integer", "xml": {"name": "n"}}});
    assert_eq!(sent(&list, &json!({"body": [1, 2]})).await?, "<Shipment><n>1</n><n>2</n></Shipment>");
    ensure_refused(&list, &[(json!({"body": ["a"]}), "/body/0", "Must be a whole number")]).await?;
    let upstream = Upstream::succeeding().await?;
    let content = json!({"text/xml": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "XML", "version": "1"}, "servers": [{"url": "https://xml.example"}],
        "paths": {"/shipments": {"post": {"operationId": "ship", "requestBody": {"content": content}, "responses": {}}}},
    });
    let app = TestEnv::start_app_with_document("xml", &document.to_string(), &upstream).await?;
    assert_eq!(call(&app, &json!({"a": "b"})).await?.status, 400);
    assert_eq!(call(&app, &json!({"body": "<a/>"})).await?.status, 200);
    assert_eq!(upstream.only_request()?.body, "<a/>");
    Ok(())
}

#[tokio::test]
async fn xml_that_is_written_as_text_is_sent_as_it_is_if_it_is_well_formed() -> Result<()> {
    let example = json!({"example": "<shipment id='2'/>"});
    let (app, upstream) = start_with(&shipment(), "application/xml", &example).await?;
    let html = app.post_form("/xml/ship", &[("intent", "example/0")]).send().await?.text();
    assert!(
        html.contains("{\n  &quot;body&quot;: &quot;&lt;shipment id='2'/&gt;&quot;\n}"),
        "the JSON view has it: {html}"
    );
    let written = "<?xml version='1.0'?>\n<!-- é --><shipment id='1'>\r\n</shipment>";
    for (arguments, body) in [
        (json!({"body": written}), written),
        (json!({"body": "<?xml version='1.0' encoding='utf-8'?><a/>"}), "<?xml version='1.0' encoding='utf-8'?><a/>"),
    ] {
        let response = call(&app, &arguments).await?;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(upstream.received_requests().pop().map(|request| request.body).as_deref(), Some(body));
    }
    let form = [("environment", "server1"), ("intent", "send"), ("view", "json"), ("arguments", "{\"body\": \"<a>\"}")];
    let html = app.post_form("/xml/ship", &form).send().await?.text();
    assert!(html.contains("well-formed"), "{html}");
    ensure_refused(
        &shipment(),
        &[
            (json!({"body": "<shipment>"}), "/body", "well-formed"),
            (json!({"body": ""}), "/body", "well-formed"),
            (json!({"body": "<?xml version='1.0' encoding='latin1'?><a/>"}), "/body", "declares the encoding latin1"),
            (json!({"body": "<shipment/>", "id": 1}), "/id", "body is the whole body"),
        ],
    )
    .await?;
    assert_eq!(upstream.received_requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn text_is_never_sent_with_the_charset_of_another() -> Result<()> {
    let (app, upstream) = start_with(&shipment(), "application/xml; charset=iso-8859-1", &json!({})).await?;
    assert_eq!(call(&app, &json!({"body": "<a>b</a>"})).await?.status, 200);
    let response = call(&app, &json!({"body": "<a>é</a>"})).await?;
    assert_eq!(response.invalid_fields()?, ["/body"], "{}", response.text());
    assert_eq!(upstream.received_requests().len(), 1);
    let (app, upstream) = start_with(&shipment(), "text/xml; Charset=\"utf-8\"", &json!({})).await?;
    assert_eq!(call(&app, &json!({"id": 1})).await?.status, 200);
    assert_eq!(upstream.only_request()?.header("content-type"), "text/xml; Charset=\"utf-8\"");
    Ok(())
}

#[tokio::test]
async fn xml_of_an_sdk_is_sent_as_it_is_if_it_is_well_formed() -> Result<()> {
    let (app, upstream) = start(&shipment()).await?;
    for (body, status) in [("<shipment id='1'/>", 200), ("<shipment", 400)] {
        let request = app.request_with_body("POST", "/proxy/xml/shipments", body);
        let response = request.header("content-type", "application/xml").send().await?;
        assert_eq!(response.status, status, "{}", response.text());
    }
    assert_eq!(upstream.only_request()?.body, "<shipment id='1'/>");
    Ok(())
}

#[tokio::test]
async fn ids_of_another_environment_are_found_in_xml() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "XML", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "paths": {"/shipments": {"post": {
            "operationId": "ship", "responses": {},
            "requestBody": {"content": {"application/xml": {"schema": {"$ref": "#/components/schemas/Shipment"}}}},
        }}},
        "security": [{"basicAuth": []}],
        "components": {
            "schemas": {"Shipment": shipment()}, "securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}},
        },
    });
    for provider in &mut settings.providers {
        provider.document = document.to_string().into();
    }
    let app = TestApp::new(settings).await?;
    let live = "thing-live-00000000-0000-4000-8000-000000000000";
    let in_entity = format!("<!DOCTYPE a [<!ENTITY id '{live}'>]><a>&id;</a>");
    let bodies = [format!("<a><b> {live} </b></a>"), format!("<a b='{live}'/>"), in_entity];
    let fields = [json!({"id": 1, "ref": live}), json!({"id": 1, "to": {"town": live}})];
    for arguments in fields.into_iter().chain(bodies.iter().map(|body| json!({"body": body}))) {
        let response = app.post_json("/tools/stytch/ship", &json!({"args": arguments})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{arguments}");
        assert!(response.text().contains("belongs to live"), "{arguments}: {}", response.text());
    }
    for body in bodies {
        let request = app.post("/proxy/stytch/shipments", body.clone()).header("content-type", "application/xml");
        let response = request.send().await?;
        assert!(response.text().contains("belongs to live"), "{body}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}
