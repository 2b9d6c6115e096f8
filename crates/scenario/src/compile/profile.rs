//! A profile: one model on some accelerators, how long a step takes there and how much memory is left for its KV cache.
//!
//! It is a file of its own, which names the files of its hardware and its model, or a table in the tier itself.

use super::trace::Traces;
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Memory, Number, Price, Row, row};
use crate::text::include::join;
use brownout_inference::{Affine, Latency, LatencyError, Measured, Roofline, Table as Points, Terms};
use brownout_units::{Bytes, MoneyRate, quoted};
use std::sync::Arc;

const SCHEMA: Row<Count> = row(
    "schema",
    Count(1, 1, "this program reads version 1 of the format"),
    Absent::Means(1),
    "The version of the format.",
);
const NAME: Key = key("name", Shape::Text, Need::Optional, "Its name.");
const SOURCE: Key = key("source", Shape::Text, Need::Optional, "Where its numbers come from.");
const FILE_OR: &str = "A file, relative to this one, or the same keys as a table.";

const TENSOR_PARALLEL: Row<Count> = row(
    "tensor_parallel",
    Count(1, 1024, "a replica has at least 1 accelerator"),
    Absent::Means(1),
    "Accelerators of one replica, over which the model is split.",
);
const KV_BLOCKS: Row<Count> = row(
    "kv_blocks",
    Count(1, 1 << 30, "a cache has at least 1 block"),
    Absent::Nothing,
    "Blocks of the KV cache, from the engine's log; otherwise derived from the memory.",
);
const BLOCK_SIZE: Row<Count> = row(
    "block_size",
    Count(1, 256, "a block has at least 1 token"),
    Absent::Means(16),
    "Tokens in a block of the KV cache.",
);
const ERROR: Row<Number> = row(
    "error",
    Number(0.0, 10.0, "an error is a share of the time"),
    Absent::Nothing,
    "Mean relative error of the fit; for readers only.",
);
pub(crate) const PROFILE: &Block = &Block {
    name: "a profile",
    doc: "One model on some accelerators: how long a step takes, and how much memory is left for its KV cache.",
    keys: &[&[
        SCHEMA.key(),
        NAME,
        SOURCE,
        ERROR.key(),
        key("hardware", Shape::Any(&[Shape::Text, Shape::Block(HARDWARE)]), Need::Required, FILE_OR),
        key("llm", Shape::Any(&[Shape::Text, Shape::Block(LLM)]), Need::Required, FILE_OR),
        TENSOR_PARALLEL.key(),
        key("affine", Shape::Block(AFFINE), Need::Optional, "The time of a step as six fitted terms."),
        key("table", Shape::Block(TABLE), Need::Optional, "The time of a step from measured points."),
        key("roofline", Shape::Block(ROOFLINE), Need::Optional, "The time of a step from data sheets."),
        KV_BLOCKS.key(),
        BLOCK_SIZE.key(),
    ]],
};

const BYTES_PER_SECOND: Row<Number> = row(
    "bytes_per_second",
    Number(1.0, 1e21, "an accelerator needs a speed"),
    Absent::Refused,
    "Bytes of memory read per second.",
);
const OPERATIONS_PER_SECOND: Row<Number> = row(
    "operations_per_second",
    Number(1.0, 1e21, "an accelerator needs a speed"),
    Absent::Refused,
    "Dense operations per second, in the number format of the model.",
);
const PRICE: Row<Price> = row("price", Price, Absent::Means(MoneyRate::ZERO), "What one costs: \"$2.50/h\".");
const MEMORY: Row<Memory> = row("memory", Memory, Absent::Refused, "Its memory.");
pub(crate) const HARDWARE: &Block = &Block {
    name: "hardware",
    doc: "One accelerator.",
    keys: &[&[
        SCHEMA.key(),
        NAME,
        SOURCE,
        MEMORY.key(),
        BYTES_PER_SECOND.key(),
        OPERATIONS_PER_SECOND.key(),
        PRICE.key(),
    ]],
};

const PARAMETERS: Row<Number> = row(
    "parameters",
    Number(1.0, 1e17, "a model has at least 1"),
    Absent::Refused,
    "Parameters that take part in a token.",
);
const WEIGHT_BYTES: Row<Number> = row(
    "weight_bytes",
    Number(1.0, 1e17, "a model has at least 1"),
    Absent::Refused,
    "Bytes of all weights.",
);
const KV_BYTES_PER_TOKEN: Row<Number> = row(
    "kv_bytes_per_token",
    Number(1.0, 1e17, "a model has at least 1"),
    Absent::Refused,
    "KV cache of one token.",
);
const LAYERS: Row<Number> =
    row("layers", Number(1.0, 1e17, "a model has at least 1"), Absent::Refused, "How many.");
