//! What is typed and what comes back, side by side: the sessions in `tests/commands`.

#[test]
fn sessions_are_as_they_are_written_down() {
    trycmd::TestCases::new().case("tests/commands/*.trycmd");
}
