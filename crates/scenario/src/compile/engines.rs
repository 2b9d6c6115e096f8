//! An inference tier with a profile: replicas of a language model, each of which batches its requests token by token.

use super::names::Names;
use super::profile::{self, Profile};
use super::queue::LIMIT;
use super::spread::Method;
use super::station::{REFUSAL_WHY, REFUSALS};
use super::trace::Traces;
use super::{care, law, policy, spread, zones};
use crate::block::{Block, Key, Need, SWITCHED, Shape, Unit, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{self, Absent, Count, Flag, Number, Part, Price, Row, Status, Time, Type as _, Word, row};
use brownout_inference::{Admission, Memory, Options, OptionsError, Scheduling};
use brownout_model::{Disaggregation, Engines, Lite, Routing};
use brownout_units::{Bytes, Ratio, Span};

const PREFIX_SLACK: Row<Count> = row(
    "prefix_slack",
    Count(0, 1_000_000, "a number of requests"),
    Absent::Means(8),
    "For balance = \"prefix\": how many requests more than the least loaded replica a cached prefix is worth.",
);
const REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "a tier needs at least 1 replica"),
    Absent::Means(1),
    "The number of engines.",
);
const PRICE: Row<Price> =
    row("price", Price, Absent::Follows("the hardware's"), "What one accelerator costs.");
pub(crate) const KEYS: &[Key] = &[
    REPLICAS.key(),
    key(
        "profile",
        Shape::Any(&[Shape::Text, Shape::Block(profile::PROFILE)]),
        Need::Required,
        "Model and accelerators of a replica: a file, relative to this one, or the same keys as a table.",
    ),
    BALANCE.key(),
    spread::CHOICES.key(),
    key(
        "weights",
        Shape::List(&Shape::Typed(&spread::WEIGHT)),
        Need::Optional,
        "For balance = \"weighted\".",
    ),
    PREFIX_SLACK.key(),
    key(
        "queue",
        Shape::Block(QUEUE),
        Need::Default("{ limit = \"unlimited\" }"),
        "The queue of each replica.",
    ),
    FULL.key(),
    key(
        "passes",
        Shape::Any(&[Shape::Typed(&PASSES), Shape::Free]),
        Need::Default("1"),
        "Passes over a request (draft, critique, revision): one number, or one for each operation.",
    ),
    key(
        "lite",
        Shape::Any(&[Shape::Block(LITE), SWITCHED]),
        Need::Optional,
        "A cheaper answer under pressure.",
    ),
    key(
        "prefill",
        Shape::Any(&[Shape::Block(PREFILL), SWITCHED]),
        Need::Optional,
        "Separate replicas that only prefill and hand the KV cache over.",
    ),
    PRICE.key(),
];

/// How a replica is chosen: as in any tier, or by its cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Plain(Method),
    LeastKv,
    Prefix,
}

const BALANCE: Row<Word<Choice>> = row(
    "balance",
    Word(&[
        ("random", Choice::Plain(Method::Random)),
        ("round-robin", Choice::Plain(Method::RoundRobin)),
        ("least-outstanding", Choice::Plain(Method::LeastOutstanding)),
        ("two-choices", Choice::Plain(Method::TwoChoices)),
        ("d-choices", Choice::Plain(Method::DChoices)),
        ("join-shortest", Choice::Plain(Method::JoinShortest)),
        ("weighted", Choice::Plain(Method::Weighted)),
        ("affinity", Choice::Plain(Method::Affinity)),
        ("least-kv", Choice::LeastKv),
        ("prefix", Choice::Prefix),
    ]),
    Absent::Means(Choice::Plain(Method::LeastOutstanding)),
    "Which replica takes a request; affinity is by user, prefix by what its cache holds.",
);
const FULL: Row<Status> = row(
    "full",
    Status(REFUSALS, REFUSAL_WHY),
    Absent::Means(529),
    "Status of a request that finds the queue full.",
);

const OVERHEAD: Row<Time> =
    row("overhead", Time, Absent::Means(Span::ZERO), "Host time of each step; 0 to 2 ms in practice.");

/// The reason for the least limit of tokens or sequences.
const BOTH: &str = "an engine that reads a token and writes one needs room for both";

const MAX_NUM_SEQS: Row<Count> =
    row("max_num_seqs", Count(1, 1 << 20, BOTH), Absent::Means(256), "Sequences that run at once.");
