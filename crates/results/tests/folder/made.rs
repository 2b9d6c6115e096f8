//! Contents made of shipped scenarios, and what tests do to folders.

use brownout_analysis::findings::{BASE, Findings, Stamp};
use brownout_analysis::{Case, analyse, stretches};
use brownout_lab::{Point, Silent, layout, run_all};
use brownout_observe::{Keep, Legend, Replication};
use brownout_results::{Contents, File, MANIFEST, pack};
use brownout_scenario::{Files, Overrides, load};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The repository.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &str) -> Result<String, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join(path)).map_err(|error| error.to_string())
    }
}

/// What variants of a scenario give, each with this number of replications; `base` is the scenario as it stands.
pub(crate) fn made(path: &str, variants: &[&str], set: &[(&str, &str)], replications: u32) -> Contents {
    let set: Vec<_> = set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let findings = variants.iter().map(|variant| {
        let variant = Some((*variant).to_owned());
        let options =
            Overrides { set: set.clone(), variant, replications: Some(replications), ..Overrides::default() };
        findings(path, &options)
    });
    let scenarios =
        variants.iter().map(|variant| format!("# {variant} of {path}, as resolved\nschema = 1\n"));
    Contents { findings: findings.collect(), scenarios: scenarios.collect() }
}

fn findings(path: &str, options: &Overrides) -> Findings {
    let scenario = load(path, &Repository, options).unwrap_or_else(|p| panic!("{}", p.render(false)));
    let legend = Arc::new(Legend::new(layout(&scenario.model)));
    let keep = Keep::new(&legend.layout, stretches(&scenario.expectations), true);
    let point = Point {
        model: &scenario.model,
        legend: Arc::clone(&legend),
        keep,
        seed: scenario.seed,
        first: 0,
        replications: scenario.replications,
        cost: scenario.events,
    };
    let alone = |_, digest| Replication::alone(digest);
    let runs = run_all(&[point], 2, &[Silent], alone).expect("a run").remove(0);
    let case = Case { model: &scenario.model, legend: &legend, expectations: &scenario.expectations };
    let stamp = Stamp {
        version: "0.1.0".to_owned(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        variant: scenario.variant.clone().unwrap_or_else(|| BASE.to_owned()),
        scenario_hash: format!("{:016x}", scenario.hash),
        seed: scenario.seed,
        replications: scenario.replications,
        fingerprint: String::new(),
        events: 0,
        simulated_seconds: scenario.model.duration.as_secs_f64(),
        warmup_seconds: scenario.model.warmup.as_secs_f64(),
        start: scenario.start.as_ref().map(ToString::to_string),
    };
    analyse(&case, &runs, stamp)
}

/// A small one with two variants, and its files.
pub(crate) fn small() -> &'static (Contents, Vec<File>) {
    static SMALL: OnceLock<(Contents, Vec<File>)> = OnceLock::new();
    SMALL.get_or_init(|| {
        let set = [("run.window", "30s")];
        let contents = made("experiments/retry-budget/scenario.toml", &[BASE, "budget-5"], &set, 3);
        let files = pack(&contents);
        (contents, files)
    })
}

/// One file of a folder.
pub(crate) fn bytes<'a>(files: &'a [File], path: &str) -> &'a Vec<u8> {
    &files.iter().find(|file| file.path == path).expect("a file of that name").bytes
}

/// A folder with another content of one file.
pub(crate) fn with(files: &[File], path: &str, bytes: Vec<u8>) -> Vec<File> {
    let mut files = files.to_vec();
    files.iter_mut().find(|file| file.path == path).expect("a file of that name").bytes = bytes;
    files
}

/// A folder with another manifest, sealed as this program would.
pub(crate) fn with_manifest(files: &[File], change: impl FnOnce(&mut Value)) -> Vec<File> {
    let mut manifest: Value = serde_json::from_slice(bytes(files, MANIFEST)).expect("JSON");
    change(&mut manifest);
    manifest.as_object_mut().expect("an object").remove("seal");
    let text = manifest.to_string();
    let body = format!("{},", text.strip_suffix('}').expect("an object"));
    let seal =
        blake3::Hash::from(blake3::derive_key("brownout results.json format 1", body.as_bytes())).to_hex();
    with(files, MANIFEST, format!("{body}\"seal\":\"{seal}\"}}").into_bytes())
}

/// The same with another content of one file and a manifest that says so, as one who means it would write.
pub(crate) fn forged(files: &[File], path: &str, bytes: Vec<u8>) -> Vec<File> {
    let seal = json!({ "bytes": bytes.len(), "blake3": blake3::hash(&bytes).to_hex().as_str() });
    with_manifest(&with(files, path, bytes), |manifest| manifest["files"][path] = seal)
}
