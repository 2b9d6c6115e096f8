//! A scenario where there is no thread, clock or file: text in, its fingerprint out. The gate runs it in node.
//!
//! It is built as a module of WebAssembly without any tool for bindings. The caller asks for [`text`], writes UTF-8
//! there, calls [`run`], and reads what stands at [`answer`]. A panic is a trap: the instance has to be made anew.
#![allow(unsafe_code, reason = "an exported name may clash with another one; the three here do not")]

use brownout_lab::{Silent, replicate};
use brownout_observe::fold;
use brownout_scenario::{Files, Options, load};
use std::sync::Mutex;

/// What was put in, and what came out; the page calls from one thread.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<String> = Mutex::new(String::new());

/// The one file of a page without files.
const FILE: &str = "scenario.toml";

struct Page(String);

impl Files for Page {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == FILE { Ok(self.0.clone()) } else { Err("a page has no other file".to_owned()) }
    }
}

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
    let scenario = load(FILE, &Page(text), &Options::default()).map_err(|problems| problems.to_string())?;
    let runs = replicate(&scenario.model, scenario.seed, scenario.replications, 1, &Silent);
    let runs = runs.map_err(|error| error.to_string())?;
    let events: u64 = runs.iter().map(|run| run.events).sum();
    let fingerprint = runs.iter().fold(0, |all, run| fold(all, run.fingerprint));
    Ok(format!("{events} events, {fingerprint:016x}"))
}