const MAX_NUM_BATCHED_TOKENS: Row<Count> = row(
    "max_num_batched_tokens",
    Count(2, 1 << 24, BOTH),
    Absent::Means(2_048),
    "Tokens that one step computes; more than max_num_seqs.",
);
const MAX_MODEL_LEN: Row<Count> = row(
    "max_model_len",
    Count(2, limits::TOKENS_MAX, BOTH),
    Absent::Follows("the model's"),
    "Tokens of prompt and output together; a longer prompt is refused with 400.",
);
const CHUNKED_PREFILL: Row<Flag> =
    row("chunked_prefill", Flag, Absent::Means(true), "A prompt may be computed over several steps.");
const PREFIX_CACHE: Row<Flag> =
    row("prefix_cache", Flag, Absent::Means(true), "Blocks are kept for prompts that begin alike.");
const EXACT_STEPS: Row<Flag> = row(
    "exact_steps",
    Flag,
    Absent::Means(false),
    "Executes every step one by one: the same results, a hundred times slower.",
);
const SCHEDULING: Row<Word<Scheduling>> = row(
    "scheduling",
    Word(&[("fcfs", Scheduling::Fcfs), ("priority", Scheduling::Priority)]),
    Absent::Means(Scheduling::Fcfs),
    "The order of service.",
);
const ADMISSION: Row<Word<Admission>> = row(
    "admission",
    Word(&[("whole-prompt", Admission::WholePrompt), ("chunk", Admission::Chunk)]),
    Absent::Means(Admission::WholePrompt),
    "What must be free before a request runs: the blocks of its prompt, or of its first chunk.",
);
const GPU_MEMORY_UTILIZATION: Row<Part> = row(
    "gpu_memory_utilization",
    Part,
    Absent::Means(Ratio::of_percent(90)),
    "The share of the memory that the engine takes for weights and KV cache.",
);
const RESERVE: Row<row::Memory> = row(
    "reserve",
    row::Memory,
    Absent::Means(Bytes::new(3_500_000_000)),
    "Memory of activations and runtime within that share, on each accelerator.",
);
const KV_BLOCKS: Row<Count> = row(
    "kv_blocks",
    Count(1, 1 << 30, "a cache has at least 1 block"),
    Absent::Follows("the profile's, or what the memory leaves"),
    "Blocks of the KV cache.",
);
/// The settings of an engine, in the words of vLLM.
pub(crate) const ENGINE_KEYS: &[Key] = &[
    MAX_NUM_SEQS.key(),
    MAX_NUM_BATCHED_TOKENS.key(),
    MAX_MODEL_LEN.key(),
    GPU_MEMORY_UTILIZATION.key(),
    RESERVE.key(),
    KV_BLOCKS.key(),
    CHUNKED_PREFILL.key(),
    SCHEDULING.key(),
    ADMISSION.key(),
    PREFIX_CACHE.key(),
    OVERHEAD.key(),
    EXACT_STEPS.key(),
];

const QUEUE: &Block = &Block {
    name: "the queue of an engine",
    doc: "The queue of each replica; \"scheduling\" sets its order.",
    keys: &[&[LIMIT.key()]],
};

const ABOVE: Row<Count> = row(
    "above",
    Count(0, limits::QUEUE_MAX, "a number of requests"),
    Absent::Refused,
    "Applies while more requests than this wait.",
);
const OUTPUT: Row<Part> =
    row("output", Part, Absent::Means(Ratio::ONE), "The share of its output that it gets.");

/// Passes over a request.
const PASSES: Count = Count(1, 100, "a request needs at least 1 pass");
const LITE_PASSES: Row<Count> = row("passes", PASSES, Absent::Means(1), "Passes over such a request.");
const LITE: &Block = &Block {
    name: "lite",
    doc: "A cheaper answer for requests that find many waiting.",
    keys: &[&[ABOVE.key(), LITE_PASSES.key(), OUTPUT.key()]],
};

const PREFILL_REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "at least 1 replica prefills"),
    Absent::Refused,
    "How many.",
);
const BANDWIDTH: Row<Number> = row(
    "bandwidth",
    Number(1.0, 1e15, "a hand-over needs a speed"),
    Absent::Refused,
    "Bytes per second out of one replica, as in 50e9.",
);
const PREFILL_TOKENS: Row<Count> = row(
    "max_num_batched_tokens",
    Count(2, 1 << 24, "a step computes at least 2 tokens"),
    Absent::Follows("that of the tier"),
    "Tokens that one step computes.",
);
const PREFILL: &Block = &Block {
    name: "prefill",
    doc: "Replicas that only prefill and hand the KV cache over to the others.",
    keys: &[&[
        PREFILL_REPLICAS.key(),
        BANDWIDTH.key(),
        key("latency", Shape::Law(Unit::Seconds), Need::Default("0s"), "Before the first byte arrives."),
        PREFILL_TOKENS.key(),
    ]],
};

