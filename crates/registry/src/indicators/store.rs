//! The unit queries (face: `indicator::Declaration`). `$1`, `$2` period, `$3` day, `$4` kinds that count as inclusive.
//! The pieces they are put together of stand in `store/pieces.rs`; what "operating on a day" means is one of them.

#[macro_use]
mod pieces;

pub(super) const CARE_RECORDS: &str = records_of!(care!());
pub(super) const KINDERGARTEN_RECORDS: &str = records_of!("f.kind = 'kindergarten'");
pub(super) const NURSERY_RECORDS: &str = records_of!("f.kind = 'nursery'");
pub(super) const STATION_RECORDS: &str = records_of!("f.kind = 'guidance_station'");
pub(super) const FRIENDLY_RECORDS: &str = records_of!("f.kind = 'friendly_community'");
pub(super) const ECD_RECORDS: &str = records_of!("f.kind = 'ecd_base'");
pub(super) const PLAY_ROOM_RECORDS: &str = records_of!("f.kind = 'play_room'");
pub(super) const PARENT_CHILD_RECORDS: &str = records_of!("f.kind = 'parent_child_point'");
pub(super) const INSTITUTION_RECORDS: &str = records_of!("f.kind = 'institution'");
pub(super) const NOTICE_RECORDS: &str = "
    select count(*) as n from (select 1 from credential
      where kind = 'operation_notice' and from_day <= $1 and verified <> 'refuted' limit 1) x";

/// Operating institutions; they meet when their file holds whatever the norm asks of it (`$4` always, `$5` when open,
/// `$6` with classes, `$7` when inclusive, `$8` when provided with an estate: one bit for each item).
pub(super) const COMPLETE_FILES: &str = facilities!(
    "case when exists (select 1 from facility_filled k where k.home = f.home and k.facility = f.id
        and k.from_day <= $3 and k.until_day > $3
        and (cast($4 as bigint) & ~k.items) = 0
        and (k.open = false or (cast($5 as bigint) & ~k.items) = 0)
        and (k.classes = false or (cast($6 as bigint) & ~k.items) = 0)
        and (k.inclusive = false or (cast($7 as bigint) & ~k.items) = 0)
        and (k.ancillary = false or (cast($8 as bigint) & ~k.items) = 0)) then 1 else 0 end",
    "1",
    "''",
    operating!("f.kind = 'institution'")
);

/// Points whose first day of operation lies in the period; they meet when their inclusive status was confirmed by the
/// day. A move, a new name or a re-opening is not a new point: the first day is the first of all operating spans.
pub(super) const NEW_INCLUSIVE_POINTS: &str = concat!(
    "select f.id as unit, ",
    name!(),
    " as label, s.place as street,
            case when exists (select 1 from facility_inclusive i where i.home = f.home and i.facility = f.id
              and i.from_day <= $3 and i.until_day > o.from_day) then 1 else 0 end as meets,
            1 as amount, '' as facet
     from facility_state o cross join facility f cross join facility_site s cross join place_span m
     where o.state = 'operating' and ",
    in_period!("o.from_day"),
    "
       and not exists (select 1 from facility_state b where b.home = o.home and b.facility = o.facility
         and b.state = 'operating' and b.from_day < o.from_day)
       and f.home = o.home and f.id = o.facility and $4 like '%,' || f.kind || ',%' and ",
    counts!(),
    " and ",
    place_since!("o.from_day")
);

pub(super) const INCLUSIVE_POINTS: &str = facilities!("1", "1", "f.kind", inclusive!());

pub(super) const INCLUSIVE_STREETS: &str = streets_with!(concat!("select s.place as place from ", inclusive!()), "");

/// Streets of districts that carry the flag `central` (中心城区).
pub(super) const INCLUSIVE_CENTRAL_STREETS: &str = streets_with!(
    concat!("select s.place as place from ", inclusive!()),
    " and exists (select 1 from place_span d where d.place = p.parent and d.flags like '%;central;%'
        and d.from_day <= $3 and d.until_day > $3)"
);

pub(super) const INTEGRATED_KINDERGARTENS: &str = facilities!(
    meets_with_class!(),
    "1",
    "coalesce(n.ownership, '')",
    operating!(
        "",
        "left join facility_profile n on n.home = f.home and n.facility = f.id and n.from_day <= $3 and n.until_day > $3",
        "f.kind = 'kindergarten'"
    )
);

