//! A kind of matter as a declaration: states, moves, owners, clocks. States and moves are statics that refer to each
//! other, so a name that does not exist does not compile; what a compiler cannot see is walked by [`crate::faults`].

use crate::model::Matter;
use crate::values::Values;
use db::Tx;
use kernel::{Actor, Role};
use std::pin::Pin;
use web::{App, Result};

/// A kind of matter, such as the opening of an institution.
#[derive(Debug)]
pub struct Kind {
    /// `slice.name`; its word is `<id>.title`, that of a state `<id>.state.<state>` or, where all kinds share it,
    /// `matter.state.<state>`; moves alike.
    pub id: &'static str,
    /// Where it begins.
    pub first: &'static State,
    pub moves: &'static [&'static Move],
    /// Who may bring one.
    pub brought_by: &'static [Role],
    /// It is about an institution that is on file.
    pub about_facility: bool,
    /// Only an applicant whose organisation was confirmed may hand it in ([`crate::kinds::Gate`]). Advice is for those
    /// who have none yet.
    pub confirmed: bool,
    /// Of these states too the applicant is told when they begin, such as a day that was given; of the own turn and of
    /// the end always.
    pub tells: &'static [&'static State],
    /// The kinds of units above that are told when a unit lets its days pass.
    pub above: &'static [&'static str],
    /// What a move does beyond the matter itself, in the same transaction.
    pub effect: Option<Effect>,
}

/// See [`Kind::effect`]. What it returns as an error takes the whole move back.
pub type Effect = for<'a> fn(Moving<'a>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A move that is being made.
pub struct Moving<'a> {
    pub app: &'a App,
    pub tx: &'a mut Tx,
    /// As it will stand; the effect may set [`Matter::facility`].
    pub matter: &'a mut Matter,
    pub step: &'static Move,
    /// Everything that was filled in, as it stands now.
    pub values: &'a Values,
    /// `None`: the clock.
    pub by: Option<&'a Actor>,
    /// The words of the move.
    pub words: &'a str,
}

/// Where a matter stands.
#[derive(Debug)]
pub struct State {
    /// Unique in its kind.
    pub id: &'static str,
    pub owner: Owner,
    /// `None` only where nobody is waited for.
    pub clock: Option<Clock>,
}

/// Who has to act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// Whoever brought the matter.
    Applicant,
    /// The unit of one of these kinds at the matter's place or nearest above it, the first kind that has one.
    Unit(&'static [&'static str]),
    /// The departments that were asked, each with its own day. The unit of one of these kinds looks after them.
    Opinions(&'static [&'static str]),
    /// Nobody: the matter is at its end.
    Nobody(End),
}

/// How a matter ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// What was asked for holds.
    Granted,
    /// It was decided against.
    Refused,
    /// Nothing was decided: taken back, or let lie too long.
    Dropped,
}

impl End {
    pub const ALL: [End; 3] = [End::Granted, End::Refused, End::Dropped];

    /// The name in the database and in JSON; the key of its word is `matter.end.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            End::Granted => "granted",
            End::Refused => "refused",
            End::Dropped => "dropped",
        }
    }

    pub fn parse(text: &str) -> Option<End> {
        End::ALL.into_iter().find(|end| end.as_str() == text)
    }
}

/// How long a state may last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// The norm that says how many days, by place and form; no number stands in a declaration.
    pub norm: &'static str,
    pub count: Count,
    /// The norm that says how many days an extension adds; `None`: it cannot be extended.
    pub extension: Option<&'static str>,
    /// It may stand still while something from outside is waited for (行政许可法 第四十五条: 听证、检验、检测、检疫、
    /// 鉴定和专家评审所需时间不计算在期限内).
    pub pauses: bool,
}

/// Which days a clock counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// Working days of the State Council's notices.
    Working,
    /// All days; an end on a day off moves to the next working day (民法典 第二百零三条).
    Calendar,
}

impl Clock {
    /// So many working days as the norm says; neither pause nor extension.
    pub const fn working(norm: &'static str) -> Clock {
        Clock { norm, count: Count::Working, extension: None, pauses: false }
    }

    /// So many days of the calendar as the norm says.
    pub const fn calendar(norm: &'static str) -> Clock {
        Clock { norm, count: Count::Calendar, extension: None, pauses: false }
    }

    pub const fn with_pauses(mut self) -> Clock {
        self.pauses = true;
        self
    }

    pub const fn extended_by(mut self, norm: &'static str) -> Clock {
        self.extension = Some(norm);
        self
    }
}

/// From one state to another.
#[derive(Debug)]
pub struct Move {
    /// Unique in its kind.
    pub id: &'static str,
    pub from: &'static [&'static State],
    pub to: &'static State,
    pub by: By,
    pub needs: &'static [Need],
}

/// Who makes a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Whoever brought the matter.
    Applicant,
    /// Posts of the unit that has to act (or looks after opinions), in one of these roles.
    Owner(&'static [Role]),
    /// Nobody: the clock of the state ran out.
    Clock,
}

/// What must be there before a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// A sentence that says why.
    Words,
    /// Every required field and material of the applicant's sections, and every check that must pass.
    Complete,
    /// Every required field of the sections that the office fills in at this state (on-site check, decision).
    Office,
    /// At least one open remark on a field or section: what is to be mended.
    Remarks,
    /// Each open remark has an answer or a change behind it.
    Answered,
    /// All opinions that were asked for are there, or their days have passed.
    Opinions,
    /// No opinion of the last round is against, none asks for mending.
    Agreement,
}

impl Kind {
    /// All states, in the order in which the moves name them, the first one first.
    pub fn states(&self) -> Vec<&'static State> {
        let mut out: Vec<&'static State> = vec![self.first];
        for step in self.moves {
            for state in step.from.iter().copied().chain([step.to]) {
                if out.iter().all(|known| known.id != state.id) {
                    out.push(state);
                }
            }
        }
        out
    }

    pub fn state(&self, id: &str) -> Option<&'static State> {
        self.states().into_iter().find(|state| state.id == id)
    }

    /// The moves out of a state.
    pub fn moves_from<'a>(&self, state: &'a str) -> impl Iterator<Item = &'static Move> + use<'a> {
        let moves = self.moves.iter().copied();
        moves.filter(move |step| step.from.iter().any(|from| from.id == state))
    }

    /// What the clock does by itself when a state's days have passed.
    pub fn by_clock(&self, state: &str) -> Option<&'static Move> {
        self.moves_from(state).find(|step| step.by == By::Clock)
    }
}

impl State {
    /// Somebody has to act.
    pub fn open(&self) -> bool {
        !matches!(self.owner, Owner::Nobody(_))
    }

    /// The end that this state is.
    pub fn end(&self) -> Option<End> {
        match self.owner {
            Owner::Nobody(end) => Some(end),
            _ => None,
        }
    }
}
