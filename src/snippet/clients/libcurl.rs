//! C, as clang-format formats it in Google's style, but that no literal is broken: libcurl.

use super::{
    Client,
    c::{SHORT, WIDTH, call, lines, string, variable},
    http::{Content, Http, Part, PartValue},
    literal::pretty,
    text::{Piece, Text},
};

pub(super) const LIBCURL: Client = Client {
    id: "c-libcurl",
    language: "C",
    name: "libcurl",
    install: "sudo apt install gcc libcurl4-openssl-dev",
    file: "call.c",
    // One command: what reads secrets for it runs one.
    run: "sh -c 'cc call.c -o call -lcurl && ./call'",
    print: libcurl,
};

/// A program of C, part by part.
#[derive(Default)]
struct Program {
    /// What must be there before curl is.
    before: String,
    headers: String,
    options: String,
    /// What is given back, the last first.
    after: String,
    has_formats: bool,
}

/// An expression, and how long its value is, where a NUL in it would end it.
struct Bytes {
    expression: String,
    length: Option<String>,
}

fn libcurl(http: &Http) -> Result<String, &'static str> {
    let mut program = Program::default();
    let url = program.bytes("url", &http.url).expression;
    program.option("URL", &url);
    program.method(http)?;
    if let Some((username, password)) = &http.basic {
        program.option("USERNAME", &variable(username));
        program.option("PASSWORD", &variable(password));
    }
    for (number, (name, value)) in (1..).zip(&http.headers) {
        program.header(number, name, value);
    }
    let fields_are_sent = matches!(http.method, "POST" | "PUT" | "PATCH");
    match &http.body {
        None if fields_are_sent => {
            program.option("POSTFIELDS", "\"\"");
            // It would name the type of a form.
            program.append("\"Content-Type:\"");
        }
        None => {}
        Some(Content::Json(value, text)) if text.plain().is_none_or(|text| string(text).len() > SHORT) => {
            program.fields(&pretty(value, '\0'));
        }
        Some(Content::Text(text) | Content::Json(_, text)) => program.fields(text),
        Some(Content::File(name)) => program.file(name, http.method),
        Some(Content::Parts(parts)) => program.form(parts),
    }
    Ok(program.print(!http.variables().is_empty()))
}

