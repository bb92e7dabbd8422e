//! The unit queries (face: `indicator::Declaration`). `$1`, `$2` period, `$3` day, `$4` kinds that count as inclusive.
//! What "operating on a day" means is one text, [`operating!`]; a file that doubles another counts nowhere.

/// Facilities `f` operating on `$3`, with the site `s` and the profile `n` of that day.
macro_rules! operating {
    () => {
        "facility f
         join facility_state st on st.home = f.home and st.facility = f.id and st.state = 'operating'
           and st.from_day <= $3 and st.until_day > $3
         join facility_site s on s.home = f.home and s.facility = f.id and s.from_day <= $3 and s.until_day > $3
         join facility_profile n on n.home = f.home and n.facility = f.id and n.from_day <= $3 and n.until_day > $3"
    };
}

/// The facility `f` has a class open on `$3`.
macro_rules! has_class {
    () => {
        "exists (select 1 from class_span cs where cs.home = f.home and cs.facility = f.id
           and cs.from_day <= $3 and cs.until_day > $3)"
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
            ") q join place_closure c on c.place = q.place
                 and c.from_day <= $3 and c.until_day > $3) g on g.place = p.place
             where p.kind = 'district' and p.from_day <= $3 and p.until_day > $3"
        )
    };
}

/// Sites of operating inclusive points of the kinds in `$4`.
macro_rules! inclusive_sites {
    () => {
        concat!(
            "select s.place as place from ", operating!(), "
             join facility_inclusive i on i.home = f.home and i.facility = f.id and i.from_day <= $3 and i.until_day > $3
             where f.doubles is null and $4 like '%,' || f.kind || ',%'"
        )
    };
}

/// Sites of operating facilities of one kind.
macro_rules! sites_of {
    ($kind:literal) => {
        concat!("select s.place as place from ", operating!(), " where f.doubles is null and f.kind = '", $kind, "'")
    };
}

/// Operating facilities of a kind with the value `v.value` of a flag on the day.
macro_rules! flagged {
    ($kind:literal, $flag:literal) => {
        concat!(
            operating!(),
            "
             join facility_flag v on v.home = f.home and v.facility = f.id and v.flag = '",
            $flag,
            "'
               and v.from_day <= $3 and v.until_day > $3
             where f.doubles is null and f.kind = '",
            $kind,
            "'"
        )
    };
}

/// Rooms in a community health centre or a vaccination site (Shanghai plan, annex row 20).
macro_rules! play_rooms {
    () => {
        concat!(
            "select s.place as place from ",
            flagged!("play_room", "host"),
            " and v.value in ('community_health', 'vaccination')"
        )
    };
}

/// Accepted early-development bases.
macro_rules! ecd_bases {
    () => {
        concat!("select s.place as place from ", flagged!("ecd_base", "stage"), " and v.value = 'accepted'")
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
               select s.place as place, count(*) as n, cast(sum(case when ",
            has_class!(),
            " then 1 else 0 end) as bigint) as k
               from ",
            operating!(),
            "
               where f.doubles is null and f.kind = 'kindergarten' and n.ownership = 'public' group by s.place) g
               on g.place = p.place
             where p.kind in ('street', 'town', 'township') and p.from_day <= $3 and p.until_day > $3"
        )
    };
}

/// Any record of a kind up to day `$1`.
macro_rules! records_of {
    ($condition:literal) => {
        concat!(
            "select count(*) as n from (select 1 from facility f
               join facility_state st on st.home = f.home and st.facility = f.id and st.from_day <= $1
               where ",
            $condition,
            " limit 1) x"
        )
    };
}

pub(super) const CARE_RECORDS: &str = records_of!(
    "f.kind in ('kindergarten', 'nursery', 'institution', 'community_point', 'employer_point', 'park_point', 'baby_house')"
);
pub(super) const KINDERGARTEN_RECORDS: &str = records_of!("f.kind = 'kindergarten'");
pub(super) const NURSERY_RECORDS: &str = records_of!("f.kind = 'nursery'");
pub(super) const STATION_RECORDS: &str = records_of!("f.kind = 'guidance_station'");
pub(super) const FRIENDLY_RECORDS: &str = records_of!("f.kind = 'friendly_community'");
pub(super) const ECD_RECORDS: &str = records_of!("f.kind = 'ecd_base'");
pub(super) const PLAY_ROOM_RECORDS: &str = records_of!("f.kind = 'play_room'");
pub(super) const PARENT_CHILD_RECORDS: &str = records_of!("f.kind = 'parent_child_point'");
pub(super) const NOTICE_RECORDS: &str =
    "select count(*) as n from (select 1 from credential where kind = 'operation_notice' and from_day <= $1 limit 1) x";

