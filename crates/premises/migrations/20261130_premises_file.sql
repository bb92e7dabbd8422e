-- The file of an institution shows what is suspected of it and at its rooms.
create index suspicion_facility on suspicion (facility, opened) where facility is not null;
create index suspicion_premises on suspicion (home, premises) where premises is not null;
create index premises_match_facility on premises_match (facility) where facility is not null;