const WIDTH: Row<Number> = row(
    "width",
    Number(1.0, 1e17, "a model has at least 1"),
    Absent::Refused,
    "Attention heads × the size of a head.",
);
const MAX_MODEL_LEN: Row<Count> = row(
    "max_model_len",
    Count(2, limits::TOKENS_MAX, "a context holds a prompt and a token"),
    Absent::Refused,
    "Tokens of prompt and output together.",
);
pub(crate) const LLM: &Block = &Block {
    name: "a model",
    doc: "One language model.",
    keys: &[&[
        SCHEMA.key(),
        NAME,
        SOURCE,
        PARAMETERS.key(),
        WEIGHT_BYTES.key(),
        KV_BYTES_PER_TOKEN.key(),
        LAYERS.key(),
        WIDTH.key(),
        MAX_MODEL_LEN.key(),
    ]],
};

const FLOOR_MS: Row<Number> = row(
    "floor_ms",
    Number(0.0, 1e6, TERM),
    Absent::Refused,
    "The least time of a step: reading the weights once.",
);
const BASE_MS: Row<Number> = row("base_ms", Number(0.0, 1e6, TERM), Absent::Refused, "Fixed time of a step.");
const TOKEN_MS: Row<Number> =
    row("token_ms", Number(0.0, 1e6, TERM), Absent::Refused, "Time per computed token.");
const DECODE_MS: Row<Number> =
    row("decode_ms", Number(0.0, 1e6, TERM), Absent::Refused, "Time per decoding sequence.");
const CONTEXT_MS: Row<Number> =
    row("context_ms", Number(0.0, 1e6, TERM), Absent::Refused, "Time per context token that is read.");
const ATTENTION_MS: Row<Number> = row(
    "attention_ms",
    Number(0.0, 1e6, TERM),
    Absent::Refused,
    "Time per pair of a prompt token and one before it.",
);
const AFFINE: &Block = &Block {
    name: "affine",
    doc: "T = max(floor, base + token·N) + decode·B + context·S + attention·Q, in milliseconds.",
    keys: &[&[
        FLOOR_MS.key(),
        BASE_MS.key(),
        TOKEN_MS.key(),
        DECODE_MS.key(),
        CONTEXT_MS.key(),
        ATTENTION_MS.key(),
    ]],
};
/// The message for a term outside its range.
const TERM: &str = "a term of a step is from 0 to 1,000,000 ms";

const CACHED_ATTENTION_MS: Row<Number> = row(
    "attention_ms",
    Number(0.0, 1e6, "a term of a step is from 0 to 1,000,000 ms"),
    Absent::Means(0.0),
    "Time per pair of a prompt token and one cached before it.",
);
const TABLE: &Block = &Block {
    name: "a table of steps",
    doc: "Measured steps, interpolated linearly.",
    keys: &[&[
        key(
            "file",
            Shape::Text,
            Need::Required,
            "CSV with the columns kind (prefill or decode), tokens, batch, context, ms.",
        ),
        CACHED_ATTENTION_MS.key(),
    ]],
};

const COMPUTE_EFFICIENCY: Row<Number> = row(
    "compute_efficiency",
    Number(1e-6, 1.0, "kernels reach a share of the data sheet"),
    Absent::Refused,
    "0.3 to 0.7 in practice.",
);
const MEMORY_EFFICIENCY: Row<Number> = row(
    "memory_efficiency",
    Number(1e-6, 1.0, "kernels reach a share of the data sheet"),
    Absent::Refused,
    "0.6 to 0.9 in practice.",
);
const ROOFLINE: &Block = &Block {
    name: "a roofline",
    doc: "Data sheet values times the share that kernels reach.",
    keys: &[&[COMPUTE_EFFICIENCY.key(), MEMORY_EFFICIENCY.key()]],
};

/// The contents of a profile.
pub(crate) struct Profile {
    pub(crate) memory: Bytes,
    pub(crate) price: MoneyRate,
    pub(crate) weights: f64,
    pub(crate) kv_per_token: f64,
    pub(crate) max_model_len: u32,
    pub(crate) tensor_parallel: u32,
    pub(crate) latency: Latency,
    pub(crate) kv_blocks: Option<u32>,
    pub(crate) block_size: u32,
}

struct Hardware {
    memory: Bytes,
    bytes_per_second: f64,
    operations_per_second: f64,
    price: MoneyRate,
}