pub(crate) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    names: &Names,
    files: &Traces<'_>,
) -> Option<Engines> {
    let field = table.get("profile")?;
    let profile = profile::read(diag, field, files);
    let replicas = table.read(diag, &REPLICAS);
    let engine = profile.as_ref().and_then(|profile| engine(diag, table, profile));
    let routing = routing(diag, table, replicas);
    let queue_limit = queue_limit(diag, table);
    let full = table.value(diag, &FULL);
    let passes = passes(diag, table, names);
    let lite = table.get("lite").filter(|field| !field.is_off()).and_then(|field| lite(diag, field));
    let mut fleet = super::fleet::read(diag, table, replicas.map(|replicas| replicas as u32));
    fleet.spread = zones::read(diag, table, replicas, routing.as_ref().map(zones::By::Routing));
    fleet.care = care::read(diag, table, &care::Of::replicas(replicas.map(|replicas| replicas as u32)));
    let policies = policy::read_of_fleet(diag, table.get("policies"), names);
    let prefill = table.get("prefill").filter(|field| !field.is_off());
    let prefill = prefill.map(|field| prefilling(diag, field, engine.as_ref()));
    let price = table.read_or(
        diag,
        &PRICE,
        profile.as_ref().map_or(brownout_units::MoneyRate::ZERO, |profile| profile.price),
    );
    let (profile, engine) = (profile?, engine?);
    Some(Engines {
        replicas: replicas? as u32,
        routing: routing?,
        queue_limit,
        full,
        passes: passes?,
        lite,
        fleet: Box::new(fleet),
        policies,
        prefill: match prefill {
            Some(read) => Some(read?),
            None => None,
        },
        kv_bytes_per_token: profile.kv_per_token,
        accelerators: profile.tensor_parallel,
        dollars_per_hour: price?.dollars_per_hour(),
        engine,
    })
}

fn engine(diag: &mut Diagnostics, table: &Table<'_>, profile: &Profile) -> Option<Options> {
    let sequences_max = table.read(diag, &MAX_NUM_SEQS);
    let step_tokens_max = table.read(diag, &MAX_NUM_BATCHED_TOKENS);
    let model_tokens_max = table.read_or(diag, &MAX_MODEL_LEN, profile.max_model_len.into());
    let blocks = blocks(diag, table, profile);
    let overhead = table.read(diag, &OVERHEAD);
    let (chunked_prefill, prefix_cache) =
        (table.value(diag, &CHUNKED_PREFILL), table.value(diag, &PREFIX_CACHE));
    let (scheduling, admission) = (table.value(diag, &SCHEDULING), table.value(diag, &ADMISSION));
    let exact_steps = table.value(diag, &EXACT_STEPS);
    let options = Options {
        sequences_max: sequences_max? as u32,
        step_tokens_max: step_tokens_max? as u32,
        model_tokens_max: model_tokens_max? as u32,
        block_tokens: profile.block_size,
        blocks: blocks?,
        chunked_prefill,
        scheduling,
        admission,
        prefix_cache,
        overhead: overhead?,
        latency: profile.latency.clone(),
        exact_steps,
    };
    checked(diag, table, options)
}

/// Reports settings with which an engine cannot work, at the key that has to change.
fn checked(diag: &mut Diagnostics, table: &Table<'_>, options: Options) -> Option<Options> {
    let Err(error) = options.check_all() else { return Some(options) };
    let (name, hint) = match error {
        OptionsError::BudgetTooSmall { .. } | OptionsError::PromptExceedsStep { .. } => {
            ("max_num_batched_tokens", "raise it, or lower max_num_seqs or max_model_len")
        }
        OptionsError::Outside { field: "block_tokens", .. } => ("profile", "block_size = 16 is usual"),
        _ => ("profile", "look at the terms and the overhead"),
    };
    let words = [
        ("step_tokens_max", "max_num_batched_tokens"),
        ("sequences_max", "max_num_seqs"),
        ("model_tokens_max", "max_model_len"),
        ("block_tokens", "block_size"),
    ];
    let message = words.iter().fold(error.to_string(), |text, (field, key)| text.replace(field, key));
    diag.report(Draft::error(table.place_of(name), message).hint(hint));
    None
}

