//! Plain data: versions of a guide, questions with their answers, what somebody asked.

use kernel::kinds::{AccountId, PlaceId, QuestionAskedId, QuestionId};
use kernel::{Day, Instant};

db::record! {
    /// One version of a guide: the city's or a district's, of one application or of all.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Guide in "guide_text" {
        home: String,
        place: PlaceId,
        /// The form that it is about; empty: all of them.
        form: String,
        no: i64,
        from_day: Day,
        title: String,
        title_en: String,
        body: String,
        body_en: String,
        /// `None`: it came with a pack.
        account: Option<AccountId>,
        made: Instant,
    }
}

/// A question with its answer as it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    pub home: String,
    pub id: QuestionId,
    pub place: PlaceId,
    pub no: i64,
    pub from_day: Day,
    pub topic: String,
    pub topic_en: String,
    pub asked: String,
    pub asked_en: String,
    pub answer: String,
    pub answer_en: String,
    /// Document and clause in words; may be empty.
    pub basis: String,
    /// Clauses or documents of the library, parted by `; `; may be empty.
    pub clauses: String,
    pub retired: bool,
    /// `None`: it came with a pack.
    pub account: Option<AccountId>,
    pub made: Instant,
    /// How often it was asked, over all time.
    pub times: i64,
    pub helped: i64,
    pub not_helped: i64,
}

db::record! {
    /// What somebody asked who found no answer.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Asked in "question_asked" {
        home: String,
        id: QuestionAskedId,
        place: PlaceId,
        asked: String,
        at: Instant,
        question: Option<QuestionId>,
        account: Option<AccountId>,
        dealt: Option<Instant>,
    }
}
