//! A fit as the profile of a language model on some hardware.

use crate::number::{float, percent, quoted};
use crate::steps::Fit;
use std::fmt::Write as _;

/// The contents of a profile besides its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// `Llama-3.1-8B on NVIDIA H100 SXM`.
    pub name: String,
    /// The file of points.
    pub points: String,
    /// The file of the hardware, from the profile.
    pub hardware: String,
    /// The file of the language model, from the profile.
    pub llm: String,
    /// Accelerators of one replica.
    pub tensor_parallel: u32,
}

/// The file.
pub fn profile(fit: &Fit, naming: &Naming) -> String {
    let Naming { name, points, hardware, llm, tensor_parallel } = naming;
    let worst = fit.accuracy.worst;
    let mut text = format!(
        "# {name}: six terms, fitted by `brownout fit` to {} measured steps.\n\
         #\n\
         # Source: {points}. They err by {} on average; one step in twenty is off by more than {}. The worst\n\
         # is line {}: {} ms were measured, the terms say {} ms ({}).\n",
        fit.points,
        percent(fit.accuracy.mean),
        percent(fit.accuracy.p95),
        worst.line,
        float(worst.measured, 4),
        float(worst.predicted, 4),
        signed(worst.predicted / worst.measured - 1.0),
    );
    for doubt in &fit.doubts {
        let _ = writeln!(text, "# {doubt}");
    }
    let _ = write!(
        text,
        "schema = 1\nname = {}\nhardware = {}\nllm = {}\n\
         tensor_parallel = {tensor_parallel}\nsource = {}\nerror = {}\n",
        quoted(name),
        quoted(hardware),
        quoted(llm),
        quoted(&format!("{points}; fitted by brownout fit")),
        float(fit.accuracy.mean, 3),
    );
    let terms = fit.terms;
    text.push_str("\n[affine]\n");
    for (key, term) in [
        ("floor_ms", terms.floor),
        ("base_ms", terms.base),
        ("token_ms", terms.token),
        ("decode_ms", terms.decode),
        ("context_ms", terms.context),
        ("attention_ms", terms.attention),
    ] {
        let _ = writeln!(text, "{key} = {}", float(term, 7));
    }
    text
}

fn signed(part: f64) -> String {
    format!("{}{}", if part < 0.0 { "−" } else { "+" }, percent(part.abs()))
}
