//! What is not as it was written is refused, with its file, its version and the way out.

use crate::made::{bytes, forged, small, with, with_manifest};
use brownout_results::{Error, File, MANIFEST, Read, ReadError, pack, unpack};
use serde_json::json;

fn refused(files: &[File]) -> String {
    let error = unpack(&files.to_vec()).expect_err("a broken folder is refused");
    error.to_string()
}

#[test]
fn a_folder_that_is_none_says_what_one_has() {
    assert_eq!(unpack(&Vec::new()), Err(Error::NoManifest));
    let foreign = [File { path: MANIFEST.to_owned(), bytes: b"{\"results\": []}".to_vec() }];
    let wanted = "results.json is cut short, was changed, or is not of brownout: missing field `format` at line 1 \
                  column 15; brownout 0.1.0 reads format 1: copy the folder again, or run the scenario again";
    assert_eq!(refused(&foreign), wanted);
}

#[test]
fn every_file_cut_at_any_length_is_refused_by_its_name() {
    let files = &small().1;
    for file in files {
        let lengths = (0..file.bytes.len()).step_by((file.bytes.len() / 40).max(1));
        for length in lengths.chain([file.bytes.len() - 1]) {
            // What stands behind the last brace of the manifest is a line end.
            if file.path == MANIFEST && length == file.bytes.len() - 1 {
                continue;
            }
            let said = refused(&with(files, &file.path, file.bytes[..length].to_vec()));
            assert!(
                said.starts_with(&file.path) && said.contains("0.1.0"),
                "{} at {length}: {said}",
                file.path
            );
        }
    }
}

#[test]
fn every_file_with_a_changed_byte_is_refused_by_its_name() {
    let files = &small().1;
    for file in files.iter().filter(|file| file.path != MANIFEST) {
        for at in (0..file.bytes.len()).step_by((file.bytes.len() / 40).max(1)) {
            let mut bytes = file.bytes.clone();
            bytes[at] ^= 1;
            let said = refused(&with(files, &file.path, bytes));
            let wanted = format!("{} was changed after the run: its hash is ", file.path);
            assert!(said.starts_with(&wanted) && said.contains("of brownout 0.1.0 says"), "{said}");
        }
    }
}

#[test]
fn a_hand_that_edits_a_finding_is_noticed() {
    let files = &small().1;
    let text = String::from_utf8(bytes(files, "findings.json").clone()).expect("text");
    let said = refused(&with(
        files,
        "findings.json",
        text.replacen("\"replications\": 3", "\"replications\": 4", 1).into(),
    ));
    let wanted = "run the scenario again: its text is in the folder scenario";
    assert!(said.starts_with("findings.json was changed after the run") && said.ends_with(wanted), "{said}");
}

#[test]
fn other_formats_say_which_version_reads_them() {
    let files = &small().1;
    let of = |format: u64, version: &str| {
        refused(&with_manifest(files, |manifest| {
            manifest["format"] = json!(format);
            manifest["brownout"] = json!(version);
            manifest["new"] = json!("what this version does not know");
        }))
    };
    let newer = "results.json: format 2, written by brownout 0.9.0, and brownout 0.1.0 reads format 1: read it with \
                 that version or a newer one";
    assert_eq!(of(2, "0.9.0"), newer);
    let older = "results.json: format 0, written by brownout 0.0.1, and brownout 0.1.0 reads format 1: read it with \
                 that version, or run the scenario again with this one";
    assert_eq!(of(0, "0.0.1"), older);
}

#[test]
fn files_that_are_missing_are_named() {
    let files = &small().1;
    for file in files.iter().filter(|file| file.path != MANIFEST) {
        let others: Vec<File> = files.iter().filter(|other| *other != file).cloned().collect();
        let wanted = format!("{} is not there, and brownout 0.1.0 wrote it", file.path);
        assert!(refused(&others).starts_with(&wanted));
    }
}

struct Locked;

impl Read for Locked {
    fn bytes(&self, _: &str) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Other("permission denied".to_owned()))
    }
}

#[test]
fn a_reason_of_the_reader_is_handed_on() {
    let said = unpack(&Locked).expect_err("nothing to read").to_string();
    assert_eq!(said, "results.json cannot be read: permission denied");
}

#[test]
fn tables_that_are_swapped_or_of_another_run_are_refused() {
    let (contents, files) = small();
    let swapped = forged(files, "series.parquet", bytes(files, "metrics.parquet").clone());
    assert!(refused(&swapped).starts_with("series.parquet, written by brownout 0.1.0, is not what"));

    let mut less = contents.clone();
    less.findings[1].lines.lines.remove(3);
    let said = refused(&forged(files, "series.parquet", bytes(&pack(&less), "series.parquet").clone()));
    assert!(said.contains("budget-5: ") && said.contains(" rows of "), "{said}");

    less.findings.truncate(1);
    less.scenarios.truncate(1);
    let less = pack(&less);
    for (file, why) in [
        ("findings.json", "1 variants, and results.json lists 2"),
        ("metrics.parquet", "1 variants instead of 2"),
        ("series.parquet", "budget-5: its lines are missing"),
    ] {
        let said = refused(&forged(files, file, bytes(&less, file).clone()));
        assert!(said.starts_with(file) && said.contains(why), "{said}");
    }
}

#[test]
fn a_manifest_that_was_edited_is_noticed() {
    let files = &small().1;
    let text = String::from_utf8(bytes(files, MANIFEST).clone()).expect("text");
    let edited = text.replacen("\"seed\": 1", "\"seed\": 2", 1);
    assert_ne!(text, edited);
    let said = refused(&with(files, MANIFEST, edited.into()));
    assert!(said.contains("its seal, of brownout 0.1.0, is not that of its text"), "{said}");
}

#[test]
fn a_manifest_that_contradicts_itself_or_the_findings_is_refused() {
    let files = &small().1;
    let said = |change: fn(&mut serde_json::Value)| refused(&with_manifest(files, change));
    assert!(said(|m| m["variants"] = json!([])).contains("it lists no variant"));
    assert!(said(|m| m["variants"][1] = m["variants"][0].clone()).contains("it lists a variant twice"));
    assert!(said(|m| m["variants"][0]["seed"] = json!(7)).contains("is not the one that results.json lists"));
    let up = said(|m| m["variants"][0]["scenario"] = json!("../../secret"));
    assert!(up.contains("the text of variant \"base\" is scenario/base.toml, not"), "{up}");
    let more = said(|m| m["files"]["../secret"] = m["files"]["findings.json"].clone());
    assert!(more.contains("it lists \"../secret\", which is no file of this format"), "{more}");
    let less = said(|m| drop(m["files"].as_object_mut().map(|files| files.remove("series.parquet"))));
    assert!(less.contains("it does not list series.parquet"), "{less}");
}
