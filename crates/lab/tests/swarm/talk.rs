//! Random conversations: prompts that grow, agents that call tools, sessions in traces.

use crate::dice::Dice;
use brownout_model::*;
use brownout_units::Ratio;

/// Lets the users of a model talk.
pub(crate) fn add(dice: &mut Dice, model: &mut Model) {
    for operation in &mut model.operations {
        operation.talk = Talk {
            correlation: dice.maybe(3, |d| d.uniform(-1.0, 1.0)),
            shared_prefix: if dice.one_in(3) { dice.below(3_000) as u32 } else { 0 },
            history: dice.one_in(2),
            context_max: if dice.one_in(2) { 4_000 } else { TOKENS_MAX },
        };
    }
    for load in &mut model.loads {
        for step in &mut load.journey {
            step.tools = dice.maybe(2, tools);
        }
        if let Arrivals::Trace(rows) = &load.arrivals {
            let row = |row: &TraceRow| TraceRow {
                history: row.prompt.unwrap_or(0) / 2,
                session: dice.maybe(2, |d| d.below(9) as u32),
                ..*row
            };
            load.arrivals = Arrivals::Trace(rows.iter().map(row).collect());
        }
    }
}

fn tools(dice: &mut Dice) -> Tools {
    Tools {
        chance: Ratio::new(dice.uniform(0.0, 0.9)).expect("a ratio"),
        time: dice.length(200),
        output: dice.length(1_000_000),
    }
}
