-- table facility_kind: purpose=kinds of supply and venue; basis=行动计划; retention=permanent; owner=registry
create table facility_kind (
  code        TEXT not null primary key,
  name_zh     TEXT not null,
  name_en     TEXT not null,
  -- gives or may give care: listed under institutions
  gives_care  BOOLEAN not null,
  sort        BIGINT not null
);

-- table facility: purpose=one file per institution or venue; basis=浦东新区行动计划 附件9 一机构一档案; retention=permanent; owner=registry
create table facility (
  home     TEXT not null,
  id       TEXT not null,
  kind     TEXT not null references facility_kind(code),
  -- grows with every change: two editors never overwrite each other
  version  BIGINT not null,
  created  BIGINT not null,
  -- the file that this one doubles, when a duplicate was found; such a file counts nowhere
  doubles  TEXT,
  primary key (home, id)
);
create unique index facility_id on facility (id);
create index facility_kind_id on facility (kind, id);

-- table facility_profile: purpose=name, operator and legal form while they held; basis=托育机构登记和备案办法(试行); retention=permanent; owner=registry
create table facility_profile (
  home         TEXT not null,
  id           TEXT not null,
  facility     TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  name         TEXT not null,
  -- name in pinyin order is kept by the program, not by the database
  name_key     TEXT not null,
  -- public | private | mixed
  ownership    TEXT not null,
  -- for_profit | non_profit | public_institution | department | other
  legal_form   TEXT not null,
  operator     TEXT not null,
  credit_code  TEXT,
  phone        TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_profile_facility on facility_profile (home, facility, from_day);
create index facility_profile_credit on facility_profile (credit_code);
create index facility_profile_name on facility_profile (name_key, facility);
-- no_overlap facility_profile (home, facility) owner=facility(home, id) by home, facility

-- table facility_site: purpose=where the facility lay; basis=托育机构设置标准(试行); retention=permanent; owner=registry
create table facility_site (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  place      TEXT not null references place(id),
  address    TEXT not null,
  lon        DOUBLE PRECISION,
  lat        DOUBLE PRECISION,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_site_facility on facility_site (home, facility, from_day);
create index facility_site_place on facility_site (place, facility);
-- no_overlap facility_site (home, facility) owner=facility(home, id) by home, facility

-- table facility_state: purpose=planned, operating, suspended or closed while it held; basis=上海市3岁以下幼儿托育机构管理暂行办法; retention=permanent; owner=registry
create table facility_state (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- planned | operating | suspended | closed
  state      TEXT not null,
  reason     TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_state_facility on facility_state (home, facility, from_day);
create index facility_state_operating on facility_state (state, from_day, facility);
-- no_overlap facility_state (home, facility) owner=facility(home, id) by home, facility

-- table facility_inclusive: purpose=the inclusive (普惠性) status while it was confirmed; basis=上海市托育服务三年行动计划(2020-2022年) 二(二)1; retention=permanent; owner=registry
create table facility_inclusive (
  home          TEXT not null,
  id            TEXT not null,
  facility      TEXT not null,
  from_day      TEXT not null,
  until_day     TEXT not null,
  recorded      BIGINT not null,
  confirmed_by  TEXT not null,
  reason        TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_inclusive_facility on facility_inclusive (home, facility, from_day);
-- no_overlap facility_inclusive (home, facility) owner=facility(home, id) by home, facility

-- table facility_fee: purpose=what families pay by service mode; basis=上海市定价目录, 价格法 第十三条; retention=permanent; owner=registry
create table facility_fee (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- full_day | half_day | hourly
  mode       TEXT not null,
  fen        BIGINT not null check (fen >= 0),
  -- month | day | hour
  per        TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_fee_facility on facility_fee (home, facility, mode, from_day);
-- no_overlap facility_fee (home, facility, mode) owner=facility(home, id) by home, facility

-- table facility_flag: purpose=assessed traits: can expand, how built, exception with reason, stage of a demonstration point, tier of a base; basis=行动计划; retention=permanent; owner=registry
create table facility_flag (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- expandable | built | exception | stage | tier | host
  flag       TEXT not null,
  value      TEXT not null,
  reason     TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_flag_facility on facility_flag (home, facility, flag, from_day);
create index facility_flag_value on facility_flag (flag, value, from_day, facility);
-- no_overlap facility_flag (home, facility, flag) owner=facility(home, id) by home, facility

-- table class: purpose=a class of a facility and how it was gained; basis=静安区行动计划 二(二)1; retention=permanent; owner=registry
create table class (
  home      TEXT not null,
  id        TEXT not null,
  facility  TEXT not null,
  name      TEXT not null,
  -- infant | junior | senior | mixed | toddler (托班 of a kindergarten)
  kind      TEXT not null,
  -- new | rebuilt | extended | relocated | ancillary | expansion | unknown
  gained    TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id)
);
create index class_facility on class (home, facility, id);

-- table class_span: purpose=when a class was open, in which mode; basis=静安区行动计划 二(二)1; retention=permanent; owner=registry
create table class_span (
  home       TEXT not null,
  id         TEXT not null,
  class      TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  mode       TEXT not null,
  primary key (home, id),
  foreign key (home, class) references class(home, id),
  check (from_day < until_day)
);
create index class_span_class on class_span (home, class, from_day);
create index class_span_facility on class_span (home, facility, from_day);
create index class_span_from on class_span (from_day, facility);
-- no_overlap class_span (home, class) owner=facility(home, id) by home, facility

-- table capacity_span: purpose=approved, operational and enrolled places by mode and age; basis=托育机构设置标准(试行); retention=permanent; owner=registry
create table capacity_span (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- approved | operational | enrolled
  measure    TEXT not null,
  mode       TEXT not null,
  -- infant | junior | senior | mixed | toddler
  band       TEXT not null,
  places     BIGINT not null check (places >= 0),
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index capacity_span_facility on capacity_span (home, facility, measure, mode, band, from_day);
-- no_overlap capacity_span (home, facility, measure, mode, band) owner=facility(home, id) by home, facility

-- table credential: purpose=notices, licences, certificates, insurance and health proofs; basis=上海市3岁以下幼儿托育机构管理暂行办法; retention=permanent; owner=registry
create table credential (
  home         TEXT not null,
  id           TEXT not null,
  -- facility | person
  holder_kind  TEXT not null,
  holder       TEXT not null,
  -- operation_notice | business_licence | private_non_enterprise | food_licence | fire_proof | health_report | insurance
  kind         TEXT not null,
  number       TEXT not null,
  issuer       TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  scope        TEXT not null,
  places       BIGINT,
  -- unverified | verified | refuted
  verified     TEXT not null,
  source       TEXT not null,
  primary key (home, id),
  check (from_day < until_day)
);
create index credential_holder on credential (home, holder, kind, from_day);
create index credential_kind on credential (kind, from_day, holder);
create unique index credential_number on credential (kind, number, from_day);

-- The counter of changes lives in crates/indicator (change_mark): use cases call indicator::touch(tx, home, facility id).

-- table import_run: purpose=who imported which sheet with what result; basis=数据安全法 第二十七条; retention=10 years; owner=registry
create table import_run (
  id        TEXT not null primary key,
  kind      TEXT not null,
  digest    TEXT not null,
  file      TEXT not null,
  rows      BIGINT not null,
  at        BIGINT not null,
  account   TEXT not null
);
