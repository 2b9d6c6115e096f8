//! The tutorial is true: after each of its blocks the scenario so far is read, and at the end nothing is wrong with it.

mod common;

use brownout_scenario::{Document, Overrides};
use common::Memory;

const TUTORIAL: &str = include_str!("../../../docs/TUTORIAL.md");

#[test]
fn its_blocks_make_a_scenario() {
    let blocks = TUTORIAL.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|block| block.split("```").next()).collect();
    assert_eq!(blocks.len(), 6, "run, load, tiers, fault, expectations, variant");
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        text.push_str(block);
        text.push('\n');
        // Before there are tiers it is no scenario yet, and the first expectation speaks of the last block.
        if at < 2 {
            continue;
        }
        let document = Document::parse("shop.toml", &Memory::of(&[("shop.toml", &text)]));
        let scenario = document.and_then(|document| document.check(&Overrides::default()));
        assert!(scenario.is_ok(), "{text}\n{}", scenario.err().map_or_else(String::new, |p| p.render(false)));
    }
    let document =
        Document::parse("shop.toml", &Memory::of(&[("shop.toml", &text)])).expect("it was read above");
    let variant = Some("more-connections".to_owned());
    let changed =
        document.compile(&Overrides { variant, ..Overrides::default() }).expect("it was checked above");
    let set = vec![("tier.db.connections".to_owned(), "40".to_owned())];
    let by_hand = document.compile(&Overrides { set, ..Overrides::default() }).expect("the same");
    assert_eq!(changed.hash, by_hand.hash, "--set does what the variant does");
}
