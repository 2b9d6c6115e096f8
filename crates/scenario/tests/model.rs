//! The model of every scenario that ships passes through serde and comes back the same, bit by bit.

use brownout_dist::{Exponential, Law, Truncated};
use brownout_model::{Model, layout};
use brownout_protocol::Layout;
use brownout_scenario::{Files, Overrides, Scenario, load};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

/// The repository, as what ships names its files.
struct Root(PathBuf);

impl Files for Root {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.0.join(path)).map_err(|error| error.to_string())
    }
}

fn scenarios(root: &Path, folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).expect("the folder ships") {
        let entry = entry.expect("it can be read");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            scenarios(root, &path, found);
        } else if entry.path().extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
}

/// What came back through a text format and a binary one.
fn through<T: Serialize + DeserializeOwned>(value: &T) -> [T; 2] {
    let text = serde_json::to_string(value).expect("it is a text");
    let bytes = postcard::to_allocvec(value).expect("it is bytes");
    [
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")),
        postcard::from_bytes(&bytes).expect("they are what was written"),
    ]
}

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, path: &str) -> [T; 2] {
    let both = through(value);
    assert!(both.iter().all(|back| back == value), "{path} comes back as {:?}", both[0]);
    // What is equal may still differ in a bit: minus zero is equal to zero.
    let bytes = |value: &T| postcard::to_allocvec(value).expect("it is bytes");
    assert!(both.iter().all(|back| bytes(back) == bytes(value)), "{path} comes back with other bits");
    both
}

fn check(scenario: &Scenario, path: &str) {
    let both: [Model; 2] = comes_back(&scenario.model, path);
    both.iter().for_each(Model::check);
    let _: [Layout; 2] = comes_back(&layout(&scenario.model), path);
}

#[test]
fn every_model_that_ships_comes_back_from_text_and_bytes() {
    let files = Root(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let mut paths = Vec::new();
    for folder in
        ["experiments", "models/services", "crates/scenario/tests/good", "crates/scenario/tests/doubtful"]
    {
        scenarios(&files.0, folder, &mut paths);
    }
    let mut models = 0;
    for path in &paths {
        let read = |variant: Option<&str>| {
            let variant = variant.map(str::to_owned);
            load(path, &files, &Overrides { variant, ..Overrides::default() })
                .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
        };
        let base = read(None);
        check(&base, path);
        for variant in &base.variants {
            check(&read(Some(variant)), &format!("{path} {variant}"));
        }
        models += 1 + base.variants.len();
    }
    assert!(100 < models, "{models} models in {} files", paths.len());
}

#[test]
fn a_law_whose_bound_is_infinite_comes_back() {
    let law = Exponential::new(1.5).expect("a law").into();
    let law: Law = Truncated::new(law, 0.5, f64::INFINITY).expect("a law").into();
    comes_back(&law, "an exponential law from 0.5 on");
}
