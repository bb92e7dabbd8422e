//! Plain data: versions of a guide, questions with their answers, what somebody asked.

use kernel::kinds::{AccountId, PlaceId, QuestionAskedId, QuestionId};
use kernel::{Day, Instant};

db::record! {
    /// One version of the guide of a district.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Guide in "guide" {
        home: String,
        place: PlaceId,
        no: i64,
        from_day: Day,
        title: String,
        body: String,
        account: AccountId,
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
    pub topic: String,
    pub asked: String,
    pub answer: String,
    /// Document and clause; may be empty.
    pub basis: String,
    pub retired: bool,
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
