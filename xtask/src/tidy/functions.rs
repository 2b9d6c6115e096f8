//! A function fits on one screen.

use super::{Problem, Rule};
use crate::repository::Repository;
use crate::source::{block, code_only, line_of, words};

const LIMIT: usize = 70;

pub(super) const RULE: Rule = Rule {
    name: "functions",
    why: "a function that does not fit on a screen cannot be checked at a glance",
    check,
};

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust() {
        for Function { name, line, lines } in functions(&file.text) {
            if lines > LIMIT {
                let what = format!("fn {name} has {lines} lines, the limit is {LIMIT}");
                problems.push(Problem::new(
                    &file.path,
                    line,
                    what,
                    "give one of its steps a name of its own",
                ));
            }
        }
    }
    problems
}

struct Function {
    name: String,
    /// Where `fn` stands.
    line: usize,
    /// From `fn` to the closing brace, both counted.
    lines: usize,
}

fn functions(text: &str) -> Vec<Function> {
    let code = code_only(text);
    let mut found = Vec::new();
    for at in words(&code, "fn") {
        let name: String =
            code[at + 2..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // `fn(u32) -> u32` is a type, and a required method of a trait has no body.
        let Some(open) = body(&code, at).filter(|_| !name.is_empty()) else { continue };
        let Some(range) = block(&code, open) else { continue };
        let (first, last) = (line_of(&code, at), line_of(&code, range.end - 1));
        found.push(Function { name, line: first, lines: last - first + 1 });
    }
    found
}

/// The brace that opens the body; `None` if a semicolon comes first. What is inside brackets does not count, so that
/// the `;` of `[u8; 4]` in a signature ends nothing.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_length(lines: usize) -> String {
        format!("\nfn long(x: [u8; 4]) {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn a_function_is_counted_from_fn_to_its_last_brace() {
        assert!(check(&Repository::of(&[("a.rs", &of_length(LIMIT))])).is_empty());
        let problems = check(&Repository::of(&[("a.rs", &of_length(LIMIT + 1))]));
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].line, problems[0].what.as_str()),
            (2, "fn long has 71 lines, the limit is 70")
        );
    }

    #[test]
    fn braces_in_strings_types_and_required_methods_are_not_bodies() {
        let text =
            "trait T { fn a(&self); }\ntype F = fn(u32);\nfn b() -> &'static str { \"}\" }\n// fn c() {\n";
        let names: Vec<String> = functions(text).into_iter().map(|function| function.name).collect();
        assert_eq!(names, ["b"]);
    }
}