/// Points whose first day of operation lies in the period; they meet when their inclusive status was confirmed by the
/// day. A move, a new name or a re-opening is not a new point: the first day is the first of all operating spans.
pub(super) const NEW_INCLUSIVE_POINTS: &str = "
    select f.id as unit, n.name as label, s.place as street,
           case when exists (select 1 from facility_inclusive i where i.home = f.home and i.facility = f.id
             and i.from_day <= $3 and i.until_day > o.first_day) then 1 else 0 end as meets,
           1 as amount, '' as facet
    from (select home, facility, min(from_day) as first_day from facility_state where state = 'operating'
          group by home, facility) o
    join facility f on f.home = o.home and f.id = o.facility
    join facility_site s on s.home = f.home and s.facility = f.id and s.from_day <= o.first_day and s.until_day > o.first_day
    join facility_profile n on n.home = f.home and n.facility = f.id and n.from_day <= o.first_day and n.until_day > o.first_day
    where o.first_day >= $1 and o.first_day < $2 and o.first_day <= $3 and f.doubles is null
      and $4 like '%,' || f.kind || ',%'";

pub(super) const INCLUSIVE_POINTS: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, 1 as meets, 1 as amount, f.kind as facet
     from ",
    operating!(),
    "
     join facility_inclusive i on i.home = f.home and i.facility = f.id and i.from_day <= $3 and i.until_day > $3
     where f.doubles is null and $4 like '%,' || f.kind || ',%'"
);

pub(super) const INCLUSIVE_STREETS: &str = streets_with!(inclusive_sites!(), "");

/// Streets of districts that carry the flag `central` (中心城区).
pub(super) const INCLUSIVE_CENTRAL_STREETS: &str = streets_with!(
    inclusive_sites!(),
    " and exists (select 1 from place_span d where d.place = p.parent and d.flags like '%;central;%'
        and d.from_day <= $3 and d.until_day > $3)"
);

pub(super) const INTEGRATED_KINDERGARTENS: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, case when ",
    has_class!(),
    " then 1 else 0 end as meets,
            1 as amount, n.ownership as facet
     from ",
    operating!(),
    " where f.doubles is null and f.kind = 'kindergarten'"
);

/// Every public kindergarten of the street is integrated, and there is one.
pub(super) const PUBLIC_INTEGRATED_STREETS_ALL: &str = public_integrated!("g.k = g.n");
/// At least one public kindergarten of the street is integrated.
pub(super) const PUBLIC_INTEGRATED_STREETS_ANY: &str = public_integrated!("g.k > 0");

/// Classes of public kindergartens whose first open day lies in the period.
pub(super) const NEW_PUBLIC_TODDLER_CLASSES: &str = "
    select f.id || '/' || c.id as unit, n.name || ' ' || c.name as label, s.place as street, 1 as meets, 1 as amount,
           c.gained as facet
    from (select home, class, min(from_day) as first_day from class_span group by home, class) o
    join class c on c.home = o.home and c.id = o.class
    join facility f on f.home = c.home and f.id = c.facility
    join facility_site s on s.home = f.home and s.facility = f.id and s.from_day <= o.first_day and s.until_day > o.first_day
    join facility_profile n on n.home = f.home and n.facility = f.id and n.from_day <= o.first_day
      and n.until_day > o.first_day and n.ownership = 'public'
    where o.first_day >= $1 and o.first_day < $2 and o.first_day <= $3 and f.kind = 'kindergarten' and f.doubles is null";

/// Kindergartens built, rebuilt or extended in the period (facet: how); they meet with a class open on the day.
macro_rules! built {
    ($more:literal) => {
        concat!(
            "select f.id as unit, n.name as label, s.place as street, case when ", has_class!(), " then 1 else 0 end as meets,
                    1 as amount, b.value as facet
             from ", operating!(), "
             join facility_flag b on b.home = f.home and b.facility = f.id and b.flag = 'built'
               and b.from_day >= $1 and b.from_day < $2 and b.from_day <= $3
               and not exists (select 1 from facility_flag l where l.home = b.home and l.facility = b.facility and l.flag = 'built'
                 and l.from_day > b.from_day and l.from_day < $2 and l.from_day <= $3)
             where f.doubles is null and f.kind = 'kindergarten'", $more
        )
    };
}
pub(super) const BUILT_KINDERGARTENS: &str = built!("");
/// "In principle" (原则上): a kindergarten without a class but with a recorded reason is not due (Shanghai plan 三(一)1).
pub(super) const BUILT_KINDERGARTENS_IN_PRINCIPLE: &str = built!(
    " and not exists (select 1 from facility_flag x where x.home = f.home and x.facility = f.id and x.flag = 'exception'
        and x.reason <> '' and x.from_day <= $3 and x.until_day > $3)"
);

pub(super) const EXPANDABLE_KINDERGARTENS: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, case when ",
    has_class!(),
    " then 1 else 0 end as meets,
            1 as amount, '' as facet
     from ",
    flagged!("kindergarten", "expandable"),
    " and v.value = 'yes'"
);

