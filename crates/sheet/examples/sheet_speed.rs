//! `cargo run --release -p sheet --example sheet_speed [ROWS]`: CPU of reading and writing sheets of 25 columns.

use sheet::{Column, Format, Head, Limits, Mark, Preface, Value, Writer};
use std::time::Instant;

fn main() -> Result<(), sheet::Error> {
    let rows: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let columns: Vec<Column> = (0..25).map(|n| Column::new(format!("列{n}"), 14)).collect();
    for format in [Format::Xlsx, Format::Csv] {
        let begun = Instant::now();
        let mut out = Writer::new(format, "表", &Preface::default(), &columns)?;
        for n in 0..rows {
            out.row((0..25).map(|c| match c {
                0 => Value::from(format!("上海市第{n}托育园")),
                1 => Value::Day("2022-03-05".into()),
                2..6 => Value::Whole(n as i64),
                c => Value::from(format!("样例文字{}", (n * c) % 97)),
            }))?;
        }
        let bytes = out.finish()?;
        let wrote = begun.elapsed();
        let begun = Instant::now();
        let grids = sheet::read(&bytes, &Limits::default())?;
        let read = begun.elapsed();
        println!("{format:?}: {rows} rows, {} kB, written in {wrote:?}, read in {read:?}", bytes.len() / 1024);
        if let Some(head) = Head::find(&grids[0], |name| name.starts_with('列')) {
            let marks: Vec<Mark> = (2..1000).map(|line| Mark { line, column: Some(3), said: "不对".into() }).collect();
            let begun = Instant::now();
            let back = sheet::marked(&grids[0], &head, &marks, "错误说明", false)?;
            println!("  marked with {} faults in {:?}, {} kB", marks.len(), begun.elapsed(), back.len() / 1024);
        }
    }
    Ok(())
}
