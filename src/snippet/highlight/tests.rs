use super::{TokenKind, Tokenizer, find_syntax, highlight_to_html};
use std::time::{Duration, Instant};

const LANGUAGES: [&str; 20] = [
    "C",
    "C#",
    "C++",
    "Dart",
    "Elixir",
    "Go",
    "HTTP",
    "Java",
    "JavaScript",
    "Kotlin",
    "PHP",
    "PowerShell",
    "Python",
    "R",
    "Ruby",
    "Rust",
    "Shell",
    "Swift",
    "TypeScript",
    "Brainfuck",
];

/// Fragments that open, close or resemble tokens in any of the languages.
const EDGE_CASE_FRAGMENTS: [&str; 58] = [
    "'", "\"", "`", "\\", "\"\"\"", "'''", "r#\"", "\"#", "r\"(", ")\"", "@'", "\n'@", "@\"", "\n\"@", "$\"", "f\"",
    "~S(", "~s|", "%w[", "${", "#{", "$(", "\\(", "{$", "{{", "}", ")", "//", "/*", "*/", "#", "<#", "#>", "=begin",
    "\n=end", "<<EOF", "<<'EOF'", "<<<EOT", "<<~A", "\nEOF\n", "\r\n", "\n", " ", ": ", "-", "--x", "0x1e+5", "1.5e-3",
    "..", "return", "name(", "é", "😀", "\u{2028}", "\0", "'é'", "/", "=/",
];

fn assert_lossless(language: &str, code: &str) {
    let tokens: Vec<(Option<TokenKind>, &str)> = Tokenizer::new(find_syntax(language), code).collect();
    assert_eq!(tokens.iter().map(|(_, text)| *text).collect::<String>(), code, "{language}");
    assert!(tokens.iter().all(|(_, text)| !text.is_empty()), "{language} {code:?}");
    let mut pairs = tokens.windows(2);
    assert!(!pairs.any(|pair| pair[0].0.is_none() && pair[1].0.is_none()), "{language} {code:?}");
    let html = highlight_to_html(language, code);
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = texts.collect::<String>().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    assert_eq!(text, code, "{language}");
    assert_eq!(html.matches("<i class=").count(), html.matches("</i>").count(), "{language} {code:?}");
}

#[test]
fn tokenizing_is_lossless_for_any_code() {
    let mut random = 2_463_534_242_u32;
    let mut any = || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        EDGE_CASE_FRAGMENTS[random as usize % EDGE_CASE_FRAGMENTS.len()]
    };
    for language in LANGUAGES {
        for one in EDGE_CASE_FRAGMENTS {
            assert_lossless(language, one);
            for other in EDGE_CASE_FRAGMENTS {
                assert_lossless(language, &[one, "a", other].concat());
            }
        }
        for _ in 0..200 {
            let parts: Vec<&str> = (0..12).map(|_| any()).collect();
            assert_lossless(language, &parts.concat());
        }
    }
}

#[test]
fn tokenizing_takes_linear_time() {
    for language in LANGUAGES {
        for one in EDGE_CASE_FRAGMENTS {
            for repeated in [["=", one].concat(), [one, " \n"].concat()] {
                let code = repeated.repeat(8_000 / repeated.len());
                let started = Instant::now();
                assert!(Tokenizer::new(find_syntax(language), &code).count() > 0);
                assert!(started.elapsed() < Duration::from_secs(1), "{language} {repeated:?} {:?}", started.elapsed());
            }
        }
    }
}

#[track_caller]
fn assert_highlighted(samples: &[(&str, &str, &str)]) {
    for (language, code, expected) in samples {
        assert_eq!(highlight_to_html(language, code), *expected, "{language}");
    }
}

