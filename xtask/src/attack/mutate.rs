//! A shipped file with a few changes that its author did not mean.

use super::File;
use super::dice::Dice;

/// What stands in place of a value.
const VALUES: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "1e-308",
    "nan",
    "inf",
    "18446744073709551616",
    "\"\"",
    "\"0s\"",
    "\"1ns\"",
    "\"1ms\"",
    "\"3653d\"",
    "\"-1s\"",
    "\"1e9/s\"",
    "\"0/s\"",
    "\"100%\"",
    "\"1000%\"",
    "\"\\u001b[2J\\u0007\\u202e\"",
    "true",
    "[]",
    "[[]]",
    "{}",
    "{ enabled = false }",
    "\"none\"",
    "\"../../../../dev/zero\"",
    "\"brownout:x\"",
    "1979-05-27",
    "{ dist = \"pareto\", mean = \"1s\", shape = 1.01 }",
    "{ dist = \"gamma\", mean = \"1s\", cv = 13 }",
    "\"9223372036s\"",
    "250",
    "1000000000",
    "0.000000001",
];

/// One of the files, changed in one to four places.
pub(super) fn file(files: &[File], dice: &mut Dice) -> File {
    let File { path, text } = dice.one(files);
    let mut text = text.clone();
    for _ in 0..=dice.below(4) {
        text = change(&text, files, dice);
    }
    File { path: path.clone(), text }
}

fn change(text: &str, files: &[File], dice: &mut Dice) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return dice.one(VALUES).to_string();
    }
    let at = dice.below(lines.len());
    let replaced = |by: Vec<&str>| {
        let (before, after) = (&lines[..at], &lines[at + 1..]);
        [before, &by, after].concat().join("\n") + "\n"
    };
    match dice.below(8) {
        0 => replaced(vec![]),
        1 => replaced(vec![lines[at], lines[at]]),
        2 => {
            let other = &dice.one(files).text;
            let others: Vec<&str> = other.lines().collect();
            let line = if others.is_empty() { "" } else { *dice.one(&others) };
            replaced(vec![lines[at], line])
        }
        3 => bytes(text, dice),
        _ => match lines[at].split_once('=') {
            Some((key, value)) => {
                let line = format!("{key}= {}", new_value(value, dice));
                replaced(vec![&line])
            }
            None => bytes(text, dice),
        },
    }
}

/// Another value of a line, or the same with another number in it.
fn new_value(value: &str, dice: &mut Dice) -> String {
    let digits: Vec<usize> = value.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    if digits.is_empty() || dice.once_in(2) {
        return dice.one(VALUES).to_string();
    }
    let at = *dice.one(&digits);
    let by = *dice.one(&["", "0", "00000", "9", ".", "-", "e9"]);
    format!("{}{by}{}", &value[..at], &value[at + 1..])
}

/// A few bytes less, or others.
fn bytes(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = dice.below(bytes.len());
    match dice.below(3) {
        0 => drop(bytes.drain(at..(at + 1 + dice.below(40)).min(text.len()))),
        1 => bytes[at] = dice.below(256) as u8,
        _ => bytes.truncate(at),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
