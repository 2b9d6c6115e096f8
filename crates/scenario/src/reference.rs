//! The reference of policies as Markdown, from the same table that reads them.

use brownout_tiers::policy::{Need, Param, PolicyKind, Role, Side, kinds};
use std::fmt::Write as _;

const HEAD: &str = "\
<!-- `cargo xtask reference` writes this file from the rows of crates/tiers/src/policy. -->

# Policies

Each is written `policies = { NAME = { kind = \"KIND\", … } }`, at a client, a call or a tier; a name that is a kind
need not say it. What is said of all of them (`on`, `classes`, `per`, `status`, `at`) is in
[LANGUAGE.md](LANGUAGE.md#policies).
";

/// Every kind of policy with its parameters, as a page of Markdown.
pub fn policies() -> String {
    let mut page = HEAD.to_owned();
    for (side, heading) in [(Side::Outlet, "At clients and calls"), (Side::Inlet, "At the door of a tier")] {
        let _ = write!(page, "\n## {heading}\n");
        for kind in kinds().iter().filter(|kind| kind.side() == side) {
            page.push_str(&section(kind));
        }
    }
    page
}

fn section(kind: &PolicyKind) -> String {
    let mut text = format!("\n### `{}`\n\n{}\n", kind.name, kind.doc);
    let written = || kind.params.iter().filter(|param| param.role != Role::Clock);
    if written().next().is_some() {
        text.push_str("\n| parameter | | default | |\n|---|---|---|---|\n");
    }
    for param in written() {
        let _ = writeln!(text, "| `{}` | {} | {} | {} |", param.name, role(param), need(param), param.doc);
    }
    text
}

fn role(param: &Param) -> String {
    match param.role {
        Role::Count(min, max) if max < 1_000_000_000 => format!("{min} to {max}"),
        Role::Count(min, _) => format!("at least {min}"),
        Role::Number(min, max) => format!("{min} to {max}"),
        Role::Ratio => "a part".to_owned(),
        Role::Span => "a span".to_owned(),
        Role::Rate => "a rate".to_owned(),
        Role::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Role::Hours => "24 numbers".to_owned(),
        Role::Clock => String::new(),
    }
}

fn need(param: &Param) -> String {
    match &param.need {
        Need::Required => "needed".to_owned(),
        Need::Optional => String::new(),
        Need::Default(value) => format!("`{value}`"),
    }
}
