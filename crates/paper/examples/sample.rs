//! Sets a sample of every kind of block: `cargo run -p paper --example sample -- sample.pdf`

use paper::{Block, Cell, Column, Document, Figure, Made, Press, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut doc = Document::new("各种内容的样张", "zh", Made { year: 2022, month: 11, day: 15 });
    doc.subtitle = "虹口区 · 截至2022年11月15日".into();
    doc.foot = "样张，不含任何记录。".into();
    doc.warning = Some("演示数据".into());
    doc.lede("一句话说明全部情况：哪些达成，哪些有风险，集中在哪里。").heading("关键数字");
    let figure = |name: &str, light: &str, word: &str| Figure {
        name: name.into(),
        value: "12,345".into(),
        unit: "个".into(),
        note: "目标 10,000".into(),
        light: Some(light.into()),
        light_word: word.into(),
    };
    let items = vec![
        figure("托位", "met", "达成"),
        figure("普惠托位", "at_risk", "预警"),
        figure("示范点", "missed", "未达成"),
    ];
    doc.push(Block::Figures { items });
    let columns = vec![Column::new("目标", 5), Column::number("数值", 2), Column::new("状态", 2)];
    let rows = vec![
        vec![Cell::group("供给")],
        vec![Cell::text("街镇普惠性托育点覆盖率"), Cell::text("88.9 %"), Cell::light("on_course", "有望")],
        vec![Cell::text("幼儿园开设托班的比例"), Cell::text("46.2 %"), Cell::light("no_records", "暂无记录")],
    ];
    doc.heading("目标").push(Block::Table(Table { columns, rows }));
    let items = vec![("名称".to_owned(), "小满托育园".to_owned()), ("地址".to_owned(), "曲阳路1号".to_owned())];
    doc.heading("档案").push(Block::Facts { items }).note("注：逐项可打开至记录。");
    let target = std::env::args().nth(1).unwrap_or_else(|| "sample.pdf".to_owned());
    std::fs::write(target, Press::new(&[]).print(&doc)?)?;
    Ok(())
}
