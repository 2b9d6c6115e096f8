//! What fits on one screen: how many rows each table may have.

/// Lines of a terminal as it opens, without the line that says where the report is, the prompt before and the prompt
/// after.
const HEIGHT: usize = 40 - 3;

/// A table that can be drawn with any number of rows.
pub(super) struct Section<'a> {
    /// How many rows there are.
    pub(super) count: usize,
    /// The table with at most this number of rows.
    pub(super) draw: Box<dyn Fn(usize) -> String + 'a>,
}

impl Section<'_> {
    /// Lines of a table with this number of rows, and the empty one above.
    fn height(&self, rows: usize) -> usize {
        if rows == 0 { 0 } else { 1 + (self.draw)(rows).lines().count() }
    }
}

/// The sections, the more important ones first, with as many rows as fit below lines that are there already: each gets
/// a row in turn while there is room. One that has no row is left out.
pub(super) fn fit(sections: &[Section<'_>], there: usize) -> String {
    let left = HEIGHT.saturating_sub(there);
    let mut rows = vec![0; sections.len()];
    let mut full = vec![false; sections.len()];
    while let Some(next) = next(sections, &rows, &full) {
        rows[next] += 1;
        let height: usize = sections.iter().zip(&rows).map(|(section, &rows)| section.height(rows)).sum();
        if left < height {
            rows[next] -= 1;
            full[next] = true;
        }
    }
    let mut out = String::new();
    for (section, rows) in sections.iter().zip(rows).filter(|&(_, rows)| 0 < rows) {
        out.push('\n');
        out.push_str(&(section.draw)(rows));
    }
    out
}

/// Whose turn it is: the section with the fewest rows that has more and is not full.
fn next(sections: &[Section<'_>], rows: &[usize], full: &[bool]) -> Option<usize> {
    let open = (0..sections.len()).filter(|&at| !full[at] && rows[at] < sections[at].count);
    open.min_by_key(|&at| rows[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(count: usize) -> Section<'static> {
        let draw = move |rows: usize| {
            let more = if rows < count { "more\n" } else { "" };
            format!("head\n{}{more}", "row\n".repeat(rows))
        };
        Section { count, draw: Box::new(draw) }
    }

    fn rows(counts: &[usize], there: usize) -> (usize, usize) {
        let sections: Vec<Section<'_>> = counts.iter().map(|&count| section(count)).collect();
        let text = fit(&sections, there);
        (text.lines().filter(|line| *line == "row").count(), text.lines().count())
    }

    #[test]
    fn all_that_fits_is_there_and_nothing_is_higher_than_the_screen() {
        assert_eq!(rows(&[3, 4], 10), (7, 11));
        assert_eq!(rows(&[100, 100], 7), (24, 30));
        // A head and a row of each do not fit: the first is the more important one.
        assert_eq!(rows(&[1, 1], HEIGHT - 4), (1, 3));
        assert_eq!(rows(&[5, 5], HEIGHT), (0, 0));
    }

    #[test]
    fn a_short_table_leaves_its_room_to_the_others() {
        assert_eq!(rows(&[1, 100], 0).1, HEIGHT);
        assert_eq!(rows(&[0, 100], 0).1, HEIGHT);
    }
}