#[test]
fn scripting_languages_are_highlighted() {
    assert_highlighted(&[
        (
            "TypeScript",
            "// it's\nconst a = `x ${f(`'`)} y`;\nawait api.users({ type: 1, 'b': true }, /[\"']/g) / 2 / 3;",
            "<i class=c>// it's</i>\n<i class=k>const</i> a = <i class=s>`x ${f(`'`)} y`</i>;\n<i class=k>await</i> api.<i class=f>users</i>({ \
             <i class=p>type</i>: <i class=n>1</i>, <i class=p>'b'</i>: <i class=k>true</i> }, <i class=s>/[\"']/</i>g) / <i class=n>2</i> / \
             <i class=n>3</i>;",
        ),
        ("JavaScript", "import x from 'y';", "<i class=k>import</i> x <i class=k>from</i> <i class=s>'y'</i>;"),
        (
            "Shell",
            "curl --header 'it'\\''s' \"a $(echo \"b\") c\" https://a/#b $# # don't\ncat <<EOF | jq .\nit's\nEOF\necho",
            "curl <i class=p>--header</i> <i class=s>'it'</i>\\'<i class=s>'s' \"a $(echo \"b\") c\"</i> https://a/#b $# <i class=c># \
             don't</i>\ncat <i class=s>&lt;&lt;EOF</i> | jq .<i class=s>\nit's\nEOF</i>\necho",
        ),
        (
            "Python",
            "x = {\"a\": None}  # it's\ny = f\"{d[\"k\"]} {{\" + '''it's'''\nprint(1_0.5e-3)",
            "x = {<i class=p>\"a\"</i>: <i class=k>None</i>}  <i class=c># it's</i>\ny = <i class=s>f\"{d[\"k\"]} {{\"</i> + \
             <i class=s>'''it's'''</i>\n<i class=f>print</i>(<i class=n>1_0.5e-3</i>)",
        ),
        (
            "PHP",
            "<?php\n$s = <<<EOT\nit's {$a[\"b\"]}\nEOT;\necho \"{$a[\"b\"]}\"; # it's",
            "&lt;?php\n$s = <i class=s>&lt;&lt;&lt;EOT\nit's {$a[\"b\"]}\nEOT</i>;\n<i class=k>echo</i> <i class=s>\"{$a[\"b\"]}\"</i>; \
             <i class=c># it's</i>",
        ),
        (
            "Ruby",
            "s = <<~EOS.strip\n  it's\nEOS\nputs \"#{h[\"a\"]}\" if s =~ /\"/",
            "s = <i class=s>&lt;&lt;~EOS</i>.strip<i class=s>\n  it's\nEOS</i>\n<i class=k>puts</i> <i class=s>\"#{h[\"a\"]}\"</i> \
             <i class=k>if</i> s =~ <i class=s>/\"/</i>",
        ),
        (
            "Elixir",
            "Req.get!(url, headers: [a: nil], body: ~S({\"it's\": 1}))",
            "Req.<i class=f>get!</i>(url, <i class=p>headers</i>: [<i class=p>a</i>: <i class=k>nil</i>], <i class=p>body</i>: \
             <i class=s>~S({\"it's\": 1})</i>)",
        ),
        (
            "R",
            "library(httr2)\nx <- req(r\"(it's \"so\")\", TRUE) # it's",
            "<i class=k>library</i>(httr2)\nx &lt;- <i class=f>req</i>(<i class=s>r\"(it's \"so\")\"</i>, <i class=k>TRUE</i>) \
             <i class=c># it's</i>",
        ),
        (
            "PowerShell",
            "$b = @'\n{\"it\": \"'@\"}\n'@\nInvoke-RestMethod -Uri \"a`\"$($x[\"k\"])\" -Body 'it''s' <# it's #>",
            "$b = <i class=s>@'\n{\"it\": \"'@\"}\n'@</i>\nInvoke-RestMethod <i class=p>-Uri</i> <i class=s>\"a`\"$($x[\"k\"])\"</i> \
             <i class=p>-Body</i> <i class=s>'it''s'</i> <i class=c>&lt;# it's #&gt;</i>",
        ),
    ]);
}

