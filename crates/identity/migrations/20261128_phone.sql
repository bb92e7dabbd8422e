-- Signing in with a number and a code that is sent to it: people who bring matters, later families and the public.

-- table account_phone: purpose=the number by which a person signs in; basis=个人信息保护法 第十三条; retention=as the account; owner=identity
create table account_phone (
  account  TEXT not null primary key references account(id),
  -- keyed digest of the number
  lookup   TEXT not null unique,
  -- the number, sealed with the data key of the account
  sealed   BYTEA not null,
  since    BIGINT not null
);

-- table consent: purpose=which text about personal data a person agreed to, and when; basis=个人信息保护法 第十四条、第十七条; retention=as the account; owner=identity
create table consent (
  account  TEXT not null references account(id),
  -- such as applicant
  text     TEXT not null,
  -- keyed digest of the words as they were shown
  digest   TEXT not null,
  lang     TEXT not null,
  at       BIGINT not null,
  primary key (account, text, at)
);

-- table phone_code: purpose=codes that were sent to numbers, and how often; basis=GB/T 22239-2019 8.1.4.1; retention=setting sms.kept_days; owner=identity
create table phone_code (
  -- digest of what the browser holds that asked: a code is of use there only
  ticket     TEXT not null primary key,
  lookup     TEXT not null,
  -- the number, sealed with the data key of the day
  sealed     BYTEA not null,
  sealed_by  TEXT not null,
  -- keyed digest of the code
  code       TEXT not null,
  -- keyed digest of the address that asked; '' where it is not known
  address    TEXT not null,
  sent       BIGINT not null,
  expires    BIGINT not null,
  -- codes that were typed, right or wrong
  tries      BIGINT not null,
  -- sent | passed (the code was right, name and consent are asked for) | done
  state      TEXT not null check (state in ('sent', 'passed', 'done'))
);
create index phone_code_lookup on phone_code (lookup, sent);
create index phone_code_address on phone_code (address, sent);
create index phone_code_sent on phone_code (sent);

-- table phone_last: purpose=when a number last got a code; its row is locked while another one is sent; basis=GB/T 22239-2019 8.1.4.1; retention=setting sms.kept_days; owner=identity
create table phone_last (
  lookup  TEXT not null primary key,
  at      BIGINT not null
);

-- table sms: purpose=short messages that are sent or were; basis=operation; retention=setting sms.kept_days; owner=identity
create table sms (
  id         TEXT not null primary key,
  lookup     TEXT not null,
  -- such as code; the key of its word is sms.kind.<kind>
  kind       TEXT not null,
  -- number and text, sealed with the data key of the day; null once it was handed over
  sealed     BYTEA,
  sealed_by  TEXT not null,
  state      TEXT not null check (state in ('waiting', 'sent', 'void')),
  tries      BIGINT not null,
  at         BIGINT not null,
  -- of no use afterwards
  expires    BIGINT not null,
  done       BIGINT
);
create index sms_at on sms (at, id);
create index sms_lookup on sms (lookup, at);

-- A post that was taken away on its first day: it was held until then, and no longer.
alter table post add column withdrawn BOOLEAN not null default false;
