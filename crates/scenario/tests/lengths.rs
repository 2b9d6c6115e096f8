//! A closed load without thinking may come to a fleet that cannot refuse it, and to no other.

mod common;

use brownout_scenario::{Overrides, load};
use common::Memory;

const BLOCKS: &str = "kv_blocks = 100";
const P: &str = include_str!("../../../models/profiles/rtx-4090-llama-3.1-8b.toml");
const H: &str = include_str!("../../../models/hardware/rtx-4090.toml");
const M: &str = include_str!("../../../models/llm/llama-3.1-8b.toml");

/// One user who asks a fleet again as soon as he is answered; `more` of the operation, of the step and of the tier. The
/// cache holds 100 blocks of 16 tokens, the model 1,024 tokens.
fn closed(operation: &str, step: &str, tier: &str) -> Result<(), String> {
    let text = format!(
        r#"
schema = 1
[run]
duration = "10m"
[operation.chat]
{operation}
[load.users]
model = "closed"
users = 1
journey = [{{ do = "chat"{step} }}]
[tier.llm]
kind = "inference"
profile = "models/profiles/p.toml"
max_model_len = 1024
{tier}
"#
    );
    let files = Memory::of(&[
        ("test.toml", &text),
        ("models/profiles/p.toml", P),
        ("models/hardware/rtx-4090.toml", H),
        ("models/llm/llama-3.1-8b.toml", M),
    ]);
    load("test.toml", &files, &Overrides::default()).map(|_| ()).map_err(|problems| problems.render(false))
}

fn is_refused(operation: &str, step: &str, tier: &str) -> bool {
    match closed(operation, step, tier) {
        Ok(()) => false,
        Err(said) => {
            assert!(said.contains("begin again at once, without end"), "{said}");
            true
        }
    }
}

#[test]
fn what_fits_at_its_longest_is_never_refused() {
    let upto = |most: u32, output: u32| {
        let prompt = format!("{{ dist = \"uniform\", min = 1, max = {most} }}");
        is_refused(&format!("prompt = {prompt}\noutput = {output}"), "", BLOCKS)
    };
    assert!(!upto(1000, 200));
    assert!(!upto(1023, 200), "the answer ends with the context");
    assert!(upto(1024, 200), "a prompt as long as the context");
    let law = "{ dist = \"exponential\", mean = 200 }";
    assert!(is_refused(&format!("prompt = {law}\noutput = 9"), "", BLOCKS), "a law without an end");
    let cut = "{ dist = \"exponential\", mean = 200, min = 1, max = 1000 }";
    assert!(!is_refused(&format!("prompt = {cut}\noutput = {cut}"), "", BLOCKS));
    assert!(is_refused(&format!("prompt = 9\noutput = {law}"), "", BLOCKS), "perhaps no output");
    assert!(is_refused("prompt = 100\noutput = 50", "", "kv_blocks = 100\nqueue = { limit = 8 }"));
}

#[test]
fn the_cache_must_hold_the_longest_too() {
    let operation =
        |output| format!("prompt = {{ dist = \"uniform\", min = 1, max = 600 }}\noutput = {output}");
    assert!(!is_refused(&operation(201), "", "kv_blocks = 50"));
    assert!(is_refused(&operation(202), "", "kv_blocks = 50"));
}

#[test]
fn what_was_said_before_counts() {
    let turn = "prompt = 100\noutput = 50\nshared_prefix = 200";
    let history = format!("{turn}\nhistory = true");
    assert!(!is_refused(turn, ", times = 9", BLOCKS));
    assert!(!is_refused(&history, ", times = 2", BLOCKS));
    assert!(is_refused(&history, ", times = 9", BLOCKS));
    assert!(!is_refused(&format!("{history}\ncontext_max = 1023"), ", times = 9", BLOCKS));
    assert!(is_refused(turn, ", tools = { chance = \"50%\", output = 10 }", BLOCKS));
    let ends = format!("{turn}\ncontext_max = 1000");
    assert!(!is_refused(&ends, ", tools = { chance = \"50%\", output = 10 }", BLOCKS));
}
