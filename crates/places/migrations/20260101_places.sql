-- table place: purpose=the tree of places over time; basis=行政区划管理条例; retention=permanent; owner=places
create table place (
  id    TEXT not null primary key,
  -- immutable bucket in which rows of this place live
  home  TEXT not null
);

-- table place_span: purpose=code, name, parent, kind and flags of a place while they held; basis=行政区划管理条例; retention=permanent; owner=places
create table place_span (
  place       TEXT not null references place(id),
  from_day    TEXT not null,
  until_day   TEXT not null,
  code        TEXT not null,
  name        TEXT not null,
  parent      TEXT references place(id),
  -- city | district | street | town | township | zone | country | province
  kind        TEXT not null,
  -- ';'-joined and ';'-framed, such as ';central;dense;'
  flags       TEXT not null,
  mark        TEXT not null,
  primary key (place, from_day),
  check (from_day < until_day)
);
create index place_span_code on place_span (code, from_day);
create index place_span_parent on place_span (parent, from_day);
-- no_overlap place_span (place) owner=place(id) by place

-- table place_closure: purpose=which places lie under which, by day, for scope filters and roll-up; basis=derived from place_span; retention=permanent; owner=places
create table place_closure (
  ancestor   TEXT not null references place(id),
  place      TEXT not null references place(id),
  depth      BIGINT not null,
  -- kind of the lower place in this span: denominators count street, town, township
  kind       TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  primary key (ancestor, place, from_day),
  check (from_day < until_day)
);
create index place_closure_place on place_closure (place, ancestor, from_day);

-- table place_successor: purpose=what became of a place that ended or was split; basis=行政区划调整批复; retention=permanent; owner=places
create table place_successor (
  old        TEXT not null references place(id),
  new        TEXT not null references place(id),
  on_day     TEXT not null,
  share_num  BIGINT not null,
  share_den  BIGINT not null,
  document   TEXT not null,
  primary key (old, new, on_day),
  check (share_num > 0 and share_num <= share_den)
);
create index place_successor_new on place_successor (new, on_day);

-- table document: purpose=laws, standards and plans that rules rest on; basis=政府信息公开条例; retention=permanent; owner=places
create table document (
  id         TEXT not null primary key,
  title_zh   TEXT not null,
  title_en   TEXT not null,
  number     TEXT not null,
  issuer     TEXT not null,
  issued     TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  -- doubts about number, day or force
  note       TEXT not null,
  check (from_day < until_day)
);

-- table clause: purpose=the clause that a norm or decision cites; basis=政府信息公开条例; retention=permanent; owner=places
create table clause (
  id        TEXT not null primary key,
  document  TEXT not null references document(id),
  label     TEXT not null,
  text_zh   TEXT not null
);
create index clause_document on clause (document, id);

-- table norm_key: purpose=names of thresholds and how those of several levels go together; basis=the clauses of its norms; retention=permanent; owner=places
create table norm_key (
  key      TEXT not null primary key,
  -- nearest | strictest
  combine  TEXT not null,
  -- at_most | at_least | '' : which way strictest goes
  sense    TEXT not null,
  check (combine = 'nearest' or sense <> '')
);

-- table norm: purpose=every threshold that a rule uses; basis=the clause it names; retention=permanent; owner=places
create table norm (
  id         TEXT not null primary key,
  key        TEXT not null references norm_key(key),
  -- such as 'class=junior'; '' for none
  facet      TEXT not null,
  -- place for which it holds; '' for everywhere
  place      TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  value      TEXT not null,
  unit       TEXT not null,
  clause     TEXT not null references clause(id),
  mark       TEXT not null,
  note       TEXT not null,
  check (from_day < until_day)
);
create index norm_lookup on norm (key, facet, place, from_day);
-- no_overlap norm (key, facet, place) owner=norm_key(key) by key

-- table fact: purpose=population, births and plan baselines by place and period; basis=统计法; retention=permanent; owner=places
create table fact (
  id         TEXT not null primary key,
  series     TEXT not null,
  place      TEXT not null references place(id),
  from_day   TEXT not null,
  until_day  TEXT not null,
  value      DOUBLE PRECISION not null,
  unit       TEXT not null,
  source     TEXT not null,
  mark       TEXT not null,
  check (from_day < until_day)
);
create unique index fact_series on fact (series, place, from_day, source);
