//! A small reader of Rust text: enough to tell code from comments and strings, and to match braces.

use std::ops::Range;

/// The text with the insides of comments, strings and character literals blanked; every line keeps its place.
///
/// This is not a parser: it knows the literals and comments of the language reference and nothing else, which is what
/// a rule needs in order not to trip over its own examples.
pub(crate) fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = blank_until(bytes, at).unwrap_or(at);
        if end == at {
            code.push(bytes[at]);
            at += 1;
        } else {
            code.extend(bytes[at..end].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        }
    }
    String::from_utf8(code).expect("blanks replace whole literals, what is left was UTF-8")
}

/// The string literals of a text outside of comments, each with the place of its first letter; as written, with its
/// escapes.
pub(crate) fn strings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            at = blank_until(bytes, at).unwrap_or(at + 1);
            if bytes[start] == b'"' && start + 2 <= at {
                return Some((start + 1, &text[start + 1..at - 1]));
            }
        }
        None
    })
}

/// Where the comment or literal that begins at `at` ends, if one begins there.
fn blank_until(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => Some(at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())),
        [b'/', b'*', ..] => Some(block_comment_end(bytes, at)),
        [b'"', ..] => Some(string_end(bytes, at + 1)),
        [b'\'', ..] => character_end(bytes, at),
        [b'r', b'"' | b'#', ..] if !is_word(bytes, at) => raw_string_end(bytes, at + 1),
        [b'b' | b'c', b'r', b'"' | b'#', ..] if !is_word(bytes, at) => raw_string_end(bytes, at + 2),
        _ => None,
    }
}

/// Whether the byte before `at` continues a word, so that an `r` there opens no raw string.
fn is_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A lifetime looks like an open character literal: it is one only if it closes again after one character.
fn character_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        let closing = bytes[start + 3..].iter().position(|&byte| byte == b'\'')?;
        return Some(start + 3 + closing + 1);
    }
    let first = *bytes.get(start + 1)?;
    let width = match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (bytes.get(start + 1 + width) == Some(&b'\'')).then_some(start + 2 + width)
}

fn raw_string_end(bytes: &[u8], after_r: usize) -> Option<usize> {
    let hashes = bytes[after_r..].iter().take_while(|&&byte| byte == b'#').count();
    if bytes.get(after_r + hashes) != Some(&b'"') {
        return None;
    }
    let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = after_r + hashes + 1;
    let found = bytes[body..].windows(closing.len()).position(|window| window == closing);
    Some(found.map_or(bytes.len(), |found| body + found + closing.len()))
}

/// The places where `word` stands in `text` and is not part of a longer word.
pub(crate) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let continues = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (open_start, open_end) = (!continues(word.chars().next()), !continues(word.chars().next_back()));
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        (open_start || !continues(before)) && (open_end || !continues(after))
    })
}

/// The line of a place in the text, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].bytes().filter(|&byte| byte == b'\n').count()
}

/// From an opening brace in `code` to behind its partner; `None` if the brace never closes.
pub(crate) fn block(code: &str, open: usize) -> Option<Range<usize>> {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(open..at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `code` without its `#[cfg(test)]` modules; every line keeps its place.
pub(crate) fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    for range in tests(code) {
        let lines: Vec<String> = code[range.clone()].split('\n').map(|line| " ".repeat(line.len())).collect();
        kept.replace_range(range, &lines.join("\n"));
    }
    kept
}

/// Where the `#[cfg(test)]` modules of `code` are.
pub(crate) fn tests(code: &str) -> Vec<Range<usize>> {
    let module = |(at, attribute): (usize, &str)| {
        let after = &code[at + attribute.len()..];
        let body = after.find(['{', ';']).filter(|&body| after.as_bytes()[body] == b'{')?;
        block(code, at + attribute.len() + body)
    };
    code.match_indices("#[cfg(test)]").filter_map(module).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left_and_lines_stay() {
        for (text, code) in [
            ("let a = 1; // todo\nlet b;", "let a = 1;        \nlet b;"),
            ("a /* x /* y */ z */ b", "a                   b"),
            (r#"f("x \" }", 'y', b'}')"#, "f(        ,    , b   )"),
            ("g(r#\"a \" b\"#, x)", "g(          , x)"),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            (r"['\'', '\n', '→']", "[    ,     ,      ]"),
            ("for r in bar {}", "for r in bar {}"),
        ] {
            assert_eq!(code_only(text), code, "of {text:?}");
        }
    }

    #[test]
    fn a_word_is_not_part_of_a_longer_one() {
        assert_eq!(words("eprintln! println! xprint", "println!").collect::<Vec<_>>(), [10]);
        assert_eq!(words("#[ignore] #[ignored]", "#[ignore").collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_block_reaches_to_its_own_brace() {
        let code = "fn f() { if x { y } }\nfn g() {}";
        assert_eq!(&code[block(code, 7).unwrap()], "{ if x { y } }");
        assert_eq!(block("{ {", 0), None);
        assert_eq!(line_of(code, 22), 2);
    }

    #[test]
    fn test_modules_are_taken_out() {
        let code = "use a;\n#[cfg(test)]\nmod tests {\n  use b;\n}\nuse c;\n#[cfg(test)]\nmod more;\nuse d;";
        let kept = without_tests(code);
        assert!(kept.contains("use a;") && kept.contains("use c;") && kept.contains("use d;"));
        assert!(!kept.contains("use b;"));
        assert_eq!(kept.lines().count(), code.lines().count());
    }
}
