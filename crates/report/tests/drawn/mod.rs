//! What is written on a picture, and where.

use resvg::usvg;

/// Every text of an SVG with its box.
pub(crate) fn texts(svg: &str) -> Vec<(String, usvg::Rect)> {
    let mut options = usvg::Options::default();
    for face in [
        include_bytes!("../../fonts/NotoSans-Regular-subset.ttf").as_slice(),
        include_bytes!("../../fonts/NotoSans-Bold-subset.ttf").as_slice(),
    ] {
        options.fontdb_mut().load_font_data(face.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).expect("it is an SVG");
    let mut found = Vec::new();
    collect(tree.root(), &mut found);
    found
}

fn collect(group: &usvg::Group, found: &mut Vec<(String, usvg::Rect)>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => collect(inner, found),
            usvg::Node::Text(text) => {
                let said: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
                found.push((said, text.abs_bounding_box()));
            }
            _ => {}
        }
    }
}

/// The box of a text has room for accents and descenders, which may touch; its letters may not.
pub(crate) fn overlap(a: usvg::Rect, b: usvg::Rect) -> bool {
    let (dx, dy) = (1.0, 0.22 * a.height().min(b.height()));
    a.left() + dx < b.right()
        && b.left() + dx < a.right()
        && a.top() + dy < b.bottom() - dy
        && b.top() + dy < a.bottom() - dy
}