impl Program {
    fn method(&mut self, http: &Http) -> Result<(), &'static str> {
        match (http.method, &http.body) {
            ("HEAD", Some(_)) => return Err("libcurl sends no body with HEAD."),
            ("HEAD", None) => self.option("NOBODY", "1L"),
            ("GET", None) | ("POST", _) => {}
            (other, _) => self.option("CUSTOMREQUEST", &string(other)),
        }
        Ok(())
    }

    fn header(&mut self, number: usize, name: &str, value: &Text) {
        match value.pieces() {
            [Piece::Plain(before), Piece::Variable(token)]
                if name.eq_ignore_ascii_case("authorization") && before == "Bearer " =>
            {
                self.option("HTTPAUTH", "CURLAUTH_BEARER");
                self.option("XOAUTH2_BEARER", &variable(token));
            }
            // `name;` is a header without a value.
            [] => self.append(&string(&[name, ";"].concat())),
            _ => {
                let line = Text::literal(&[name, ": "].concat()).then(value.clone());
                let line = self.bytes(&format!("header_{number}"), &line).expression;
                self.append(&line);
            }
        }
    }

    fn fields(&mut self, text: &Text) {
        let bytes = match text.plain() {
            Some(plain) if lines(plain).len() > 1 => self.array("body", plain),
            _ => self.bytes("body", text),
        };
        if let Some(length) = bytes.length.filter(|_| text.has('\0')) {
            self.option("POSTFIELDSIZE_LARGE", &["(curl_off_t)", &length].concat());
        }
        self.option("POSTFIELDS", &bytes.expression);
    }

    /// A file is read while it is sent.
    fn file(&mut self, name: &str, method: &str) {
        let name = string(name);
        self.before += &call("  FILE* file = fopen(", &[&name, "\"rb\""], ");");
        self.before += &["  if (file == NULL) {\n    perror(", &name, ");\n    return EXIT_FAILURE;\n  }\n"].concat();
        self.before += "  fseek(file, 0, SEEK_END);\n  curl_off_t size = ftell(file);\n  rewind(file);\n";
        self.option("POST", "1L");
        if method != "POST" {
            // What comes last is the method.
            self.option("CUSTOMREQUEST", &string(method));
        }
        self.option("READDATA", "file");
        self.option("POSTFIELDSIZE_LARGE", "size");
        self.after.insert_str(0, "  fclose(file);\n");
    }

    fn form(&mut self, parts: &[Part]) {
        let mut form = String::from("  curl_mime* form = curl_mime_init(curl);\n");
        for (number, Part { name, value, content_type }) in (1..).zip(parts) {
            let declared = if number == 1 { "  curl_mimepart* " } else { "\n  " };
            form += &[declared, "part = curl_mime_addpart(form);\n"].concat();
            form += &call("  curl_mime_name(", &["part", &string(name)], ");");
            match value {
                PartValue::Text(text) => {
                    let bytes = self.bytes(&format!("text_{number}"), text);
                    let length = bytes.length.unwrap_or_else(|| "CURL_ZERO_TERMINATED".into());
                    form += &call("  curl_mime_data(", &["part", &bytes.expression, &length], ");");
                }
                PartValue::File(file) => form += &call("  curl_mime_filedata(", &["part", &string(file)], ");"),
            }
            let kind = match (value, content_type.as_deref()) {
                // It would guess from the name.
                (PartValue::File(_), None) => Some("application/octet-stream"),
                (_, kind) => kind,
            };
            if let Some(kind) = kind {
                form += &call("  curl_mime_type(", &["part", &string(kind)], ");");
            }
        }
        self.options += &["\n", &form, "\n"].concat();
        self.option("MIMEPOST", "form");
        self.after += "  curl_mime_free(form);\n";
    }

    /// A text as an expression; where it takes several steps, they are made before.
    fn bytes(&mut self, name: &str, text: &Text) -> Bytes {
        match (text.plain(), text.pieces()) {
            (Some(plain), _) if plain.contains('\0') => return self.array(name, plain),
            (Some(plain), _) => return Bytes { expression: string(plain), length: None },
            (None, [Piece::Variable(one)]) => return Bytes { expression: variable(one), length: None },
            _ => {}
        }
        let pattern = text.joined(|plain| plain.replace('%', "%%").replace('\0', "%c"), |_| "%s".into(), "");
        let mut arguments = vec![["&", name].concat(), lines(&pattern).join("\n")];
        for piece in text.pieces() {
            match piece {
                Piece::Plain(plain) => arguments.extend(plain.matches('\0').map(|_| "'\\0'".to_owned())),
                Piece::Variable(name) => arguments.push(variable(name)),
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let length = [name, "_length"].concat();
        self.has_formats = true;
        self.before += &["  char* ", name, " = NULL;\n"].concat();
        self.before += &call(&["  int ", &length, " = asprintf("].concat(), &arguments, ");");
        self.before += &["  if (", &length, " < 0) {\n    return EXIT_FAILURE;\n  }\n"].concat();
        self.after += &["  free(", name, ");\n"].concat();
        Bytes { expression: name.to_owned(), length: text.has('\0').then_some(length) }
    }

    /// A text as an array, whose length is known.
    fn array(&mut self, name: &str, text: &str) -> Bytes {
        let [begin, literal] = [["  const char ", name, "[] ="].concat(), lines(text).join("\n      ")];
        let is_short = !literal.contains('\n') && begin.len() + literal.chars().count() + 2 <= WIDTH;
        self.before += &[begin.as_str(), if is_short { " " } else { "\n      " }, &literal, ";\n"].concat();
        Bytes { expression: name.to_owned(), length: Some(["sizeof(", name, ") - 1"].concat()) }
    }

    fn option(&mut self, name: &str, value: &str) {
        let name = ["CURLOPT_", name].concat();
        self.options += &call("  curl_easy_setopt(", &["curl", &name, value], ");");
    }

    fn append(&mut self, line: &str) {
        self.headers += &call("  headers = curl_slist_append(", &["headers", line], ");");
    }

    fn print(mut self, has_variables: bool) -> String {
        let mut options = std::mem::take(&mut self.options);
        if !self.headers.is_empty() {
            let headers = std::mem::take(&mut self.headers);
            let mut set = Self::default();
            set.option("HTTPHEADER", "headers");
            options = ["  struct curl_slist* headers = NULL;\n", &headers, "\n", &options, &set.options].concat();
            self.after.insert_str(0, "  curl_slist_free_all(headers);\n");
        }
        [
            if self.has_formats { "#define _GNU_SOURCE  // asprintf\n" } else { "" },
            "#include <curl/curl.h>\n#include <stdio.h>\n#include <stdlib.h>\n\n",
            if has_variables { VARIABLE } else { "" },
            "int main(void) {\n",
            &self.before,
            if self.before.is_empty() { "" } else { "\n" },
            BEGIN,
            &options,
            END,
            &self.after,
            "  curl_global_cleanup();\n  return result == CURLE_OK && status < 400 ? EXIT_SUCCESS : EXIT_FAILURE;\n}\n",
        ]
        .concat()
    }
}

const VARIABLE: &str = r#"static const char* variable(const char* name) {
  const char* value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "%s is not set\n", name);
    exit(EXIT_FAILURE);
  }
  return value;
}

"#;

const BEGIN: &str = r#"  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = curl_easy_init();
  if (curl == NULL) {
    fprintf(stderr, "curl_easy_init failed\n");
    return EXIT_FAILURE;
  }

"#;

const END: &str = r#"  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);

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
