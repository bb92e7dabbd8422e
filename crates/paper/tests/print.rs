//! What is on the paper, read back by another program (`pdftotext`, `pdfinfo` of poppler).

use paper::{Block, Cell, Column, Document, Figure, Made, Notice, Notices, Press, Table};
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

/// A drawing of one dark square: whether a code can be read is a matter of whoever draws it.
const SQUARE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h4v4H1z"/></svg>"#;

fn notices(n: usize) -> Notices {
    let one = |n: usize| Notice {
        title: "依法开展托育服务告知书".into(),
        number: format!("编号：310109-2022-{n:04}"),
        holder: "上海市虹口区曲阳小芽托育有限公司：".into(),
        text: "经审核，你单位符合开办条件，自即日起可以依法开展托育服务。请将本告知书悬挂在醒目位置。".into(),
        facts: vec![("机构名称".into(), "曲阳小芽托育园 #set *不是标记*".into()), ("托位".into(), "60 个".into())],
        issuer: "上海市虹口区教育局".into(),
        day: "2022年11月15日".into(),
        code: SQUARE.into(),
        check: "扫码核验本告知书是否有效".into(),
        address: "http://127.0.0.1:8080/notices/ABCDEFGHJKMNPQRSTVWXYZ2345".into(),
        across: n.is_multiple_of(2).then(|| "已撤销".into()),
        warning: Some("演示数据".into()),
    };
    Notices { title: "告知书".into(), lang: "zh".into(), made: MADE, pages: (1..=n).map(one).collect() }
}

#[test]
fn a_notice_takes_one_page_and_says_everything() {
    let pdf = PRESS.print_notices(&notices(3)).unwrap();
    let text = read("pdftotext", &pdf);
    for words in ["依法开展托育服务告知书", "编号：310109-2022-0002", "#set *不是标记*", "虹口区教育局"]
    {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
    // Laid across the page at an angle: its letters stand alone.
    assert_eq!(text.matches('销').count(), 1, "one of three was revoked\n{text}");
    assert!(read("pdfinfo", &pdf).lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 3")));
    assert_eq!(pdf, PRESS.print_notices(&notices(3)).unwrap());
}
