//! Which column of a sheet is which: by code, by the heading of the template, or by what else people call it.

use super::Opened;
use crate::sheet::{self, Fault};
use ::sheet::column_name;
use std::collections::BTreeMap;

/// What else people write above a column.
const SYNONYMS: [(&str, &[&str]); 27] = [
    ("id", &["档案号", "机构编号", "机构id"]),
    ("credit_code", &["信用代码", "社会信用代码", "统一信用代码", "信用编码", "统一社会信用代码证号", "creditcode"]),
    ("name", &["机构名称", "托育机构名称", "园所名称", "单位名称", "机构全称", "园名", "全称"]),
    ("kind", &["机构类别", "机构类型", "类型"]),
    ("ownership", &["办学性质", "性质", "机构性质", "举办类型", "公办民办"]),
    ("legal_form", &["登记类型", "法人类型", "登记性质", "营利性质", "是否营利"]),
    ("operator", &["举办单位", "举办方", "运营单位", "举办主体", "设立主体", "运营方"]),
    ("phone", &["联系电话", "联系方式", "办公电话", "电话号码", "手机"]),
    ("region", &["街镇", "所属街镇", "所在街镇", "街道", "街道代码", "街道乡镇", "街道镇", "乡镇街道", "区划代码"]),
    ("address", &["机构地址", "详细地址", "办学地址", "场所地址", "所在地址", "通讯地址"]),
    ("lon", &["longitude", "lng"]),
    ("lat", &["latitude"]),
    ("state", &["运营状态", "机构状态", "开办状态"]),
    ("opened", &["开办时间", "成立日期", "成立时间", "开园日期", "开园时间", "开业日期", "设立日期"]),
    ("changed_on", &["变更时间", "变动日期"]),
    ("inclusive_from", &["普惠开始日期", "普惠认定日期", "普惠认定起始日", "普惠起始日期", "普惠性认定起始日"]),
    ("inclusive_until", &["普惠结束日期", "普惠认定截止日", "普惠截止日期", "普惠性认定截止日"]),
    ("inclusive_by", &["普惠性认定单位", "认定单位"]),
    ("notice_number", &["告知书号", "告知书文号", "告知书", "依法开展托育服务告知书编号"]),
    ("notice_from", &["告知书起始日期", "告知书日期", "告知书发放日期", "告知书有效期起"]),
    ("notice_until", &["告知书截止日期", "告知书有效期止", "告知书到期日"]),
    ("notice_places", &["告知书托位数"]),
    ("classes", &["班级情况", "班级设置"]),
    ("places", &["托位", "托位数", "核定托位", "批准托位数"]),
    ("fees", &["收费标准", "保育费", "月收费"]),
    ("district", &["区", "区县", "所属区", "行政区", "区名"]),
    ("inclusive", &["普惠", "普惠性", "是否普惠性", "普惠机构", "普惠与否"]),
];

/// Columns that people keep for themselves; they are left out without a question.
pub const IGNORED: [&str; 7] = ["序号", "备注", "错误说明", "problems", "说明", "填报人", "填表日期"];

/// The code of a column by its heading, which [`::sheet::text::heading`] has made plain.
pub fn recognise(heading: &str) -> Option<&'static str> {
    let plain = |text: &str| ::sheet::text::heading(text);
    let own = sheet::taken().find(|(code, zh)| heading == *code || heading == *zh).map(|(code, _)| code);
    own.or_else(|| SYNONYMS.iter().find(|(_, all)| all.iter().any(|s| plain(s) == heading)).map(|(code, _)| *code))
}

/// Whether a heading says anything to the registry.
pub fn known(heading: &str) -> bool {
    recognise(heading).is_some()
}

/// Where the columns of the registry stand in a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Columns(BTreeMap<String, u32>);

/// One column of a sheet as it was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// From 0.
    pub column: u32,
    pub heading: String,
    /// The code; `None` for one that is left out.
    pub code: Option<&'static str>,
    /// By the name of the template or a code, or one that people keep for themselves: no question is needed.
    pub certain: bool,
}

impl Columns {
    pub fn at(&self, code: &str) -> Option<u32> {
        self.0.get(code).copied()
    }

    /// The code of what stands in a column.
    pub fn code(&self, column: u32) -> Option<&str> {
        self.0.iter().find(|(_, c)| **c == column).map(|(code, _)| code.as_str())
    }

    pub fn set(&mut self, code: &str, column: u32) {
        self.0.insert(code.to_owned(), column);
    }

    /// Each column of the sheet; of two that are called the same, the first counts.
    pub fn recognised(opened: &Opened) -> Vec<Recognised> {
        let mut taken = Vec::new();
        let mut out = Vec::new();
        for (column, heading) in &opened.head.columns {
            let code = recognise(heading).filter(|code| !taken.contains(code));
            taken.extend(code);
            let own = sheet::taken().any(|(code, zh)| heading == code || heading == zh);
            let ignored = IGNORED.contains(&heading.as_str());
            let certain = (code.is_some() && own) || (code.is_none() && ignored);
            out.push(Recognised { column: *column, heading: heading.clone(), code, certain });
        }
        out
    }

    /// The columns as they were recognised.
    pub fn of(recognised: &[Recognised]) -> Columns {
        Columns(recognised.iter().filter_map(|r| Some((r.code?.to_owned(), r.column))).collect())
    }

    /// Whether a row can say which file it means: by id, by credit code, or by its name and where it lies.
    pub fn keyed(&self) -> bool {
        let has = |code: &str| self.at(code).is_some();
        has("id") || has("credit_code") || (has("name") && has("region"))
    }

    /// Nobody can be asked: a name that stands twice or is not known is a fault.
    pub fn strict(opened: &Opened) -> (Columns, Vec<Fault>) {
        let all = Columns::recognised(opened);
        let line = opened.grid.lines.get(opened.head.lines.start).map_or(1, |l| l.number as usize);
        let mut faults = Vec::new();
        for r in all.iter().filter(|r| r.code.is_none() && !r.certain) {
            let twice = recognise(&r.heading).is_some();
            let code = if twice { "registry.sheet.twice" } else { "registry.sheet.unknown_column" };
            faults.push(Fault::new(line, &r.heading, code).with(column_name(r.column)));
        }
        (Columns::of(&all), faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_means_one_column() {
        let mut seen = BTreeMap::new();
        for (code, all) in SYNONYMS {
            assert!(sheet::taken().any(|(c, _)| c == code), "{code}");
            for name in all.iter().map(|s| ::sheet::text::heading(s)) {
                assert!(!sheet::taken().any(|(c, zh)| name == c || name == zh), "{name} is a name of the template");
                assert_eq!(seen.insert(name.clone(), code), None, "{name}");
                assert_eq!(recognise(&name), Some(code));
            }
        }
        assert_eq!(sheet::taken().map(|(c, _)| c).collect::<Vec<_>>(), SYNONYMS.map(|(c, _)| c));
        assert!(IGNORED.iter().all(|name| recognise(name).is_none()));
    }
}
