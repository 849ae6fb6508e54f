//! C with libcurl, formatted as by clang-format in Google's style, except that no literal is broken.

use super::{
    HttpClientTarget,
    c::{MAX_INLINE_LITERAL_WIDTH, MAX_LINE_WIDTH, env_var, render_call, string_literal, string_literal_lines},
    literal::pretty_json,
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};

pub(super) const LIBCURL: HttpClientTarget = HttpClientTarget {
    id: "c-libcurl",
    language: "C",
    name: "libcurl",
    install_command: "sudo apt install gcc libcurl4-openssl-dev",
    file_name: "call.c",
    // A single command, because a tool that loads secrets runs a single command.
    run_command: "sh -c 'cc call.c -o call -lcurl && ./call'",
    render: render_libcurl,
};

/// Sections of a C program.
#[derive(Default)]
struct CProgram {
    /// Statements before the initialization of curl.
    setup: String,
    headers: String,
    options: String,
    /// Statements that release resources at the end.
    cleanup: String,
    uses_asprintf: bool,
}

/// An expression, and the length of its value. The length is required if the value contains NUL.
struct CValue {
    expression: String,
    length: Option<String>,
}

fn render_libcurl(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut program = CProgram::default();
    let url = program.text_value("url", &template.url).expression;
    program.set_option("URL", &url);
    program.set_method(template)?;
    if let Some((username, password)) = &template.basic_auth {
        program.set_option("USERNAME", &env_var(username));
        program.set_option("PASSWORD", &env_var(password));
    }
    for (number, (name, value)) in (1..).zip(&template.headers) {
        program.add_header(number, name, value);
    }
    let has_default_body = matches!(template.method(), "POST" | "PUT" | "PATCH");
    match &template.body {
        None if has_default_body => {
            program.set_option("POSTFIELDS", "\"\"");
            // libcurl would otherwise send the content type of a form.
            program.append_header("\"Content-Type:\"");
        }
        None => {}
        Some(BodyTemplate::Json(value, text))
            if text.as_literal().is_none_or(|text| string_literal(text).len() > MAX_INLINE_LITERAL_WIDTH) =>
        {
            program.set_post_fields(&pretty_json(value, '\0'));
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => program.set_post_fields(text),
        Some(BodyTemplate::File(name)) => program.set_file_body(name, template.method()),
        Some(BodyTemplate::Multipart(parts)) => program.set_multipart_form(parts),
    }
    Ok(program.render(!template.variable_names().is_empty()))
}

impl CProgram {
    fn set_method(&mut self, template: &RequestTemplate) -> Result<(), &'static str> {
        match (template.method(), &template.body) {
            ("HEAD", Some(_)) => return Err("libcurl cannot send a body with HEAD."),
            ("HEAD", None) => self.set_option("NOBODY", "1L"),
            ("GET", None) | ("POST", _) => {}
            (other, _) => self.set_option("CUSTOMREQUEST", &string_literal(other)),
        }
        Ok(())
    }

    fn add_header(&mut self, number: usize, name: &str, value: &TextTemplate) {
        match value.fragments() {
            [TemplateFragment::Literal(before), TemplateFragment::Variable(token)]
                if name.eq_ignore_ascii_case("authorization") && before == "Bearer " =>
            {
                self.set_option("HTTPAUTH", "CURLAUTH_BEARER");
                self.set_option("XOAUTH2_BEARER", &env_var(token));
            }
            // libcurl sends a header without a value only if it is written `name;`.
            [] => self.append_header(&string_literal(&format!("{name};"))),
            _ => {
                let line = TextTemplate::from_literal(&format!("{name}: ")).chain(value.clone());
                let line = self.text_value(&format!("header_{number}"), &line).expression;
                self.append_header(&line);
            }
        }
    }

    fn set_post_fields(&mut self, text: &TextTemplate) {
        let bytes = match text.as_literal() {
            Some(plain) if string_literal_lines(plain).len() > 1 => self.char_array("body", plain),
            _ => self.text_value("body", text),
        };
        if let Some(length) = bytes.length.filter(|_| text.contains_char('\0')) {
            self.set_option("POSTFIELDSIZE_LARGE", &format!("(curl_off_t){length}"));
        }
        self.set_option("POSTFIELDS", &bytes.expression);
    }

    /// Sets the file as the body. It is read while it is sent.
    fn set_file_body(&mut self, name: &str, method: &str) {
        let name = string_literal(name);
        self.setup += &render_call("  FILE* file = fopen(", &[&name, "\"rb\""], ");");
        self.setup += &["  if (file == NULL) {\n    perror(", &name, ");\n    return EXIT_FAILURE;\n  }\n"].concat();
        self.setup += "  fseek(file, 0, SEEK_END);\n  curl_off_t size = ftell(file);\n  rewind(file);\n";
        self.set_option("POST", "1L");
        if method != "POST" {
            // The last of these options determines the method.
            self.set_option("CUSTOMREQUEST", &string_literal(method));
        }
        self.set_option("READDATA", "file");
        self.set_option("POSTFIELDSIZE_LARGE", "size");
        self.cleanup.insert_str(0, "  fclose(file);\n");
    }

    fn set_multipart_form(&mut self, parts: &[PartTemplate]) {
        let mut form = String::from("  curl_mime* form = curl_mime_init(curl);\n");
        for (number, PartTemplate { name, body: value, content_type, .. }) in (1..).zip(parts) {
            let declaration = if number == 1 { "  curl_mimepart* " } else { "\n  " };
            form += &[declaration, "part = curl_mime_addpart(form);\n"].concat();
            form += &render_call("  curl_mime_name(", &["part", &string_literal(name)], ");");
            match value {
                PartBody::Text(text) => {
                    let bytes = self.text_value(&format!("text_{number}"), text);
                    let length = bytes.length.unwrap_or_else(|| "CURL_ZERO_TERMINATED".into());
                    form += &render_call("  curl_mime_data(", &["part", &bytes.expression, &length], ");");
                }
                PartBody::File(file) => {
                    form += &render_call("  curl_mime_filedata(", &["part", &string_literal(file)], ");");
                }
            }
            let media_type = match (value, content_type.as_deref()) {
                // libcurl would guess the media type from the file name.
                (PartBody::File(_), None) => Some("application/octet-stream"),
                (_, kind) => kind,
            };
            if let Some(media_type) = media_type {
                form += &render_call("  curl_mime_type(", &["part", &string_literal(media_type)], ");");
            }
        }
        self.options += &["\n", &form, "\n"].concat();
        self.set_option("MIMEPOST", "form");
        self.cleanup += "  curl_mime_free(form);\n";
    }

    /// Returns a text as an expression. Statements that it depends on are added to the setup.
    fn text_value(&mut self, name: &str, text: &TextTemplate) -> CValue {
        match (text.as_literal(), text.fragments()) {
            (Some(plain), _) if plain.contains('\0') => return self.char_array(name, plain),
            (Some(plain), _) => return CValue { expression: string_literal(plain), length: None },
            (None, [TemplateFragment::Variable(one)]) => return CValue { expression: env_var(one), length: None },
            _ => {}
        }
        let format_string = text.render(|plain| plain.replace('%', "%%").replace('\0', "%c"), |_| "%s".into(), "");
        let mut arguments = vec![format!("&{name}"), string_literal_lines(&format_string).join("\n")];
        for piece in text.fragments() {
            match piece {
                TemplateFragment::Literal(plain) => arguments.extend(plain.matches('\0').map(|_| "'\\0'".to_owned())),
                TemplateFragment::Variable(name) => arguments.push(env_var(name)),
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let length = format!("{name}_length");
        self.uses_asprintf = true;
        self.setup += &["  char* ", name, " = NULL;\n"].concat();
        self.setup += &render_call(&format!("  int {length} = asprintf("), &arguments, ");");
        self.setup += &["  if (", &length, " < 0) {\n    return EXIT_FAILURE;\n  }\n"].concat();
        self.cleanup += &["  free(", name, ");\n"].concat();
        CValue { expression: name.to_owned(), length: text.contains_char('\0').then_some(length) }
    }

    /// Declares a text as an array, whose length is known.
    fn char_array(&mut self, name: &str, text: &str) -> CValue {
        let [begin, literal] = [format!("  const char {name}[] ="), string_literal_lines(text).join("\n      ")];
        let is_short = !literal.contains('\n') && begin.len() + literal.chars().count() + 2 <= MAX_LINE_WIDTH;
        self.setup += &[begin.as_str(), if is_short { " " } else { "\n      " }, &literal, ";\n"].concat();
        CValue { expression: name.to_owned(), length: Some(format!("sizeof({name}) - 1")) }
    }

    fn set_option(&mut self, name: &str, value: &str) {
        let name = format!("CURLOPT_{name}");
        self.options += &render_call("  curl_easy_setopt(", &["curl", &name, value], ");");
    }

    fn append_header(&mut self, line: &str) {
        self.headers += &render_call("  headers = curl_slist_append(", &["headers", line], ");");
    }

    fn render(mut self, has_variables: bool) -> String {
        let mut options = std::mem::take(&mut self.options);
        if !self.headers.is_empty() {
            let headers = std::mem::take(&mut self.headers);
            let mut header_option = Self::default();
            header_option.set_option("HTTPHEADER", "headers");
            options = format!("  struct curl_slist* headers = NULL;\n{headers}\n{options}{}", header_option.options);
            self.cleanup.insert_str(0, "  curl_slist_free_all(headers);\n");
        }
        [
            if self.uses_asprintf { "#define _GNU_SOURCE  // asprintf\n" } else { "" },
            "#include <curl/curl.h>\n#include <stdio.h>\n#include <stdlib.h>\n\n",
            if has_variables { ENV_VAR_FUNCTION } else { "" },
            "int main(void) {\n",
            &self.setup,
            if self.setup.is_empty() { "" } else { "\n" },
            CURL_INIT,
            &options,
            CURL_PERFORM,
            &self.cleanup,
            "  curl_global_cleanup();\n  return result == CURLE_OK && status < 400 ? EXIT_SUCCESS : EXIT_FAILURE;\n}\n",
        ]
        .concat()
    }
}

const ENV_VAR_FUNCTION: &str = r#"static const char* variable(const char* name) {
  const char* value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "%s is not set\n", name);
    exit(EXIT_FAILURE);
  }
  return value;
}

"#;

const CURL_INIT: &str = r#"  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = curl_easy_init();
  if (curl == NULL) {
    fprintf(stderr, "curl_easy_init failed\n");
    return EXIT_FAILURE;
  }

"#;

const CURL_PERFORM: &str = r#"  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);

  CURLcode result = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (result != CURLE_OK) {
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
  } else if (status >= 400) {
    fprintf(stderr, "HTTP status %ld\n", status);
  }

  curl_easy_cleanup(curl);
"#;