/// Every public kindergarten of the street is integrated, and there is one.
pub(super) const PUBLIC_INTEGRATED_STREETS_ALL: &str = public_integrated!("g.k = g.n");
/// At least one public kindergarten of the street is integrated.
pub(super) const PUBLIC_INTEGRATED_STREETS_ANY: &str = public_integrated!("g.k > 0");

/// Classes of kindergartens, public on that day, whose first open day lies in the period.
pub(super) const NEW_PUBLIC_TODDLER_CLASSES: &str = concat!(
    "select f.id || '/' || c.id as unit, ", name!(), " || ' ' || c.name as label, s.place as street, 1 as meets,
            1 as amount, c.gained as facet
     from class_span o cross join class c cross join facility f cross join facility_profile g
       cross join facility_site s cross join place_span m
     where ", in_period!("o.from_day"), "
       and not exists (select 1 from class_span b where b.home = o.home and b.class = o.class and b.from_day < o.from_day)
       and c.home = o.home and c.id = o.class
       and f.home = o.home and f.id = o.facility and f.kind = 'kindergarten' and ", counts!(), "
       and g.home = f.home and g.facility = f.id and g.from_day <= o.from_day and g.until_day > o.from_day
       and g.ownership = 'public' and ",
    place_since!("o.from_day")
);

/// The span `$b` of the flag `built` begins a value in the period: the day before said nothing, or something else.
macro_rules! built_in_period {
    ($b:literal, $day:literal) => {
        concat!(
            $b,
            ".flag = 'built' and ",
            in_period!($day),
            "
             and not exists (select 1 from facility_flag a where a.home = ",
            $b,
            ".home and a.facility = ",
            $b,
            ".facility
               and a.flag = 'built' and a.until_day = ",
            $day,
            " and a.value = ",
            $b,
            ".value)"
        )
    };
}

/// Kindergartens built, rebuilt or extended in the period (facet: how); they meet with a class open on the day.
macro_rules! built {
    ($more:literal) => {
        facilities!(
            meets_with_class!(),
            "1",
            "b.value",
            operating!(
                "cross join facility_flag b",
                "",
                concat!(
                    "f.kind = 'kindergarten' and b.home = f.home and b.facility = f.id and ",
                    built_in_period!("b", "b.from_day"),
                    "
                     and not exists (select 1 from facility_flag l where l.home = f.home and l.facility = f.id
                       and l.from_day > b.from_day and ",
                    built_in_period!("l", "l.from_day"),
                    ")",
                    $more
                )
            )
        )
    };
}
pub(super) const BUILT_KINDERGARTENS: &str = built!("");
/// "In principle" (原则上): a kindergarten without a class but with a recorded reason is not due (Shanghai plan 三(一)1).
pub(super) const BUILT_KINDERGARTENS_IN_PRINCIPLE: &str = built!(
    " and not exists (select 1 from facility_flag x where x.home = f.home and x.facility = f.id and x.flag = 'exception'
        and x.reason <> '' and x.from_day <= $3 and x.until_day > $3)"
);

pub(super) const EXPANDABLE_KINDERGARTENS: &str =
    facilities!(meets_with_class!(), "1", "''", flagged!("kindergarten", "expandable", " and v.value = 'yes'"));

/// Every class counts: also those of a nursery are for children under 3.
pub(super) const TODDLER_CLASSES: &str = concat!(
    "select f.id || '/' || c.id as unit, ",
    name!(),
    " || ' ' || c.name as label, s.place as street, 1 as meets,
            1 as amount, f.kind as facet
     from ",
    operating!(
        "",
        "cross join class_span cs cross join class c",
        "f.kind in ('kindergarten', 'nursery') and cs.home = f.home and cs.facility = f.id and cs.from_day <= $3
           and cs.until_day > $3 and c.home = cs.home and c.id = cs.class"
    )
);

pub(super) const NURSERIES: &str = facilities!(meets_with_class!(), "1", "''", of_kind!("nursery"));

/// Operating facilities that hold a notice valid on the day, once each; one that was looked at and refuted is none.
pub(super) const NOTIFIED: &str = concat!(
    "select f.id as unit, ",
    name!(),
    " as label, s.place as street, 1 as meets, 1 as amount, f.kind as facet
     from (select distinct c.home as home, c.holder as holder from credential c where c.kind = 'operation_notice'
         and c.from_day <= $3 and c.until_day > $3 and c.verified <> 'refuted') k cross join ",
    operating!("f.home = k.home and f.id = k.holder")
);

/// Approved places of operating facilities that give care. A kindergarten is one of those that give care to the small
/// ones where it has places for them.
pub(super) const APPROVED_PLACES: &str = facilities!(
    "case when f.kind <> 'kindergarten' or exists (select 1 from capacity_span q where q.home = f.home
        and q.facility = f.id and q.measure = 'approved' and q.places > 0 and q.from_day <= $3 and q.until_day > $3)
      then 1 else 0 end",
    "(select cast(coalesce(sum(q.places), 0) as bigint) from capacity_span q where q.home = f.home and q.facility = f.id
        and q.measure = 'approved' and q.from_day <= $3 and q.until_day > $3)",
    "f.kind",
    operating!(care!())
);

