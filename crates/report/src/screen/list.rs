//! Names by kind, each with what it is.

use super::paint::{BOLD, cut, paint};
use super::table::{Cell, Side, Table};

/// Descriptions are cut: names with them are one line each.
const ABOUT_MAX: usize = 90;

/// Names of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they are, and what they are for.
    pub heading: &'a str,
    /// Each with what it is.
    pub items: Vec<(&'a str, &'a str)>,
}

/// Groups below each other; one without items is left out.
pub fn list(groups: &[Group<'_>]) -> String {
    let groups = groups.iter().filter(|group| !group.items.is_empty()).map(|group| {
        let mut table = Table::new(&[("", Side::Left), ("", Side::Left)]);
        for (name, about) in &group.items {
            table.row(vec![Cell::plain(format!("  {name}")), Cell::plain(cut(about, ABOUT_MAX))]);
        }
        let rows = table.render();
        // The heading stands above the table, whose own is empty.
        let rows = rows.split_once('\n').map_or("", |(_, rows)| rows);
        format!("{}\n{rows}", paint(group.heading, BOLD))
    });
    groups.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_group_has_no_heading() {
        let laws = Group { heading: "laws", items: vec![("mm1", "one worker"), ("mmc-many", "many")] };
        let said = list(&[Group { heading: "models", items: Vec::new() }, laws]);
        let plain = anstream::adapter::strip_str(&said).to_string();
        assert_eq!(plain, "laws\n  mm1       one worker\n  mmc-many  many\n");
    }
}
