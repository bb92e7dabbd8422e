//! Pieces of the unit queries, as texts. What "operating on a day" means is one of them, [`operating!`]; a file that
//! doubles another counts nowhere.
//!
//! `cross join` says in which order tables are walked (SQLite keeps to it, PostgreSQL chooses by its statistics): from
//! the files of the kinds that are asked for, never from all that operate. What is only read, not counted by, stands as
//! a subquery in the list of columns, so that a figure does not pay for the names of its evidence.

/// Facilities `f` operating on `$3`, with the site `s` of that day: `$before` and `$after` are more tables, walked
/// before states and after sites, `$conditions` what else must hold.
macro_rules! operating {
    ($before:expr, $after:expr, $conditions:expr) => {
        concat!(
            "facility f ",
            $before,
            " cross join facility_state st cross join facility_site s ",
            $after,
            " where ",
            counts!(),
            " and st.home = f.home and st.facility = f.id and st.state = 'operating'
               and st.from_day <= $3 and st.until_day > $3
               and s.home = f.home and s.facility = f.id and s.from_day <= $3 and s.until_day > $3
               and ",
            $conditions
        )
    };
    ($conditions:expr) => {
        operating!("", "", $conditions)
    };
}

/// The file is no double. As a comparison, because SQLite would walk an index of all files that are none.
macro_rules! counts {
    () => {
        "(f.doubles is null) = true"
    };
}

/// The name on the day; a file may have a life before it has a name.
macro_rules! name {
    () => {
        "coalesce((select n.name from facility_profile n where n.home = f.home and n.facility = f.id
           and n.from_day <= $3 and n.until_day > $3), '')"
    };
}

/// The facility `f` has a class open on `$3`.
macro_rules! has_class {
    () => {
        "exists (select 1 from class_span cs where cs.home = f.home and cs.facility = f.id
           and cs.from_day <= $3 and cs.until_day > $3)"
    };
}

/// Kinds that give care to children under 3: `FacilityKind::gives_care` (a test holds them together).
macro_rules! care {
    () => {
        "f.kind in ('kindergarten', 'nursery', 'institution', 'community_point', 'employer_point', 'park_point', 'baby_house', 'home_point')"
    };
}

/// Rows of facilities: `$meets`, `$amount`, `$facet`, then what [`operating!`] takes.
macro_rules! facilities {
    ($meets:expr, $amount:expr, $facet:expr, $from:expr) => {
        concat!(
            "select f.id as unit, ",
            name!(),
            " as label, s.place as street, ",
            $meets,
            " as meets, ",
            $amount,
            " as amount, ",
            $facet,
            " as facet from ",
            $from
        )
    };
}

/// 1 for facilities with a class.
macro_rules! meets_with_class {
    () => {
        concat!("case when ", has_class!(), " then 1 else 0 end")
    };
}

/// Rows of streets that meet when they are among the places `s.place` of a query.
macro_rules! streets_with {
    ($query:expr, $more:expr) => {
        concat!(
            "select p.place as unit, p.name as label, p.place as street,
                    case when g.place is null then 0 else 1 end as meets, 1 as amount, '' as facet
             from place_span p left join (select distinct q.place as place from (",
            $query,
            ") q) g on g.place = p.place
             where p.kind in ('street', 'town', 'township') and p.from_day <= $3 and p.until_day > $3",
            $more
        )
    };
}

/// Rows of districts that meet when a place of a query lies in them.
macro_rules! districts_with {
    ($query:expr) => {
        concat!(
            "select p.place as unit, p.name as label, p.place as street,
                    case when g.place is null then 0 else 1 end as meets, 1 as amount, '' as facet
             from place_span p left join (
               select distinct c.ancestor as place from (",
            $query,
            ") q cross join place_closure c where c.place = q.place
                 and c.from_day <= $3 and c.until_day > $3) g on g.place = p.place
             where p.kind = 'district' and p.from_day <= $3 and p.until_day > $3"
        )
    };
}

/// Operating inclusive points of the kinds in `$4`.
macro_rules! inclusive {
    () => {
        operating!(
            "cross join facility_inclusive i",
            "",
            concat!(
                care!(),
                " and $4 like '%,' || f.kind || ',%'
                 and i.home = f.home and i.facility = f.id and i.from_day <= $3 and i.until_day > $3"
            )
        )
    };
}

/// Operating facilities of one kind.
macro_rules! of_kind {
    ($kind:literal) => {
        operating!(concat!("f.kind = '", $kind, "'"))
    };
}

/// Operating facilities of a kind with the value `v.value` of a flag on the day.
macro_rules! flagged {
    ($kind:literal, $flag:literal, $more:literal) => {
        operating!(
            "cross join facility_flag v",
            "",
            concat!(
                "f.kind = '",
                $kind,
                "' and v.home = f.home and v.facility = f.id and v.flag = '",
                $flag,
                "' and v.from_day <= $3 and v.until_day > $3",
                $more
            )
        )
    };
}

/// Rooms in a community health centre or a vaccination site (Shanghai plan, annex row 20).
macro_rules! play_rooms {
    () => {
        concat!(
            "select s.place as place from ",
            flagged!("play_room", "host", " and v.value in ('community_health', 'vaccination')")
        )
    };
}

/// One row per street with the number of its public kindergartens and of those with a class, for a condition.
macro_rules! public_integrated {
    ($condition:literal) => {
        concat!(
            "select p.place as unit, p.name as label, p.place as street,
                    case when ",
            $condition,
            " then 1 else 0 end as meets, 1 as amount, '' as facet
             from place_span p left join (
               select s.place as place, count(*) as n, cast(sum(",
            meets_with_class!(),
            ") as bigint) as k
               from ",
            operating!(
                "",
                "cross join facility_profile n",
                "f.kind = 'kindergarten' and n.home = f.home and n.facility = f.id and n.from_day <= $3
                   and n.until_day > $3 and n.ownership = 'public'"
            ),
            " group by s.place) g on g.place = p.place
             where p.kind in ('street', 'town', 'township') and p.from_day <= $3 and p.until_day > $3"
        )
    };
}

/// Where something that began on a day belongs: the first place `s` of its facility since then that is on the map of
/// `$3`. A street that is merged or split in the year hands its units on with their files.
macro_rules! place_since {
    ($began:literal) => {
        concat!(
            "s.home = f.home and s.facility = f.id and s.until_day > ",
            $began,
            " and s.from_day <= $3
             and m.place = s.place and m.from_day <= $3 and m.until_day > $3
             and not exists (select 1 from facility_site e join place_span em on em.place = e.place
               where e.home = f.home and e.facility = f.id and e.until_day > ",
            $began,
            " and e.from_day < s.from_day
                 and em.from_day <= $3 and em.until_day > $3)"
        )
    };
}

/// The day `$day` lies in the period, as far as it has passed.
macro_rules! in_period {
    ($day:literal) => {
        concat!($day, " >= $1 and ", $day, " < $2 and ", $day, " <= $3")
    };
}

/// Any record of a kind up to day `$1`.
macro_rules! records_of {
    ($condition:expr) => {
        concat!(
            "select count(*) as n from (select 1 from facility f cross join facility_state st
               where st.home = f.home and st.facility = f.id and st.from_day <= $1 and ",
            $condition,
            " limit 1) x"
        )
    };
}

#[cfg(test)]
mod tests {
    use crate::codes::FacilityKind;

    #[test]
    fn kinds_that_give_care_are_those_of_the_code() {
        for kind in FacilityKind::ALL {
            assert_eq!(care!().contains(&format!("'{kind}'")), kind.gives_care(), "{kind}");
        }
    }
}
