//! Conversations that grow, agents that call tools: shown by a tier that takes a millisecond for a token of a prompt.

use crate::parts::*;
use brownout_dist::{Constant, Law};
use brownout_model::*;
use brownout_units::Ratio;

fn tokens(count: f64) -> Law {
    Constant::new(count).expect("a constant").into()
}

/// Prompts of 100 new tokens and outputs of 50, at a tier of a millisecond for each token of a prompt.
fn talks(talk: Talk, journey: Vec<Step>, returns: Option<Returns>) -> Model {
    let reads = Service::Tokens { base: always(0), prefill: 1_000.0, decode: 1e12 };
    let load = Load { journey, returns, ..load(&[0]) };
    let mut model = stations(load, vec![Station { service: vec![reads; 4], ..station(0) }]);
    let get = &mut model.operations[0];
    (get.prompt, get.output, get.talk) = (Some(tokens(100.0)), Some(tokens(50.0)), talk);
    model
}

fn step(times: f64, tools: Option<Tools>) -> Step {
    Step { operation: GET, times: Some(tokens(times)), think: Some(always(1_000)), tools }
}

#[test]
fn a_prompt_contains_the_turns_before_until_it_is_cut_and_a_new_journey_begins_anew() {
    let talk = Talk { shared_prefix: 200, history: true, context_max: 500, ..Talk::NONE };
    let returns = Returns { chance: Ratio::ONE, after: always(2_000) };
    // 200 + 100; 300 + 50 + 100; 450 + 50 + 100 is cut to 500.
    check(
        &talks(talk, vec![step(3.0, None)], Some(returns)),
        r"
        0.000 web UserCame get#0
        1.000 web Arrived get#0
        1.000 A StartedAtOnce get#0
        1.300 A Completed get#0 0.3s
        1.300 web Succeeded get#0 0.3s
        2.300 web Arrived get#0
        2.300 A StartedAtOnce get#0
        2.750 A Completed get#0 0.45s
        2.750 web Succeeded get#0 0.45s
        3.750 web Arrived get#0
        3.750 A StartedAtOnce get#0
        4.250 A Completed get#0 0.5s
        4.250 web Succeeded get#0 0.5s
        4.250 web UserLeft get#0
        6.250 web UserCame get#0
        7.250 web Arrived get#0
        7.250 A StartedAtOnce get#0
        7.550 A Completed get#0 0.3s
        7.550 web Succeeded get#0 0.3s
        8.550 web Arrived get#0
        8.550 A StartedAtOnce get#0
        9.000 A Completed get#0 0.45s
        9.000 web Succeeded get#0 0.45s
        10.000 web Arrived get#0
        10.000 A StartedAtOnce get#0
    ",
    );
}

#[test]
fn an_agent_asks_again_without_thinking_and_brings_what_its_tool_said() {
    let tools =
        Tools { chance: Ratio::new(0.999_999).expect("a ratio"), time: always(3_000), output: tokens(7.0) };
    // 100; 100 + 50 + 7; 157 + 50 + 7. Without a history of the operation, too.
    check(
        &talks(Talk::NONE, vec![step(1.0, Some(tools))], None),
        r"
        0.000 web UserCame get#0
        1.000 web Arrived get#0
        1.000 A StartedAtOnce get#0
        1.100 A Completed get#0 0.1s
        1.100 web Succeeded get#0 0.1s
        4.100 web Arrived get#0
        4.100 A StartedAtOnce get#0
        4.257 A Completed get#0 0.157s
        4.257 web Succeeded get#0 0.157s
        7.257 web Arrived get#0
        7.257 A StartedAtOnce get#0
        7.471 A Completed get#0 0.214s
        7.471 web Succeeded get#0 0.214s
    ",
    );
}

#[test]
fn turns_that_share_no_history_stand_by_themselves_also_between_tool_loops() {
    let tools = Tools { chance: Ratio::ZERO, time: always(0), output: tokens(7.0) };
    check(
        &talks(Talk::NONE, vec![step(2.0, Some(tools))], None),
        r"
        0.000 web UserCame get#0
        1.000 web Arrived get#0
        1.000 A StartedAtOnce get#0
        1.100 A Completed get#0 0.1s
        1.100 web Succeeded get#0 0.1s
        2.100 web Arrived get#0
        2.100 A StartedAtOnce get#0
        2.200 A Completed get#0 0.1s
        2.200 web Succeeded get#0 0.1s
        2.200 web UserLeft get#0
    ",
    );
}
