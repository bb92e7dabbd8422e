//! What stands in a document, without a word on how it looks. Plain text everywhere: nothing here is markup.

use serde::Serialize;

/// The day that stands in the document's data, not the day of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

/// A document of one or more A4 pages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    pub title: String,
    /// Under the title: what it is about, on which day.
    pub subtitle: String,
    /// `zh` or `en`: rules of line breaking, words of the page's foot.
    pub lang: String,
    pub made: Made,
    /// In the foot of each page: who made it, from what.
    pub foot: String,
    /// A warning on each page, such as that the data are synthetic.
    pub warning: Option<String>,
    pub landscape: bool,
    /// Sets everything smaller, for a print that must stay on one page.
    pub dense: bool,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Heading {
        text: String,
    },
    /// A sentence that should be read first.
    Lede {
        text: String,
    },
    Figures {
        items: Vec<Figure>,
    },
    Table(Table),
    /// Name and value, in two columns.
    Facts {
        items: Vec<(String, String)>,
    },
    Note {
        text: String,
    },
    NewPage,
}

/// One key figure in a row of some.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: String,
    pub unit: String,
    pub note: String,
    pub light: Option<String>,
    pub light_word: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    pub title: String,
    /// Share of the width, relative to the other columns.
    pub weight: u32,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    #[default]
    Start,
    Number,
}

/// A cell; with `light`, the text is the word of that light and its mark stands before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cell {
    pub text: String,
    /// `met`, `on_course`, `at_risk`, `missed`, `no_records`, `not_due`, `tracked`.
    pub light: Option<String>,
    /// The cell spans the row and heads those below it.
    pub group: bool,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub fn light(light: impl Into<String>, word: impl Into<String>) -> Cell {
        Cell { text: word.into(), light: Some(light.into()), group: false }
    }

    /// The only cell of a row that heads the rows below.
    pub fn group(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), light: None, group: true }
    }
}

impl Column {
    pub fn new(title: impl Into<String>, weight: u32) -> Column {
        Column { title: title.into(), weight, align: Align::Start }
    }

    pub fn number(title: impl Into<String>, weight: u32) -> Column {
        Column { title: title.into(), weight, align: Align::Number }
    }

    pub fn is_number(&self) -> bool {
        self.align == Align::Number
    }
}

impl Document {
    pub fn new(title: impl Into<String>, lang: &str, made: Made) -> Document {
        Document {
            title: title.into(),
            subtitle: String::new(),
            lang: lang.to_owned(),
            made,
            foot: String::new(),
            warning: None,
            landscape: false,
            dense: false,
            blocks: Vec::new(),
        }
    }

    pub fn push(&mut self, block: Block) -> &mut Document {
        self.blocks.push(block);
        self
    }

    pub fn heading(&mut self, text: impl Into<String>) -> &mut Document {
        self.push(Block::Heading { text: text.into() })
    }

    pub fn lede(&mut self, text: impl Into<String>) -> &mut Document {
        self.push(Block::Lede { text: text.into() })
    }

    pub fn note(&mut self, text: impl Into<String>) -> &mut Document {
        self.push(Block::Note { text: text.into() })
    }
}