/// Residents of each district by the latest fact that had begun on the day, the best marked of its period, as
/// `places::fact` takes it.
pub(super) const POPULATION: &str = "
    select p.place as unit, p.name as label, p.place as street, 1 as meets,
           (select r.value from fact r where r.series = 'population/resident' and r.place = p.place and r.from_day <= $3
            order by r.from_day desc, case r.mark when 'V' then 0 when 'V2' then 1 else 2 end, r.source limit 1) as amount,
           '' as facet
    from place_span p
    where p.kind = 'district' and p.from_day <= $3 and p.until_day > $3
      and exists (select 1 from fact r where r.series = 'population/resident' and r.place = p.place and r.from_day <= $3)";

pub(super) const STATION_STREETS: &str =
    streets_with!(concat!("select s.place as place from ", of_kind!("guidance_station")), "");

/// Communities first accepted in the period.
pub(super) const NEW_FRIENDLY_COMMUNITIES: &str = concat!(
    "select f.id as unit, ",
    name!(),
    " as label, s.place as street, 1 as meets, 1 as amount, '' as facet
     from facility_flag o cross join facility f cross join facility_site s cross join place_span m
     where o.flag = 'stage' and o.value = 'accepted' and ",
    in_period!("o.from_day"),
    "
       and not exists (select 1 from facility_flag b where b.home = o.home and b.facility = o.facility
         and b.flag = 'stage' and b.value = 'accepted' and b.from_day < o.from_day)
       and f.home = o.home and f.id = o.facility and f.kind = 'friendly_community' and ",
    counts!(),
    " and ",
    place_since!("o.from_day")
);

pub(super) const FRIENDLY_COMMUNITIES: &str = facilities!(
    "case when v.value = 'accepted' then 1 else 0 end",
    "1",
    "v.value",
    flagged!("friendly_community", "stage", "")
);

/// Created or in creation (Jing'an plan, annex row 3).
pub(super) const FRIENDLY_STREETS: &str = streets_with!(
    concat!(
        "select s.place as place from ",
        flagged!("friendly_community", "stage", " and v.value in ('creating', 'accepted')")
    ),
    ""
);

pub(super) const ECD_BASES: &str =
    facilities!("case when v.value = 'accepted' then 1 else 0 end", "1", "v.value", flagged!("ecd_base", "stage", ""));

pub(super) const ECD_DISTRICTS: &str = districts_with!(concat!(
    "select s.place as place from ",
    flagged!("ecd_base", "stage", " and v.value = 'accepted'")
));

/// Accepted nodes by tier (1 + 4 + X + Y; the text does not say what X and Y are, so the tier is recorded as given).
pub(super) const ECD_TIER_NODES: &str = facilities!(
    "1",
    "1",
    "t.value",
    operating!(
        "cross join facility_flag v cross join facility_flag t",
        "",
        "f.kind = 'ecd_base' and v.home = f.home and v.facility = f.id and v.flag = 'stage' and v.value = 'accepted'
           and v.from_day <= $3 and v.until_day > $3
           and t.home = f.home and t.facility = f.id and t.flag = 'tier' and t.from_day <= $3 and t.until_day > $3"
    )
);

pub(super) const PLAY_ROOM_STREETS: &str = streets_with!(play_rooms!(), "");
pub(super) const PLAY_ROOM_DISTRICTS: &str = districts_with!(play_rooms!());

pub(super) const PARENT_CHILD_POINTS: &str = facilities!("1", "1", "''", of_kind!("parent_child_point"));
