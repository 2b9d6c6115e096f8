//! A broken invariant ends the program with one paragraph that lets its authors repeat it.

use crate::terminal;
use brownout::units::{Span, quoted};
use brownout::words::screen::{Running, broken};
use brownout::{Address, Broken, Store as _, broken_record};
use brownout_host::store::Folder;
use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// As the panics of other programs end.
pub(crate) const CODE: i32 = 101;

/// Where runs are kept: one that breaks is recorded there, and the program goes on without it.
static STORE: OnceLock<PathBuf> = OnceLock::new();
/// How often this program may begin again after a run broke: more of them are one mistake, found again and again.
const AGAIN_MAX: u32 = 100;
/// What counts that.
const AGAIN: &str = "BROWNOUT_BEGAN_AGAIN";

thread_local! {
    static KEPT_AT: Cell<Option<Address>> = const { Cell::new(None) };
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// This thread begins a run.
pub(crate) fn begins(running: Running) {
    RUNNING.set(Some(running));
}

/// This thread begins a run that is kept at an address.
pub(crate) fn begins_kept(running: Running, at: Address) {
    KEPT_AT.set(Some(at));
    begins(running);
}

/// From now on a run that breaks is recorded in this store, and the program begins again: the store has all others.
pub(crate) fn goes_on(store: &Path) {
    let _ = STORE.set(store.to_owned());
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
        go_on(what);
        std::process::exit(CODE);
    }));
}

/// Records the run that broke and begins again; returns where that cannot be.
fn go_on(what: &str) {
    let (Some(store), Ok(Some(at))) = (STORE.get(), KEPT_AT.try_with(Cell::get)) else { return };
    let began = std::env::var(AGAIN).ok().and_then(|count| count.parse().ok()).unwrap_or(0u32);
    let from_stdin = std::env::args().any(|word| word == "-");
    let recorded = Folder::open(store)
        .map_err(|error| error.to_string())
        .and_then(|store| store.put(at, &broken_record(Broken::Invariant(what.to_owned()))));
    if recorded.is_err() || from_stdin || AGAIN_MAX <= began {
        return;
    }
    terminal::say("It is recorded, and the others go on.\n");
    let Ok(program) = std::env::current_exe() else { return };
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1)).env(AGAIN, (began + 1).to_string());
    begin_again(&mut command);
}

/// In place of this process, so that a shell sees one.
#[cfg(unix)]
fn begin_again(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt as _;
    // It only returns where it failed.
    let _ = command.exec();
}

#[cfg(not(unix))]
fn begin_again(command: &mut std::process::Command) {
    if let Ok(status) = command.status() {
        std::process::exit(status.code().unwrap_or(CODE));
    }
}

/// The command as a shell takes it, with the replication that broke as its last.
fn again(typed: &[String], running: Option<&Running>) -> String {
    const REPLACED: [&str; 3] = ["--seed", "--replications", "--threads"];
    let (mut words, mut skips) = (vec!["brownout".to_owned()], false);
    for word in typed {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if std::mem::take(&mut skips) {
            continue;
        }
        if running.is_some() && REPLACED.contains(&name) {
            skips = !word.contains('=');
            continue;
        }
        words.push(as_shell(word));
    }
    if KEPT_AT.get().is_some() {
        words.push("--no-store".to_owned());
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
