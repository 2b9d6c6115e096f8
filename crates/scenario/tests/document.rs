//! A document is read once and compiled as often as wanted.

mod common;

use brownout_model::Arrivals;
use brownout_scenario::{Document, Files, Overrides, Problems, load};
use common::{Disk, MM1, Memory};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Counts how often each file is read.
struct Counted(Memory, RefCell<BTreeMap<String, usize>>);

impl Files for Counted {
    fn read(&self, path: &str) -> Result<String, String> {
        *self.1.borrow_mut().entry(path.to_owned()).or_default() += 1;
        self.0.read(path)
    }
}

impl Counted {
    fn of(files: &[(&str, &str)]) -> Self {
        Counted(Memory::of(files), RefCell::default())
    }

    fn reads(&self) -> Vec<(String, usize)> {
        self.1.borrow().iter().map(|(path, times)| (path.clone(), *times)).collect()
    }
}

fn fine<T>(read: Result<T, Problems>) -> T {
    read.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn set(path: &str, value: &str) -> Overrides {
    Overrides { set: vec![(path.to_owned(), value.to_owned())], ..Overrides::default() }
}

#[test]
fn threads_share_a_document() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&fine(Document::parse("good/everything.toml", &Disk)));
}

#[test]
fn compiling_is_what_loading_does() {
    let document = fine(Document::parse("good/everything.toml", &Disk));
    for variant in [None, Some("base"), Some("shared")] {
        let overrides = Overrides { variant: variant.map(str::to_owned), ..Overrides::default() };
        let (mine, loaded) =
            (fine(document.compile(&overrides)), fine(load("good/everything.toml", &Disk, &overrides)));
        assert_eq!(format!("{:?}", mine.model), format!("{:?}", loaded.model));
        assert_eq!((mine.hash, mine.variants), (loaded.hash, loaded.variants));
    }
}

#[test]
fn overrides_leave_nothing_behind() {
    let document = fine(Document::parse("a.toml", &Memory::of(&[("a.toml", MM1)])));
    let plain = fine(document.compile(&Overrides::default())).hash;
    assert_ne!(fine(document.compile(&set("tier.server.workers", "2"))).hash, plain);
    assert!(document.compile(&set("tier.server.workers", "0")).is_err());
    assert_eq!(fine(document.compile(&Overrides::default())).hash, plain);
}

#[test]
fn files_are_read_once_however_often_it_is_compiled() {
    let text = MM1.replace("rate = \"0.8/s\"", "model = \"trace\"\ntrace = { file = \"t.csv\" }");
    let files = Counted::of(&[("a.toml", &text), ("t.csv", "timestamp\n1\n2\n3\n")]);
    let document = fine(Document::parse("a.toml", &files));
    let rows = |overrides: &Overrides| match &fine(document.compile(overrides)).model.loads[0].arrivals {
        Arrivals::Trace(rows) => rows.clone(),
        other => panic!("no trace: {other:?}"),
    };
    let first = rows(&Overrides::default());
    let second = rows(&set("tier.server.workers", "2"));
    assert!(std::sync::Arc::ptr_eq(&first, &second), "it is parsed once, too");
    assert_eq!(rows(&set("load.web.trace.speed", "2")).len(), 3);
    assert_eq!(rows(&set("load.web.trace.start", "2s")).len(), 1);
    assert_eq!(files.reads(), [("a.toml".to_owned(), 1), ("t.csv".to_owned(), 1)]);
}

#[test]
fn a_file_that_only_an_override_names_is_fetched() {
    let text = MM1.replace("rate = \"0.8/s\"", "model = \"trace\"\ntrace = { file = \"t.csv\" }");
    let files = [("a.toml", text.as_str()), ("t.csv", "timestamp\n1\n"), ("u.csv", "timestamp\n1\n2\n")];
    let files = Memory::of(&files);
    let mut document = fine(Document::parse("a.toml", &files));
    let other = set("load.web.trace.file", "u.csv");
    let refused = document.compile(&other).map_or_else(|problems| problems.to_string(), |_| String::new());
    assert_eq!(refused, "--set:1: file = u.csv: cannot read u.csv: it was not read with the scenario");
    document.fetch(&files, &other);
    assert_eq!(fine(document.compile(&other)).hash, fine(load("a.toml", &files, &other)).hash);
}

#[test]
fn a_check_tries_what_compiling_leaves_alone() {
    let broken =
        ["[variant.none]\n\"tier.server.workers\" = 0\n", "[sweep]\n\"tier.server.workers\" = [1, 2, 0]\n"];
    for more in broken {
        let text = format!("{MM1}\n{more}");
        let document = fine(Document::parse("a.toml", &Memory::of(&[("a.toml", &text)])));
        fine(document.compile(&Overrides::default()));
        let problems =
            document.check(&Overrides::default()).map_or_else(|found| found.to_string(), |_| String::new());
        assert!(problems.contains("a replica without workers"), "{problems}");
    }
}
