-- The office of a facility is looked up whenever its file asks for something.
create index unit_facility on unit (facility, id) where facility is not null;
