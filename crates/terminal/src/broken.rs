//! A broken invariant ends the program with one paragraph that lets its authors repeat it.

use crate::again::again;
use crate::streams::say;
use brownout::units::Span;
use brownout::words::screen::{Running, broken};
use brownout::{Address, Broken, Store as _, broken_record};
use brownout_host::store::Folder;
use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// As the panics of other programs end.
pub const CODE: i32 = 101;

/// Where runs are kept: one that breaks is recorded there, and the program goes on without it.
static STORE: OnceLock<PathBuf> = OnceLock::new();
/// How often this program may begin again after a run broke: more of them are one mistake, found again and again.
const AGAIN_MAX: u32 = 100;
/// What counts that.
const AGAIN: &str = "BROWNOUT_BEGAN_AGAIN";

/// Held by the thread whose run broke, until the program ends or begins again.
static FIRST: Mutex<()> = Mutex::new(());

thread_local! {
    static KEPT_AT: Cell<Option<Address>> = const { Cell::new(None) };
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// This thread begins a run.
pub fn begins(running: Running) {
    RUNNING.set(Some(running));
}

/// This thread begins a run that is kept at an address.
pub fn begins_kept(running: Running, at: Address) {
    KEPT_AT.set(Some(at));
    begins(running);
}

/// From now on a run that breaks is recorded in this store, and the program begins again: the store has all others.
pub fn goes_on(store: &Path) {
    let _ = STORE.set(store.to_owned());
}

/// The run of this thread has come as far as that.
pub fn reaches(at: Span) {
    RUNNING.with_borrow_mut(|running| {
        if let Some(running) = running {
            running.at = at;
        }
    });
}

/// From now on a broken invariant ends the program with a paragraph instead of a backtrace.
pub fn watch() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|asked| asked == "full") {
            usual(info);
        }
        // Of two runs that break at once, the second one waits here for its end: it is done again, and told then.
        let _first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
        let running =
            RUNNING.try_with(|running| running.try_borrow().ok().and_then(|running| running.clone()));
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let what = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("it does not say why");
        let running = running.ok().flatten();
        let again = once_more(running.as_ref());
        say(&broken(what, &place.unwrap_or_default(), brownout::VERSION, running.as_ref(), &again));
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
    say("It is recorded, and the others go on.\n");
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

/// The command that runs into it again, and into nothing else.
fn once_more(running: Option<&Running>) -> String {
    const REPLACED: [&str; 4] = ["--seed", "--replications", "--threads", "--store"];
    let Some(running) = running else { return again(&[], &[]) };
    let (seed, replications) = (running.seed.to_string(), (running.replication + 1).to_string());
    let mut more = vec!["--seed", &seed, "--replications", &replications, "--threads", "1"];
    // In the store it is recorded as broken, and would not be tried.
    let is_kept = KEPT_AT.try_with(Cell::get).is_ok_and(|at| at.is_some());
    more.extend(is_kept.then_some("--no-store"));
    again(&REPLACED, &more.into_iter().map(str::to_owned).collect::<Vec<_>>())
}
