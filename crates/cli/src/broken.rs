//! A broken invariant ends the program with one paragraph that lets its authors repeat it.

use crate::terminal;
use brownout::units::{Span, quoted};
use brownout::words::screen::{Running, broken};
use std::cell::RefCell;
use std::panic::PanicHookInfo;

/// As the panics of other programs end.
pub(crate) const CODE: i32 = 101;

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
        let running = running.ok().flatten();
        let again = again(&typed, running.as_ref());
        terminal::say(&broken(what, &place.unwrap_or_default(), brownout::VERSION, running.as_ref(), &again));
        std::process::exit(CODE);
    }));
}

/// The command as a shell takes it, with the replication that broke as its last.
fn again(typed: &[String], running: Option<&Running>) -> String {
    const AGAIN: [&str; 3] = ["--seed", "--replications", "--threads"];
    let (mut words, mut skips) = (vec!["brownout".to_owned()], false);
    for word in typed {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if std::mem::take(&mut skips) {
            continue;
        }
        if running.is_some() && AGAIN.contains(&name) {
            skips = !word.contains('=');
            continue;
        }
        words.push(as_shell(word));
    }
    words.extend(running.map(|running| {
        format!("--seed {} --replications {} --threads 1", running.seed, running.replication + 1)
    }));
    words.join(" ")
}

/// A word as a shell takes it.
pub(crate) fn as_shell(word: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-_./:=,%".contains(c);
    if !word.is_empty() && word.chars().all(fine) {
        word.to_owned()
    } else if word.contains('\'') || word.chars().any(char::is_control) {
        quoted(word)
    } else {
        format!("'{word}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_repeated_with_the_run_that_broke() {
        let typed = ["run", "a b.toml", "--seed", "3", "--threads=2", "--set", "tier.a.workers=2"];
        let (variant, at) = ("base".to_owned(), Span::from_secs(90));
        let running = Running { scenario: 0xab, variant, seed: 3, replication: 6, at };
        assert_eq!(
            again(&typed.map(str::to_owned), Some(&running)),
            "brownout run 'a b.toml' --set tier.a.workers=2 --seed 3 --replications 7 --threads 1"
        );
    }
}