#[test]
fn compiled_languages_are_highlighted() {
    assert_highlighted(&[
        (
            "Go",
            "s := `\"\\` // it's\nfmt.Println(s, '\"')",
            "s := <i class=s>`\"\\`</i> <i class=c>// it's</i>\nfmt.<i class=f>Println</i>(s, <i class=s>'\"'</i>)",
        ),
        (
            "Rust",
            "fn f<'a>(x: &'a str) { let s = r##\"a\"#b\"##; let c = '\\''; let d = '\"'; }",
            "<i class=k>fn</i> f&lt;'a&gt;(<i class=p>x</i>: &amp;'a str) { <i class=k>let</i> s = <i class=s>r##\"a\"#b\"##</i>; \
             <i class=k>let</i> c = <i class=s>'\\''</i>; <i class=k>let</i> d = <i class=s>'\"'</i>; }",
        ),
        (
            "Java",
            "String s = \"\"\"\n  it's \"so\"\n  \"\"\"; /* it's */ char c = '\"';",
            "String s = <i class=s>\"\"\"\n  it's \"so\"\n  \"\"\"</i>; <i class=c>/* it's */</i> <i class=k>char</i> c = <i class=s>'\"'</i>;",
        ),
        (
            "Kotlin",
            "val s = \"${m[\"a\"]}\" + \"\"\"it's \"so\" \\\"\"\"",
            "<i class=k>val</i> s = <i class=s>\"${m[\"a\"]}\"</i> + <i class=s>\"\"\"it's \"so\" \\\"\"\"</i>",
        ),
        (
            "C#",
            "var s = @\"a \"\"b\"\" \\\" + $\"{d[\"k\"]} {{\" + \"\"\"\n\"x\"\n\"\"\"; // it's",
            "<i class=k>var</i> s = <i class=s>@\"a \"\"b\"\" \\\"</i> + <i class=s>$\"{d[\"k\"]} {{\"</i> + \
             <i class=s>\"\"\"\n\"x\"\n\"\"\"</i>; <i class=c>// it's</i>",
        ),
        (
            "Swift",
            "let s = #\"a\"b\\\"# + \"\\(d[\"a\"])\" // it's",
            "<i class=k>let</i> s = <i class=s>#\"a\"b\\\"#</i> + <i class=s>\"\\(d[\"a\"])\"</i> <i class=c>// it's</i>",
        ),
        (
            "Dart",
            "final s = r'\\' + '${m['a']}' + '''it's''';",
            "<i class=k>final</i> s = <i class=s>r'\\'</i> + <i class=s>'${m['a']}'</i> + <i class=s>'''it's'''</i>;",
        ),
        (
            "C",
            "#include <curl/curl.h>\nint main(void) { char c = '\"'; return 0x1F; } /* it's */",
            "<i class=k>#include</i> &lt;curl/curl.h&gt;\n<i class=k>int</i> <i class=f>main</i>(<i class=k>void</i>) { <i class=k>char</i> c = \
             <i class=s>'\"'</i>; <i class=k>return</i> <i class=n>0x1F</i>; } <i class=c>/* it's */</i>",
        ),
    ]);
}

#[test]
fn http_messages_and_unknown_languages_are_highlighted_in_part() {
    assert_highlighted(&[
        (
            "HTTP",
            "POST /a?b=it's HTTP/1.1\nhost: a.example\n\n{\"n\": 12, \"b\": true}",
            "<i class=k>POST</i> /a?b=it's <i class=k>HTTP</i>/<i class=n>1.1</i>\n<i class=p>host</i>: a.example\n\n{<i class=p>\"n\"</i>: \
             <i class=n>12</i>, <i class=p>\"b\"</i>: <i class=k>true</i>}",
        ),
        ("Brainfuck", "it's \"<>\" // 1", "it's \"&lt;&gt;\" // <i class=n>1</i>"),
    ]);
}

#[test]
fn adjacent_tokens_of_a_kind_share_one_element() {
    let html = highlight_to_html("TypeScript", "// one\n// two\nexport default 1");
    assert_eq!(html, "<i class=c>// one\n// two</i>\n<i class=k>export default</i> <i class=n>1</i>");
}

#[test]
fn unterminated_tokens_end_at_the_end_of_the_line_or_the_code() {
    assert_highlighted(&[
        ("TypeScript", "f('a\n, 1)", "<i class=f>f</i>(<i class=s>'a</i>\n, <i class=n>1</i>)"),
        ("TypeScript", "`a ${b", "<i class=s>`a ${b</i>"),
        ("Shell", "'a\nb", "<i class=s>'a\nb</i>"),
        ("Shell", "cat <<EOF\na", "cat <i class=s>&lt;&lt;EOF\na</i>"),
        ("Rust", "r#\"a\"", "<i class=s>r#\"a\"</i>"),
        ("C", "/* a", "<i class=c>/* a</i>"),
    ]);
}