struct Llm {
    parameters: f64,
    weight_bytes: f64,
    kv_bytes_per_token: f64,
    layers: f64,
    width: f64,
    max_model_len: u32,
}

pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, files: &Traces<'_>) -> Option<Profile> {
    with_file(diag, field, files, |diag, field| profile(diag, field, files))
}

/// Reads a table that is written here or in a file of its own.
fn with_file<T>(
    diag: &mut Diagnostics,
    field: Field<'_>,
    files: &Traces<'_>,
    read: impl FnOnce(&mut Diagnostics, Field<'_>) -> Option<T>,
) -> Option<T> {
    let Some(named) = field.node.text() else { return read(diag, field) };
    let path = join(&diag.sources.get(field.node.place.file).name, named);
    let parsed = match files.named.table(&path) {
        Ok(parsed) => parsed,
        Err(message) => {
            diag.report(Draft::error(field.node.place, message));
            return None;
        }
    };
    files.hash.borrow_mut().bytes(diag.sources.get(parsed.file).text.as_bytes());
    let node = parsed.node(diag)?;
    read(diag, Field { name: field.name, node })
}

fn profile(diag: &mut Diagnostics, field: Field<'_>, files: &Traces<'_>) -> Option<Profile> {
    let table = Table::open(diag, field, PROFILE)?;
    table.said(diag, &SCHEMA);
    table.said(diag, &ERROR);
    let hardware = table.get("hardware").and_then(|field| with_file(diag, field, files, hardware));
    let llm = table.get("llm").and_then(|field| with_file(diag, field, files, llm));
    let tensor_parallel = table.read(diag, &TENSOR_PARALLEL);
    let kv_blocks = table.said(diag, &KV_BLOCKS);
    let block_size = table.read(diag, &BLOCK_SIZE);
    let tensor_parallel = tensor_parallel? as u32;
    let latency = latency(diag, &table, hardware.as_ref(), llm.as_ref(), tensor_parallel, files);
    let (hardware, llm) = (hardware?, llm?);
    Some(Profile {
        memory: hardware.memory,
        price: hardware.price,
        weights: llm.weight_bytes,
        kv_per_token: llm.kv_bytes_per_token,
        max_model_len: llm.max_model_len,
        tensor_parallel,
        latency: latency?,
        kv_blocks: kv_blocks.map(|blocks| blocks as u32),
        block_size: block_size? as u32,
    })
}

fn hardware(diag: &mut Diagnostics, field: Field<'_>) -> Option<Hardware> {
    let table = Table::open(diag, field, HARDWARE)?;
    table.said(diag, &SCHEMA);
    let memory = table.said(diag, &MEMORY);
    let bytes = table.said(diag, &BYTES_PER_SECOND);
    let operations = table.said(diag, &OPERATIONS_PER_SECOND);
    let price = table.read(diag, &PRICE);
    Some(Hardware {
        memory: memory?,
        bytes_per_second: bytes?,
        operations_per_second: operations?,
        price: price?,
    })
}

fn llm(diag: &mut Diagnostics, field: Field<'_>) -> Option<Llm> {
    let table = Table::open(diag, field, LLM)?;
    table.said(diag, &SCHEMA);
    let (parameters, weight_bytes) = (table.said(diag, &PARAMETERS), table.said(diag, &WEIGHT_BYTES));
    let kv_bytes_per_token = table.said(diag, &KV_BYTES_PER_TOKEN);
    let (layers, width) = (table.said(diag, &LAYERS), table.said(diag, &WIDTH));
    let longest = table.said(diag, &MAX_MODEL_LEN);
    Some(Llm {
        parameters: parameters?,
        weight_bytes: weight_bytes?,
        kv_bytes_per_token: kv_bytes_per_token?,
        layers: layers?,
        width: width?,
        max_model_len: longest? as u32,
    })
}

/// The given one of the three forms.
fn latency(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    hardware: Option<&Hardware>,
    llm: Option<&Llm>,
    tensor_parallel: u32,
    files: &Traces<'_>,
) -> Option<Latency> {
    let forms: Vec<Field<'_>> =
        ["affine", "table", "roofline"].into_iter().filter_map(|name| table.get(name)).collect();
    let [form] = forms.as_slice() else {
        let message = format!("a profile gives the time of a step in one way, this one in {}", forms.len());
        let draft = Draft::error(table.place, message).allowed("one of affine, table, roofline");
        diag.report(draft.hint("measured points become an affine profile by `brownout fit POINTS.csv`"));
        return None;
    };
    let made = match form.name {
        "affine" => affine(diag, *form)?.map(Latency::Affine),
        "table" => points(diag, *form, files)?.map(|points| Latency::Table(Arc::new(points))),
        _ => roofline(diag, *form, hardware?, llm?, tensor_parallel)?.map(Latency::Affine),
    };
    made.map_err(|error| diag.report(Draft::error(form.node.place, error.to_string()))).ok()
}

fn affine(diag: &mut Diagnostics, field: Field<'_>) -> Option<Result<Affine, LatencyError>> {
    let table = Table::open(diag, field, AFFINE)?;
    let mut term = |row| table.said(diag, row);
    let [floor, base, token] = [&FLOOR_MS, &BASE_MS, &TOKEN_MS].map(&mut term);
    let [decode, context, attention] = [&DECODE_MS, &CONTEXT_MS, &ATTENTION_MS].map(&mut term);
    Some(Affine::new(Terms {
        floor: floor?,
        base: base?,
        token: token?,
        decode: decode?,
        context: context?,
        attention: attention?,
    }))
}

fn roofline(
    diag: &mut Diagnostics,
    field: Field<'_>,
    hardware: &Hardware,
    llm: &Llm,
    tensor_parallel: u32,
) -> Option<Result<Affine, LatencyError>> {
    let table = Table::open(diag, field, ROOFLINE)?;
    let compute = table.said(diag, &COMPUTE_EFFICIENCY);
    let memory = table.said(diag, &MEMORY_EFFICIENCY);
    let all = f64::from(tensor_parallel);
    let roofline = Roofline {
        parameters: llm.parameters,
        weight_bytes: llm.weight_bytes,
        kv_bytes_per_token: llm.kv_bytes_per_token,
        layers: llm.layers,
        width: llm.width,
        operations_per_second: all * hardware.operations_per_second,
        bytes_per_second: all * hardware.bytes_per_second,
        compute_efficiency: compute?,
        memory_efficiency: memory?,
    };
    Some(roofline.affine())
}

fn points(
    diag: &mut Diagnostics,
    field: Field<'_>,
    files: &Traces<'_>,
) -> Option<Result<Points, LatencyError>> {
    let table = Table::open(diag, field, TABLE)?;
    let attention = table.read(diag, &CACHED_ATTENTION_MS)?;
    let file = table.get("file")?;
    let named = file.text(diag)?;
    let path = join(&diag.sources.get(file.node.place.file).name, named);
    let text = match files.named.data(&path) {
        Ok(data) => &data.text,
        Err(message) => {
            diag.report(file.error(diag, message));
            return None;
        }
    };
    files.hash.borrow_mut().bytes(text.as_bytes());
    let mut measured = Measured { prefill: Vec::new(), decode: Vec::new(), attention };
    let mut lines = text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    let header: Vec<&str> = lines.next().map_or("", |(_, line)| line).split(',').map(str::trim).collect();
    let mut column = |name: &'static str| {
        let at = header.iter().position(|title| *title == name);
        if at.is_none() {
            let draft = file.error(diag, format!("{path} has no column \"{name}\""));
            let titles = super::trace::titles(header.iter().copied());
            let draft = if titles.is_empty() { draft } else { draft.allowed(one_of(titles)) };
            diag.report(draft.maybe_hint(did_you_mean(name, header.iter().copied())));
        }
        at
    };
    let columns = ["kind", "tokens", "batch", "context", "ms"].map(&mut column);
    let [Some(kind), Some(tokens), Some(batch), Some(context), Some(ms)] = columns else { return None };
    for (at, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let number = |at: usize| cells.get(at).and_then(|cell| cell.parse::<f64>().ok());
        let whole = |at: usize| number(at).filter(|n| n.fract() == 0.0 && (0.0..=1e9).contains(n));
        let point = match (cells.get(kind).copied(), number(ms)) {
            (Some("prefill"), Some(ms)) => whole(tokens).map(|n| measured.prefill.push((n as u32, ms))),
            (Some("decode"), Some(ms)) => whole(batch)
                .zip(whole(context))
                .map(|(batch, context)| measured.decode.push((batch as u32, context as u32, ms))),
            _ => None,
        };
        if point.is_none() {
            let message = format!("{path}:{}: {} is no measured step", at + 1, quoted(line));
            let allowed = "prefill,TOKENS,,,MS or decode,,BATCH,CONTEXT,MS in the order of the header";
            diag.report(file.error(diag, message).allowed(allowed));
            return None;
        }
    }
    Some(Points::new(&measured))
}
