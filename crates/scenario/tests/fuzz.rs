//! The body of the fuzz target compiles against today's reader, and survives the texts that a campaign begins from.

#[path = "../../../fuzz/load.rs"]
mod load;

#[test]
fn the_fuzz_target_survives_its_first_texts() {
    let texts = [
        "",
        "schema = 1\nextends = \"good.toml\"\n",
        "{ \"schema\": 1, \"extends\": \"good.toml\" }",
        "run.duration=1h",
        "tier.\u{0}=[",
        include_str!("good/everything.toml"),
    ];
    for text in texts {
        load::survives(text);
    }
}