pub(super) const TODDLER_CLASSES: &str =
    concat!(
    "select f.id || '/' || c.id as unit, n.name || ' ' || c.name as label, s.place as street, 1 as meets, 1 as amount,
            f.kind as facet
     from ", operating!(), "
     join class_span cs on cs.home = f.home and cs.facility = f.id and cs.from_day <= $3 and cs.until_day > $3
     join class c on c.home = cs.home and c.id = cs.class
     where f.doubles is null and f.kind in ('kindergarten', 'nursery')"
);

pub(super) const NURSERIES: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, case when ",
    has_class!(),
    " then 1 else 0 end as meets,
            1 as amount, '' as facet
     from ",
    operating!(),
    " where f.doubles is null and f.kind = 'nursery'"
);

/// Operating facilities that hold a notice valid on the day, once each.
pub(super) const NOTIFIED: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, 1 as meets, 1 as amount, f.kind as facet
     from ",
    operating!(),
    "
     where f.doubles is null and exists (select 1 from credential k where k.home = f.home and k.holder = f.id
       and k.kind = 'operation_notice' and k.from_day <= $3 and k.until_day > $3)"
);

/// Approved places of operating facilities that give care.
pub(super) const APPROVED_PLACES: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, 1 as meets,
            (select cast(coalesce(sum(q.places), 0) as bigint) from capacity_span q where q.home = f.home and q.facility = f.id
               and q.measure = 'approved' and q.from_day <= $3 and q.until_day > $3) as amount,
            f.kind as facet
     from ",
    operating!(),
    " join facility_kind fk on fk.code = f.kind and fk.gives_care
     where f.doubles is null"
);

/// Residents of each district by the latest fact that had begun on the day.
pub(super) const POPULATION: &str = "
    select p.place as unit, p.name as label, p.place as street, 1 as meets, r.value as amount, '' as facet
    from place_span p join fact r on r.place = p.place and r.series = 'population/resident' and r.from_day <= $3
    where p.kind = 'district' and p.from_day <= $3 and p.until_day > $3
      and not exists (select 1 from fact l where l.series = r.series and l.place = r.place
        and (l.from_day > r.from_day or (l.from_day = r.from_day and l.id > r.id)) and l.from_day <= $3)";

pub(super) const STATION_STREETS: &str = streets_with!(sites_of!("guidance_station"), "");

/// Communities first accepted in the period.
pub(super) const NEW_FRIENDLY_COMMUNITIES: &str = "
    select f.id as unit, n.name as label, s.place as street, 1 as meets, 1 as amount, '' as facet
    from (select home, facility, min(from_day) as first_day from facility_flag where flag = 'stage' and value = 'accepted'
          group by home, facility) o
    join facility f on f.home = o.home and f.id = o.facility
    join facility_site s on s.home = f.home and s.facility = f.id and s.from_day <= o.first_day and s.until_day > o.first_day
    join facility_profile n on n.home = f.home and n.facility = f.id and n.from_day <= o.first_day and n.until_day > o.first_day
    where o.first_day >= $1 and o.first_day < $2 and o.first_day <= $3 and f.kind = 'friendly_community' and f.doubles is null";

pub(super) const FRIENDLY_COMMUNITIES: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, case when v.value = 'accepted' then 1 else 0 end as meets,
            1 as amount, v.value as facet
     from ", flagged!("friendly_community", "stage")
);

/// Created or in creation (Jing'an plan, annex row 3).
pub(super) const FRIENDLY_STREETS: &str = streets_with!(
    concat!(
        "select s.place as place from ",
        flagged!("friendly_community", "stage"),
        " and v.value in ('creating', 'accepted')"
    ),
    ""
);

pub(super) const ECD_BASES: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, case when v.value = 'accepted' then 1 else 0 end as meets,
            1 as amount, v.value as facet
     from ", flagged!("ecd_base", "stage")
);

pub(super) const ECD_DISTRICTS: &str = districts_with!(ecd_bases!());

/// Accepted nodes by tier (1 + 4 + X + Y; the text does not say what X and Y are, so the tier is recorded as given).
pub(super) const ECD_TIER_NODES: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, 1 as meets, 1 as amount, t.value as facet
     from ",
    operating!(),
    "
     join facility_flag v on v.home = f.home and v.facility = f.id and v.flag = 'stage' and v.value = 'accepted'
       and v.from_day <= $3 and v.until_day > $3
     join facility_flag t on t.home = f.home and t.facility = f.id and t.flag = 'tier'
       and t.from_day <= $3 and t.until_day > $3
     where f.doubles is null and f.kind = 'ecd_base'"
);

pub(super) const PLAY_ROOM_STREETS: &str = streets_with!(play_rooms!(), "");
pub(super) const PLAY_ROOM_DISTRICTS: &str = districts_with!(play_rooms!());

pub(super) const PARENT_CHILD_POINTS: &str = concat!(
    "select f.id as unit, n.name as label, s.place as street, 1 as meets, 1 as amount, '' as facet
     from ",
    operating!(),
    " where f.doubles is null and f.kind = 'parent_child_point'"
);
