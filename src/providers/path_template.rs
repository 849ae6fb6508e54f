//! Compiled path templates, which are compared with the segments of paths.

use super::canonical_path::{canonical_literal, fold_case};
use crate::model::decode_fully;
use percent_encoding::percent_decode_str;

/// A compiled path template.
#[derive(Clone, Debug)]
pub(super) struct PathTemplate {
    segments: Box<[SegmentTemplate]>,
    /// Index of the segment whose parameter can span several segments.
    spanning_segment: Option<usize>,
}

/// A segment of a path template: the literal texts before, between and after its parameters. A segment without
/// parameters has one literal text.
#[derive(Clone, Debug)]
struct SegmentTemplate(Box<[Literal]>);

/// A literal text of a path template, in canonical form.
#[derive(Clone, Debug)]
struct Literal {
    exact: Box<str>,
    /// The decoded text in one case; `None` if it is the same as `exact`.
    folded: Option<Box<str>>,
}

/// The way in which literal texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Byte for byte, in canonical form.
    Exact,
    /// Decoded and case-folded.
    Folded,
}

impl PathTemplate {
    /// Compiles a template, in which the parameter `slash_parameter` can span several segments.
    pub(super) fn new(template: &str, slash_parameter: Option<&str>) -> Self {
        let template = path_of(template);
        let placeholder = slash_parameter.map(|name| format!("{{{name}}}"));
        let is_spanning =
            |segment: &str| placeholder.as_deref().is_some_and(|placeholder| segment.contains(placeholder));
        Self {
            segments: template.split('/').map(SegmentTemplate::new).collect(),
            spanning_segment: template.split('/').position(is_spanning),
        }
    }

    pub(super) fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// Returns true if a path that matches can have more segments than the template.
    pub(super) fn is_spanning(&self) -> bool {
        self.spanning_segment.is_some()
    }

    /// Returns the number of literal bytes of each segment, or the maximum for a segment without parameters.
    pub(super) fn specificity(&self) -> Vec<usize> {
        let specificity = |SegmentTemplate(literals): &SegmentTemplate| match &**literals {
            [_] => usize::MAX,
            literals => literals.iter().map(|literal| literal.exact.len()).sum(),
        };
        self.segments.iter().map(specificity).collect()
    }

    /// Returns true if the segments of a path match. No parameter matches an empty text.
    pub(super) fn matches(&self, segments: &[&str], comparison: Comparison) -> bool {
        let Some(excess) = segments.len().checked_sub(self.segments.len()) else { return false };
        match self.spanning_segment {
            Some(index) if excess > 0 => {
                let (before, spanned) = (&segments[..index], &segments[index..=index + excess]);
                let after = &segments[index + excess + 1..];
                spanned.iter().all(|segment| !segment.is_empty())
                    && self.segments[index].matches(&spanned.join("/"), comparison)
                    && matches_each(&self.segments[..index], before, comparison)
                    && matches_each(&self.segments[index + 1..], after, comparison)
            }
            _ => excess == 0 && matches_each(&self.segments, segments, comparison),
        }
    }

    /// Returns true if another template matches the same paths, whatever the names of the parameters.
    pub(super) fn is_same(&self, other: &Self, comparison: Comparison) -> bool {
        let is_same_text = |(one, other): (&Literal, &Literal)| one.text(comparison) == other.text(comparison);
        let is_same_segment = |(SegmentTemplate(one), SegmentTemplate(other)): (&SegmentTemplate, &SegmentTemplate)| {
            one.len() == other.len() && one.iter().zip(other).all(is_same_text)
        };
        self.segments.len() == other.segments.len() && self.segments.iter().zip(&other.segments).all(is_same_segment)
    }
}

fn matches_each(templates: &[SegmentTemplate], segments: &[&str], comparison: Comparison) -> bool {
    templates.iter().zip(segments).all(|(template, segment)| template.matches(segment, comparison))
}

impl SegmentTemplate {
    fn new(text: &str) -> Self {
        let (mut literals, mut rest) = (Vec::new(), text);
        while let Some((literal, after)) = rest.split_once('{')
            && let Some((_, tail)) = after.split_once('}')
        {
            literals.push(Literal::new(literal));
            rest = tail;
        }
        literals.push(Literal::new(rest));
        Self(literals.into())
    }

