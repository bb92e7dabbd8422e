//! What is on the paper, read back by another program (`pdftotext`, `pdfinfo` of poppler).

use paper::{Block, Cell, Column, Document, Figure, Made, Press, Table};
use std::{io::Write, process::Command, sync::LazyLock};

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new(&[]));
const MADE: Made = Made { year: 2022, month: 11, day: 15 };

fn report(rows: usize) -> Document {
    let mut doc = Document::new("上海市托育服务三年行动计划月报", "zh", MADE);
    doc.subtitle = "截至2022年11月15日".to_owned();
    doc.foot = "由记录计算，未经填报。".to_owned();
    doc.warning = Some("演示数据".to_owned());
    doc.lede("29 项目标中达成 11 项。").heading("供给");
    let figure = Figure { name: "托位".into(), value: "57,824".into(), unit: "个".into(), ..Figure::default() };
    doc.push(Block::Figures { items: vec![figure] });
    let columns = vec![Column::new("目标", 5), Column::number("数值", 2), Column::new("状态", 2)];
    let mut table = Table { columns, rows: vec![vec![Cell::group("供给")]] };
    for n in 0..rows {
        let name = format!("目标 {n} #set text(red) *不是标记* $x$");
        table.rows.push(vec![Cell::text(name), Cell::text("88.9 %"), Cell::light("at_risk", "预警")]);
    }
    doc.push(Block::Table(table));
    doc
}

fn read(program: &str, pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let mut command = Command::new(program);
    command.arg(file.path());
    if program == "pdftotext" {
        command.args(["-layout", "-"]);
    }
    let out = command.output().unwrap_or_else(|e| panic!("{program} (poppler-utils, scripts/install.sh): {e}"));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn chinese_text_is_on_the_paper_and_data_is_never_markup() {
    let text = read("pdftotext", &PRESS.print(&report(3)).unwrap());
    for words in [
        "上海市托育服务三年行动计划月报",
        "目标 2 #set text(red) *不是标记* $x$",
        "▲ 预警",
        "演示数据",
        "第 1 页，共 1 页",
    ] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
}

#[test]
fn a_long_table_runs_over_pages_under_its_head() {
    let doc = report(120);
    let text = read("pdftotext", &PRESS.print(&doc).unwrap());
    let pages = PRESS.count(&doc).unwrap();
    assert!(pages >= 3, "{pages}");
    assert_eq!(text.matches("状态").count(), pages, "each page repeats the head of the table");
    assert!(text.contains("目标 119"));
}

#[test]
fn the_same_document_is_the_same_bytes_and_fonts_are_inside() {
    let doc = report(3);
    let pdf = PRESS.print(&doc).unwrap();
    assert_eq!(pdf, PRESS.print(&doc).unwrap());
    assert!(pdf.len() < 120_000, "a subset of the font, not the whole: {}", pdf.len());
    let fonts = read("pdffonts", &pdf);
    for line in fonts.lines().skip(2) {
        assert!(line.contains(" yes yes yes "), "embedded, subset, with text: {line}");
    }
    assert!(read("pdfinfo", &pdf).contains("A4"));
}

#[test]
fn landscape_dense_and_english() {
    let mut doc = report(20);
    doc.landscape = true;
    doc.dense = true;
    doc.lang = "en".into();
    assert_eq!(PRESS.count(&doc).unwrap(), 1);
    assert!(read("pdftotext", &PRESS.print(&doc).unwrap()).contains("Page 1 of 1"));
}

#[test]
fn a_folder_without_fonts_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let error = Press::new(&[empty.path().to_owned()]).print(&report(1)).unwrap_err().to_string();
    assert!(error.contains(&empty.path().display().to_string()) && error.contains("fonts-noto-cjk"), "{error}");
}

#[test]
fn a_glyph_that_no_font_has_is_an_error_not_a_box() {
    let mut doc = report(1);
    doc.note("\u{1F9F8}");
    assert!(PRESS.print(&doc).is_err() || read("pdftotext", &PRESS.print(&doc).unwrap()).contains('\u{1F9F8}'));
}
