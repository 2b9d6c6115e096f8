//! A scenario where there is no thread, clock or file: text in, its fingerprint out. The gate runs it in node.
//!
//! It is built as a module of WebAssembly without any tool for bindings. The caller asks for [`text`], writes UTF-8
//! there, calls [`run`], and reads what stands at [`answer`]. A panic is a trap: the instance has to be made anew.
#![allow(unsafe_code, reason = "an exported name may clash with another one; the three here do not")]

use brownout::{Overrides, Settings, Silent, Text, open, simulate};
use std::sync::Mutex;

/// What was put in, and what came out; the page calls from one thread.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<String> = Mutex::new(String::new());

/// Room for a text of `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn text(length: usize) -> *mut u8 {
    let mut text = TEXT.lock().expect("one thread");
    *text = vec![0; length];
    text.as_mut_ptr()
}

/// Runs the scenario that was written to [`text`]: the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    let text = String::from_utf8_lossy(&TEXT.lock().expect("one thread")).into_owned();
    let mut answer = ANSWER.lock().expect("one thread");
    *answer = outcome(text).unwrap_or_else(|problem| format!("error: {problem}"));
    answer.len()
}

/// Where the answer stands, in UTF-8, until the next [`run`].
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    ANSWER.lock().expect("one thread").as_ptr()
}

/// How many events, and the fingerprint over all replications: what `brownout run` says of them.
fn outcome(text: String) -> Result<String, String> {
    let cases = open("scenario.toml", &Text(text), &Overrides::default());
    let cases = cases.map_err(|problems| problems.to_string())?;
    let silent: Vec<Silent> = cases.iter().map(|_| Silent).collect();
    let findings =
        simulate(&cases, Settings { threads: 1, windows: true, beside: true, provenance: false }, &silent);
    let findings = findings.map_err(|error| error.to_string())?;
    let stamp = &findings[0].stamp;
    Ok(format!("{} events, {}", stamp.events, stamp.fingerprint))
}