    fn matches(&self, text: &str, comparison: Comparison) -> bool {
        let Some((last, before)) = self.0.split_last() else { return false };
        let last = last.text(comparison);
        let Some((first, between)) = before.split_first() else { return text == last };
        let Some(mut rest) = text.strip_prefix(first.text(comparison)) else { return false };
        for literal in between {
            let literal = literal.text(comparison);
            // The parameter before the literal has at least one character.
            let Some(start) = rest.chars().next().map(char::len_utf8) else { return false };
            let Some(position) = rest[start..].find(literal) else { return false };
            rest = &rest[start + position + literal.len()..];
        }
        rest.len() > last.len() && rest.ends_with(last)
    }
}

impl Literal {
    fn new(text: &str) -> Self {
        let exact = canonical_literal(text);
        let folded = fold_case(&String::from_utf8_lossy(&decode_fully(&exact)));
        Self { folded: (folded != exact).then(|| folded.into()), exact: exact.into() }
    }

    fn text(&self, comparison: Comparison) -> &str {
        match (comparison, &self.folded) {
            (Comparison::Folded, Some(folded)) => folded,
            _ => &self.exact,
        }
    }
}

/// Returns a template without the query and the fragment that a key of a document can have.
fn path_of(template: &str) -> &str {
    let mut is_in_name = false;
    let end = template.find(|c| {
        is_in_name = c == '{' || is_in_name && c != '}';
        !is_in_name && matches!(c, '?' | '#')
    });
    &template[..end.unwrap_or(template.len())]
}

/// Returns the values of the parameters of a template in a path that matches it, by name, decoded.
pub(crate) fn path_values(template: &str, slash_parameter: Option<&str>, path: &str) -> Vec<(String, String)> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut values = Vec::new();
    let PathTemplate { segments: templates, spanning_segment } = PathTemplate::new(template, slash_parameter);
    let excess = segments.len().saturating_sub(templates.len());
    let mut rest = segments.as_slice();
    for (index, template_segment) in path_of(template).split('/').enumerate() {
        let count = if spanning_segment == Some(index) { 1 + excess } else { 1 };
        let Some((spanned, others)) = rest.split_at_checked(count) else { break };
        rest = others;
        push_segment_values(template_segment, &spanned.join("/"), &mut values);
    }
    values
}

/// Appends the values of the parameters of one segment. Each ends where the literal text after it begins.
fn push_segment_values(template: &str, text: &str, values: &mut Vec<(String, String)>) {
    let mut rest = text;
    let mut parts = template.split('{');
    let prefix = canonical_literal(parts.next().unwrap_or_default());
    rest = rest.strip_prefix(&*prefix).unwrap_or(rest);
    let mut parts = parts.filter_map(|part| part.split_once('}')).peekable();
    while let Some((name, literal)) = parts.next() {
        let literal = canonical_literal(literal);
        let end = if parts.peek().is_none() {
            rest.len().saturating_sub(literal.len())
        } else {
            let start = rest.chars().next().map_or(0, char::len_utf8);
            rest.get(start..).and_then(|after| after.find(&*literal)).map_or(rest.len(), |position| start + position)
        };
        let (value, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        values.push((name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
        rest = after.strip_prefix(&*literal).unwrap_or(after);
    }
}

#[cfg(test)]
mod tests {
    use super::path_values;

    #[test]
    fn the_values_of_parameters_are_found_in_a_path() {
        for (template, slash_parameter, path, expected) in [
            ("/users/{id}", None, "/users/a%2Fb", &[("id", "a/b")][..]),
            ("/users/{id}.json", None, "/users/1.json", &[("id", "1")]),
            ("/v{major}/x", None, "/v2/x", &[("major", "2")]),
            ("/compare/{base}...{head}", None, "/compare/a.b...c", &[("base", "a.b"), ("head", "c")]),
            ("/r/{repo}/c/{path}", Some("path"), "/r/1/c/a/b%20c", &[("repo", "1"), ("path", "a/b c")]),
            ("/{path}/end/{id}", Some("path"), "/a/b/end/1", &[("path", "a/b"), ("id", "1")]),
        ] {
            let values = path_values(template, slash_parameter, path);
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(values, expected, "{template} {path}");
        }
    }
}
