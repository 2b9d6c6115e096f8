//! An SVG of plotters in fewer bytes: the same shapes to the quarter of a pixel.
//!
//! A page holds every chart of every variant, and lines are nearly all of it. Steps from point to point are written
//! instead of places, lines of one style that follow one another are one path, and what is the same for all shapes or
//! the default of the format is left out: a page of 1.7 MB became one of 0.9.

use std::fmt::Write as _;

/// The same picture.
pub(super) fn compact(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len() / 2);
    // Of the line that `out` ends with.
    let mut last: Option<String> = None;
    for line in svg.lines() {
        let line = line.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
        let line = line.replace(" text-anchor=\"start\"", "");
        let shape = shape(&line);
        // Lines that are seen through would be darker where they cross.
        let is_line = |style: &str| style.starts_with("fill=\"none\"") && !style.contains("opacity");
        match &shape {
            Some((style, data)) if last.as_ref() == Some(style) => {
                out.truncate(out.len() - PATH_END.len());
                out.extend([data, PATH_END]);
            }
            Some((style, data)) => out.extend(["<path ", style, "d=\"", data, PATH_END]),
            None => out.extend([line.as_str(), "\n"]),
        }
        last = shape.map(|(style, _)| style).filter(|style| is_line(style));
    }
    out
}

/// Behind the data of a path.
const PATH_END: &str = "\"/>\n";

/// A line or a shape of many points as the style and the data of a path; none for anything else.
fn shape(line: &str) -> Option<(String, String)> {
    let (rest, close) = match line.strip_prefix("<polyline ") {
        Some(rest) => (rest, ""),
        None => (line.strip_prefix("<polygon ")?, "z"),
    };
    let (style, points) = rest.strip_suffix("\"/>")?.split_once("points=\"")?;
    let mut path = String::new();
    let mut from: Option<(i64, i64)> = None;
    for point in points.split_whitespace() {
        let (x, y) = point.split_once(',')?;
        let (x, y): (i64, i64) = (x.parse().ok()?, y.parse().ok()?);
        match from {
            None => write!(path, "M{x} {y}l"),
            // A minus sign separates as well as a space.
            Some((left, top)) => {
                let (dx, dy) = (x - left, y - top);
                let space = |n: i64| if n < 0 { "" } else { " " };
                let first = if path.ends_with('l') { "" } else { space(dx) };
                write!(path, "{first}{dx}{}{dy}", space(dy))
            }
        }
        .expect("a String takes any text");
        from = Some((x, y));
    }
    if path.ends_with('l') {
        // A line of one point is a dot of its stroke, as plotters meant it.
        path.push_str("0 0");
    }
    path.push_str(close);
    Some((style.to_owned(), path))
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn points_become_steps() {
        let line =
            "<polyline fill=\"none\" opacity=\"1\" stroke=\"#E5E7EB\" points=\"496,17 500,10 500,12 \"/>";
        assert_eq!(compact(line), "<path fill=\"none\" stroke=\"#E5E7EB\" d=\"M496 17l4-7 0 2\"/>\n");
        let area = "<polygon opacity=\"0.18\" fill=\"#E5E7EB\" points=\"0,0 9,0 9,9\"/>";
        assert_eq!(compact(area), "<path opacity=\"0.18\" fill=\"#E5E7EB\" d=\"M0 0l9 0 0 9z\"/>\n");
    }

    #[test]
    fn lines_of_one_style_are_one_path_and_areas_are_not() {
        let line = "<polyline fill=\"none\" stroke=\"#E5E7EB\" points=\"0,0 4,0\"/>";
        let both = "<path fill=\"none\" stroke=\"#E5E7EB\" d=\"M0 0l4 0M0 0l4 0\"/>\n";
        assert_eq!(compact(&format!("{line}\n{line}")), both);
        for apart in
            ["<polygon fill=\"#E5E7EB\" points=\"0,0 4,0\"/>", &line.replace("fill", "opacity=\"0.5\" fill")]
        {
            assert_eq!(compact(&format!("{apart}\n{apart}")).matches("<path").count(), 2, "{apart}");
        }
    }

    #[test]
    fn what_is_no_line_of_points_stays() {
        for other in ["<text x=\"1\">a points=\"b\"</text>", "<polyline points=\"a,b\"/>", "</svg>"] {
            assert_eq!(compact(other), format!("{other}\n"));
        }
    }
}
