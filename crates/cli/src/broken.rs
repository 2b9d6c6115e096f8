//! What is said when an invariant of the program is broken: one paragraph that lets its authors repeat it.

use crate::terminal;
use brownout::units::{Span, quoted};
use std::cell::RefCell;
use std::panic::PanicHookInfo;

/// As the panics of other programs end.
pub(crate) const CODE: i32 = 101;

/// What a thread is simulating.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) scenario: u64,
    pub(crate) variant: String,
    pub(crate) seed: u64,
    pub(crate) replication: u64,
    /// The last instant that it has told.
    pub(crate) at: Span,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// This thread begins a run.
pub(crate) fn begins(running: Running) {
    RUNNING.set(Some(running));
}

/// The run of this thread has come as far as that.
pub(crate) fn reaches(at: Span) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running {
            running.at = at;
        }
    });
}

/// From now on a broken invariant ends the program with a paragraph instead of a backtrace.
pub(crate) fn watch() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|asked| asked == "full") {
            usual(info);
        }
        let running =
            RUNNING.try_with(|running| running.try_borrow().ok().and_then(|running| running.clone()));
        let typed: Vec<String> = std::env::args().skip(1).collect();
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let what = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("it does not say why");
        terminal::say(&paragraph(what, &place.unwrap_or_default(), running.ok().flatten().as_ref(), &typed));
        std::process::exit(CODE);
    }));
}

fn paragraph(what: &str, place: &str, running: Option<&Running>, typed: &[String]) -> String {
    let of = running.map_or(String::new(), |running| {
        let Running { scenario, variant, seed, replication, at } = running;
        format!(
            " It was simulating scenario {scenario:016x}, variant {variant}, seed {seed}, replication {replication}, \
             and had come to {at}."
        )
    });
    let again = running.map_or(String::new(), |running| {
        format!(" --seed {} --replications {} --threads 1", running.seed, running.replication + 1)
    });
    let typed = again_as_typed(typed, running.is_some());
    format!(
        "error: a mistake in brownout {}, not in what you typed: {what} ({place}).{of} No number of this run is to be \
         trusted, and none was written. Please report it with the scenario; this repeats it: brownout {typed}{again}\n",
        brownout::VERSION
    )
}

/// The arguments as a shell takes them; without those that are given again.
fn again_as_typed(typed: &[String], is_run: bool) -> String {
    const AGAIN: [&str; 3] = ["--seed", "--replications", "--threads"];
    let (mut words, mut skips) = (Vec::new(), false);
    for word in typed {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if std::mem::take(&mut skips) {
            continue;
        }
        if is_run && AGAIN.contains(&name) {
            skips = !word.contains('=');
            continue;
        }
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_./:=,%".contains(c);
        words.push(if !word.is_empty() && word.chars().all(fine) {
            word.clone()
        } else if word.contains('\'') || word.chars().any(char::is_control) {
            quoted(word)
        } else {
            format!("'{word}'")
        });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_invariant_says_how_to_repeat_it() {
        let typed = ["run", "a b.toml", "--seed", "3", "--threads=2", "--set", "tier.a.workers=2"];
        let running = Running {
            scenario: 0xab,
            variant: "base".to_owned(),
            seed: 3,
            replication: 6,
            at: Span::from_secs(90),
        };
        let said = paragraph("1 call in two stages", "a.rs:7", Some(&running), &typed.map(str::to_owned));
        let said = said.replace(brownout::VERSION, "V");
        assert_eq!(
            said,
            "error: a mistake in brownout V, not in what you typed: 1 call in two stages (a.rs:7). It was simulating \
             scenario 00000000000000ab, variant base, seed 3, replication 6, and had come to 1m30s. No number of this \
             run is to be trusted, and none was written. Please report it with the scenario; this repeats it: brownout \
             run 'a b.toml' --set tier.a.workers=2 --seed 3 --replications 7 --threads 1\n"
        );
    }
}
