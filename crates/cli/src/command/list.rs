//! `brownout list`: what ships, each with the question it answers.

use crate::arguments::{List, Plain};
use crate::failure::Failure;
use brownout::catalogue;
use brownout::words::screen;

pub(super) fn perform(typed: &List) -> Result<(), Failure> {
    let items = catalogue();
    let rows: Vec<_> =
        items.iter().map(|item| (item.kind, item.name.as_str(), item.about.as_str())).collect();
    super::data(&match typed.format {
        Plain::Json => format!("{:#}\n", serde_json::to_value(&items).expect("a list of texts")),
        Plain::Text => screen::catalogue(&rows),
    })
}
