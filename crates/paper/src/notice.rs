//! A notice that hangs on a wall: one A4 page with frame, number, what it says, and a code by which anybody can check
//! it. Many are one document, a page each.

use crate::document::Made;
use serde::Serialize;

/// Notices that are printed together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notices {
    /// Of the document; each page prints its own.
    pub title: String,
    /// `zh` or `en`: rules of line breaking.
    pub lang: String,
    pub made: Made,
    pub pages: Vec<Notice>,
}

/// One page. All text is data, nothing is markup.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Notice {
    /// What the paper is called: 依法开展托育服务告知书.
    pub title: String,
    /// As printed under the title: 编号：310109-2022-0003.
    pub number: String,
    /// Whom it is given to.
    pub holder: String,
    /// The sentence below.
    pub text: String,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// Who issues it.
    pub issuer: String,
    /// As printed under the issuer: 2022年11月15日.
    pub day: String,
    /// An SVG drawing of the code.
    pub code: String,
    /// How to check it; stands beside the code.
    pub check: String,
    /// The address in the code, for those who type.
    pub address: String,
    /// Laid across the page, such as 已撤销; `None` while it holds.
    pub across: Option<String>,
    /// In the foot, such as that the data are synthetic.
    pub warning: Option<String>,
}