/// Blocks of the KV cache: as given, as measured, or from the memory left.
fn blocks(diag: &mut Diagnostics, table: &Table<'_>, profile: &Profile) -> Option<u32> {
    if let Some(field) = table.get("kv_blocks") {
        return KV_BLOCKS.of.read(diag, field).map(|n| n as u32);
    }
    let utilisation = table.read(diag, &GPU_MEMORY_UTILIZATION)?;
    let reserve = table.read(diag, &RESERVE)?;
    let said = ["gpu_memory_utilization", "reserve"].iter().any(|&name| table.get(name).is_some());
    if let (Some(blocks), false) = (profile.kv_blocks, said) {
        return Some(blocks);
    }
    let memory = Memory {
        accelerator: profile.memory,
        accelerators: profile.tensor_parallel,
        utilisation,
        weights: Bytes::new(profile.weights as u64),
        reserve,
        kv_per_token: Bytes::new(profile.kv_per_token as u64),
    };
    let blocks = memory.blocks(profile.block_size);
    if blocks == 0 {
        let message = format!(
            "{} × {} of memory leave no room for a KV cache beside {} of weights",
            profile.tensor_parallel,
            profile.memory,
            Bytes::new(profile.weights as u64)
        );
        let draft = Draft::error(table.place_of("profile"), message);
        diag.report(
            draft.hint("split the model over more accelerators (tensor_parallel), or take larger ones"),
        );
        return None;
    }
    Some(blocks)
}

fn routing(diag: &mut Diagnostics, table: &Table<'_>, replicas: Option<u64>) -> Option<Routing> {
    let choice = table.read(diag, &BALANCE);
    let slack = table.read(diag, &PREFIX_SLACK);
    if let (Some(field), false) = (table.get("prefix_slack"), choice == Some(Choice::Prefix)) {
        let draft = field.error(diag, "\"prefix_slack\" belongs to balance = \"prefix\"");
        diag.report(draft.hint("set that balance, or leave \"prefix_slack\" out"));
    }
    match choice? {
        Choice::LeastKv => Some(Routing::LeastKv),
        Choice::Prefix => Some(Routing::Prefix { slack: slack? as u32 }),
        Choice::Plain(method) => {
            let replicas = replicas.map(|replicas| replicas as usize);
            Some(Routing::Plain(spread::balance(diag, table, Some(method), replicas)))
        }
    }
}

fn queue_limit(diag: &mut Diagnostics, table: &Table<'_>) -> Option<u32> {
    let queue = table.get("queue").and_then(|field| Table::open(diag, field, QUEUE))?;
    queue.value(diag, &LIMIT).map(|requests| requests as u32)
}

fn passes(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Vec<u8>> {
    let Some(field) = table.get("passes") else { return Some(vec![1; names.paths.len()]) };
    let Some(entries) = field.node.entries() else {
        return Some(vec![PASSES.read(diag, field)? as u8; names.paths.len()]);
    };
    let mut by_operation = vec![None; names.operations.len()];
    let mut default = 1;
    for (name, entry) in entries {
        let count = PASSES.read(diag, Field { name, node: &entry.node })? as u8;
        match names.operations.get_index_of(name) {
            Some(at) => by_operation[at] = Some(count),
            None if name == "default" => default = count,
            None => {
                let known = || names.operations.iter().map(String::as_str).chain(["default"]);
                let draft = Draft::error(entry.key, format!("no operation is called \"{name}\""));
                diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
            }
        }
    }
    Some(names.paths.iter().map(|path| by_operation[path.operation.0 as usize].unwrap_or(default)).collect())
}

fn lite(diag: &mut Diagnostics, field: Field<'_>) -> Option<Lite> {
    let table = Table::open(diag, field, LITE)?;
    let above = table.said(diag, &ABOVE);
    let passes = table.read(diag, &LITE_PASSES);
    let output = table.read(diag, &OUTPUT);
    Some(Lite { above: above? as u32, passes: passes? as u8, output: output? })
}

fn prefilling(
    diag: &mut Diagnostics,
    field: Field<'_>,
    decoding: Option<&Options>,
) -> Option<Disaggregation> {
    let table = Table::open(diag, field, PREFILL)?;
    let replicas = table.said(diag, &PREFILL_REPLICAS);
    let bandwidth = table.said(diag, &BANDWIDTH);
    let latency = match table.get("latency") {
        Some(field) => law::read(diag, field, Unit::Seconds),
        None => law::constant(0.0),
    };
    let mut engine = decoding?.clone();
    if let Some(field) = table.get("max_num_batched_tokens") {
        engine.step_tokens_max = PREFILL_TOKENS.of.read(diag, field)? as u32;
        engine = checked(diag, &table, engine)?;
    }
    Some(Disaggregation { replicas: replicas? as u32, engine, bandwidth: bandwidth?, latency: latency? })
}
