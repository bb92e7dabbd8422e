//! Tables for a terminal, in which a Chinese character takes two cells.

/// The cells that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if (c as u32) < 0x1100 { 1 } else { 2 }).sum()
}

/// Rows with columns under one another, two blanks between; the last column is not filled up.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N).map(|c| rows.iter().map(|r| width(&r[c])).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', wide - width(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_one_another() {
        let rows = [["a", "虹口", "x"], ["静安区", "b", "y"]].map(|r| r.map(str::to_owned));
        assert_eq!(columns(&rows), "a       虹口  x\n静安区  b     y\n");
    }
}
